/**
 * Discrete Fourier transforms, of complex numbers as pairs of tensors.
 *
 * @module
 */
export {
  fft,
  fft2,
  fftn,
  type FourierAxesOptions,
  type FourierNorm,
  type FourierOptions,
  ifft,
  ifft2,
  ifftn,
  type InverseRealOptions,
  irfft,
  rfft,
} from "./fft.ts";
export {
  fftFrequencies,
  fftShift,
  type FrequencyOptions,
  ifftShift,
  rfftFrequencies,
} from "./frequencies.ts";
export type { Complex } from "./transform.ts";
