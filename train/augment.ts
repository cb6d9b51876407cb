/**
 * Changes of images that leave what they show, each drawn with a key.
 *
 * @module
 */
import {
  add,
  clip,
  dynamicSlice,
  expandDims,
  flip,
  greaterEqual,
  index,
  less,
  logicalAnd,
  mean,
  multiply,
  pad,
  random,
  reshape,
  subtract,
  type Tensor,
  tree,
  vmap,
  where,
} from "../tensor/mod.ts";
import { arange } from "../tensor/ops/create.ts";
import { formatShape } from "../tensor/shape.ts";
import { checkTensor } from "../tensor/tensor.ts";

function checkImages(operation: string, x: Tensor): void {
  checkTensor(operation, x);
  if (x.rank !== 4) {
    throw new RangeError(
      `${operation} expects images [n, channels, rows, columns] but got ${formatShape(x.shape)}`,
    );
  }
}

function checkShare(operation: string, name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) {
    throw new RangeError(`${operation} expects ${name} between 0 and 1 but got ${value}`);
  }
}

/** A number for each image, that broadcasts against them. */
function each(x: Tensor): Tensor {
  return reshape(x, [x.size, 1, 1, 1]);
}

/** Options of `randomFlip`. */
export interface RandomFlipOptions {
  /** "horizontal" exchanges left and right (the default), "vertical" top and bottom. */
  readonly direction?: "horizontal" | "vertical";
  /** How likely an image is turned; 0.5 by default. */
  readonly probability?: number;
}

/**
 * Images some of which are turned around.
 *
 * @param x Images [n, channels, rows, columns].
 * @throws {RangeError} If the input has another rank, or an option is out of range.
 *
 * @example
 * ```ts
 * import { random, tensor } from "@weft/weft";
 * import { randomFlip } from "@weft/weft/train";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const turned = randomFlip(random.key(0), tensor([[[[1, 2]]]]), { probability: 1 });
 * assertEquals(turned.toArray(), [[[[2, 1]]]]);
 * ```
 */
export function randomFlip(key: Tensor, x: Tensor, options: RandomFlipOptions = {}): Tensor {
  const { direction = "horizontal", probability = 0.5 } = options;
  checkImages("randomFlip", x);
  checkShare("randomFlip", "probability", probability);
  if (direction !== "horizontal" && direction !== "vertical") {
    throw new RangeError(
      `randomFlip expects direction "horizontal" or "vertical" but got ${String(direction)}`,
    );
  }
  const turned = random.bernoulli(key, { probability, shape: [x.shape[0]] });
  return where(each(turned), flip(x, direction === "horizontal" ? 3 : 2), x);
}

/** Options of `randomCrop`. */
export interface RandomCropOptions {
  /** Rows and columns of the result. */
  readonly size: readonly [rows: number, columns: number];
  /** Zeros on all sides first; 0 by default. */
  readonly padding?: number;
}

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

/** Options of `randomErase`. */
export interface RandomEraseOptions {
  /** Rows and columns of the square that is erased. */
  readonly size: number;
  /** What it holds; 0 by default. */
  readonly value?: number;
}

/**
 * Images each of which has a square erased, at a place of its own, cut off at the borders (DeVries and Taylor,
 * "Cutout", 2017).
 *
 * @param x Images [n, channels, rows, columns].
 * @throws {RangeError} If the input has another rank, or the size is no positive integer.
 *
 * @example
 * ```ts
 * import { ones, random, sum } from "@weft/weft";
 * import { randomErase } from "@weft/weft/train";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(sum(randomErase(random.key(0), ones([1, 1, 8, 8]), { size: 2 })).item() < 64, true);
 * ```
 */
export function randomErase(key: Tensor, x: Tensor, options: RandomEraseOptions): Tensor {
  const { size, value = 0 } = options;
  checkImages("randomErase", x);
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`randomErase expects size to be a positive integer but got ${size}`);
  }
  const [count, , height, width] = x.shape;
  const keys = random.split(key);
  const inside = (key: Tensor, extent: number): Tensor => {
    const first = expandDims(
      subtract(random.randint(key, [count], { max: extent }), Math.floor(size / 2)),
      1,
    );
    const place = arange(extent, { dtype: "int32" });
    return logicalAnd(greaterEqual(place, first), less(place, add(first, size)));
  };
  const rows = reshape(inside(index(keys, 0), height), [count, 1, height, 1]);
  const columns = reshape(inside(index(keys, 1), width), [count, 1, 1, width]);
  return where(logicalAnd(rows, columns), value, x);
}

