/**
 * Images made brighter, darker, or of more or less contrast.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { add, clip, mean, multiply, random, subtract, type Tensor } from "../../tensor/mod.ts";
import { checkImages, each } from "./images.ts";

/** Options of `randomBrightness` and `randomContrast`. */
export interface RandomIntensityOptions {
  /** How far the change goes: a factor or an offset within `1 ± amount` or `± amount`. */
  readonly amount: number;
  /** What results are at least; no bound by default. */
  readonly min?: number;
  /** What results are at most; no bound by default. */
  readonly max?: number;
}

const RANDOM_INTENSITY_OPTIONS = { amount: true, min: true, max: true } as const;

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
  checkOptionNames("randomBrightness", options, RANDOM_INTENSITY_OPTIONS);
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
  checkOptionNames("randomContrast", options, RANDOM_INTENSITY_OPTIONS);
  const factor = draw("randomContrast", key, x, options, 1);
  const center = mean(x, { axes: [1, 2, 3], keepDims: true });
  return bounded(add(multiply(subtract(x, center), factor), center), options);
}
