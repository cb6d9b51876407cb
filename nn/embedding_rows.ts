/**
 * Rows of a table of vectors, with the lengths and gradients that embeddings ask for.
 *
 * @module
 */
import {
  add,
  bincount,
  customJvp,
  divide,
  equal,
  expandDims,
  greater,
  multiply,
  norm,
  stopGradient,
  take,
  type Tensor,
  tree,
  where,
  zerosLike,
} from "../tensor/mod.ts";
import { isInteger } from "../tensor/dtype.ts";
import { checkTensor } from "./check.ts";
import { within } from "./infer_shape.ts";

/** What embeddings have in common. */
export interface EmbeddingCommonOptions {
  /** How many numbers there are, from 0 on; a positive integer. */
  readonly count: number;
  /** The size of a vector; a positive integer. */
  readonly features: number;
  /** A number whose vector is zeros at first and gets no gradient, negative from the end; none by default. */
  readonly paddingIndex?: number;
  /** What vectors are at most as long as; any length by default. */
  readonly maxNorm?: number;
  /** The order of the norm that `maxNorm` bounds; 2 by default. */
  readonly normOrder?: number;
  /** Whether the gradient of a vector is divided by how often its number occurs in the input; false by default. */
  readonly scaleGradientByFrequency?: boolean;
}

/** Throws unless the options that embeddings have in common fit. */
export function checkEmbedding(layer: string, options: EmbeddingCommonOptions): void {
  const { count, paddingIndex, maxNorm = 1, normOrder = 2 } = options;
  if (
    paddingIndex !== undefined &&
    (!Number.isInteger(paddingIndex) || paddingIndex < -count || paddingIndex >= count)
  ) {
    throw new RangeError(
      `${layer} expects paddingIndex from ${-count} and below ${count} but got ${String(paddingIndex)}`,
    );
  }
  for (const [name, value] of Object.entries({ maxNorm, normOrder })) {
    if (typeof value !== "number" || !(value > 0)) {
      throw new RangeError(`${layer} expects ${name} above 0 but got ${String(value)}`);
    }
  }
}

/** The number of padding, from the start. */
export function paddingOf({ count, paddingIndex }: EmbeddingCommonOptions): number | undefined {
  return paddingIndex === undefined || paddingIndex >= 0 ? paddingIndex : paddingIndex + count;
}

/** Throws unless the input holds integers. */
export function checkNumbers(at: string, x: Tensor): void {
  checkTensor(at, x);
  if (!isInteger(x.dtype)) throw new TypeError(`${at} expects integers but got ${tree.describe(x)}`);
}

/** `x * factor` with the derivative by `x` of another factor. */
const scaled = customJvp(
  (x: Tensor, factor: Tensor, _slope: Tensor) => multiply(x, factor),
  ([x, factor, slope], [dx]) => [
    multiply(x, factor),
    multiply((dx as Tensor | null | undefined) ?? zerosLike(x), slope),
  ],
);

/**
 * The rows of the table for the numbers, [...shape of numbers, features]. Rows longer than `maxNorm` are cut, and the
 * gradient goes to them as if they were not, since torch cuts the table itself.
 */
export function embeddingRows(at: string, table: Tensor, x: Tensor, options: EmbeddingCommonOptions): Tensor {
  const { maxNorm, normOrder = 2, scaleGradientByFrequency = false } = options;
  const paddingIndex = paddingOf(options);
  const rows = within(at, x.shape, () => take(table, x));
  if (paddingIndex === undefined && maxNorm === undefined && !scaleGradientByFrequency) return rows;
  const one = add(zerosLike(x).cast(table.dtype), 1);
  let factor = one;
  if (maxNorm !== undefined) {
    const size = norm(stopGradient(rows), { order: normOrder, axes: -1 });
    // 1e-7 is torch's.
    factor = where(greater(size, maxNorm), divide(maxNorm, add(size, 1e-7)), 1);
  }
  let slope = one;
  if (scaleGradientByFrequency) {
    const often = within(at, x.shape, () => take(bincount(x, { length: options.count }), x));
    slope = divide(slope, often.cast(table.dtype));
  }
  if (paddingIndex !== undefined) slope = where(equal(x, paddingIndex), 0, slope);
  return scaled(rows, expandDims(factor, -1), expandDims(slope, -1));
}
