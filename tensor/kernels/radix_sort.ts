/**
 * The stable order of uint32 words.
 *
 * @module
 */
import { generatedKernel } from "./generated.ts";
import type { KernelReference } from "./kernel.ts";

/** Lines up to this length are sorted by insertion, which needs no histogram. */
const SHORT = 32;

/** A pass over one digit: reads words and positions, writes them in the order of the digit. */
function pass(word: string, origin: string, digit: string, histogram: number, store: string): string {
  return `for (let j = 0; j < n; j++) {
const v = ${word}, d = h + ${histogram} + (${digit}), t = w[d];
w[d] = t + 1;
${store.replaceAll("ORIGIN", origin)}
}`;
}

/**
 * The loop that finds the order which sorts lines of words, equal ones in the order of their positions: least
 * significant digit first, in digits of 11, 11 and 10 bits. Arguments: addresses of the words, of the order, and
 * of four areas of the size of the words for two rounds of words and positions; the length of a line. All are
 * contiguous; units are lines. The scratch area holds the histograms.
 */
export function sortOrderKernel(): KernelReference {
  return generatedKernel("sortOrder", () =>
    `(views, at, begin, end) => {
const p = views.float64, w = views.int32, h = views.scratch / 4, n = p[at + 6] >>> 0;
for (let u = begin; u < end; u++) {
const x = (p[at] >>> 0) + u * n, y = (p[at + 1] >>> 0) + u * n;
if (n <= ${SHORT}) {
for (let j = 0; j < n; j++) {
const v = w[x + j] >>> 0;
let t = j;
for (; t > 0 && (w[x + w[y + t - 1]] >>> 0) > v; t--) w[y + t] = w[y + t - 1];
w[y + t] = j;
}
continue;
}
const k1 = (p[at + 2] >>> 0) + u * n, i1 = (p[at + 3] >>> 0) + u * n;
const k2 = (p[at + 4] >>> 0) + u * n, i2 = (p[at + 5] >>> 0) + u * n;
for (let q = 0; q < 6144; q++) w[h + q] = 0;
for (let j = 0; j < n; j++) {
const v = w[x + j];
w[h + (v & 2047)]++; w[h + 2048 + ((v >>> 11) & 2047)]++; w[h + 4096 + (v >>> 22)]++;
}
for (let part = h; part < h + 6144; part += 2048) {
for (let q = 0, sum = 0; q < 2048; q++) { const c = w[part + q]; w[part + q] = sum; sum += c; }
}
${pass("w[x + j]", "j", "v & 2047", 0, "w[k1 + t] = v; w[i1 + t] = ORIGIN;")}
${pass("w[k1 + j]", "w[i1 + j]", "(v >>> 11) & 2047", 2048, "w[k2 + t] = v; w[i2 + t] = ORIGIN;")}
${pass("w[k2 + j]", "w[i2 + j]", "v >>> 22", 4096, "w[y + t] = ORIGIN;")}
}
}`);
}
