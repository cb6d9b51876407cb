/**
 * Products of float32 matrices in WebAssembly: the SIMD form of `../matmul.ts`.
 *
 * Each element is a float32 sum: k is cut into blocks of `BLOCK`, each block is summed in ascending k from 0, and
 * the blocks are added in order, those of each `LONG_BLOCK` apart. With fused multiply-add (relaxed) a product is not rounded before it is added.
 * The value depends neither on tiles nor on strides nor on threads.
 *
 * @module
 */
import type { FinishingKernel, Views } from "../kernel.ts";
import { joinBatch, type MatmulSizes, type MatrixProduct } from "../matmul.ts";
import { grainFor, type KernelPlan } from "../plan.ts";
import { packingOf, panelsOf } from "./instances.ts";
import { matmulSkinnySimdPlan } from "./matmul_skinny.ts";
import { BLOCK, LONG_BLOCK, panelVectors, tileVectors } from "./tile.ts";

/** Most columns of a tile, at a long k and at a short one. */
const COLUMNS: readonly [number, number] = [128, 576];

/**
 * Float32 elements of B for all of k that a wide tile may have: the second-level cache holds them beside A and C. Whole
 * rows of C are best for what is carried out on them.
 */
const WIDE = 1 << 16;

/** Most rows of a tile, where the columns of B stay packed for all rows, and where each tile packs its own. */
const ROWS: readonly [number, number] = [160, 240];

/** Elements of a tile where the columns of B stay packed: what is carried out on them finds them in the cache. */
const TILE = 19_200;

/** Fewest rows for which B is packed where a product has more: packing takes as long as a few rows. */
const ROWS_WANTED = 96;

/** Chunks below which rows are not kept together for the sake of packing. */
const CHUNKS_LEAST = 8;

/** Float32 elements of packed B that stay for the tiles below each other: half of the scratch area. */
const STAYING = 1 << 17;

/** Rows for which it does not pay to pack B. */
const FEW_ROWS = 16;

/** Bytes of a block of B that is read in place, if it fits in the first-level cache. */
const CACHED = 24_576;

/** Products to an element below which storing it shows. */
const FEW_PRODUCTS = 128;

/** Rows of B that are packed at a time. */
const PACKED_LINES = 16;

/** A stride of A over k, in elements, whose multiples fall on the same few lines of the first-level cache. */
const ALIASED = 256;

/** Bytes from one row of turned A to the next: a block, and a little so that rows fall on different lines. */
const TURNED_ROW = 4 * BLOCK + 16;

/** Chunks that a large product should have. */
const CHUNKS_WANTED = 32;

/** Nanoseconds per multiplication, for choosing grains. */
const NANOSECONDS = 0.04;

/** The extent of even tiles along an axis, in multiples of `unit`, at most `limit`. */
function evenTile(extent: number, limit: number, unit: number): number {
  const tiles = Math.max(1, Math.ceil(extent / limit));
  return Math.max(unit, unit * Math.ceil(extent / tiles / unit));
}

/** The launch that computes a float32 product. Operands: A, B, C, as for `matmulPlan`. */
export function matmulSimdPlan(sizes: MatmulSizes, relaxed: boolean): KernelPlan {
  const product = joinBatch(sizes);
  return matmulSkinnySimdPlan(product, relaxed) ?? tilesPlan(product, relaxed, false);
}

