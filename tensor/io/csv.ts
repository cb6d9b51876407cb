/**
 * Tables of numbers as text.
 *
 * @module
 */

import { parse } from "@std/csv/parse";
import type { Tensor } from "../tensor.ts";
import { tensor } from "../ops/create.ts";
import { type FilePath, readBytes } from "./files.ts";

/** Options of `decodeCsv` and `loadCsv`. */
export interface CsvOptions {
  /** Whether the first row has the names of the columns; true by default. Without it they are "0", "1", ... */
  readonly header?: boolean;
  /** What stands between cells; "," by default. */
  readonly separator?: string;
  /** The columns to read, by name; all by default. */
  readonly columns?: readonly string[];
  /** The dtype of the columns; float32 by default. */
  readonly dtype?: "float32" | "float64" | "int32";
  /** What an empty cell is; an error by default. */
  readonly empty?: number;
}

/**
 * The columns of a table as vectors, by their names. Quotes are as in RFC 4180; cells are numbers.
 *
 * @throws {SyntaxError} If rows have different numbers of cells, or a cell is no number.
 * @throws {RangeError} If a column that is asked for is not there.
 *
 * @example
 * ```ts
 * import { decodeCsv } from "@weft/weft/io";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { height, weight } = decodeCsv("height,weight\n1.5,60\n1.75,70\n");
 * assertEquals([height.toArray(), weight.toArray()], [[1.5, 1.75], [60, 70]]);
 * ```
 */
export function decodeCsv(text: string, options: CsvOptions = {}): Record<string, Tensor> {
  const { header = true, separator = ",", dtype = "float32", empty } = options;
  const rows = read(text, separator);
  const names = header ? rows[0] ?? [] : (rows[0] ?? []).map((_, i) => String(i));
  const body = header ? rows.slice(1) : rows;
  const missing = options.columns?.find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw new RangeError(`decodeCsv expects columns out of ${names.join(", ")} but got ${missing}`);
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new SyntaxError(`decodeCsv expects each name once but got ${twice} twice`);
  const columns = (options.columns ?? names).map((name): [string, Tensor] => {
    const at = names.indexOf(name);
    const values = body.map((row, i) => numberOf(row, at, i + (header ? 2 : 1), name, empty));
    return [name, tensor(values, { dtype, shape: [values.length] })];
  });
  return Object.fromEntries(columns);
}

function read(text: string, separator: string): string[][] {
  try {
    return parse(text, { separator });
  } catch (error) {
    throw new SyntaxError(`decodeCsv expects a table but got ${(error as Error).message}`, { cause: error });
  }
}

function numberOf(
  row: readonly string[],
  at: number,
  line: number,
  name: string,
  empty: number | undefined,
): number {
  const cell = row[at]?.trim();
  if (cell === undefined) {
    throw new SyntaxError(`decodeCsv expects a cell for ${name} in row ${line} but got ${row.length} cells`);
  }
  if (cell === "" && empty !== undefined) return empty;
  const value = cell === "" ? NaN : Number(cell);
  if (Number.isNaN(value) && !/^nan$/i.test(cell)) {
    throw new SyntaxError(`decodeCsv expects a number for ${name} in row ${line} but got "${cell}"`);
  }
  return value;
}

/**
 * `decodeCsv` of a file in UTF-8.
 *
 * @throws {SyntaxError} If rows have different numbers of cells, or a cell is no number.
 * @throws {RangeError} If a column that is asked for is not there.
 *
 * @example
 * ```ts
 * import { loadCsv } from "@weft/weft/io";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, "x\n1\n2\n");
 * assertEquals((await loadCsv(path)).x.toArray(), [1, 2]);
 * await Deno.remove(path);
 * ```
 */
export async function loadCsv(path: FilePath, options: CsvOptions = {}): Promise<Record<string, Tensor>> {
  return decodeCsv(new TextDecoder().decode(await readBytes("loadCsv", path)), options);
}
