/**
 * Products of matrices: C[..., m, n] = sum over k of A[..., m, k] B[..., k, n].
 *
 * A and B have any strides, so transposed, sliced, flipped and repeated operands need no copy. C is
 * contiguous and need not be zeroed; k = 0 gives zeros. Every element is a float64 sum in ascending k,
 * rounded once.
 *
 * @module
 */
import { innerBlock, multiplyPanels, tileSize } from "./gemm.ts";
import { packLanesFloat32, packLanesFloat64, storeTileFloat32, storeTileFloat64 } from "./gemm_pack.ts";
import type { Finish, FinishingKernel, Views } from "./kernel.ts";
import { type FloatingDType, grainFor, type KernelPlan } from "./plan.ts";
import { type BatchAxis, matmulSkinnyPlan, type MatrixSizes, SKINNY } from "./matmul_skinny.ts";

/** What `matmulPlan` needs to know: the extents of the product and how its operands lie. */
export interface MatmulSizes {
  /** Element type of all three. */
  readonly dtype: FloatingDType;
  /** Extents of the batch axes, outermost first; both operands are broadcast to them. */
  readonly batch: readonly number[];
  /** m, the rows of A and of C. */
  readonly rows: number;
  /** k, the columns of A and the rows of B. */
  readonly inner: number;
  /** n, the columns of B and of C. */
  readonly columns: number;
  /** Strides of A: one for each batch axis, then for its rows and its columns. */
  readonly aStrides: readonly number[];
  /** Strides of B: one for each batch axis, then for its rows and its columns. */
  readonly bStrides: readonly number[];
}

/** The batch axes, outermost first, neighbours joined where both operands step evenly over the two. */
function joinAxes(sizes: MatmulSizes): BatchAxis[] {
  const axes: BatchAxis[] = [];
  sizes.batch.forEach((extent, i) => {
    const axis = { extent, a: sizes.aStrides[i], b: sizes.bStrides[i] };
    const outer = axes.at(-1);
    if (extent === 1) return;
    if (outer !== undefined && outer.a === extent * axis.a && outer.b === extent * axis.b) {
      axes[axes.length - 1] = { extent: outer.extent * extent, a: axis.a, b: axis.b };
    } else axes.push(axis);
  });
  return axes;
}

/** A product as matrices: the axes of the batch that are left after joining, and how many matrices they are. */
export interface MatrixProduct extends MatrixSizes {
  /** The axes of the batch, outermost first. */
  readonly axes: readonly BatchAxis[];
  /** The product of their extents. */
  readonly count: number;
}

/**
 * Batch axes over which B repeats are joined with the rows, where the strides of A allow: `[b, m, k]` by
 * `[k, n]` is one product of b m rows.
 */
export function joinBatch(sizes: MatmulSizes): MatrixProduct {
  const { dtype, inner, columns } = sizes;
  const axes = joinAxes(sizes);
  const lead = sizes.batch.length;
  const [aInner, bInner, bColumn] = [
    sizes.aStrides[lead + 1],
    sizes.bStrides[lead],
    sizes.bStrides[lead + 1],
  ];
  let rows = sizes.rows;
  let aRow = sizes.aStrides[lead];
  for (let last = axes.at(-1); last !== undefined; last = axes.at(-1)) {
    if (last.b !== 0 || (rows !== 1 && last.a !== rows * aRow)) break;
    if (rows === 1) aRow = last.a;
    rows *= last.extent;
    axes.pop();
  }
  const count = axes.reduce((product, axis) => product * axis.extent, 1);
  return { dtype, rows, inner, columns, aRow, aInner, bInner, bColumn, axes, count };
}

/** The launch that computes a product. Operands: A, B, C. */
export function matmulPlan(sizes: MatmulSizes): KernelPlan {
  const matrices = joinBatch(sizes);
  const { dtype, rows, inner, columns, aRow, aInner, bInner, bColumn, axes, count } = matrices;
  if (Math.min(rows, columns) < SKINNY) return matmulSkinnyPlan(matrices, axes, count);
  const tile = tileSize(rows, inner, columns, count);
  const batchScalars = axes.toReversed().flatMap((axis) => [axis.extent, axis.a, axis.b]);
  return {
    kernel: `matmul.${dtype}`,
    scalars: [
      ...[rows, inner, columns, aRow, aInner, bInner, bColumn, tile.rows, tile.columns],
      ...[axes.length, ...batchScalars],
    ],
    total: count * Math.ceil(rows / tile.rows) * Math.ceil(columns / tile.columns),
    grain: grainFor(tile.rows * tile.columns * (2 + 0.4 * inner) + (tile.rows + tile.columns) * inner),
  };
}

