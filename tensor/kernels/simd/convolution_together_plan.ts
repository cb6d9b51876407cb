/**
 * Which convolutions, and gradients for their images, go together with the images innermost (`convolution_together.ts`),
 * and how they are cut into units.
 *
 * @module
 */
import type { Patches } from "../convolution.ts";
import { grainFor, type KernelPlan } from "../plan.ts";
import { axisNumbers, countMeetings } from "./meetings.ts";
import { tileVectors } from "./tile.ts";

/** Nanoseconds per multiplication: here and by sight, where windows are large, and where pixels are moved to be added. */
const [NANOSECONDS, LARGE, MOVED] = [0.035, 0.032, 0.04];

/** Nanoseconds to bring what a tap sees of a channel to where it is seen. */
const FILLING = 4;

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
 * So many elements and some more, to an odd number of lines of the cache: in steps of an even number, what is read
 * together would come onto few of its places.
 */
export function oddLines(elements: number): number {
  const lines = Math.ceil(elements / LINE);
  return LINE * (lines + 1 - lines % 2);
}

/** The pixels of the source that all taps see for all pixels of the target of an image. */
function pixelsSeen(patches: Patches): number {
  return countMeetings(patches, 0) * countMeetings(patches, 1);
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
  const large = taps > FEW_TAPS;
  if (large && channels * sourcePixels * lanes > AT_HAND) return false;
  const product = weights * Math.max(NANOSECONDS * lanes, reading) + BEGINNING * panels;
  const turning = TURNING * lanes * (channels * sourcePixels + rows * targetPixels);
  // Lines fill vectors or leave lanes of them empty; what large windows see follows each other across lines.
  const [lines, columns] = large ? [1, targetPixels] : [targetRows, targetColumns];
  const vectors = 4 * lines * Math.ceil(columns / 4) / (expansion[0] * expansion[1]);
  const bySight = (large ? LARGE : NANOSECONDS) * vectors * weights + FILLING * channels;
  const others = taps * images * Math.min(bySight, MOVED * sourcePixels * weights);
  return pixelsSeen(patches) * product + turning < GAIN * others;
}

/**
 * The launch of such a convolution. Operands: the source of shape [channels, rows, columns, `lanesOf` images], contiguous
 * but for `oddLines` from one channel to the next; weights; the target alike.
 */
export function convolutionTogetherPlan(patches: Patches): KernelPlan {
  const { target, window, rows, channels, weightStrides } = patches;
  const lanes = lanesOf(target[0]);
  const most = Math.max(2, 2 * Math.floor(WEIGHTS / (2 * channels * window[2] * window[3])));
  const each = pixelsSeen(patches) * channels;
  let [cutRows, cutLanes] = [Math.min(rows, most), lanes];
  const units = (): number => Math.ceil(rows / cutRows) * Math.ceil(lanes / cutLanes);
  const work = (): number => each * cutRows * cutLanes;
  const widest = 4 * tileVectors(true);
  while (units() < UNITS_WANTED && work() > 2 * UNIT_WORK && cutLanes > widest) {
    cutLanes = widest * Math.ceil(cutLanes / widest / 2);
  }
  while (units() < UNITS_WANTED && work() > 2 * UNIT_WORK && cutRows > 8) {
    cutRows = 2 * Math.ceil(cutRows / 4);
  }
  return {
    kernel: "convolutionTogetherSimd.float32",
    scalars: [
      ...[rows, channels, lanes, ...axisNumbers(patches, 0), ...axisNumbers(patches, 1)],
      ...weightStrides,
      ...[cutRows, cutLanes],
    ],
    total: units(),
    grain: grainFor(NANOSECONDS * work()),
  };
}
