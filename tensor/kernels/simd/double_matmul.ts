/**
 * Products of float64 matrices in WebAssembly: the SIMD form of `../matmul.ts`, with the sums of `double_product.ts`.
 *
 * @module
 */
import type { FinishingKernel } from "../kernel.ts";
import type { MatrixProduct } from "../matmul.ts";
import { grainFor, type KernelPlan } from "../plan.ts";
import { multiplyDouble } from "./double_product.ts";

/** Most rows and columns of a tile. */
const [ROWS, COLUMNS] = [128, 240];

/** Nanoseconds of a multiplication, and of an element of B that is packed. */
const [NANOSECONDS, PACKED] = [0.06, 0.5];

/** The launch that computes a float64 product of two columns or more. Operands: A, B, C, as for `matmulPlan`. */
export function doubleMatmulPlan(product: MatrixProduct, relaxed: boolean): KernelPlan {
  const { rows, inner, columns, aRow, aInner, bInner, bColumn, axes, count } = product;
  const tileRows = Math.ceil(rows / Math.ceil(rows / ROWS));
  const tileColumns = 12 * Math.ceil(columns / Math.ceil(columns / COLUMNS) / 12);
  return {
    kernel: "matmulSimd.float64",
    scalars: [
      ...[rows, inner, columns, aRow, aInner, bInner, bColumn, tileRows, tileColumns, relaxed ? 1 : 0],
      ...[axes.length, ...axes.toReversed().flatMap((axis) => [axis.extent, axis.a, axis.b])],
    ],
    total: count * Math.ceil(rows / tileRows) * stripsOf(columns, tileColumns),
    grain: grainFor(inner * (NANOSECONDS * tileRows + PACKED) * Math.min(columns, tileColumns)),
  };
}

/** Strips of columns: the last takes a single one that would be left over. */
function stripsOf(columns: number, tileColumns: number): number {
  return Math.ceil((columns - 1) / tileColumns);
}

/**
 * One unit is a tile of C; the tiles of a row of tiles follow each other, then the rows, then the batch.
 *
 * Arguments: A, B, C; m, k, n; strides of A over rows and k, of B over k and columns; rows and columns of a tile; 1 for
 * fused multiply-add; the number of batch axes, then for each, innermost first, its extent and the strides of A and B.
 */
export const matmulDoubleSimd: FinishingKernel = (views, at, begin, end, finish): void => {
  const heap = views.float64;
  const [rows, inner, columns, aRow, aInner, bInner, bColumn, tileRows, tileColumns, relaxed, axes] = heap
    .subarray(at + 3, at + 14);
  const strips = stripsOf(columns, tileColumns);
  const rowTiles = Math.ceil(rows / tileRows);
  for (let unit = begin; unit < end; unit++) {
    const tileRow = Math.floor(unit / strips);
    const matrix = Math.floor(tileRow / rowTiles);
    const strip = unit - tileRow * strips;
    const row = (tileRow - matrix * rowTiles) * tileRows;
    const column = strip * tileColumns;
    const height = Math.min(tileRows, rows - row);
    const width = strip + 1 === strips ? columns - column : tileColumns;
    let a = heap[at] + row * aRow;
    let b = heap[at + 1] + column * bColumn;
    for (let axis = 0, rest = matrix, p = at + 14; axis < axes; axis++, p += 3) {
      const index = rest % heap[p];
      rest = Math.floor(rest / heap[p]);
      a += index * heap[p + 1];
      b += index * heap[p + 2];
    }
    const to = heap[at + 2] + (matrix * rows + row) * columns + column;
    // deno-fmt-ignore
    multiplyDouble(
      views, relaxed === 1, to, columns, a, aRow, aInner, b, bInner, bColumn, height, inner, width, 0,
    );
    finish?.(matrix, row, height, column, width);
  }
};
