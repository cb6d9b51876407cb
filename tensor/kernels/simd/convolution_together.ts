/**
 * Convolution of float32 and its gradient for the image whose vectors take one pixel of several images each: where
 * planes are so small that a line of one fills no vector, and where what lies outside of them is much of what their
 * windows see.
 *
 * The images lie innermost, so for each pixel of the target and each tap the product of the weights of that tap and of
 * the pixels that it sees is added up. Taps that see nothing are left out.
 *
 * Each element is a float32 sum over (tap row, tap column, channel), cut in blocks of channels of one tap.
 *
 * @module
 */
import type { Patches } from "../convolution.ts";
import type { Kernel } from "../kernel.ts";
import { grainFor, type KernelPlan } from "../plan.ts";
import { packingOf, panelsOf } from "./instances.ts";
import { BLOCK, panelVectors, tileVectors } from "./tile.ts";

/** Nanoseconds per multiplication, here and where few channels leave room, and where pixels are moved to be added. */
const [NANOSECONDS, MOVED] = [0.035, 0.04];

/** Nanoseconds to begin a product, and to bring an element beside others or back. */
const [BEGINNING, TURNING] = [30, 0.25];

/** Nanoseconds to read a weight that is used once, and what is added where there are many and where they lie apart. */
const [READING, FURTHER] = [0.28, 0.12];

/** Weights that are many, and bytes from one to the next where they lie apart. */
const [MANY, APART] = [1 << 18, 256];

/** The taps of windows that are not large, and the most elements that others look at again and again. */
const [FEW_TAPS, AT_HAND] = [9, 1 << 19];

/** The fewest images, and channels on either side. */
const [LEAST_IMAGES, LEAST_CHANNELS] = [8, 16];

/** The part of the time that other ways take, as far as it is known, below which this one is taken. */
const GAIN = 0.85;

/** Weights of a unit, which stay in the second-level cache. */
const WEIGHTS = 1 << 16;

/** Units that there should be, and multiplications below which one is not worth cutting further. */
const [UNITS_WANTED, UNIT_WORK] = [16, 1_000_000];

/** The images that lie beside each other where there are so many: whole vectors of them. */
export function lanesOf(images: number): number {
  return 4 * Math.ceil(images / 4);
}

/** Float32 elements of a line of the cache. */
const LINE = 16;

/**
 * Elements from one channel to the next of so many pixels: an odd number of lines of the cache, as an even one would
 * bring channels onto few of its places.
 */
export function channelStep(pixels: number, lanes: number): number {
  const lines = Math.ceil(pixels * lanes / LINE);
  return LINE * (lines + 1 - lines % 2);
}

/** The places of a source that the taps of an axis see, for all places of the target; those outside are left out. */
function seenOf({ source, target, window, expansion, step, origin, shift }: Patches, axis: 0 | 1): number {
  let seen = 0;
  for (let place = 0; place < target[2 + axis]; place++) {
    for (let tap = 0; tap < window[2 + axis]; tap++) {
      const at = place * step[axis] + origin[axis] + tap * shift[axis];
      if (at % expansion[axis] === 0 && at >= 0 && at < expansion[axis] * source[2 + axis]) seen++;
    }
  }
  return seen;
}

/** The pixels of the source that all taps see for all pixels of the target of an image. */
function pixelsSeen(patches: Patches): number {
  return seenOf(patches, 0) * seenOf(patches, 1);
}

/** Whether a convolution takes less time so than by what its lines see, or by what its pixels give. */
export function goesTogether(patches: Patches): boolean {
  const { source, target, window, groups, rows, channels, weightStrides, expansion } = patches;
  const [images, , sourceRows, sourceColumns] = source;
  const [, , targetRows, targetColumns] = target;
  const taps = window[2] * window[3];
  const fits = groups === 1 && taps > 1 && images >= LEAST_IMAGES && channels >= LEAST_CHANNELS &&
    rows >= LEAST_CHANNELS;
  if (!fits) return false;
  const lanes = lanesOf(images);
  const [sourcePixels, targetPixels] = [sourceRows * sourceColumns, targetRows * targetColumns];
  const weights = rows * channels;
  const [apart, many] = [4 * Math.abs(weightStrides[1]) >= APART, taps * weights > MANY];
  const reading = READING + FURTHER * (Number(apart) + Number(many));
  const panels = Math.ceil(lanes / 4 / tileVectors(true));
  if (taps > FEW_TAPS && channels * sourcePixels * lanes > AT_HAND) return false;
  const product = weights * Math.max(NANOSECONDS * lanes, reading) + BEGINNING * panels;
  const turning = TURNING * lanes * (channels * sourcePixels + rows * targetPixels);
  // Lines fill vectors or leave lanes of them empty, which large windows make up for.
  const filled = taps > FEW_TAPS ? 1 : 4 * Math.ceil(targetColumns / 4) / targetColumns;
  const bySight = NANOSECONDS * targetPixels * filled / (expansion[0] * expansion[1]);
  const others = taps * weights * images * Math.min(bySight, MOVED * sourcePixels);
  return pixelsSeen(patches) * product + turning < GAIN * others;
}

