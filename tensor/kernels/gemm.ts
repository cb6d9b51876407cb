/**
 * The engine of products and convolutions: a tile of C = A B from packed panels.
 *
 * Both operands are first copied into panels of float64 in a thread's scratch area: four rows of A, or four
 * columns of B, interleaved so that the four elements of one k lie side by side. The inner loop then reads
 * two unbroken streams, whatever the layout, padding or element type of the operands was.
 *
 *     panel of A: a(0,k0) a(1,k0) a(2,k0) a(3,k0) a(0,k1) a(1,k1) ...
 *     panel of B: b(k0,0) b(k0,1) b(k0,2) b(k0,3) b(k1,0) b(k1,1) ...
 *
 * Each element of C is the float64 sum of its products in ascending k, rounded once when it is stored: the
 * value does not depend on the tile, on the blocks of k, or on who computes it.
 *
 * @module
 */
import { SCRATCH_BYTES } from "./kernel.ts";

/** Rows of A, or columns of B, in one panel. */
export const PANEL = 4;

/** Most rows and most columns of a tile. */
const TILE_LIMIT = 64;

/** Fewest rows or columns that a tile is cut down to for more parallelism: below it, packing dominates. */
const TILE_FLOOR = 16;

/** Tiles that a product should have, so that a few threads stay busy to the end. */
const TILES_WANTED = 16;

/** Multiplications below which a tile is not worth cutting further. */
const TILE_WORK = 100_000;

/** Most k in one block, so that the panels of a tile stay in the second-level cache. */
const INNER_LIMIT = 768;

/** Float64 elements of a thread's scratch area. */
const SCRATCH_LENGTH = SCRATCH_BYTES >>> 3;

/** Rows and columns of a tile of C; multiples of `PANEL`. */
export interface TileSize {
  /** Rows of C, or of A. */
  readonly rows: number;
  /** Columns of C, or of B. */
  readonly columns: number;
}

/** The tile's extent along an axis: as few tiles as `limit` allows, as even as panels allow. */
function evenTile(extent: number, limit: number): number {
  const tiles = Math.ceil(extent / limit);
  return Math.max(PANEL, PANEL * Math.ceil(extent / tiles / PANEL));
}

/**
 * The tile for `count` products of `rows` by `inner` by `columns`: large for little packing, smaller where
 * there would be too few tiles to share.
 */
export function tileSize(rows: number, inner: number, columns: number, count: number): TileSize {
  let rowLimit = TILE_LIMIT;
  let columnLimit = TILE_LIMIT;
  for (;;) {
    const tile = {
      rows: rows === 0 ? PANEL : evenTile(rows, rowLimit),
      columns: columns === 0 ? PANEL : evenTile(columns, columnLimit),
    };
    const tiles = count * Math.ceil(rows / tile.rows) * Math.ceil(columns / tile.columns);
    const large = Math.max(tile.rows, tile.columns);
    if (tiles >= TILES_WANTED || large <= TILE_FLOOR || tile.rows * tile.columns * inner < 2 * TILE_WORK) {
      return tile;
    }
    if (tile.columns === large) columnLimit = large >>> 1;
    else rowLimit = large >>> 1;
  }
}

/**
 * The length of the blocks that `inner` products are cut into, so that a tile of `rows` by `columns` and its
 * panels fit in the scratch area.
 */
export function innerBlock(rows: number, columns: number, inner: number): number {
  const room = Math.floor((SCRATCH_LENGTH - rows * columns) / (rows + columns));
  const limit = Math.min(INNER_LIMIT, room);
  const blocks = Math.max(1, Math.ceil(inner / limit));
  return Math.max(1, Math.ceil(inner / blocks));
}

/**
 * C += A B for the panels at `a` and `b` and the tile at `c`, whose rows lie `step` apart. `rows` and
 * `columns` count what is wanted: what is computed beyond them, up to whole panels, is never stored.
 */
