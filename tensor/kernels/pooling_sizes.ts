/**
 * The sizes of pooling in two dimensions: windows that slide over the rows and columns of each plane.
 *
 * @module
 */
import { windowCount } from "./convolution_sizes.ts";
import type { FloatingDType } from "./plan.ts";

/** The extents and options of a pooling. Images are (n, c, row, column). */
export interface PoolSizes {
  /** Element type of all operands. */
  readonly dtype: FloatingDType;
  /** Shape of the image: [n, c, rows, columns]. */
  readonly image: readonly number[];
  /** Rows and columns of the window. */
  readonly window: readonly [number, number];
  /** Steps of the window over rows and columns; 1 or more. */
  readonly strides: readonly [number, number];
  /** Padding before and after the rows, and before and after the columns. */
  readonly padding: readonly [readonly [number, number], readonly [number, number]];
}

/** The shape of the output of a pooling: [n, c, rows, columns]. */
export function poolShape(sizes: Omit<PoolSizes, "dtype">): number[] {
  const { image, window, strides, padding } = sizes;
  return [
    image[0],
    image[1],
    windowCount(image[2], window[0], strides[0], padding[0], 1),
    windowCount(image[3], window[1], strides[1], padding[1], 1),
  ];
}

/**
 * The arguments that every pooling kernel starts with, after its operands: channels; rows and columns of the
 * image, of the output, of the window; strides of the window; low padding.
 */
export function poolScalars(sizes: PoolSizes): number[] {
  const { image, window, strides, padding } = sizes;
  const output = poolShape(sizes);
  return [
    image[1],
    image[2],
    image[3],
    output[2],
    output[3],
    ...window,
    ...strides,
    padding[0][0],
    padding[1][0],
  ];
}
