/**
 * Convolution of float32 and its gradient for the image whose vectors take one pixel of several images each: where
 * planes are so small that a line of one fills no vector, and where what lies outside of them is much of what their
 * windows see.
 *
 * The images lie innermost, so for each pixel of the target and each tap the product of the weights of that tap and of
 * the pixels that it sees is added up. Taps that see nothing are left out.
 *
 * Each element is a float32 sum over (tap row, tap column, channel), cut in blocks of channels of one tap, with fused
 * multiply-add.
 *
 * @module
 */
import type { Kernel } from "../kernel.ts";
import { oddLines } from "./convolution_together_plan.ts";
import { packingOf, panelsOf } from "./instances.ts";
import { AXIS_NUMBERS, type Meeting, meetingsAt } from "./meetings.ts";
import { BLOCK, panelVectors, tileVectors } from "./tile.ts";

/** What meets at each place of the target along an axis. */
function byPlace(heap: Float64Array, p: number): readonly (readonly Meeting[])[] {
  const meetings = meetingsAt(heap, p);
  return Array.from({ length: heap[p + 1] }, (_, place) => meetings.filter((one) => one.place === place));
}

/**
 * One unit is some channels of the target for some images; images follow each other, then channels.
 *
 * Arguments: source, weights, target; channels of the target and of the source, images; for rows and for columns the
 * numbers of `axisNumbers`; strides of the weights; channels of the target and images at a time.
 */
export const convolutionTogetherSimd: Kernel = (views, at, begin, end): void => {
  const heap = views.float64;
  const [source, weights, target] = [4 * heap[at], 4 * heap[at + 1], 4 * heap[at + 2]];
  const [rows, channels, lanes] = [heap[at + 3], heap[at + 4], heap[at + 5]];
  const [downAt, acrossAt, rest] = [0, 1, 2].map((axis) => at + 6 + axis * AXIS_NUMBERS);
  const [down, across] = [byPlace(heap, downAt), byPlace(heap, acrossAt)];
  const sourceColumns = heap[acrossAt];
  const sourcePixels = heap[downAt] * sourceColumns;
  const targetPixels = down.length * across.length;
  const [weightRow, weightChannel] = [4 * heap[rest], 4 * heap[rest + 1]];
  const [weightDown, weightRight] = [4 * heap[rest + 2], 4 * heap[rest + 3]];
  const [cutRows, cutLanes] = [heap[rest + 4], heap[rest + 5]];

  const form = weightChannel === 4 ? "unit" : weightRow === 4 ? "columns" : "any";
  const panels = panelsOf(views.memory, form, true);
  const most = tileVectors(true);
  const parts = Math.ceil(lanes / cutLanes);
  const [sourceRow, targetRow] = [sourcePixels, targetPixels].map((pixels) => 4 * oddLines(pixels * lanes));

  for (let unit = begin; unit < end; unit++) {
    const part = Math.floor(unit / parts);
    const row = part * cutRows;
    const height = Math.min(cutRows, rows - row);
    const first = (unit - part * parts) * cutLanes;
    const stop = Math.min(lanes, first + cutLanes);
    const left = weights + row * weightRow;
    for (let j = first, vectors = 0; j < stop; j += 4 * vectors) {
      vectors = panelVectors((stop - j) / 4, most);
      const { panel } = panels(vectors, height);
      let to = target + row * targetRow + 4 * j;
      for (const lines of down) {
        for (const columns of across) {
          let add = 0;
          for (const line of lines) {
            for (const column of columns) {
              const a = left + line.tap * weightDown + column.tap * weightRight;
              const b = source + 4 * ((line.at * sourceColumns + column.at) * lanes + j);
              for (let k = 0; k < channels; k += BLOCK) {
                const inner = Math.min(BLOCK, channels - k);
                // deno-fmt-ignore
                panel(a + k * weightChannel, weightRow, weightChannel, b + k * sourceRow, sourceRow,
                  to, targetRow, height, inner, 0, add);
                add = 1;
              }
            }
          }
          if (add === 0) {
            for (let i = 0; i < height; i++) packingOf(views.memory).clear(to + i * targetRow, 16 * vectors);
          }
          to += 4 * lanes;
        }
      }
    }
  }
};
