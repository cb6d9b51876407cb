/**
 * Loops over rows that need a whole row at once: softmax, its logarithm, the logarithm of the sum of
 * exponentials, and normalization. Sums are accumulated in double precision.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import { generatedKernel } from "./generated.ts";
import type { KernelReference } from "./kernel.ts";

/** What is made of a row x of n elements. */
export type RowOperation =
  /** `e^(x - max x) / sum e^(x - max x)`. */
  | "softmax"
  /** `x - max x - log sum e^(x - max x)`. */
  | "logSoftmax"
  /** `log sum e^x`, one number for a row. */
  | "logSumExp"
  /** `(x - mean x) r` with `r = 1 / sqrt(variance x + eps)`, and `r`, one number for a row. */
  | "normalize";

/**
 * The loop for an operation. Arguments: addresses of the input and of the outputs (two for normalize); n; the
 * stride along a row; the epsilon of normalize, otherwise 0; extents and then strides of the axes of the rows.
 * A unit is a row. Outputs are contiguous.
 */
export function rowKernel(
  operation: RowOperation,
  dtype: "float32" | "float64",
  axes: number,
): KernelReference {
  return generatedKernel(`${operation}|${dtype}|${axes}`, () => sourceOf(operation, dtype, axes));
}

const BODIES: Readonly<Record<RowOperation, string>> = {
  softmax: `
let m = -Infinity; for (let j = 0; j < n; j++) m = Math.max(m, x[b + j * s]);
let sum = 0; for (let j = 0; j < n; j++) { const e = R(Math.exp(R(x[b + j * s] - m))); y[c + j] = e; sum += e; }
sum = R(sum); for (let j = 0; j < n; j++) y[c + j] = y[c + j] / sum;`,
  logSoftmax: `
let m = -Infinity; for (let j = 0; j < n; j++) m = Math.max(m, x[b + j * s]);
let sum = 0; for (let j = 0; j < n; j++) sum += Math.exp(R(x[b + j * s] - m));
const l = R(Math.log(sum)); for (let j = 0; j < n; j++) y[c + j] = R(x[b + j * s] - m) - l;`,
  logSumExp: `
let m = -Infinity; for (let j = 0; j < n; j++) m = Math.max(m, x[b + j * s]);
const shift = m - m === 0 ? m : 0;
let sum = 0; for (let j = 0; j < n; j++) sum += Math.exp(x[b + j * s] - shift);
y[o + u] = Math.log(sum) + shift;`,
  normalize: `
let sum = 0; for (let j = 0; j < n; j++) sum += x[b + j * s];
const mean = sum / n;
let squares = 0; for (let j = 0; j < n; j++) { const d = x[b + j * s] - mean; squares += d * d; }
const r = R(1 / Math.sqrt(squares / n + eps));
y[q + u] = r;
for (let j = 0; j < n; j++) y[c + j] = (x[b + j * s] - mean) * r;`,
};

function sourceOf(operation: RowOperation, dtype: DType, axes: number): string {
  const round = dtype === "float32" ? "Math.fround" : "(v) => v";
  const second = operation === "normalize";
  let next = 2;
  const lines = [`const p = views.float64, x = views.${dtype}, y = views.${dtype}, R = ${round};`];
  lines.push(`const a = p[at] >>> 0, o = p[at + 1] >>> 0;`);
  if (second) lines.push(`const q = p[at + ${next++}] >>> 0;`);
  lines.push(`const n = p[at + ${next++}] >>> 0, s = p[at + ${next++}] | 0, eps = p[at + ${next++}];`);
  for (let d = 0; d < axes; d++) {
    lines.push(`const n${d} = p[at + ${next + d}] >>> 0, s${d} = p[at + ${next + axes + d}] | 0;`);
  }
  const decode: string[] = [];
  for (let d = axes - 1; d >= 0; d--) {
    decode.push(`{ const w = Math.floor(rest / n${d}); b += (rest - w * n${d}) * s${d}; rest = w; }`);
  }
  return `(views, at, begin, end) => {
${lines.join("\n")}
for (let u = begin; u < end; u++) {
let rest = u, b = a;
${decode.join("\n")}
const c = o + u * n;
${BODIES[operation]}
}
}`;
}
