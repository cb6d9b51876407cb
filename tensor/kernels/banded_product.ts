/**
 * Products along an axis with a matrix whose rows have few neighbouring elements that are not 0.
 *
 * @module
 */
import { generatedKernel } from "./generated.ts";
import type { KernelReference } from "./kernel.ts";
import type { FloatingDType } from "./plan.ts";

/**
 * The loop for `y[.., i, ..] = sum of w[i, t] x[.., starts[i] + t, ..]`. Arguments: addresses of the elements, of the
 * weights [to, taps], of the starts (int32) and of the output, all contiguous; the extent of the axis before and after;
 * the taps; the elements behind one of the axis. A unit is an index of the axes up to this one.
 */
export function bandedProductKernel(dtype: FloatingDType): KernelReference {
  return generatedKernel(`bandedProduct ${dtype}`, () =>
    `(views, at, begin, end) => {
const p = views.float64, x = views.${dtype}, k = views.int32;
const a = p[at] >>> 0, w = p[at + 1] >>> 0, s = p[at + 2] >>> 0, o = p[at + 3] >>> 0;
const from = p[at + 4] >>> 0, to = p[at + 5] >>> 0, taps = p[at + 6] >>> 0, size = p[at + 7] >>> 0;
for (let u = begin; u < end; u++) {
const outer = Math.floor(u / to), i = u - outer * to;
const first = a + (outer * from + k[s + i]) * size, row = w + i * taps;
for (let c = 0; c < size; c++) {
let sum = 0;
for (let t = 0; t < taps; t++) sum += x[row + t] * x[first + t * size + c];
x[o + u * size + c] = sum;
}
}
}`);
}
