/**
 * Discrete Fourier transforms along one axis.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import type { Tensor } from "../../tensor.ts";
import { FOURIER_OPTIONS, fourierAlong, type FourierOptions } from "./fourier_along.ts";
import type { Complex } from "./transform.ts";

/**
 * The discrete Fourier transform, `X[k] = sum over j of x[j] exp(-2 pi i j k / n)`, as `jnp.fft.fft`. Complex numbers
 * are pairs of tensors. Any extent is transformed in `n log n` steps. In float32 the root mean square of the error is below
 * `1e-7 log2(n)` of that of the result (about 1.8e-7 for a million elements); extents with a prime factor beyond 13 are
 * transformed in double precision within.
 *
 * @throws {RangeError} If there is no such axis, or `n` is no whole number from 1 on.
 *
 * @example
 * ```ts
 * import { fft, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { real, imag } = fft(tensor([1, 0, 0, 0]));
 * assertEquals([real.toArray(), imag.toArray()], [[1, 1, 1, 1], [0, 0, 0, 0]]);
 * ```
 */
export function fft(x: Tensor | Complex, options: FourierOptions = NO_OPTIONS): Complex {
  checkOptionNames("fft", options, FOURIER_OPTIONS);
  return fourierAlong("fft", x, options, false);
}

/**
 * The inverse of `fft`, `x[j] = 1 / n sum over k of X[k] exp(2 pi i j k / n)`, as `jnp.fft.ifft`.
 *
 * @throws {RangeError} If there is no such axis, or `n` is no whole number from 1 on.
 *
 * @example
 * ```ts
 * import { fft, ifft, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(ifft(fft(tensor([1, 2, 3, 4]))).real.toArray(), [1, 2, 3, 4]);
 * ```
 */
export function ifft(x: Tensor | Complex, options: FourierOptions = NO_OPTIONS): Complex {
  checkOptionNames("ifft", options, FOURIER_OPTIONS);
  return fourierAlong("ifft", x, options, true);
}
