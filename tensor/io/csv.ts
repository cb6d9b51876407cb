/**
 * Tables of numbers as text.
 *
 * @module
 */

import { checkOptionNames } from "../check_option_names.ts";
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
  /**
   * Columns of words, by name: the words that they have. A cell is the place of its word in the list, as int32. None by
   * default.
   */
  readonly classes?: Readonly<Record<string, readonly string[]>>;
}

const CSV_OPTIONS = {
  header: true,
  separator: true,
  columns: true,
  dtype: true,
  empty: true,
  classes: true,
} as const;

/**
 * The columns of a table as vectors, by their names. Quotes are as in RFC 4180; cells are numbers, also `nan` and `inf`,
 * or words of `classes`.
 *
 * @throws {TypeError} If the text is no string.
 * @throws {SyntaxError} If rows have different numbers of cells, a cell is no number, no whole one for int32, or none of
 * the words.
 * @throws {RangeError} If a column that is asked for is not there.
 *
 * @example
 * ```ts
 * import { decodeCsv } from "@weft/weft/io";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { height, kind } = decodeCsv("height,kind\n1.5,oak\n1.75,elm\n", { classes: { kind: ["elm", "oak"] } });
 * assertEquals([height.toArray(), kind.toArray()], [[1.5, 1.75], [1, 0]]);
 * ```
 */
export function decodeCsv(text: string, options: CsvOptions = {}): Record<string, Tensor> {
  checkOptionNames("decodeCsv", options, CSV_OPTIONS);
  const { header = true, separator = ",", dtype = "float32", empty, classes = {} } = options;
  if (typeof text !== "string") {
    throw new TypeError(`decodeCsv expects text but got ${text === null ? "null" : typeof text}`);
  }
  const rows = read(text, separator);
  const names = header ? rows[0] ?? [] : (rows[0] ?? []).map((_, i) => String(i));
  const body = header ? rows.slice(1) : rows;
  const first = header ? 2 : 1;
  const missing = [...options.columns ?? [], ...Object.keys(classes)].find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw new RangeError(`decodeCsv expects columns out of ${names.join(", ")} but got ${missing}`);
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new SyntaxError(`decodeCsv expects each name once but got ${twice} twice`);
  const ragged = body.findIndex((row) => row.length !== names.length);
  if (ragged >= 0) {
    throw new SyntaxError(
      `decodeCsv expects ${names.length} cells in row ${ragged + first} but got ${body[ragged].length}`,
    );
  }
  const columns = (options.columns ?? names).map((name): [string, Tensor] => {
    const words = Object.hasOwn(classes, name) ? classes[name] : null;
    const values = body.map((row, i): number => {
      const where = `for ${name} in row ${i + first}`;
      const cell = row[names.indexOf(name)].trim();
      if (words !== null) return classOf(cell, words, where);
      return cell === "" && empty !== undefined ? empty : numberOf(cell, dtype, where);
    });
    return [name, tensor(values, { dtype: words === null ? dtype : "int32", shape: [values.length] })];
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

const WORDS: Readonly<Record<string, number>> = {
  nan: NaN,
  inf: Infinity,
  "+inf": Infinity,
  "-inf": -Infinity,
};

function numberOf(cell: string, dtype: string, where: string): number {
  const word = cell.toLowerCase();
  if (dtype !== "int32" && Object.hasOwn(WORDS, word)) return WORDS[word];
  const value = cell === "" ? NaN : Number(cell);
  if (Number.isNaN(value) || (dtype === "int32" && (value | 0) !== value)) {
    throw new SyntaxError(
      `decodeCsv expects a ${dtype === "int32" ? "whole number" : "number"} ${where} but got ${
        JSON.stringify(cell)
      }`,
    );
  }
  return value;
}

function classOf(cell: string, words: readonly string[], where: string): number {
  const at = words.indexOf(cell);
  if (at >= 0) return at;
  throw new SyntaxError(
    `decodeCsv expects one of ${words.join(", ")} ${where} but got ${JSON.stringify(cell)}`,
  );
}

/**
 * `decodeCsv` of a file in UTF-8; see there for the errors.
 *
 * @throws {Deno.errors.NotFound} If there is no file.
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
  checkOptionNames("loadCsv", options, CSV_OPTIONS);
  return decodeCsv(new TextDecoder().decode(await readBytes("loadCsv", path)), options);
}
