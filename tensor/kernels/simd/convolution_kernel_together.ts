/**
 * The gradient of a float32 convolution for its weights where planes are small: each tap is a product of the channels of
 * the cotangent and of the pixels that it sees. The channels lie innermost, the images before them, so a run of pixels
 * that lie beside each other in both is summed in one go. Pixels that a tap does not see are left out.
 *
 * Each element is a float32 sum over the pixels of the cotangent and images, cut in blocks within a run of pixels, with
 * fused multiply-add.
 *
 * @module
 */
import type { Patches } from "../convolution.ts";
import type { Kernel } from "../kernel.ts";
import { grainFor, type KernelPlan } from "../plan.ts";
import { oddLines } from "./convolution_together_plan.ts";
import { packingOf, panelsOf } from "./instances.ts";
import { AXIS_NUMBERS, axisNumbers, countMeetings, meetingsAt } from "./meetings.ts";
import { BLOCK, panelVectors, tileVectors } from "./tile.ts";

/** Nanoseconds per multiplication, and per sum of a run that is added to the others. */
const [NANOSECONDS, ADDING] = [0.035, 0.15];

/** Nanoseconds to begin a product, and to bring an element to its place. */
const [BEGINNING, TURNING] = [30, 0.25];

/** Pixels of a plane for which the other way takes as long as for what comes before and after them. */
const BESIDES = 2;

/** The fewest images and channels. */
const [LEAST_IMAGES, LEAST_CHANNELS] = [4, 16];

/** The part of the time that the other way takes, as far as it is known, below which this one is taken. */
const GAIN = 0.97;

/** Channels of the cotangent of a unit. */
const ROWS = 32;

/** Pixels of the target that lie beside each other, as do those of the source that a tap sees for them. */
interface Run {
  /** The first one of the target. */
  readonly place: number;
  /** The first one of the source. */
  readonly at: number;
  /** How many there are. */
  readonly length: number;
}

/** The runs that each tap of an axis sees. */
function runsAt(numbers: ArrayLike<number>, p: number): readonly (readonly Run[])[] {
  const runs = Array.from({ length: numbers[p + 2] }, (): Run[] => []);
  for (const { tap, place, at } of meetingsAt(numbers, p)) {
    const last = runs[tap].at(-1);
    if (last !== undefined && last.place + last.length === place && last.at + last.length === at) {
      runs[tap][runs[tap].length - 1] = { ...last, length: last.length + 1 };
    } else runs[tap].push({ place, at, length: 1 });
  }
  return runs;
}

/** Whether a gradient for the weights takes less time so. The patches are those of the convolution. */
export function goesTogetherByTap(patches: Patches): boolean {
  const { source, target, window, groups, rows, channels } = patches;
  const images = source[0];
  const [sourcePixels, targetPixels] = [source[2] * source[3], target[2] * target[3]];
  const taps = window[2] * window[3];
  const fits = groups === 1 && images >= LEAST_IMAGES && rows >= LEAST_CHANNELS &&
    channels >= LEAST_CHANNELS &&
    taps > 1 && sourcePixels * targetPixels > 0;
  if (!fits) return false;
  const [down, across] = [countMeetings(patches, 0), countMeetings(patches, 1)];
  const runs = runsAt(axisNumbers(patches, 1), 0).reduce((sum, list) => sum + list.length, 0);
  const products = rows * channels;
  const panels = Math.ceil(channels / 4 / tileVectors(true)) * Math.ceil(rows / ROWS);
  const turning = TURNING *
    (images * (channels * sourcePixels + rows * targetPixels) + taps * products);
  const time = NANOSECONDS * down * across * images * products +
    down * runs * (ADDING * products + BEGINNING * panels) + turning;
  return time < GAIN * NANOSECONDS * taps * (targetPixels + BESIDES) * images * products;
}

/**
 * The launch of such a gradient. Operands: the image of shape [rows, columns, images, channels], contiguous but for
 * `oddLines` from one image to the next; the cotangent alike; the gradient of shape [taps, channels of the cotangent,
 * channels], contiguous.
 */
export function convolutionKernelTogetherPlan(patches: Patches): KernelPlan {
  const { source, window, rows, channels } = patches;
  const taps = window[2] * window[3];
  const pixels = countMeetings(patches, 0) * countMeetings(patches, 1) / taps;
  return {
    kernel: "convolutionKernelTogetherSimd.float32",
    scalars: [
      ...[rows, channels, source[0], ROWS],
      ...[...axisNumbers(patches, 0), ...axisNumbers(patches, 1)],
    ],
    total: taps * Math.ceil(rows / ROWS),
    grain: grainFor(NANOSECONDS * pixels * source[0] * Math.min(rows, ROWS) * channels),
  };
}

/**
 * One unit is a tap for some channels of the cotangent, which follow each other, then taps.
 *
 * Arguments: image, cotangent, gradient; channels of the cotangent and of the image, images; channels of the cotangent at a
 * time; for rows and for columns the numbers of `axisNumbers`.
 */
export const convolutionKernelTogetherSimd: Kernel = (views, at, begin, end): void => {
  const heap = views.float64;
  const [source, cotangent, gradient] = [4 * heap[at], 4 * heap[at + 1], 4 * heap[at + 2]];
  const [rows, channels, images] = [heap[at + 3], heap[at + 4], heap[at + 5]];
  const cutRows = heap[at + 6];
  const [downAt, acrossAt] = [at + 7, at + 7 + AXIS_NUMBERS];
  const [down, across] = [runsAt(heap, downAt), runsAt(heap, acrossAt)];
  const [sourceColumns, columns] = [heap[acrossAt], heap[acrossAt + 1]];
  const panels = panelsOf(views.memory, "columns", true);
  const most = tileVectors(true);
  const parts = Math.ceil(rows / cutRows);
  const [sourceStep, step] = [4 * oddLines(channels), 4 * oddLines(rows)];

  for (let unit = begin; unit < end; unit++) {
    const tap = Math.floor(unit / parts);
    const row = (unit - tap * parts) * cutRows;
    const height = Math.min(cutRows, rows - row);
    const line = Math.floor(tap / across.length);
    const lists = [down[line], across[tap - line * across.length]];
    const to = gradient + 4 * (tap * rows + row) * channels;
    if (lists.some((list) => list.length === 0)) {
      packingOf(views.memory).clear(to, 4 * height * channels);
      continue;
    }
    for (let j = 0, vectors = 0; j < channels; j += 4 * vectors) {
      vectors = panelVectors(Math.ceil((channels - j) / 4), most);
      const { panel } = panels(vectors, height, Math.max(0, j + 4 * vectors - channels));
      let add = 0;
      for (const lines of lists[0]) {
        for (let i = 0; i < lines.length; i++) {
          for (const run of lists[1]) {
            const pixel = (lines.place + i) * columns + run.place;
            const seen = (lines.at + i) * sourceColumns + run.at;
            for (let k = 0; k < run.length * images; k += BLOCK) {
              const inner = Math.min(BLOCK, run.length * images - k);
              const a = cotangent + (pixel * images + k) * step + 4 * row;
              const b = source + (seen * images + k) * sourceStep + 4 * j;
              panel(a, 4, step, b, sourceStep, to + 4 * j, 4 * channels, height, inner, 0, add);
              add = 1;
            }
          }
        }
      }
    }
  }
};
