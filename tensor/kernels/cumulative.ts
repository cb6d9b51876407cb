/**
 * Running sums, products, extremes and logarithms of sums, and linear recurrences.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import { generatedKernel } from "./generated.ts";
import { viewName } from "./javascript.ts";
import type { KernelReference } from "./kernel.ts";

/** What runs along a line. */
export type Running = "sum" | "prod" | "max" | "min" | "logSumExp";

/** The state before a line, and what an element `v` does to it and is replaced by. */
function stepOf(running: Running, dtype: DType): { readonly state: string; readonly step: string } {
  const float = dtype === "float32" || dtype === "float64";
  switch (running) {
    case "sum":
      if (dtype !== "float64") return { state: "let s = 0;", step: "x[to + j] = s += v;" };
      // What each sum rounds away is kept beside it (Neumaier, 1974); infinities have nothing beside them.
      return {
        state: "let s = 0, c = 0;",
        step: `const sum = s + v;
if (sum - sum === 0) c += Math.abs(s) >= Math.abs(v) ? s - sum + v : v - sum + s;
x[to + j] = (s = sum) + c;`,
      };
    case "prod":
      return { state: "let s = 1;", step: `x[to + j] = s = ${float ? "s * v" : "Math.imul(s, v)"};` };
    case "max":
    case "min":
      return {
        state: "let first = true, s = 0;",
        step: `x[to + j] = s = first ? v : Math.${running}(s, v); first = false;`,
      };
    case "logSumExp":
      // The greatest element so far, and the sum of the exponentials of the distances from it.
      return {
        state: "let m = -Infinity, s = 0;",
        step: `if (v > m) { s = s * Math.exp(m - v) + 1; m = v; }
else if (v === m) s += m === -Infinity ? 0 : 1;
else if (v !== v) s = NaN;
else s += Math.exp(v - m);
x[to + j] = m === Infinity && s === s ? m : m + Math.log(s);`,
      };
  }
}

/**
 * The loop that replaces each element of a line by what runs up to it, from the front or from the back, in double
 * precision. Arguments: addresses of the lines and of the result; the length of a line. Both are contiguous; units
 * are lines.
 */
export function cumulativeKernel(running: Running, dtype: DType, reverse: boolean): KernelReference {
  const order = reverse ? "let j = n - 1; j >= 0; j--" : "let j = 0; j < n; j++";
  return generatedKernel(`cumulative ${running} ${dtype}${reverse ? " reverse" : ""}`, () => {
    const { state, step } = stepOf(running, dtype);
    return `(views, at, begin, end) => {
const p = views.float64, x = views.${viewName(dtype)}, n = p[at + 2];
for (let u = begin; u < end; u++) {
const from = p[at] + u * n, to = p[at + 1] + u * n;
${state}
for (${order}) {
const v = x[from + j];
${step}
}
}
}`;
  });
}

/**
 * The loop of the recurrence `h = a h + b` along lines, from the front or from the back, carried in double precision.
 * Arguments: addresses of a, of b and of the result; the length of a line. All are contiguous; units are lines.
 */
export function recurrenceKernel(dtype: DType, reverse: boolean): KernelReference {
  const order = reverse ? "let j = n - 1; j >= 0; j--" : "let j = 0; j < n; j++";
  const first = reverse ? "n - 1" : "0";
  return generatedKernel(
    `recurrence ${dtype}${reverse ? " reverse" : ""}`,
    () =>
      `(views, at, begin, end) => {
const p = views.float64, x = views.${viewName(dtype)}, n = p[at + 3];
for (let u = begin; u < end; u++) {
const a = p[at] + u * n, b = p[at + 1] + u * n, to = p[at + 2] + u * n;
let h = 0;
for (${order}) x[to + j] = h = j === ${first} ? x[b + j] : x[a + j] * h + x[b + j];
}
}`,
  );
}
