/**
 * Indices checked against the axis that they are of.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import { generatedKernel } from "./generated.ts";
import { viewName } from "./javascript.ts";
import type { KernelReference } from "./kernel.ts";

/**
 * The loop that copies indices into int32, counted from the start, and throws at the first one outside of the axis,
 * in the name of an operation. Arguments: addresses of the indices and of the result, both contiguous; the extent of
 * the axis. Units are indices.
 */
export function checkIndicesKernel(dtype: DType, operation: string): KernelReference {
  return generatedKernel(`checkIndices ${dtype} ${operation}`, () => checkIndicesSource(dtype, operation));
}

/** The source of the loop. */
export function checkIndicesSource(dtype: DType, operation: string): string {
  // In integers of 32 bits, which take less time than numbers; addresses of bytes may need one more.
  const whole = dtype === "uint8" ? ">>> 0" : "| 0";
  const counted = dtype === "int32" ? "(i + (extent & (i >> 31))) | 0" : "i";
  return `(views, at, begin, end) => {
const p = views.float64, k = views.${viewName(dtype)}, y = views.int32;
const extent = p[at + 2] | 0, move = (p[at + 1] - p[at]) | 0, last = (p[at] + end) ${whole};
for (let u = (p[at] + begin) ${whole}; u < last; u = (u + 1) ${whole}) {
const i = k[u], place = ${counted};
if (place < 0 || place >= extent) {
throw new RangeError("${operation} expects an index within an axis of extent " + extent + " but got " + i);
}
y[(u + move) | 0] = place;
}
}`;
}