/** Options of `randomBrightness` and `randomContrast`. */
export interface RandomIntensityOptions {
  /** How far the change goes: a factor or an offset within `1 ± amount` or `± amount`. */
  readonly amount: number;
  /** What results are at least; no bound by default. */
  readonly min?: number;
  /** What results are at most; no bound by default. */
  readonly max?: number;
}

function bounded(x: Tensor, { min, max }: RandomIntensityOptions): Tensor {
  if (min === undefined && max === undefined) return x;
  return clip(x, { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) });
}

function draw(
  operation: string,
  key: Tensor,
  x: Tensor,
  { amount }: RandomIntensityOptions,
  around: number,
): Tensor {
  checkImages(operation, x);
  if (!(amount >= 0 && amount < Infinity)) {
    throw new RangeError(`${operation} expects an amount of at least 0 but got ${amount}`);
  }
  return each(random.uniform(key, [x.shape[0]], { min: around - amount, max: around + amount }));
}

/**
 * Images to each of which a number of its own within `± amount` is added.
 *
 * @param x Images [n, channels, rows, columns].
 * @throws {RangeError} If the input has another rank, or the amount is negative.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { randomBrightness } from "@weft/weft/train";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = randomBrightness(random.key(0), ones([1, 1, 2, 2]), { amount: 0.1, max: 1 });
 * assertEquals(x.max().item() <= 1, true);
 * ```
 */
export function randomBrightness(key: Tensor, x: Tensor, options: RandomIntensityOptions): Tensor {
  return bounded(add(x, draw("randomBrightness", key, x, options, 0)), options);
}

/**
 * Images whose distances from their means are each multiplied with a number of its own within `1 ± amount`.
 *
 * @param x Images [n, channels, rows, columns].
 * @throws {RangeError} If the input has another rank, or the amount is negative.
 *
 * @example
 * ```ts
 * import { random, tensor } from "@weft/weft";
 * import { randomContrast } from "@weft/weft/train";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = randomContrast(random.key(0), tensor([[[[1, 3]]]]), { amount: 0.5 });
 * assertEquals(Math.round(x.mean().item()), 2);
 * ```
 */
export function randomContrast(key: Tensor, x: Tensor, options: RandomIntensityOptions): Tensor {
  const factor = draw("randomContrast", key, x, options, 1);
  const center = mean(x, { axes: [1, 2, 3], keepDims: true });
  return bounded(add(multiply(subtract(x, center), factor), center), options);
}

/** Images with targets that are mixed as they are. */
export interface Mixed {
  /** The images. */
  readonly images: Tensor;
  /** Their targets, such as probabilities of classes. */
  readonly targets: Tensor;
}

/** Options of `mixUp`. */
export interface MixUpOptions {
  /** The parameter of the beta distribution that shares are drawn from; 0.2 by default. */
  readonly alpha?: number;
}

/**
 * Each image mixed with another of the batch, and their targets alike: `share x + (1 - share) other` with a share from
 * beta(alpha, alpha) (Zhang et al., "mixup", 2018).
 *
 * @throws {RangeError} If there are not as many targets as images, or alpha is not above 0.
 *
 * @example
 * ```ts
 * import { ones, oneHot, random, tensor } from "@weft/weft";
 * import { mixUp } from "@weft/weft/train";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const targets = oneHot(tensor([0, 1], { dtype: "int32" }), 3);
 * assertEquals(mixUp(random.key(0), { images: ones([2, 1, 4, 4]), targets }).targets.shape, [2, 3]);
 * ```
 */
export function mixUp(key: Tensor, examples: Mixed, options: MixUpOptions = {}): Mixed {
  const { alpha = 0.2 } = options;
  const { images, targets } = examples;
  const count = images.shape[0];
  if (targets.shape[0] !== count) {
    throw new RangeError(
      `mixUp expects a target for each of ${count} images but got ${formatShape(targets.shape)}`,
    );
  }
  const keys = random.split(key);
  const shares = random.beta(index(keys, 0), { a: alpha, b: alpha, shape: [count] });
  const mix = (x: Tensor): Tensor => {
    const share = reshape(shares, [count, ...x.shape.slice(1).map(() => 1)]);
    const other = random.permutation(index(keys, 1), x);
    return add(multiply(x, share), multiply(other, subtract(1, share)));
  };
  return { images: mix(images), targets: mix(targets) };
}
