/**
 * Loops that read and add at positions that another tensor holds.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import { generatedKernel } from "./generated.ts";
import { viewName } from "./javascript.ts";
import type { KernelReference } from "./kernel.ts";

/** What is read at a position outside of the axis: the value that stands for a missing one, or zero. */
export type Outside = "missing" | "zero";

const MISSING: Readonly<Record<DType, number>> = {
  float32: NaN,
  float64: NaN,
  float16: NaN,
  bfloat16: NaN,
  int32: -2147483648,
  uint32: 4294967295,
  uint8: 255,
  bool: 1,
  key: 4294967295,
};

/** The value that stands for a missing one. */
export function missingOf(dtype: DType): number {
  return MISSING[dtype];
}

function fillOf(outside: Outside, dtype: DType): string {
  return outside === "zero" ? "0" : String(MISSING[dtype]);
}

/** The statements that read a position: counted from the end where it is negative, -1 where it is outside. */
function position(index: string, extent: string): string {
  return `let i = ${index};
if (i < 0) i += ${extent};
if (i < 0 || i >= ${extent}) i = -1;`;
}

/** What a gathering loop is made for. */
export interface GatherForm {
  /** Type of the elements. */
  readonly dtype: DType;
  /** Type of the positions. */
  readonly indices: DType;
  /** Number of axes before the one that is read from, after merging. */
  readonly outer: number;
  /** Number of axes after it, after merging. */
  readonly inner: number;
  /** What is read outside of the axis. */
  readonly outside: Outside;
}

/**
 * The loop that copies the parts of one axis at given positions. Arguments: addresses of the elements, of the
 * positions and of the output, both contiguous; the number of positions; extent and stride of the axis; elements
 * of a part; extents and then strides of the outer axes; extents and then strides of the inner ones. A unit is
 * one part of the output.
 */
export function gatherKernel(form: GatherForm): KernelReference {
  const { dtype, indices, outer, inner, outside } = form;
  return generatedKernel(`gather|${dtype}|${indices}|${outer}|${inner}|${outside}`, () => {
    const lines: string[] = [];
    let next = 7;
    for (const [name, step, rank] of [["n", "s", outer], ["m", "r", inner]] as const) {
      for (let d = 0; d < rank; d++) lines.push(`const ${name}${d} = p[at + ${next++}] >>> 0;`);
      for (let d = 0; d < rank; d++) lines.push(`const ${step}${d} = p[at + ${next++}] | 0;`);
    }
    const decode: string[] = [];
    for (let d = outer - 1; d >= 0; d--) {
      decode.push(`{ const q = Math.floor(rest / n${d}); base += (rest - q * n${d}) * s${d}; rest = q; }`);
    }
    const open: string[] = [];
    let base = "base";
    for (let d = 0; d < inner; d++) {
      open.push(`for (let j${d} = 0; j${d} < m${d}; j${d}++) {\nconst b${d} = ${base} + j${d} * r${d};`);
      base = `b${d}`;
    }
    return `(views, at, begin, end) => {
const p = views.float64, x = views.${viewName(dtype)}, k = views.${viewName(indices)};
const a = p[at] >>> 0, ka = p[at + 1] >>> 0, o = p[at + 2] >>> 0, count = p[at + 3] >>> 0;
const extent = p[at + 4] >>> 0, stride = p[at + 5] | 0, size = p[at + 6] >>> 0;
${lines.join("\n")}
let part = Math.floor(begin / count), j = begin - part * count, to = o + begin * size;
for (let u = begin; u < end; u++, j++) {
if (j === count) { j = 0; part++; }
${position("k[ka + j]", "extent")}
if (i === -1) { for (const stop = to + size; to < stop; to++) x[to] = ${fillOf(outside, dtype)}; continue; }
let rest = part, base = a + i * stride;
${decode.join("\n")}
${open.join("\n")}
x[to++] = x[${base}];
${"}".repeat(inner)}
}
}`;
  });
}

/**
 * The loop that adds the parts of its input to zeros at given positions along one axis, in the order of the
 * positions. Arguments: addresses of the parts, of the positions and of the output, all contiguous; the number
 * of positions; the extent of the output's axis; elements of a part. A unit is one element of a part, for each
 * index of the outer axes, so that no two units write the same element.
 */
export function scatterAddKernel(dtype: DType, indices: DType): KernelReference {
  return generatedKernel(`scatterAdd|${dtype}|${indices}`, () =>
    `(views, at, begin, end) => {
const p = views.float64, x = views.${viewName(dtype)}, k = views.${viewName(indices)};
const a = p[at] >>> 0, ka = p[at + 1] >>> 0, o = p[at + 2] >>> 0, count = p[at + 3] >>> 0;
const extent = p[at + 4] >>> 0, size = p[at + 5] >>> 0;
for (let done = begin; done < end;) {
const outer = Math.floor(done / size), first = done - outer * size;
const stop = Math.min(size, first + end - done);
const from = a + outer * count * size, to = o + outer * extent * size;
for (let row = 0; row < extent; row++) {
const t = to + row * size;
for (let c = first; c < stop; c++) x[t + c] = 0;
}
for (let j = 0; j < count; j++) {
${position("k[ka + j]", "extent")}
if (i === -1) continue;
const t = to + i * size, f = from + j * size;
for (let c = first; c < stop; c++) x[t + c] += x[f + c];
}
done += stop - first;
}
}`);
}

/**
 * The loop along one axis where every line has positions of its own: it reads elements at them, or with `add`
 * adds elements to zeros at them. Arguments: addresses of the elements, of the positions and of the output; the
 * number of positions of a line; the extent that they count in; strides of the three along the axis; extents of
 * the other axes, and for each of the three its strides along them. A unit is a line.
 */
export function alongAxisKernel(
  add: boolean,
  dtype: DType,
  indices: DType,
  rank: number,
  outside: Outside,
): KernelReference {
  return generatedKernel(`alongAxis|${add}|${dtype}|${indices}|${rank}|${outside}`, () => {
    const lines: string[] = [];
    for (let d = 0; d < rank; d++) lines.push(`const n${d} = p[at + ${8 + d}] >>> 0;`);
    ["x", "k", "y"].forEach((name, i) => {
      for (let d = 0; d < rank; d++) lines.push(`const ${name}${d} = p[at + ${8 + rank * (i + 1) + d}] | 0;`);
    });
    const decode: string[] = [];
    for (let d = rank - 1; d >= 0; d--) {
      decode.push(
        `{ const q = Math.floor(rest / n${d}), r = rest - q * n${d}; ` +
          `a += r * x${d}; ka += r * k${d}; o += r * y${d}; rest = q; }`,
      );
    }
    const body = add
      ? "if (i !== -1) x[o + i * os] += x[a + j * as];"
      : `x[o + j * os] = i === -1 ? ${fillOf(outside, dtype)} : x[a + i * as];`;
    return `(views, at, begin, end) => {
const p = views.float64, x = views.${viewName(dtype)}, k = views.${viewName(indices)};
const count = p[at + 3] >>> 0, extent = p[at + 4] >>> 0;
const as = p[at + 5] | 0, ks = p[at + 6] | 0, os = p[at + 7] | 0;
${lines.join("\n")}
for (let u = begin; u < end; u++) {
let rest = u, a = p[at] >>> 0, ka = p[at + 1] >>> 0, o = p[at + 2] >>> 0;
${decode.join("\n")}
${add ? "for (let i = 0; i < extent; i++) x[o + i * os] = 0;" : ""}
for (let j = 0; j < count; j++) {
${position("k[ka + j * ks]", "extent")}
${body}
}
}
}`;
  });
}
