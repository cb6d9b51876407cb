/**
 * Bad input of Fourier transforms.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import { f32, keys, wrong } from "../operands.ts";
import type { Row } from "../row.ts";

/** Calls that fail. */
export const ROWS: readonly Row[] = [
  ["fft", () => t.fft(t.tensor(1)), "RangeError", "with an axis", "a scalar"],
  ["fft", () => t.fft(f32, { axis: 2 }), "RangeError", "within rank 2", "2"],
  ["fft", () => t.fft(f32, { n: 0 }), "RangeError", "from 1 on", "0"],
  ["fft", () => t.fft(f32, { norm: wrong("half") }), "RangeError", "half"],
  ["fft", () => t.fft(wrong(null)), "TypeError", "real, imag", "null"],
  ["ifft", () => t.ifft(keys), "TypeError", "random keys"],
  ["rfft", () => t.rfft(wrong({ real: f32, imag: f32 })), "TypeError", "a tensor or a number"],
  ["irfft", () => t.irfft(t.ones([1])), "RangeError", "from 1 on", "0"],
  ["fftn", () => t.fftn(f32, { axes: [0, 0] }), "RangeError", "each axis once", "[0,0]"],
  ["ifftn", () => t.ifftn(f32, { axes: [3] }), "RangeError", "within rank 2", "3"],
  ["fft2", () => t.fft2(t.ones([2])), "RangeError", "within rank 1"],
  ["ifft2", () => t.ifft2(t.ones([2])), "RangeError", "within rank 1"],
  ["fftFrequencies", () => t.fftFrequencies(0), "RangeError", "from 1 on", "0"],
  ["rfftFrequencies", () => t.rfftFrequencies(2, { spacing: 0 }), "RangeError", "other than 0"],
  ["fftShift", () => t.fftShift(f32, [2]), "RangeError", "within rank 2", "2"],
  ["ifftShift", () => t.ifftShift(f32, [2]), "RangeError", "within rank 2", "2"],
];