/** The launch of a product by tiles. `exchanged`: the operands are B, A, C. */
export function tilesPlan(product: MatrixProduct, relaxed: boolean, exchanged: boolean): KernelPlan {
  const { rows, inner, columns, aRow, aInner, bInner, bColumn, axes, count } = product;
  const direct = bColumn === 1 &&
    (rows <= FEW_ROWS || 4 * Math.abs(bInner) * Math.min(inner, BLOCK) <= CACHED);
  const widest = Math.min(Math.max(WIDE / Math.max(1, inner), COLUMNS[0]), COLUMNS[1]);
  const tileColumns = evenTile(columns, widest, 4);
  const staying = !direct && tileColumns * inner <= STAYING;
  const tileRows = evenTile(rows, direct || staying ? Math.min(ROWS[0], TILE / tileColumns) : ROWS[1], 2);
  const turned = aRow === 1 && aInner % ALIASED === 0 && Math.min(inner, tileColumns) >= 64;
  const rowTiles = Math.ceil(rows / tileRows);
  const strips = count * Math.ceil(columns / tileColumns);
  const work = NANOSECONDS * tileRows * tileColumns * (4 + inner);
  const total = rowTiles * strips;
  const parts = Math.ceil(CHUNKS_WANTED / Math.max(1, strips));
  const together = Math.min(Math.ceil(ROWS_WANTED / tileRows), Math.floor(total / CHUNKS_LEAST));
  return {
    kernel: "matmulSimd.float32",
    scalars: [
      ...[rows, inner, columns, aRow, aInner, bInner, bColumn, tileRows, tileColumns],
      ...[direct ? 1 : 0, staying ? 1 : 0, relaxed ? 1 : 0, turned ? 1 : 0, exchanged ? 1 : 0],
      ...[axes.length, ...axes.toReversed().flatMap((axis) => [axis.extent, axis.a, axis.b])],
    ],
    total,
    grain: staying ? Math.max(grainFor(work), Math.ceil(rowTiles / parts), together) : grainFor(work),
  };
}

/**
 * One unit is a tile of C; the tiles below each other follow each other, then those beside, then the batch.
 *
 * Arguments: A, B, C; m, k, n; strides of A over rows and k, of B over k and columns; rows and columns of a
 * tile; 1 if B is read in place; 1 if packed B stays for the tiles below; 1 for fused multiply-add; 1 if A is
 * turned in scratch; 1 if the operands are B, A, C; the number of batch axes, then for each, innermost first, its extent and the strides of A and B.
 */
