/**
 * Binary search in sorted lines.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import { generatedKernel } from "./generated.ts";
import { viewName } from "./javascript.ts";
import type { KernelReference } from "./kernel.ts";

/**
 * The loop that finds where values belong in sorted lines, NaN as the greatest: before their equals, or with `right`
 * behind them. Arguments: addresses of the lines, of the values and of the result, all contiguous; the length of a
 * line; the number of values for each. Units are values.
 */
export function searchSortedKernel(dtype: DType, right: boolean): KernelReference {
  return generatedKernel(`searchSorted ${dtype}${right ? " right" : ""}`, () => {
    const before = right ? "!(v < s || (s !== s && v === v))" : "(s < v || (v !== v && s === s))";
    return `(views, at, begin, end) => {
const p = views.float64, x = views.${viewName(dtype)}, y = views.int32;
const a = p[at] >>> 0, b = p[at + 1] >>> 0, o = p[at + 2] >>> 0, n = p[at + 3] >>> 0, m = p[at + 4] >>> 0;
for (let u = begin; u < end; u++) {
const v = x[b + u], line = a + Math.floor(u / m) * n;
let low = 0, high = n;
while (low < high) {
const middle = (low + high) >>> 1, s = x[line + middle];
if (${before}) low = middle + 1; else high = middle;
}
y[o + u] = low;
}
}`;
  });
}
