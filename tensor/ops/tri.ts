/**
 * Triangles: what lies on, below and above a diagonal.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { constantTensor } from "../make_tensor.ts";
import { checkShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { cast } from "./cast.ts";
import { greaterEqual } from "./comparison.ts";
import type { CreateOptions } from "./create.ts";
import { checkOffset, matricesOf } from "./diagonal.ts";
import { sequence } from "./positions.ts";
import { where } from "./selection.ts";

/** Whether column - row <= offset: the diagonal and what is below it. */
function below(rows: number, columns: number, offset: number): Tensor {
  return greaterEqual(sequence(rows, offset, 1, 2, 0), sequence(columns, 0, 1, 2, 1));
}

/** Options of `tri`. */
export interface TriOptions extends CreateOptions {
  /** The number of columns; that of the rows by default. */
  readonly columns?: number;
  /** The diagonal up to which there are ones: 0 the main one, above it positive; 0 by default. */
  readonly offset?: number;
}

const TRI_OPTIONS = { columns: true, offset: true, dtype: true } as const;

/**
 * Ones on a diagonal and below it, zeros above. float32 unless a dtype is given.
 *
 * @throws {RangeError} If a number is not a non-negative integer.
 *
 * @example
 * ```ts
 * import { tri } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(tri(2).toArray(), [[1, 0], [1, 1]]);
 * ```
 */
export function tri(rows: number, options: TriOptions = NO_OPTIONS): Tensor {
  checkOptionNames("tri", options, TRI_OPTIONS);
  const { columns = rows, offset = 0, dtype = "float32" } = options;
  checkShape("tri", [rows, columns]);
  checkOffset("tri", offset);
  return cast(below(rows, columns, offset), dtype);
}

/**
 * The matrices of the last two axes with zeros above the diagonal `offset`.
 *
 * @throws {RangeError} If there are less than two axes.
 *
 * @example
 * ```ts
 * import { tensor, tril } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(tril(tensor([[1, 2], [3, 4]])).toArray(), [[1, 0], [3, 4]]);
 * ```
 */
export function tril(x: Tensor, offset = 0): Tensor {
  const [rows, columns] = matricesOf("tril", x).shape.slice(-2);
  checkOffset("tril", offset);
  return where(below(rows, columns, offset), x, constantTensor(x.dtype, [], 0));
}

/**
 * The matrices of the last two axes with zeros below the diagonal `offset`.
 *
 * @throws {RangeError} If there are less than two axes.
 *
 * @example
 * ```ts
 * import { tensor, triu } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(triu(tensor([[1, 2], [3, 4]]), 1).toArray(), [[0, 2], [0, 0]]);
 * ```
 */
export function triu(x: Tensor, offset = 0): Tensor {
  const [rows, columns] = matricesOf("triu", x).shape.slice(-2);
  checkOffset("triu", offset);
  return where(below(rows, columns, offset - 1), constantTensor(x.dtype, [], 0), x);
}
