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
import { packingOf, panelsOf } from "./instances.ts";
import { BLOCK, LONG_BLOCK, panelVectors, tileVectors } from "./tile.ts";

/** Products to an element below which storing it shows. */
const FEW_PRODUCTS = 128;

/** Elements of C from which a product has tiles made for its k if that is short, which takes as long as many small products. */
const OWN = 1 << 15;

/** Rows of few columns, in multiples of which they are stored where they belong: those of the tiles. */
const ALIKE = 30;

/** Rows of B that are packed at a time. */
const PACKED_LINES = 16;

/** Bytes from one row of turned A to the next: a block, and a little so that rows fall on different lines. */
const TURNED_ROW = 4 * BLOCK + 16;

/**
 * The kernel of `tilesPlan`. One unit is a tile of C; the tiles below each other follow each other, then those beside, then the batch.
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
  const narrow = views.scratch;
  const rowsOfA = narrow + 16 * tileRows;
  const long = rowsOfA + (turned ? TURNED_ROW * tileRows : 0);
  const packed = long + (inner > LONG_BLOCK ? 4 * wide * tileRows : 0);
  // Vectors that lie astride two lines of the cache are slow to store where the lines are not there yet.
  const astride = columns % 4 !== 0 && inner <= FEW_PRODUCTS;
  const known = rows * columns < OWN ? 0 : inner;
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
    if (astride) {
      if (columnTiles === 1) packingOf(views.memory).touch(to, 0, 1, 4 * columns * height);
      else packingOf(views.memory).touch(to, 4 * columns, height, 4 * width);
    }

    for (let k = 0; k < inner; k += BLOCK) {
      const length = Math.min(BLOCK, inner - k);
      const add = k % LONG_BLOCK === 0 ? 0 : 1;
      // The first long block is summed in C itself, the others on their way there.
      const into = k < LONG_BLOCK ? to : long;
      const intoRow = k < LONG_BLOCK ? 4 * columns : 4 * wide;
      const block = staying ? packed + 4 * k * wide : packed;
      const from = right + k * bInner;
      const inPlace = direct &&
        (width >= 4 || (bInner >= 4 * columns && (k + length < inner || follows(heap, at, matrix))));
      if (fresh && !inPlace) {
        packBlock(views, from, bColumn, bInner, block, width, most, length);
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
        const panel = inPlace ? from + 4 * j : block + 4 * j * length;
        const step = inPlace ? bInner : 16 * vectors;
        if (lanes >= 4) {
          const run = panels(vectors, height, 4 * vectors - lanes, known).panel;
          run(source, sourceRow, sourceStep, panel, step, into + 4 * j, intoRow, height, length, 0, add);
          continue;
        }
        // Less columns than a vector has go through scratch, where blocks of k are added, unless their sums are long.
        // Where there is one block, what rows store beyond themselves is stored again by those that follow; so the last go
        // through scratch.
        const first = length < inner ? 0 : ALIKE * Math.floor((height - Math.ceil(4 / lanes) + 1) / ALIKE);
        if (first > 0) {
          const run = panels(vectors, first, 0, known).panel;
          run(source, sourceRow, sourceStep, panel, step, into, intoRow, first, length, 0, 0);
        }
        const rest = height - first;
        const run = panels(vectors, rest, 0, known).panel;
        const adding = inner <= LONG_BLOCK ? add : 0;
        const last = source + first * sourceRow;
        run(last, sourceRow, sourceStep, panel, step, narrow, 16, rest, length, 0, adding);
        if (inner <= LONG_BLOCK && k + length < inner) continue;
        const adds = inner <= LONG_BLOCK ? 0 : add;
        packingOf(views.memory).merge(narrow, 16, into + first * intoRow, intoRow, rest, lanes, adds);
      }
      if (k >= LONG_BLOCK && ((k + length) % LONG_BLOCK === 0 || k + length === inner)) {
        packingOf(views.memory).merge(long, 4 * wide, to, 4 * columns, height, width, 1);
      }
    }
    finish?.(matrix, row, height, column, width);
  }
};

/**
 * Whether another matrix of B begins where this one ends: then elements beyond its last row may be read with it, as those
 * beyond the others.
 */
function follows(heap: Float64Array, at: number, matrix: number): boolean {
  return heap[at + 17] > 0 && heap[at + 20] === heap[at + 4] * heap[at + 8] &&
    matrix % heap[at + 18] + 1 < heap[at + 18];
}

/** Packs a block of B into its panels, by the way that its strides, in bytes, allow. */
function packBlock(
  views: Views,
  from: number,
  laneStride: number,
  kStride: number,
  to: number,
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
