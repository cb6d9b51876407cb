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
  return generatedKernel(`checkIndices ${dtype} ${operation}`, () =>
    `(views, at, begin, end) => {
const p = views.float64, k = views.${viewName(dtype)}, y = views.int32;
const a = p[at] >>> 0, o = p[at + 1] >>> 0, extent = p[at + 2] >>> 0;
for (let u = begin; u < end; u++) {
const i = k[a + u];
if (i < -extent || i >= extent) {
throw new RangeError("${operation} expects an index within an axis of extent " + extent + " but got " + i);
}
y[o + u] = i < 0 ? i + extent : i;
}
}`);
}
