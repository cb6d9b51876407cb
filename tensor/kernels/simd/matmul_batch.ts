/**
 * Products of many small float32 matrices in WebAssembly: the loop over the matrices runs there as well, because what comes
 * before and after a small product takes longer than it does. The values are those of `matmul.ts`.
 *
 * @module
 */
import type { FinishingKernel } from "../kernel.ts";
import type { MatrixProduct } from "../matmul.ts";
import { grainFor, type KernelPlan } from "../plan.ts";
import { packingOf, panelsOf } from "./instances.ts";
import { BLOCK, tileVectors } from "./tile.ts";

/** Most multiplications of a small product. */
const SMALL = 1 << 15;

/** Bytes of packed or narrow matrices that go along together, in the nearest cache. */
const ROOM = 1 << 14;

/** Nanoseconds for a matrix, for an element that is packed, and for the multiplications of a vector. */
const [MATRIX, PACKED, NANOSECONDS] = [16, 1, 0.15];

/** The launch of a product of small matrices of one panel of columns each; null for others. Operands: A, B, C. */
export function matmulBatchSimdPlan(given: MatrixProduct, relaxed: boolean): KernelPlan | null {
  const exchanged = isBetterExchanged(given);
  const product = exchanged ? transposed(given) : given;
  const { rows, inner, columns, aRow, aInner, bInner, bColumn, axes, count } = product;
  const work = rows * inner * columns;
  if (count < 2 || work === 0 || work > SMALL || inner > BLOCK || columns > 4 * tileVectors(relaxed)) {
    return null;
  }
  const packed = bColumn === 1 ? 0 : PACKED * inner * columns;
  const time = MATRIX + packed + NANOSECONDS * rows * inner * Math.ceil(columns / 4);
  return {
    kernel: "matmulBatchSimd.float32",
    scalars: [
      ...[rows, inner, columns, aRow, aInner, bInner, bColumn, (relaxed ? 1 : 0) + (exchanged ? 2 : 0)],
      ...[axes.length, ...axes.toReversed().flatMap((axis) => [axis.extent, axis.a, axis.b])],
    ],
    total: count,
    grain: grainFor(time),
  };
}

/** Products from which it pays to turn rows by one column each into one row, and the most rows and k of them. */
const [SEVERAL, FEW_ROWS, SHORT_INNER] = [8, 16, 12];

/** Whether rows by one column each had better be one row by their transpose, whose sums go along together. */
export function isBetterExchanged({ rows, inner, columns, aInner, count }: MatrixProduct): boolean {
  return columns === 1 && aInner === 1 && count >= SEVERAL && rows >= 2 && rows <= FEW_ROWS &&
    inner <= SHORT_INNER;
}

/** The product with the operands B, A and the transpose of C. */
function transposed(product: MatrixProduct): MatrixProduct {
  const { rows, columns, aRow, aInner, bInner, bColumn, axes } = product;
  return {
    ...product,
    ...{ rows: columns, columns: rows, aRow: bColumn, aInner: bInner, bInner: aInner, bColumn: aRow },
    axes: axes.map((axis) => ({ ...axis, a: axis.b, b: axis.a })),
  };
}

/**
 * One unit is a matrix.
 *
 * Arguments: A, B, C; m, k, n; strides of A over rows and k, of B over k and columns; 1 for fused multiply-add, and 2
 * more where A and B are exchanged and C is a row that was a column; the number of batch axes, then for each, innermost first, its extent and the strides of A and B.
 */
