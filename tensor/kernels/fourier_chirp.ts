/**
 * Transforms of any length as convolutions with a chirp, `exp(-i pi j^2 / n)` (Bluestein, 1970), in double precision.
 *
 * @module
 */
import { generatedKernel } from "./generated.ts";
import type { KernelReference } from "./kernel.ts";
import type { FloatingDType } from "./plan.ts";

/**
 * The lines multiplied by the chirp and filled with zeros. Arguments: addresses of the real and imaginary parts, of those
 * of the result, of the chirp (n cosines, then n sines); n; the elements of a line of the result. Units are lines.
 */
export function chirpKernel(dtype: FloatingDType): KernelReference {
  return generatedKernel(`chirp ${dtype}`, () =>
    `(views, at, begin, end) => {
const p = views.float64, x = views.${dtype}, c = p[at + 4], n = p[at + 5], m = p[at + 6], s = c + n;
for (let u = begin; u < end; u++) {
const re = p[at] + u * n, im = p[at + 1] + u * n, toRe = p[at + 2] + u * m, toIm = p[at + 3] + u * m;
for (let i = 0; i < n; i++) {
const a = x[re + i], b = x[im + i];
p[toRe + i] = a * p[c + i] + b * p[s + i];
p[toIm + i] = b * p[c + i] - a * p[s + i];
}
p.fill(0, toRe + n, toRe + m);
p.fill(0, toIm + n, toIm + m);
}
}`);
}

/**
 * The filter of a convolution with the chirp. Arguments: addresses of its real and imaginary parts and of the chirp; n;
 * the elements of the filter. The one unit is the filter.
 */
export function chirpFilterKernel(): KernelReference {
  return generatedKernel("chirp filter", () =>
    `(views, at) => {
const p = views.float64, n = p[at + 3], m = p[at + 4];
for (const part of [0, 1]) {
const to = p[at + part], from = p[at + 2] + part * n;
p.fill(0, to, to + m);
for (let i = 0; i < n; i++) p[to + i] = p[to + (m - i) % m] = p[from + i];
}
}`);
}

/**
 * The lines multiplied by one line, and by a factor. Arguments: addresses of the real and imaginary parts of the lines,
 * which are replaced, and of the line; their elements; the factor. Units are lines.
 */
export function chirpProductKernel(): KernelReference {
  return generatedKernel("chirp product", () =>
    `(views, at, begin, end) => {
const p = views.float64, c = p[at + 2], s = p[at + 3], m = p[at + 4], factor = p[at + 5];
for (let u = begin; u < end; u++) {
const re = p[at] + u * m, im = p[at + 1] + u * m;
for (let i = 0; i < m; i++) {
const a = p[re + i] * factor, b = p[im + i] * factor;
p[re + i] = a * p[c + i] - b * p[s + i];
p[im + i] = a * p[s + i] + b * p[c + i];
}
}
}`);
}

/**
 * The beginnings of the lines multiplied by the chirp. Arguments: addresses of the real and imaginary parts, of those of
 * the result, of the chirp; n; the elements of a line that is read. Units are lines.
 */
export function chirpResultKernel(dtype: FloatingDType): KernelReference {
  return generatedKernel(`chirp result ${dtype}`, () =>
    `(views, at, begin, end) => {
const p = views.float64, x = views.${dtype}, c = p[at + 4], n = p[at + 5], m = p[at + 6], s = c + n;
for (let u = begin; u < end; u++) {
const re = p[at] + u * m, im = p[at + 1] + u * m, toRe = p[at + 2] + u * n, toIm = p[at + 3] + u * n;
for (let i = 0; i < n; i++) {
const a = p[re + i], b = p[im + i];
x[toRe + i] = a * p[c + i] + b * p[s + i];
x[toIm + i] = b * p[c + i] - a * p[s + i];
}
}
}`);
}

/**
 * Real lines, or lines of the spectrum of real ones, as complex lines. Arguments: addresses of the real and imaginary
 * parts, of those of the result; n, the elements of a line of the result; the elements of a line of the spectrum, 0 for
 * real lines. Units are lines.
 */
export function complexLinesKernel(dtype: FloatingDType): KernelReference {
  return generatedKernel(`complex lines ${dtype}`, () =>
    `(views, at, begin, end) => {
const p = views.float64, x = views.${dtype}, n = p[at + 4], wide = p[at + 5];
for (let u = begin; u < end; u++) {
const toRe = p[at + 2] + u * n, toIm = p[at + 3] + u * n;
if (wide === 0) {
const re = p[at] + u * n;
for (let i = 0; i < n; i++) {
x[toRe + i] = x[re + i];
x[toIm + i] = 0;
}
continue;
}
const re = p[at] + u * wide, im = p[at + 1] + u * wide;
for (let i = 0; i < n; i++) {
const from = i < wide ? i : n - i;
x[toRe + i] = x[re + from];
x[toIm + i] = i < wide ? x[im + i] : -x[im + from];
}
}
}`);
}
