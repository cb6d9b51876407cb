/**
 * Discrete Fourier transforms of real numbers, and back.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import type { Tensor } from "../../tensor.ts";
import { multiply } from "../arithmetic.ts";
import { swapAxes } from "../transpose.ts";
import {
  both,
  fit,
  floats,
  FOURIER_OPTIONS,
  type FourierOptions,
  lineOf,
  pairOf,
  scaled,
} from "./fourier_along.ts";
import { type Complex, fourierOfReal, fourierToReal } from "./transform.ts";

/**
 * The first `n / 2 + 1` elements of the transform of real numbers; the others are their conjugates. As `jnp.fft.rfft`.
 *
 * @throws {TypeError} If `x` is no tensor of numbers.
 * @throws {RangeError} If there is no such axis, or `n` is no whole number from 1 on.
 *
 * @example
 * ```ts
 * import { rfft, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(rfft(tensor([1, 1, 1, 1])).real.toArray(), [4, 0, 0]);
 * ```
 */
export function rfft(x: Tensor, options: FourierOptions = NO_OPTIONS): Complex {
  checkOptionNames("rfft", options, FOURIER_OPTIONS);
  const real = floats("rfft", x);
  const { axis, n, factor } = lineOf("rfft", real.shape, options, false);
  const last = swapAxes(fit(real, axis, n), axis, -1);
  return scaled(both(fourierOfReal(last, false), (part) => swapAxes(part, axis, -1)), factor);
}

/** Options of `irfft`. */
export interface InverseRealOptions extends FourierOptions {
  /** The extent of the result; `2 (m - 1)` for m elements by default. */
  readonly n?: number;
}

const INVERSE_REAL_OPTIONS = { n: true, axis: true, norm: true } as const;

/**
 * The real numbers whose transform begins with the given elements, the inverse of `rfft`, as `jnp.fft.irfft`.
 *
 * @throws {RangeError} If there is no such axis, or `n` is no whole number from 1 on.
 *
 * @example
 * ```ts
 * import { irfft, rfft, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(irfft(rfft(tensor([1, 2, 3, 4]))).toArray(), [1, 2, 3, 4]);
 * ```
 */
export function irfft(x: Tensor | Complex, options: InverseRealOptions = NO_OPTIONS): Tensor {
  checkOptionNames("irfft", options, INVERSE_REAL_OPTIONS);
  const given = pairOf("irfft", x);
  const { shape, rank } = given.real;
  const { axis, n, factor } = lineOf(
    "irfft",
    shape,
    { ...options, n: options.n ?? 2 * ((shape.at(options.axis ?? -1) ?? 1) - 1) },
    true,
  );
  const last = both(given, (part) => swapAxes(fit(part, axis, Math.floor(n / 2) + 1), axis, rank - 1));
  const line = fourierToReal(last, n);
  return swapAxes(factor === 1 ? line : multiply(line, factor), axis, rank - 1);
}
