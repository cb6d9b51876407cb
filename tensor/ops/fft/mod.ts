/**
 * Discrete Fourier transforms, of complex numbers as pairs of tensors.
 *
 * @module
 */
export { fft, ifft } from "./fft.ts";
export { fft2, fftn, type FourierAxesOptions, ifft2, ifftn } from "./fftn.ts";
export type { FourierNorm, FourierOptions } from "./fourier_along.ts";
export { type InverseRealOptions, irfft, rfft } from "./rfft.ts";
export {
  fftFrequencies,
  fftShift,
  type FrequencyOptions,
  ifftShift,
  rfftFrequencies,
} from "./frequencies.ts";
export type { Complex } from "./transform.ts";
