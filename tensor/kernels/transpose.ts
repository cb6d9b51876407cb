/**
 * Copies whose innermost axis is not that of their source, tile by tile, so that every cache line that is read or
 * written is used as a whole while it is at hand.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import { generatedKernel } from "./generated.ts";
import { viewName } from "./javascript.ts";
import type { KernelReference } from "./kernel.ts";

/** Elements of a tile along each of its two axes. */
export const TILE = 64;

/** A copy from a source that is contiguous along one axis into a target that is contiguous along another. */
export interface TransposeSizes {
  /** Extent of the axis along which the source is contiguous. */
  readonly rows: number;
  /** Extent of the axis along which the target is contiguous. */
  readonly columns: number;
  /** Stride of the source along the columns. */
  readonly sourceStride: number;
  /** Stride of the target along the rows. */
  readonly targetStride: number;
  /** Extents of the other axes, outermost first. */
  readonly outer: readonly number[];
  /** Strides of the source along them. */
  readonly sourceOuter: readonly number[];
  /** Strides of the target along them. */
  readonly targetOuter: readonly number[];
}

/** Elements from which a copy by tiles pays. */
const LEAST = 1024;

/** Elements that a thread copies at a time. */
const CHUNK = 32768;

/**
 * A copy between layouts over `shape`, whose axes are merged, as a transposition; null where the target's innermost
 * axis is not contiguous, or the source has none that is or the same.
 */
export function transposeSizes(
  shape: readonly number[],
  source: readonly number[],
  target: readonly number[],
): TransposeSizes | null {
  const last = shape.length - 1;
  const row = source.indexOf(1);
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (size < LEAST || row < 0 || row === last || target[last] !== 1) return null;
  if (source[last] === 0 || source[last] === 1) return null;
  const others = (list: readonly number[]): number[] => list.filter((_, i) => i !== row && i !== last);
  return {
    rows: shape[row],
    columns: shape[last],
    sourceStride: source[last],
    targetStride: target[row],
    outer: others(shape),
    sourceOuter: others(source),
    targetOuter: others(target),
  };
}

/** Units of a transposition, and how many of them a thread takes at a time. */
export function transposeTiles({ rows, columns, outer }: TransposeSizes): readonly [number, number] {
  const tiles = outer.reduce((product, extent) => product * extent, 1) *
    Math.ceil(rows / TILE) * Math.ceil(columns / TILE);
  return [tiles, Math.ceil(CHUNK / (Math.min(rows, TILE) * Math.min(columns, TILE)))];
}

/** The arguments that follow the addresses of the source and the target. */
export function transposeNumbers(sizes: TransposeSizes): readonly number[] {
  const { rows, columns, sourceStride, targetStride, outer, sourceOuter, targetOuter } = sizes;
  return [rows, columns, sourceStride, targetStride, ...outer, ...sourceOuter, ...targetOuter];
}

/**
 * The loop. Arguments: addresses of source and target; rows and columns; stride of the source along the columns and
 * of the target along the rows; extents of the `outer` other axes, strides of the source and then of the target
 * along them. A unit is a tile; those beside each other follow each other, then those below, then the outer axes.
 */
export function transposeKernel(dtype: DType, outer: number): KernelReference {
  return generatedKernel(`transpose|${dtype}|${outer}`, () => {
    const decode: string[] = [];
    for (let d = outer - 1; d >= 0; d--) {
      decode.push(`{ const n = p[at + ${6 + d}], q = Math.floor(rest / n), i = rest - q * n;
from += i * p[at + ${6 + outer + d}]; to += i * p[at + ${6 + 2 * outer + d}]; rest = q; }`);
    }
    return `(views, at, begin, end) => {
const p = views.float64, x = views.${viewName(dtype)};
const rows = p[at + 2] >>> 0, columns = p[at + 3] >>> 0, s = p[at + 4] | 0, t = p[at + 5] | 0;
const across = Math.ceil(columns / ${TILE}), down = Math.ceil(rows / ${TILE});
for (let u = begin; u < end; u++) {
let rest = Math.floor(u / across);
const column = (u - rest * across) * ${TILE};
const plane = Math.floor(rest / down), row = (rest - plane * down) * ${TILE};
rest = plane;
let from = p[at], to = p[at + 1];
${decode.join("\n")}
from += row + column * s; to += column + row * t;
const height = Math.min(${TILE}, rows - row), width = Math.min(${TILE}, columns - column);
for (let j = 0; j < width; j += 16) {
const stop = Math.min(width, j + 16);
for (let i = 0; i < height; i++) {
for (let c = j, a = from + i + j * s, o = to + i * t + j; c < stop; c++, a += s, o++) x[o] = x[a];
}
}
}
}`;
  });
}
