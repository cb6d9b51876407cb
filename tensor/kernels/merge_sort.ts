/**
 * The stable order of numbers of any dtype.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import { generatedKernel } from "./generated.ts";
import type { KernelReference } from "./kernel.ts";

/**
 * The loop that finds the order which sorts lines, equal elements in the order of their positions, by merging runs
 * of twice the length in each round. NaN is the greatest. Arguments: addresses of the lines, of the order (int32)
 * and of an area of the same size; the length of a line. All are contiguous; units are lines.
 */
export function sortKernel(dtype: DType, descending: boolean): KernelReference {
  const view = dtype === "bool" ? "uint8" : dtype;
  const [high, low] = descending ? ["s", "r"] : ["r", "s"];
  return generatedKernel(
    `sort ${view} ${descending ? "descending" : "ascending"}`,
    () =>
      `(views, at, begin, end) => {
const p = views.float64, x = views.${view}, w = views.int32, n = p[at + 3];
for (let u = begin; u < end; u++) {
const base = p[at] + u * n, result = p[at + 1] + u * n;
let from = result, to = p[at + 2] + u * n;
for (let j = 0; j < n; j++) w[from + j] = j;
for (let width = 1; width < n; width *= 2) {
for (let start = 0; start < n; start += 2 * width) {
const middle = Math.min(start + width, n), stop = Math.min(start + 2 * width, n);
let i = start, k = middle;
for (let j = start; j < stop; j++) {
let right = i === middle;
if (!right && k < stop) {
const r = x[base + w[from + i]], s = x[base + w[from + k]];
right = ${high} > ${low} || (${high} !== ${high} && ${low} === ${low});
}
w[to + j] = w[from + (right ? k++ : i++)];
}
}
const t = from;
from = to;
to = t;
}
if (from !== result) for (let j = 0; j < n; j++) w[result + j] = w[from + j];
}
}`,
  );
}
