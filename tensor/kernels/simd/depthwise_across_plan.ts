/**
 * Which depthwise convolutions go along the channels of pixels (`depthwise_across.ts`), and how they are cut into units.
 *
 * @module
 */
import type { Patches } from "../convolution.ts";
import type { ConvolutionKernelPlan } from "../convolution_kernel.ts";
import type { ConvolutionSizes, Strides } from "../convolution_sizes.ts";
import { grainFor, type KernelPlan } from "../plan.ts";
import { withSlices } from "./convolution_kernel_sum.ts";
import { DEPTHWISE_TAPS } from "./depthwise.ts";
import { DOT_TAPS } from "./tap_dots.ts";

/** Float32 elements of the planes of some channels that stay near: in the first-level cache, and in the second. */
const NEAR: readonly [number, number] = [6 << 10, 24 << 10];

/** The most float32 elements of the planes: most of the scratch area. */
const MOST = 160 << 10;

/** The channels of a unit: the fewest fill a line of the cache, the most are a few. */
const CHANNELS: readonly [number, number] = [16, 64];

/** Columns of a target whose lines fill few vectors, so that it pays to turn a source whose columns are neighbours. */
const SHORT = 4;

/** Units that the sum of a gradient for weights is cut for, and multiplications below which a slice is not worth cutting further. */
const [UNITS_WANTED, UNIT_WORK] = [24, 1_000_000];

/** Nanoseconds per multiplication, and per unit. */
const NANOSECONDS: readonly [number, number] = [0.04, 500];

/** Whether so many channels are most of the lanes of their vectors. */
function fillsVectors(channels: number): boolean {
  return channels >= 3 * Math.ceil(channels / 4);
}

/** What the taps of an axis see. */
export interface Reach {
  /** The source place that the first target place sees under the tap that sees the first one. */
  readonly low: number;
  /** Places from there to what each tap sees. */
  readonly places: readonly number[];
}

/** The reach of so many taps, the first of which sees `origin`, `shift` places from one to the next. */
export function reachAcross(taps: number, origin: number, shift: number): Reach {
  const seen = Array.from({ length: taps }, (_, tap) => origin + tap * shift);
  const low = Math.min(...seen);
  return { low, places: seen.map((place) => place - low) };
}

/** The source places that so many target places see. */
export function extentAcross({ places }: Reach, count: number, step: number): number {
  return (count - 1) * step + Math.max(...places) + 1;
}

/** Channels and rows at a time. */
interface Cut {
  /** Channels. */
  readonly cut: number;
  /** Rows of the target, or of the cotangent. */
  readonly band: number;
}

/** The cut, given the elements of so many rows of a channel; null where not even a few rows fit into the scratch area. */
function cutAcross(channels: number, rows: number, elements: (band: number) => number): Cut | null {
  let cut = CHANNELS[0];
  while (cut < Math.min(channels, CHANNELS[1]) && 2 * cut * elements(rows) <= NEAR[0]) cut *= 2;
  let band = rows;
  while (band > 4 && cut * elements(band) > NEAR[1]) band = (band + 1) >>> 1;
  return cut * elements(band) > MOST ? null : { cut, band };
}

/**
 * The launch, with the operands of `convolutionPlan`, where each channel of the source gives to one of the target and those of a
 * pixel are neighbours, or lines are short; else null.
 */
export function depthwiseAcrossPlan(patches: Patches, relaxed: boolean): KernelPlan | null {
  const { source, target, window, groups, rows, channels, expansion, step, origin, shift } = patches;
  const { sourceStrides, weightStrides, groupStrides } = patches;
  const taps = window[2] * window[3];
  const fits = rows * channels * expansion[0] * expansion[1] === 1 &&
    (groupStrides[0] === 1 ? sourceStrides[3] > 1 : sourceStrides[3] === 1 && target[3] <= SHORT) &&
    fillsVectors(groups) && taps <= DEPTHWISE_TAPS;
  if (!fits) return null;
  const [down, across] = [0, 1].map((i) => reachAcross(window[2 + i], origin[i], shift[i]));
  const line = extentAcross(across, target[3], step[1]);
  const made = cutAcross(groups, target[2], (band) => extentAcross(down, band, step[0]) * line);
  if (made === null) return null;
  const { cut, band } = made;
  return {
    kernel: "depthwiseAcrossSimd.float32",
    scalars: [
      ...[groups, source[2], source[3], sourceStrides[0], sourceStrides[2], sourceStrides[3]],
      ...[groupStrides[1], weightStrides[2], weightStrides[3], target[0], target[2], target[3]],
      ...[window[2], window[3], ...step, ...origin, ...shift, cut, band, relaxed ? 1 : 0, groupStrides[0]],
    ],
    total: target[0] * Math.ceil(groups / cut) * Math.ceil(target[2] / band),
    grain: grainFor(NANOSECONDS[0] * cut * band * target[3] * taps + NANOSECONDS[1]),
  };
}

/** The launches of the gradient for the weights, as `convolutionKernelPlan` gives them, where the cotangent lies alike; else null. */
export function depthwiseAcrossKernelPlan(
  { image, weights, output, strides, padding, dilation, groups }: ConvolutionSizes,
  imageStrides: Strides,
  outputStrides: Strides,
  relaxed: boolean,
): ConvolutionKernelPlan | null {
  const taps = weights[2] * weights[3];
  const short = output[3] < SHORT + (strides[1] > 1 ? 1 : 0);
  const across = [imageStrides, outputStrides].every(([, channel, , column]) =>
    channel === 1 ? column > 1 : column === 1 && short
  );
  const size = weights[0] * taps;
  const fits = weights[0] === groups && weights[1] === 1 && across && fillsVectors(groups) &&
    taps <= DOT_TAPS &&
    size * output[0] * output[2] * output[3] > 0;
  if (!fits) return null;
  const origin = [-padding[0][0], -padding[1][0]];
  const [below, beside] = [0, 1].map((i) => reachAcross(weights[2 + i], origin[i], dilation[i]));
  const line = extentAcross(beside, output[3], strides[1]);
  const made = cutAcross(
    groups,
    output[2],
    (band) => taps + band * output[3] + extentAcross(below, band, strides[0]) * line,
  );
  if (made === null) return null;
  const { cut, band } = made;
  const parts = Math.ceil(groups / cut);
  const pieces = output[0] * Math.ceil(output[2] / band);
  const work = cut * taps * band * output[3];
  const wanted = Math.max(
    1,
    Math.min(pieces, Math.ceil(UNITS_WANTED / parts), Math.floor(work * pieces / UNIT_WORK)),
  );
  const length = Math.ceil(pieces / wanted);
  const slices = Math.ceil(pieces / length);
  const partial = {
    kernel: "depthwiseAcrossKernelSimd.float32",
    scalars: [
      ...[groups, image[2], image[3], imageStrides[0], imageStrides[2], imageStrides[3]],
      ...[outputStrides[0], outputStrides[2], outputStrides[3], output[0], output[2], output[3]],
      ...[weights[2], weights[3], ...strides, ...origin, ...dilation, cut, band, relaxed ? 1 : 0],
      ...[slices, length, imageStrides[1], outputStrides[1]],
    ],
    total: parts * slices,
    grain: grainFor(length * (NANOSECONDS[0] * work + NANOSECONDS[1])),
  };
  return withSlices(partial, size, slices);
}
