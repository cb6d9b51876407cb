/**
 * Plans of float32 products with few rows or few columns: which of them go without tiles, and along what.
 *
 * @module
 */
import type { MatrixProduct } from "../matmul.ts";
import { SKINNY } from "../matmul_skinny.ts";
import { grainFor, type KernelPlan } from "../plan.ts";
import { tileVectors } from "./tile.ts";

/** Elements along the longer side of C in one unit, where they are neighbours and where k is. */
const STRIPS: readonly [number, number] = [768, 32];

/** A product counts as skinny with fewer rows than this where the neighbours in B lie along k. */
const SKINNY_ALONG_K = 9;

/** The same where rows of B that are aliased, or so many elements, do not stay in the caches for tiles. */
const [SKINNY_WIDE, LARGE] = [5, 1 << 21];

/** Elements of which the first-level cache has the same lines again, and how far off that does not matter. */
const [ALIASED, OFF] = [1024, 3];

/** Whether rows that lie so many elements apart fall on the same few lines of the first-level cache. */
export function isAliased(step: number): boolean {
  return Math.abs(step) > OFF && (Math.abs(step) + OFF) % ALIASED <= 2 * OFF;
}

/** The longer side is too short for vectors along C below this. */
const SHORT = 8;

/** The most elements of the copy of the few rows, which is made unless k is side by side: 3/4 of the scratch. */
const COPY_LIMIT = 196_608;

/** Nanoseconds per element of the longer operand. */
const NANOSECONDS = 0.2;

/** k from which a panel of columns does better as tiles, whose sums stay in registers, in spite of what comes before it. */
const LONG_INNER = 256;

/** k for each of the few rows or columns below which adding up across lanes takes longer than tiles. */
const SHORT_INNER = 6;

/** The fewest rows or columns, and elements, for which that shows: where the columns are few, and where the rows are. */
const [FEWEST, MANY] = [[2, 3], [256, 512]];

/**
 * Nanoseconds by which a product takes longer in tiles of so many columns, from `SKINNY` on, than added up across lanes, which
 * takes so much longer for each element of C; and nanoseconds for an element of B that tiles have packed.
 */
const [TILED, ADDED, PACKED] = [[0.012, 0.015, 0.004, -0.003, -0.009], 1.5, 0.35];

/** Whether few columns that lie along k, as the rows do, are better added up across lanes. */
function acrossLanes({ rows, inner, columns }: MatrixProduct): boolean {
  return columns < SKINNY || inner * ((TILED[columns - SKINNY] ?? -1) + PACKED / rows) > ADDED;
}

/** Whether a product with few rows or columns had better be tiles, which give the same sums along columns. */
function tilesDoBetter(product: MatrixProduct, alongK: boolean, swapped: boolean, relaxed: boolean): boolean {
  const { rows, inner, columns, aInner } = product;
  if (swapped || alongK) {
    const [few, way] = swapped ? [columns, 0] : [rows, 1];
    return few >= FEWEST[way] && rows * columns >= MANY[way] && inner < SHORT_INNER * few;
  }
  const simple = columns >= 4 || rows === SKINNY - 1 || aInner !== 1;
  return simple && inner >= LONG_INNER && columns <= 4 * tileVectors(relaxed);
}

/** The launch of a skinny product, or null where the general kernel does as well. */
export function matmulSkinnySimdPlan(product: MatrixProduct, relaxed: boolean): KernelPlan | null {
  const { rows, inner, columns, aRow, aInner, bInner, bColumn, axes, count } = product;
  const swapped = rows > columns;
  const [few, many] = swapped ? [columns, rows] : [rows, columns];
  if (inner === 0) return null;
  const strides = swapped
    ? [bColumn, bInner, aInner, aRow, 1, columns]
    : [aRow, aInner, bInner, bColumn, columns, 1];
  if (strides[1] !== 1 && few * inner > COPY_LIMIT) return null;
  const apart = strides[2] !== 1 && strides[3] !== 1;
  const alongK = apart
    ? Math.abs(strides[2]) <= Math.abs(strides[3])
    : strides[3] !== 1 || (strides[2] === 1 && many < SHORT);
  const wide = !alongK && (isAliased(bInner) || inner * columns > LARGE);
  const across = !swapped || (strides[1] === 1 && alongK && acrossLanes(product));
  const skinny = apart || !across ? SKINNY : alongK ? SKINNY_ALONG_K : wide ? SKINNY_WIDE : SKINNY;
  if (few >= skinny) return null;
  if (!apart && tilesDoBetter(product, alongK, swapped, relaxed)) return null;
  const strip = Math.min(STRIPS[alongK ? 1 : 0], Math.max(4, 4 * Math.ceil(many / 4)));
  return {
    kernel: "matmulSkinnySimd.float32",
    scalars: [
      ...[few, inner, many, ...strides, swapped ? 1 : 0, alongK ? 1 : 0, strip, relaxed ? 1 : 0],
      ...[axes.length, ...axes.toReversed().flatMap((axis) => [axis.extent, axis.a, axis.b])],
    ],
    total: count * Math.ceil(many / strip),
    grain: grainFor(NANOSECONDS * few * Math.min(many, strip) * (2 + inner)),
  };
}
