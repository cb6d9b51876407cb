/**
 * Parts of images.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { dynamicSlice, index, pad, random, type Tensor, tree, vmap } from "../../tensor/mod.ts";
import { formatShape } from "../../tensor/shape.ts";
import { checkImages } from "./images.ts";

/** Options of `randomCrop`. */
export interface RandomCropOptions {
  /** Rows and columns of the result. */
  readonly size: readonly [rows: number, columns: number];
  /** Zeros on all sides first; 0 by default. */
  readonly padding?: number;
}

const RANDOM_CROP_OPTIONS = { size: true, padding: true } as const;

/**
 * A part of each image, at a place of its own.
 *
 * @param x Images [n, channels, rows, columns].
 * @throws {TypeError} If the size is no pair of integers.
 * @throws {RangeError} If the input has another rank, or the part is larger than the padded image.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { randomCrop } from "@weft/weft/train";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(randomCrop(random.key(0), ones([2, 3, 8, 8]), { size: [8, 8], padding: 2 }).shape, [2, 3, 8, 8]);
 * ```
 */
export function randomCrop(key: Tensor, x: Tensor, options: RandomCropOptions): Tensor {
  checkOptionNames("randomCrop", options, RANDOM_CROP_OPTIONS);
  checkImages("randomCrop", x);
  const { size, padding = 0 } = options ?? {};
  if (!Array.isArray(size) || size.length !== 2 || !size.every(Number.isInteger)) {
    throw new TypeError(`randomCrop expects a size of whole rows and columns but got ${tree.describe(size)}`);
  }
  const [rows, columns] = size;
  if (!Number.isInteger(padding) || padding < 0) {
    throw new RangeError(`randomCrop expects padding to be a whole number from 0 on but got ${padding}`);
  }
  const padded = pad(x, [[0, 0], [0, 0], [padding, padding], [padding, padding]]);
  const [count, channels, height, width] = padded.shape;
  if (!(rows >= 1 && rows <= height && columns >= 1 && columns <= width)) {
    throw new RangeError(
      `randomCrop expects a size within ${formatShape([height, width])} but got ${
        formatShape([rows, columns])
      }`,
    );
  }
  const keys = random.split(key);
  const tops = random.randint(index(keys, 0), [count], { max: height - rows + 1 });
  const lefts = random.randint(index(keys, 1), [count], { max: width - columns + 1 });
  return vmap((image: Tensor, top: Tensor, left: Tensor) =>
    dynamicSlice(image, [0, top, left], [channels, rows, columns])
  )(padded, tops, lefts);
}
