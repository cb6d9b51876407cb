/**
 * Ones on a diagonal.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { typedArray } from "../dtype.ts";
import { tensorFromData } from "../make_tensor.ts";
import { checkShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { checkDType, type CreateOptions } from "./create.ts";

/** Options of `eye`. */
export interface EyeOptions extends CreateOptions {
  /** The number of columns; that of the rows by default. */
  readonly columns?: number;
  /** The diagonal of the ones: 0 the main one, above it positive, below it negative; 0 by default. */
  readonly offset?: number;
}

const EYE_OPTIONS = { columns: true, offset: true, dtype: true } as const;

/**
 * Ones on a diagonal and zeros elsewhere.
 *
 * @throws {RangeError} If an extent is not a non-negative integer.
 * @throws {TypeError} If the offset is not an integer.
 *
 * @example
 * ```ts
 * import { eye } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(eye(2).toArray(), [[1, 0], [0, 1]]);
 * ```
 */
export function eye(rows: number, options: EyeOptions = NO_OPTIONS): Tensor {
  checkOptionNames("eye", options, EYE_OPTIONS);
  const { columns = rows, offset = 0 } = options;
  checkShape("eye", [rows, columns]);
  const dtype = checkDType("eye", options.dtype ?? "float32");
  if (!Number.isInteger(offset)) {
    throw new TypeError(`eye expects an integer offset but got ${String(offset)}`);
  }
  const data = typedArray(dtype, rows * columns);
  for (let i = Math.max(0, -offset); i < Math.min(rows, columns - offset); i++) {
    data[i * columns + i + offset] = 1;
  }
  return tensorFromData(dtype, [rows, columns], data);
}
