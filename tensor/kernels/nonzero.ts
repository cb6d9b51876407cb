/**
 * Listing the positions of what is not zero.
 *
 * @module
 */
import { generatedKernel } from "./generated.ts";
import type { KernelReference } from "./kernel.ts";

/**
 * The loop that lists where the bools of lines are true, the first ones, and -1 for each that is missing. Arguments:
 * addresses of the lines and of the positions (int32), both contiguous; the length of a line, and how many positions
 * are listed. Units are lines.
 */
export function nonzeroKernel(): KernelReference {
  return generatedKernel("nonzero", () =>
    `(views, at, begin, end) => {
const p = views.float64, x = views.uint8, y = views.int32, n = p[at + 2] >>> 0, count = p[at + 3] >>> 0;
for (let u = begin; u < end; u++) {
const a = (p[at] >>> 0) + u * n, stop = (p[at + 1] >>> 0) + (u + 1) * count;
let o = stop - count;
for (let j = 0; j < n && o < stop; j++) {
y[o] = j;
o += x[a + j];
}
for (; o < stop; o++) y[o] = -1;
}
}`);
}
