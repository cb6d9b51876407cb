/**
 * Running sums.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import { generatedKernel } from "./generated.ts";
import type { KernelReference } from "./kernel.ts";

/**
 * The loop that replaces each element of a line by the sum of those up to it, from the front or from the back,
 * summed in double precision. Arguments: addresses of the lines and of the result; the length of a line. Both are
 * contiguous; units are lines.
 */
export function cumsumKernel(dtype: DType, reverse: boolean): KernelReference {
  const order = reverse ? "let j = n - 1; j >= 0; j--" : "let j = 0; j < n; j++";
  return generatedKernel(`cumsum ${dtype}${reverse ? " reverse" : ""}`, () =>
    `(views, at, begin, end) => {
const p = views.float64, x = views.${dtype}, n = p[at + 2];
for (let u = begin; u < end; u++) {
const from = p[at] + u * n, to = p[at + 1] + u * n;
let sum = 0;
for (${order}) x[to + j] = sum += x[from + j];
}
}`);
}
