/**
 * Discrete Fourier transforms over several axes.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { normalizeAxis } from "../../shape.ts";
import { Tensor } from "../../tensor.ts";
import { floats, fourierAlong, type FourierNorm, pairOf } from "./fourier_along.ts";
import type { Complex } from "./transform.ts";

/** Options of transforms over several axes. */
export interface FourierAxesOptions {
  /** The axes, negative from the end; all by default (the last two for `fft2` and `ifft2`). */
  readonly axes?: readonly number[];
  /** By what the transform is divided; "backward" by default. */
  readonly norm?: FourierNorm;
}

const FOURIER_AXES_OPTIONS = { axes: true, norm: true } as const;

function over(
  operation: string,
  x: Tensor | Complex,
  options: FourierAxesOptions,
  isInverse: boolean,
): Complex {
  const given = x instanceof Tensor ? floats(operation, x) : pairOf(operation, x);
  const { rank } = given instanceof Tensor ? given : given.real;
  const axes = (options.axes ?? Array.from({ length: rank }, (_, i) => i)).map((axis) =>
    normalizeAxis(operation, axis, rank)
  );
  if (new Set(axes).size !== axes.length) {
    throw new RangeError(`${operation} expects each axis once but got ${JSON.stringify(options.axes)}`);
  }
  const { norm = "backward" } = options;
  const result = axes.reduceRight<Tensor | Complex>(
    (result, axis) => fourierAlong(operation, result, { axis, norm }, isInverse),
    given,
  );
  return result instanceof Tensor ? pairOf(operation, result) : result;
}

/**
 * The transform over several axes, all by default, as `jnp.fft.fftn`.
 *
 * @throws {RangeError} If an axis does not exist, or is given twice.
 *
 * @example
 * ```ts
 * import { fftn, ones } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(fftn(ones([2, 2])).real.toArray(), [[4, 0], [0, 0]]);
 * ```
 */
export function fftn(x: Tensor | Complex, options: FourierAxesOptions = NO_OPTIONS): Complex {
  checkOptionNames("fftn", options, FOURIER_AXES_OPTIONS);
  return over("fftn", x, options, false);
}

/**
 * The inverse of `fftn`, as `jnp.fft.ifftn`.
 *
 * @throws {RangeError} If an axis does not exist, or is given twice.
 *
 * @example
 * ```ts
 * import { fftn, ifftn, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(ifftn(fftn(tensor([[1, 2], [3, 4]]))).real.toArray(), [[1, 2], [3, 4]]);
 * ```
 */
export function ifftn(x: Tensor | Complex, options: FourierAxesOptions = NO_OPTIONS): Complex {
  checkOptionNames("ifftn", options, FOURIER_AXES_OPTIONS);
  return over("ifftn", x, options, true);
}

/**
 * The transform over the last two axes, as `jnp.fft.fft2`.
 *
 * @throws {RangeError} If an axis does not exist, or is given twice.
 *
 * @example
 * ```ts
 * import { fft2, ones } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(fft2(ones([5, 2, 2])).real.shape, [5, 2, 2]);
 * ```
 */
export function fft2(x: Tensor | Complex, options: FourierAxesOptions = NO_OPTIONS): Complex {
  checkOptionNames("fft2", options, FOURIER_AXES_OPTIONS);
  return over("fft2", x, { axes: [-2, -1], ...options }, false);
}

/**
 * The inverse of `fft2`, as `jnp.fft.ifft2`.
 *
 * @throws {RangeError} If an axis does not exist, or is given twice.
 *
 * @example
 * ```ts
 * import { fft2, ifft2, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(ifft2(fft2(tensor([[1, 2], [3, 4]]))).real.toArray(), [[1, 2], [3, 4]]);
 * ```
 */
export function ifft2(x: Tensor | Complex, options: FourierAxesOptions = NO_OPTIONS): Complex {
  checkOptionNames("ifft2", options, FOURIER_AXES_OPTIONS);
  return over("ifft2", x, { axes: [-2, -1], ...options }, true);
}