/**
 * One unit is a tile of C; the tiles of a row of tiles follow each other, then the rows, then the batch.
 *
 * Arguments: A, B, C; m, k, n; strides of A over rows and k, of B over k and columns; rows and columns of a
 * tile; the number of batch axes, then for each, innermost first, its extent and the strides of A and B.
 */
function matmul(
  views: Views,
  at: number,
  begin: number,
  end: number,
  double: boolean,
  finish?: Finish,
): void {
  const heap = views.float64;
  const [a, b, c] = [heap[at] >>> 0, heap[at + 1] >>> 0, heap[at + 2] >>> 0];
  const rows = heap[at + 3] >>> 0;
  const inner = heap[at + 4] >>> 0;
  const columns = heap[at + 5] >>> 0;
  const aRow = heap[at + 6] | 0;
  const aInner = heap[at + 7] | 0;
  const bInner = heap[at + 8] | 0;
  const bColumn = heap[at + 9] | 0;
  const tileRows = heap[at + 10] >>> 0;
  const tileColumns = heap[at + 11] >>> 0;
  const axes = heap[at + 12] >>> 0;

  const rowTiles = Math.ceil(rows / tileRows);
  const columnTiles = Math.ceil(columns / tileColumns);
  const block = innerBlock(tileRows, tileColumns, inner);
  const tile = views.scratch >>> 3;
  const left = tile + tileRows * tileColumns;
  const right = left + tileRows * block;
  // The row of tiles whose panels of A are still packed, when one block holds all of k.
  let packed = -1;

  for (let unit = begin; unit < end; unit++) {
    const tileRow = Math.floor(unit / columnTiles);
    const matrix = Math.floor(tileRow / rowTiles);
    const row = (tileRow - matrix * rowTiles) * tileRows;
    const column = (unit - tileRow * columnTiles) * tileColumns;
    const height = Math.min(tileRows, rows - row);
    const width = Math.min(tileColumns, columns - column);
    let aStart = a + row * aRow;
    let bStart = b + column * bColumn;
    for (let axis = 0, rest = matrix, p = at + 13; axis < axes; axis++, p += 3) {
      const index = rest % heap[p];
      rest = Math.floor(rest / heap[p]);
      aStart += index * heap[p + 1];
      bStart += index * heap[p + 2];
    }

    heap.fill(0, tile, left);
    for (let k = 0; k < inner; k += block) {
      const stop = Math.min(inner, k + block);
      if (double) {
        if (packed !== tileRow) {
          packLanesFloat64(heap, heap, left, aStart, height, aRow, 0, 0, aInner, 1, inner, k, stop);
        }
        packLanesFloat64(heap, heap, right, bStart, width, bColumn, 0, 0, bInner, 1, inner, k, stop);
      } else {
        const source = views.float32;
        if (packed !== tileRow) {
          packLanesFloat32(source, heap, left, aStart, height, aRow, 0, 0, aInner, 1, inner, k, stop);
        }
        packLanesFloat32(source, heap, right, bStart, width, bColumn, 0, 0, bInner, 1, inner, k, stop);
      }
      multiplyPanels(heap, left, right, tile, tileColumns, height, width, stop - k);
    }
    packed = block === inner ? tileRow : -1;

    const to = c + (matrix * rows + row) * columns + column;
    if (double) storeTileFloat64(heap, heap, tile, tileColumns, to, columns, height, width);
    else storeTileFloat32(views.float32, heap, tile, tileColumns, to, columns, height, width);
    finish?.(matrix, row, height, column, width);
  }
}

/** The product of float32 matrices; see `matmulPlan`. */
export const matmulFloat32: FinishingKernel = (views, at, begin, end, finish): void =>
  matmul(views, at, begin, end, false, finish);

/** The product of float64 matrices; see `matmulPlan`. */
export const matmulFloat64: FinishingKernel = (views, at, begin, end, finish): void =>
  matmul(views, at, begin, end, true, finish);
