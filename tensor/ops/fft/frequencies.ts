/**
 * The frequencies of transforms, and their order.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { checkTensor } from "../../check_tensor.ts";
import { normalizeAxis } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { concatenate } from "../concatenate.ts";
import { tensor } from "../create.ts";
import { slice } from "../slice.ts";

/** Options of `fftFrequencies` and `rfftFrequencies`. */
export interface FrequencyOptions {
  /** The distance between samples; 1 by default. */
  readonly spacing?: number;
  /** The dtype of the result; float32 by default. */
  readonly dtype?: "float32" | "float64";
}

const FREQUENCY_OPTIONS = { spacing: true, dtype: true } as const;

function frequencies(
  operation: string,
  n: number,
  { spacing = 1, dtype = "float32" }: FrequencyOptions,
  list: readonly number[],
): Tensor {
  if (!(Math.abs(spacing) > 0)) {
    throw new RangeError(`${operation} expects spacing other than 0 but got ${spacing}`);
  }
  return tensor(list.map((k) => k / (n * spacing)), { dtype });
}

function checkCount(operation: string, n: number): void {
  if (!Number.isInteger(n) || n < 1) {
    throw new RangeError(`${operation} expects n to be a whole number from 1 on but got ${n}`);
  }
}

/**
 * The frequencies of the elements of a transform, in cycles per unit: 0, 1, ... up to the middle, then the negative
 * ones, over `n spacing`. As `jnp.fft.fftfreq`.
 *
 * @throws {RangeError} If `n` is no whole number from 1 on.
 *
 * @example
 * ```ts
 * import { fftFrequencies } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(fftFrequencies(4).toArray(), [0, 0.25, -0.5, -0.25]);
 * ```
 */
export function fftFrequencies(n: number, options: FrequencyOptions = NO_OPTIONS): Tensor {
  checkOptionNames("fftFrequencies", options, FREQUENCY_OPTIONS);
  checkCount("fftFrequencies", n);
  const half = Math.ceil(n / 2);
  return frequencies("fftFrequencies", n, options, Array.from({ length: n }, (_, k) => k < half ? k : k - n));
}

/**
 * The frequencies of the elements of `rfft`, as `jnp.fft.rfftfreq`.
 *
 * @throws {RangeError} If `n` is no whole number from 1 on.
 *
 * @example
 * ```ts
 * import { rfftFrequencies } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(rfftFrequencies(4).toArray(), [0, 0.25, 0.5]);
 * ```
 */
export function rfftFrequencies(n: number, options: FrequencyOptions = NO_OPTIONS): Tensor {
  checkOptionNames("rfftFrequencies", options, FREQUENCY_OPTIONS);
  checkCount("rfftFrequencies", n);
  return frequencies(
    "rfftFrequencies",
    n,
    options,
    Array.from({ length: Math.floor(n / 2) + 1 }, (_, k) => k),
  );
}

function rotate(operation: string, x: Tensor, axes: readonly number[] | undefined, up: boolean): Tensor {
  checkTensor(operation, x);
  const list = axes ?? x.shape.map((_, i) => i);
  return list.map((axis) => normalizeAxis(operation, axis, x.rank)).reduce((result, axis) => {
    const extent = x.shape[axis];
    const cut = up ? Math.ceil(extent / 2) : Math.floor(extent / 2);
    const part = (start: number, stop: number): Tensor =>
      slice(result, x.shape.map((size, i) => i === axis ? [start, stop] as const : [0, size] as const));
    return concatenate([part(cut, extent), part(0, cut)], axis);
  }, x);
}

/**
 * The zero frequency moved to the middle of axes, all by default, as `jnp.fft.fftshift`.
 *
 * @throws {RangeError} If an axis does not exist.
 *
 * @example
 * ```ts
 * import { fftShift, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(fftShift(tensor([0, 1, 2, -2, -1])).toArray(), [-2, -1, 0, 1, 2]);
 * ```
 */
export function fftShift(x: Tensor, axes?: readonly number[]): Tensor {
  return rotate("fftShift", x, axes, true);
}

/**
 * The inverse of `fftShift`, as `jnp.fft.ifftshift`.
 *
 * @throws {RangeError} If an axis does not exist.
 *
 * @example
 * ```ts
 * import { ifftShift, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(ifftShift(tensor([-2, -1, 0, 1, 2])).toArray(), [0, 1, 2, -2, -1]);
 * ```
 */
export function ifftShift(x: Tensor, axes?: readonly number[]): Tensor {
  return rotate("ifftShift", x, axes, false);
}