export function multiplyPanels(
  heap: Float64Array,
  a: number,
  b: number,
  c: number,
  step: number,
  rows: number,
  columns: number,
  inner: number,
): void {
  const panel = PANEL * inner;
  for (let j = 0; j < columns; j += PANEL) {
    const right = b + (j >>> 2) * panel;
    for (let i = 0; i < rows; i += PANEL) {
      const left = a + (i >>> 2) * panel;
      if (rows - i === 1) multiplyRow(heap, left, right, c + i * step + j, inner);
      else multiplySquare(heap, left, right, c + i * step + j, step, inner);
    }
  }
}

/** c(i, j) += sum over k of a(i, k) b(k, j) for four rows and four columns, in sixteen registers. */
function multiplySquare(
  heap: Float64Array,
  left: number,
  right: number,
  tile: number,
  step: number,
  inner: number,
): void {
  let a = left >>> 0;
  let b = right >>> 0;
  const end = (a + PANEL * inner) >>> 0;
  const row0 = tile >>> 0;
  const row1 = (row0 + step) >>> 0;
  const row2 = (row1 + step) >>> 0;
  const row3 = (row2 + step) >>> 0;
  let c00 = heap[row0], c01 = heap[row0 + 1], c02 = heap[row0 + 2], c03 = heap[row0 + 3];
  let c10 = heap[row1], c11 = heap[row1 + 1], c12 = heap[row1 + 2], c13 = heap[row1 + 3];
  let c20 = heap[row2], c21 = heap[row2 + 1], c22 = heap[row2 + 2], c23 = heap[row2 + 3];
  let c30 = heap[row3], c31 = heap[row3 + 1], c32 = heap[row3 + 2], c33 = heap[row3 + 3];
  for (; a < end; a = (a + PANEL) | 0, b = (b + PANEL) | 0) {
    const b0 = heap[b], b1 = heap[b + 1], b2 = heap[b + 2], b3 = heap[b + 3];
    let x = heap[a];
    c00 += x * b0;
    c01 += x * b1;
    c02 += x * b2;
    c03 += x * b3;
    x = heap[a + 1];
    c10 += x * b0;
    c11 += x * b1;
    c12 += x * b2;
    c13 += x * b3;
    x = heap[a + 2];
    c20 += x * b0;
    c21 += x * b1;
    c22 += x * b2;
    c23 += x * b3;
    x = heap[a + 3];
    c30 += x * b0;
    c31 += x * b1;
    c32 += x * b2;
    c33 += x * b3;
  }
  heap[row0] = c00, heap[row0 + 1] = c01, heap[row0 + 2] = c02, heap[row0 + 3] = c03;
  heap[row1] = c10, heap[row1 + 1] = c11, heap[row1 + 2] = c12, heap[row1 + 3] = c13;
  heap[row2] = c20, heap[row2 + 1] = c21, heap[row2 + 2] = c22, heap[row2 + 3] = c23;
  heap[row3] = c30, heap[row3 + 1] = c31, heap[row3 + 2] = c32, heap[row3 + 3] = c33;
}

/** The first row of `multiplySquare` alone, for a panel of A that holds a single row. */
function multiplyRow(heap: Float64Array, left: number, right: number, tile: number, inner: number): void {
  let a = left >>> 0;
  let b = right >>> 0;
  const end = (a + PANEL * inner) >>> 0;
  const row = tile >>> 0;
  let c0 = heap[row], c1 = heap[row + 1], c2 = heap[row + 2], c3 = heap[row + 3];
  for (; a < end; a = (a + PANEL) | 0, b = (b + PANEL) | 0) {
    const x = heap[a];
    c0 += x * heap[b];
    c1 += x * heap[b + 1];
    c2 += x * heap[b + 2];
    c3 += x * heap[b + 3];
  }
  heap[row] = c0, heap[row + 1] = c1, heap[row + 2] = c2, heap[row + 3] = c3;
}