/**
 * The launch of such a convolution. Operands: the source of shape [channels, rows, columns, `lanesOf` images], contiguous
 * but for `channelStep` from one channel to the next; weights; the target alike.
 */
export function convolutionTogetherPlan(patches: Patches, relaxed: boolean): KernelPlan {
  const { source, target, window, rows, channels, weightStrides } = patches;
  const lanes = lanesOf(target[0]);
  const most = Math.max(2, 2 * Math.floor(WEIGHTS / (2 * channels * window[2] * window[3])));
  const each = pixelsSeen(patches) * channels;
  let [cutRows, cutLanes] = [Math.min(rows, most), lanes];
  const units = (): number => Math.ceil(rows / cutRows) * Math.ceil(lanes / cutLanes);
  const work = (): number => each * cutRows * cutLanes;
  const widest = 4 * tileVectors(relaxed);
  while (units() < UNITS_WANTED && work() > 2 * UNIT_WORK && cutLanes > widest) {
    cutLanes = widest * Math.ceil(cutLanes / widest / 2);
  }
  while (units() < UNITS_WANTED && work() > 2 * UNIT_WORK && cutRows > 8) {
    cutRows = 2 * Math.ceil(cutRows / 4);
  }
  const axis = (i: 0 | 1): number[] => [
    ...[source[2 + i], target[2 + i], window[2 + i]],
    ...[patches.expansion[i], patches.step[i], patches.origin[i], patches.shift[i]],
  ];
  return {
    kernel: "convolutionTogetherSimd.float32",
    scalars: [
      ...[rows, channels, lanes, ...axis(0), ...axis(1), ...weightStrides],
      ...[cutRows, cutLanes, relaxed ? 1 : 0],
    ],
    total: units(),
    grain: grainFor(NANOSECONDS * work()),
  };
}

/** An axis of a convolution, as its numbers say from `p` on. */
function axisAt(heap: Float64Array, p: number) {
  const [source, target, taps] = [heap[p], heap[p + 1], heap[p + 2]];
  const [expansion, step, origin, shift] = [heap[p + 3], heap[p + 4], heap[p + 5], heap[p + 6]];
  /** For each place of the target, the taps that see something there, and what place of the source. */
  return Array.from({ length: target }, (_, place) => {
    const seen: { readonly tap: number; readonly at: number }[] = [];
    for (let tap = 0; tap < taps; tap++) {
      const at = place * step + origin + tap * shift;
      if (at % expansion === 0 && at >= 0 && at < expansion * source) seen.push({ tap, at: at / expansion });
    }
    return seen;
  });
}

/**
 * One unit is some channels of the target for some images; images follow each other, then channels.
 *
 * Arguments: source, weights, target; channels of the target and of the source, images; for rows and for columns the
 * extents of source, target and window, expansion, step, origin and shift; strides of the weights; channels of the
 * target and images at a time; 1 for fused multiply-add.
 */
export const convolutionTogetherSimd: Kernel = (views, at, begin, end): void => {
  const heap = views.float64;
  const [source, weights, target] = [4 * heap[at], 4 * heap[at + 1], 4 * heap[at + 2]];
  const [rows, channels, lanes] = [heap[at + 3], heap[at + 4], heap[at + 5]];
  const [down, across] = [axisAt(heap, at + 6), axisAt(heap, at + 13)];
  const sourceColumns = heap[at + 13];
  const sourcePixels = heap[at + 6] * sourceColumns;
  const targetPixels = down.length * across.length;
  const [weightRow, weightChannel] = [4 * heap[at + 20], 4 * heap[at + 21]];
  const [weightDown, weightRight] = [4 * heap[at + 22], 4 * heap[at + 23]];
  const [cutRows, cutLanes, relaxed] = [heap[at + 24], heap[at + 25], heap[at + 26] === 1];

  const form = weightChannel === 4 ? "unit" : weightRow === 4 ? "columns" : "any";
  const panels = panelsOf(views.memory, form, relaxed);
  const most = tileVectors(relaxed);
  const parts = Math.ceil(lanes / cutLanes);
  const [sourceRow, targetRow] = [sourcePixels, targetPixels].map((pixels) => 4 * channelStep(pixels, lanes));

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
