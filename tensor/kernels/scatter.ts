/**
 * Loops that write parts into a copy of a tensor at positions that another one holds.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import { generatedKernel } from "./generated.ts";
import { viewName } from "./javascript.ts";
import type { KernelReference } from "./kernel.ts";

/** What a part does to what is there: it takes its place, or is combined with it. */
export type Scatter = "set" | "add" | "multiply" | "min" | "max";

function combined(how: Scatter, dtype: DType, old: string, update: string): string {
  switch (how) {
    case "set":
      return update;
    case "add":
      return `${old} + ${update}`;
    case "multiply":
      return dtype === "float32" || dtype === "float64"
        ? `${old} * ${update}`
        : `Math.imul(${old}, ${update})`;
    default:
      return `Math.${how}(${old}, ${update})`;
  }
}

/** Statements that read a position, and go on where it is outside. */
const POSITION = `let i = k[ka + j];
if (i < 0) i += extent;
if (i < 0 || i >= extent) continue;`;

/**
 * The loop that copies its input and then writes parts along one axis, in the order of the positions; parts outside
 * of the axis are left out. Arguments: addresses of the input, of the positions, of the parts and of the output, all
 * contiguous; the number of positions; the extent of the axis; elements of a part. A unit is one element of a part,
 * for each index of the outer axes, so that no two units write the same element.
 */
export function scatterKernel(how: Scatter, dtype: DType): KernelReference {
  return generatedKernel(`scatter ${how} ${dtype}`, () =>
    `(views, at, begin, end) => {
const p = views.float64, x = views.${viewName(dtype)}, k = views.int32;
const a = p[at] >>> 0, ka = p[at + 1] >>> 0, b = p[at + 2] >>> 0, o = p[at + 3] >>> 0, count = p[at + 4] >>> 0;
const extent = p[at + 5] >>> 0, size = p[at + 6] >>> 0;
for (let done = begin; done < end;) {
const outer = Math.floor(done / size), first = done - outer * size;
const stop = Math.min(size, first + end - done);
const from = b + outer * count * size, to = o + outer * extent * size, move = a - o;
if (stop - first === size) x.copyWithin(to, to + move, to + move + extent * size);
else for (let row = 0; row < extent; row++) {
const t = to + row * size;
for (let c = first; c < stop; c++) x[t + c] = x[t + move + c];
}
if (size === 1) {
for (let j = 0; j < count; j++) {
${POSITION}
x[to + i] = ${combined(how, dtype, "x[to + i]", "x[from + j]")};
}
} else for (let j = 0; j < count; j++) {
${POSITION}
const t = to + i * size, f = from + j * size;
for (let c = first; c < stop; c++) x[t + c] = ${combined(how, dtype, "x[t + c]", "x[f + c]")};
}
done += stop - first;
}
}`);
}
