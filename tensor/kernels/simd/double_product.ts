/**
 * Products of float64 matrices anywhere in the heap, in WebAssembly.
 *
 * Each element is the sum of blocks of `BLOCK` products, each block summed in ascending k from 0 and the blocks added in
 * order. With fused multiply-add (relaxed) a product is not rounded before it is added. The value depends neither on tiles
 * nor on strides.
 *
 * @module
 */
import type { Views } from "../kernel.ts";
import { dotsDouble } from "./double_dots.ts";
import { packingOf, panelsOf } from "./instances.ts";
import { BLOCK, panelVectors, tileVectors } from "./tile.ts";

/** Columns of B that are packed for all rows, and rows whose elements of A stay in the second-level cache. */
const [COLUMNS, ROWS] = [240, 128];

/** Rows for which it does not pay to pack B. */
const FEW_ROWS = 16;

/**
 * `C = A B` if `add` is 0, `C += A B` if it is 1, `C -= A B` if it is -1, for C [rows, columns] whose columns are neighbours, and A [rows, inner] and B [inner, columns] of any strides, but 1 along k where there is
 * a single column; addresses and strides count elements. C
 * must not overlap A and B. Uses the first 500 KB of the thread's scratch area.
 */
export function multiplyDouble(
  views: Views,
  relaxed: boolean,
  c: number,
  cRow: number,
  a: number,
  aRow: number,
  aInner: number,
  b: number,
  bInner: number,
  bColumn: number,
  rows: number,
  inner: number,
  columns: number,
  add: number,
): void {
  if (columns === 1) return dotsDouble(views.memory, relaxed, c, cRow, a, aRow, b, rows, inner, add);
  const form = aInner === 1 ? "unit" : aRow === 1 ? "columns" : "any";
  const panels = panelsOf(views.memory, form, relaxed, false, true);
  const most = tileVectors(relaxed);
  const inPlace = bColumn === 1 && rows <= FEW_ROWS;
  if (inner === 0 && add === 0) {
    for (let i = 0; i < rows; i++) views.float64.fill(0, c + i * cRow, c + i * cRow + columns);
  }
  for (let first = 0, width = 0; first < columns; first += width) {
    // A single column is not left over.
    width = columns - first <= COLUMNS + 1 ? columns - first : COLUMNS;
    for (let k = 0; k < inner; k += BLOCK) {
      const length = Math.min(BLOCK, inner - k);
      const from = b + k * bInner + first * bColumn;
      if (!inPlace) packDouble(views, from, bInner, bColumn, width, length, most);
      for (let row = 0; row < rows; row += ROWS) {
        const height = Math.min(ROWS, rows - row);
        for (let j = 0, vectors = 0; j < width; j += 2 * vectors) {
          vectors = panelVectors(Math.ceil((width - j) / 2), most);
          const { panel } = panels(vectors, height, 2 * vectors - Math.min(2 * vectors, width - j));
          panel(
            8 * (a + row * aRow + k * aInner),
            8 * aRow,
            8 * aInner,
            inPlace ? 8 * (from + j) : views.scratch + 8 * j * length,
            inPlace ? 8 * bInner : 16 * vectors,
            8 * (c + row * cRow + first + j),
            8 * cRow,
            height,
            length,
            0,
            k === 0 ? add : add < 0 ? -1 : 1,
          );
        }
      }
    }
  }
}

/** Packs a block of B into panels at the start of the scratch area. */
function packDouble(
  views: Views,
  from: number,
  bInner: number,
  bColumn: number,
  width: number,
  inner: number,
  most: number,
): void {
  const heap = views.float64;
  for (let j = 0, vectors = 0; j < width; j += 2 * vectors) {
    vectors = panelVectors(Math.ceil((width - j) / 2), most);
    const lanes = Math.min(2 * vectors, width - j);
    const to = views.scratch + 8 * j * inner;
    if (bColumn === 1) {
      // Two float32 lie where a float64 does.
      packingOf(views.memory).packColumns(8 * (from + j), 8 * bInner, to, 2 * lanes, vectors, inner);
      continue;
    }
    for (let lane = 0; lane < lanes; lane++) {
      const end = to / 8 + lane + 2 * vectors * inner;
      let source = from + (j + lane) * bColumn;
      for (let p = to / 8 + lane; p < end; p += 2 * vectors, source += bInner) heap[p] = heap[source];
    }
  }
}