export const matmulSimd: FinishingKernel = (views, at, begin, end, finish): void => {
  const heap = views.float64;
  const exchanged = heap[at + 16];
  // Small products are too short for the engine to make much of destructuring.
  const a = 4 * heap[at + exchanged];
  const b = 4 * heap[at + 1 - exchanged];
  const c = 4 * heap[at + 2];
  const rows = heap[at + 3];
  const inner = heap[at + 4];
  const columns = heap[at + 5];
  const aRow = 4 * heap[at + 6];
  const aInner = 4 * heap[at + 7];
  const bInner = 4 * heap[at + 8];
  const bColumn = 4 * heap[at + 9];
  const tileRows = heap[at + 10];
  const tileColumns = heap[at + 11];
  const direct = heap[at + 12] === 1;
  const staying = heap[at + 13] === 1;
  const relaxed = heap[at + 14] === 1;
  const turned = heap[at + 15] === 1;
  const axes = heap[at + 17];

  const form = aInner === 4 || turned ? "unit" : aRow === 4 ? "columns" : "any";
  const panels = panelsOf(views.memory, form, relaxed);
  const most = tileVectors(relaxed);
  const rowTiles = Math.ceil(rows / tileRows);
  const columnTiles = Math.ceil(columns / tileColumns);
  const wide = 4 * Math.ceil(tileColumns / 4);
  const ragged = views.scratch;
  const rowsOfA = ragged + 16 * most * tileRows;
  const long = rowsOfA + (turned ? TURNED_ROW * tileRows : 0);
  const packed = long + (inner > LONG_BLOCK ? 4 * wide * tileRows : 0);
  // Vectors that lie astride two lines of the cache are slow to store where the lines are not there yet.
  const astride = columns % 4 !== 0 && inner <= FEW_PRODUCTS;
  let strip = -1;

  for (let unit = begin; unit < end; unit++) {
    const tile = Math.floor(unit / rowTiles);
    const matrix = Math.floor(tile / columnTiles);
    const row = (unit - tile * rowTiles) * tileRows;
    const column = (tile - matrix * columnTiles) * tileColumns;
    const height = Math.min(tileRows, rows - row);
    const width = Math.min(tileColumns, columns - column);
    let left = a + row * aRow;
    let right = b + column * bColumn;
    for (let axis = 0, rest = matrix, p = at + 18; axis < axes; axis++, p += 3) {
      const index = rest % heap[p];
      rest = Math.floor(rest / heap[p]);
      left += 4 * index * heap[p + 1];
      right += 4 * index * heap[p + 2];
    }
    const to = c + 4 * ((matrix * rows + row) * columns + column);
    const fresh = !staying || strip !== tile;
    strip = tile;
    if (inner === 0) fillZeros(views, to, columns, height, width);
    if (astride) packingOf(views.memory).touch(to, 4 * columns, height, 4 * width);

    for (let k = 0; k < inner; k += BLOCK) {
      const length = Math.min(BLOCK, inner - k);
      const add = k % LONG_BLOCK === 0 ? 0 : 1;
      // The first long block is summed in C itself, the others on their way there.
      const into = k < LONG_BLOCK ? to : long;
      const intoRow = k < LONG_BLOCK ? 4 * columns : 4 * wide;
      const block = staying ? packed + 4 * k * wide : packed;
      const from = right + k * bInner;
      if (fresh && (!direct || width % 4 !== 0)) {
        packBlock(views, from, bColumn, bInner, block, direct, width, most, length);
      }
      let source = left + k * aInner;
      let sourceRow = aRow;
      let sourceStep = aInner;
      if (turned) {
        packingOf(views.memory).packRows(source, aInner, rowsOfA, length, TURNED_ROW / 16, height);
        source = rowsOfA;
        sourceRow = TURNED_ROW;
        sourceStep = 4;
      }
      for (let j = 0, vectors = 0; j < width; j += 4 * vectors) {
        vectors = panelVectors(Math.ceil((width - j) / 4), most);
        const lanes = Math.min(4 * vectors, width - j);
        const whole = lanes === 4 * vectors;
        const panel = direct && whole ? from + 4 * j : block + 4 * j * length;
        const step = direct && whole ? bInner : 16 * vectors;
        const run = panels(vectors, height).panel;
        if (whole) {
          run(source, sourceRow, sourceStep, panel, step, into + 4 * j, intoRow, height, length, 0, add);
        } else {
          run(source, sourceRow, sourceStep, panel, step, ragged, 16 * vectors, height, length, 0, 0);
          packingOf(views.memory).merge(ragged, 16 * vectors, into + 4 * j, intoRow, height, lanes, add);
        }
      }
      if (k >= LONG_BLOCK && ((k + length) % LONG_BLOCK === 0 || k + length === inner)) {
        packingOf(views.memory).merge(long, 4 * wide, to, 4 * columns, height, width, 1);
      }
    }
    finish?.(matrix, row, height, column, width);
  }
};

/**
 * Packs a block of B into its panels, by the way that its strides, in bytes, allow; where B is read in place,
 * only the panel with columns to spare.
 */
function packBlock(
  views: Views,
  from: number,
  laneStride: number,
  kStride: number,
  to: number,
  direct: boolean,
  width: number,
  most: number,
  inner: number,
): void {
  const packing = packingOf(views.memory);
  // Few rows at a time, so that their pages stay at hand for the next panel.
  const lines = laneStride === 4 ? PACKED_LINES : inner;
  for (let k = 0; k < inner; k += lines) {
    const length = Math.min(lines, inner - k);
    for (let j = 0, vectors = 0; j < width; j += 4 * vectors) {
      vectors = panelVectors(Math.ceil((width - j) / 4), most);
      const lanes = Math.min(4 * vectors, width - j);
      if (direct && lanes === 4 * vectors) continue;
      const source = from + k * kStride + j * laneStride;
      const target = to + 4 * j * inner + 16 * vectors * k;
      if (laneStride === 4) packing.packColumns(source, kStride, target, lanes, vectors, length);
      else if (kStride === 4) packing.packRows(source, laneStride, target, lanes, vectors, length);
      else packing.packAny(source, laneStride, kStride, target, lanes, vectors, length);
    }
  }
}

/** Zeros in a rectangle of float32; `to` is a byte, the row's step counts elements. */
function fillZeros(views: Views, to: number, step: number, rows: number, width: number): void {
  for (let i = 0, p = to / 4; i < rows; i++, p += step) views.float32.fill(0, p, p + width);
}