export const matmulBatchSimd: FinishingKernel = (views, at, begin, end, finish): void => {
  const heap = views.float64;
  const rows = heap[at + 3];
  const inner = heap[at + 4];
  const columns = heap[at + 5];
  const [aRow, aInner, bInner, bColumn] = [6, 7, 8, 9].map((i) => 4 * heap[at + i]);
  const relaxed = heap[at + 10] % 2 === 1;
  const exchanged = heap[at + 10] >= 2;
  const axes = heap[at + 11];
  const extent = heap[at + 12];
  const [aNext, bNext] = [4 * heap[at + 13], 4 * heap[at + 14]];

  const form = aInner === 4 ? "unit" : aRow === 4 ? "columns" : "any";
  const vectors = Math.ceil(columns / 4);
  const narrow = columns < 4;
  const shared = narrow ? 0 : 4 * vectors - columns;
  const run = panelsOf(views.memory, form, relaxed, true)(vectors, rows, shared, inner).series;
  const packing = packingOf(views.memory);
  const [packedSize, narrowSize] = [16 * vectors * inner, 16 * rows];
  const most = Math.max(1, Math.floor(ROOM / Math.max(packedSize, narrowSize)));
  const rowsOfC = views.scratch;
  const packed = rowsOfC + (narrow ? narrowSize * most : 0);
  // Elements beyond a row of less than a vector may be read where there are more of the operand.
  const follow = bNext === inner * bInner && bInner >= 4 * columns;

  for (let unit = begin, many = 0; unit < end; unit += many) {
    const index = unit % extent;
    let left = 4 * heap[exchanged ? at + 1 : at];
    let right = 4 * heap[exchanged ? at : at + 1];
    for (let axis = 0, rest = unit, p = at + 12; axis < axes; axis++, p += 3) {
      const place = rest % heap[p];
      rest = Math.floor(rest / heap[p]);
      left += 4 * place * heap[p + 1];
      right += 4 * place * heap[p + 2];
    }
    many = Math.min(end - unit, extent - index);
    let inPlace = bColumn === 4 && (!narrow || follow);
    if (inPlace && narrow && index + many === extent) {
      if (many > 1) many--;
      else inPlace = false;
    }
    if (narrow || !inPlace) many = Math.min(many, most);
    const copies = bNext === 0 ? 1 : many;
    // Matrices that follow each other are turned as one, side by side.
    const joined = bInner === 4 && copies > 1 && bNext === columns * bColumn;
    if (joined) packing.turn(right, bColumn, packed, 4 * columns * copies, columns * copies, inner);
    for (let i = 0; !inPlace && !joined && i < copies; i++) {
      const from = right + i * bNext;
      const to = packed + i * packedSize;
      if (bColumn === 4) packing.packColumns(from, bInner, to, columns, vectors, inner);
      else if (bInner === 4 && inner >= 4 && !narrow) {
        packing.turn(from, bColumn, to, 16 * vectors, columns, inner);
      } else if (bInner === 4) packing.packRows(from, bColumn, to, columns, vectors, inner);
      else packing.packAny(from, bColumn, bInner, to, columns, vectors, inner);
    }
    const [panel, step, next] = inPlace
      ? [right, bInner, bNext]
      : joined
      ? [packed, 4 * columns * copies, 4 * columns]
      : [packed, 16 * vectors, bNext === 0 ? 0 : packedSize];
    const to = 4 * (heap[at + 2] + unit * rows * columns);
    // What narrow rows store beyond themselves is stored again by those that follow, of which the last matrix has none.
    const direct = !narrow ? many : rows * columns >= 4 - columns ? many - 1 : 0;
    // deno-fmt-ignore
    run(left, aRow, aInner, panel, step, to, 4 * columns, rows, inner, 0, 0, direct, aNext, next, 4 * rows * columns);
    if (direct < many) {
      const last = left + direct * aNext;
      const end = panel + direct * next;
      // deno-fmt-ignore
      run(last, aRow, aInner, end, step, rowsOfC, 16, rows, inner, 0, 0, many - direct, aNext, next, narrowSize);
      packing.merge(
        rowsOfC,
        16,
        to + 4 * direct * rows * columns,
        4 * columns,
        (many - direct) * rows,
        columns,
        0,
      );
    }
    if (finish === undefined) continue;
    for (let i = 0; i < many; i++) finish(unit + i, 0, rows, 0, columns);
  }
};
