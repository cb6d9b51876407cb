/**
 * The sizes of a convolution, shared by its three faces.
 *
 * A convolution in two dimensions is one trilinear form of an image x, weights w and an output y,
 *
 *     T(x, w, y) = sum over n, o, c, i, j, a, b of
 *       x[n, c, i strideRow - lowRow + a dilationRow, j strideColumn - lowColumn + b dilationColumn]
 *       w[o, c, a, b] y[n, o, i, j]
 *
 * where x is zero outside of its extent. Its derivative by y is the convolution, by x the gradient for the
 * image (the transposed convolution), by w the gradient for the weights; and each of the three is linear in
 * the other two, so derivatives of any order are these three again.
 *
 * @module
 */
import type { FloatingDType } from "./plan.ts";

/** The extents and options of a convolution. Images are (n, c, row, column), weights (o, c / groups, row, column). */
export interface ConvolutionSizes {
  /** Element type of all three. */
  readonly dtype: FloatingDType;
  /** Shape of the image: [n, c, rows, columns]. */
  readonly image: readonly number[];
  /** Shape of the weights: [o, c / groups, rows, columns]. */
  readonly weights: readonly number[];
  /** Shape of the output: [n, o, rows, columns]; see `convolutionShape`. */
  readonly output: readonly number[];
  /** Steps of the window over rows and columns; 1 or more. */
  readonly strides: readonly [number, number];
  /** Zeros before and after the rows, and before and after the columns. */
  readonly padding: readonly [readonly [number, number], readonly [number, number]];
  /** Steps between the taps of the window; 1 or more. */
  readonly dilation: readonly [number, number];
  /** Groups of channels that do not mix; `groups = c` is a depthwise convolution. */
  readonly groups: number;
}

/** The strides of an operand in the order of its shape. */
export type Strides = readonly number[];

/**
 * How many times a window fits along an axis: `floor((extent + low + high - dilation (window - 1) - 1) / stride) + 1`,
 * and 0 where it does not fit at all.
 */
export function windowCount(
  extent: number,
  window: number,
  stride: number,
  padding: readonly [number, number],
  dilation: number,
): number {
  const room = extent + padding[0] + padding[1] - dilation * (window - 1) - 1;
  return room < 0 ? 0 : Math.floor(room / stride) + 1;
}

/** The shape of the output of a convolution: [n, o, rows, columns]. */
export function convolutionShape(sizes: Omit<ConvolutionSizes, "output" | "dtype">): number[] {
  const { image, weights, strides, padding, dilation } = sizes;
  return [
    image[0],
    weights[0],
    windowCount(image[2], weights[2], strides[0], padding[0], dilation[0]),
    windowCount(image[3], weights[3], strides[1], padding[1], dilation[1]),
  ];
}
