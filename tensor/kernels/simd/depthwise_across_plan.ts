/**
 * Which depthwise convolutions go along the channels of pixels (`depthwise_across.ts`), and how they are cut into units.
 *
 * @module
 */
import type { Patches } from "../convolution.ts";
import type { ConvolutionKernelPlan } from "../convolution_kernel.ts";
import type { ConvolutionSizes, Strides } from "../convolution_sizes.ts";
import { grainFor, type KernelPlan } from "../plan.ts";
import { contiguousStrides } from "../../shape.ts";
import { withSlices } from "./convolution_kernel_sum.ts";
import { DEPTHWISE_TAPS } from "./depthwise.ts";
import { isHalved, isKernelHalved } from "./depthwise_halves_plan.ts";
import { DOT_TAPS } from "./tap_dots.ts";
import { windowAxis } from "./window_axis.ts";

/** Float32 elements of the planes of some channels that stay near: in the first-level cache, and in the second. */
const NEAR: readonly [number, number] = [6 << 10, 24 << 10];

/** The most float32 elements of the planes: most of the scratch area. */
const MOST = 160 << 10;

/** The channels of a unit: the fewest fill a line of the cache, the most are a few. */
const CHANNELS: readonly [number, number] = [16, 64];

/** The most phases of the rows; those of the columns whose pixels fill vectors. */
const MOST_PHASES = 4;
const PHASES: readonly number[] = [1, 2, 4];

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

/** A tap, and how far from the first source place that any tap sees it sees one. */
export interface SeenBy {
  /** Its number in the window. */
  readonly tap: number;
  /** Places from the first. */
  readonly place: number;
}

/** What the taps of an axis see. */
export interface Reach {
  /** The first source place that any tap sees. */
  readonly low: number;
  /** The taps of each phase, and what its first target place sees. */
  readonly phases: readonly (readonly SeenBy[])[];
  /** The last of the places. */
  readonly last: number;
}

/** The reach of so many taps; the others as in `window_axis.ts`. */
export function reachAcross(
  taps: number,
  expansion: number,
  step: number,
  origin: number,
  shift: number,
): Reach {
  const axis = windowAxis(taps, 1, expansion, step, origin, shift, false);
  const low = axis.starts[0] ?? 0;
  const phases = axis.phases.map((phase) =>
    phase.taps.map(({ tap, split, line }) => ({ tap, place: axis.starts[split] + line * step - low }))
  );
  return { low, phases, last: Math.max(0, ...phases.flat().map(({ place }) => place)) };
}

/** The source places that so many target places of a phase see. */
export function extentAcross({ last }: Reach, count: number, step: number): number {
  return (count - 1) * step + last + 1;
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
 * Whether a convolution is one of each channel, of which there are enough for vectors, so that those of a pixel of its result,
 * or of the gradient for the image, may be neighbours.
 */
export function goesAcross({ image, weights, groups, strides }: Omit<ConvolutionSizes, "dtype">): boolean {
  return weights[0] === groups && weights[1] === 1 && image[1] === groups && fillsVectors(groups) &&
    weights[2] * weights[3] <= DEPTHWISE_TAPS && strides[0] <= MOST_PHASES && PHASES.includes(strides[1]);
}

/**
 * The launch, with the operands of `convolutionPlan`, where each channel of the source gives to one of the target and those of a
 * pixel are neighbours, or lines are short; else null. The target may have any strides, by default those of its order.
 */
export function depthwiseAcrossPlan(
  patches: Patches,
  relaxed: boolean,
  targetStrides: Strides = contiguousStrides(patches.target),
): KernelPlan | null {
  const { source, target, window, groups, rows, channels, expansion, step, origin, shift } = patches;
  const { sourceStrides, weightStrides, groupStrides } = patches;
  const taps = window[2] * window[3];
  const last = targetStrides[1] === 1 && targetStrides[3] !== 1;
  const short = expansion[0] * expansion[1] === 1 && target[3] <= SHORT && !isHalved(patches);
  const fits = rows * channels === 1 && expansion[0] <= MOST_PHASES && PHASES.includes(expansion[1]) &&
    (groupStrides[0] === 1 ? sourceStrides[3] > 1 : sourceStrides[3] === 1 && (last || short)) &&
    (last || targetStrides[3] === 1) && fillsVectors(groups) && taps <= DEPTHWISE_TAPS &&
    target.every((extent) => extent > 0);
  if (!fits) return null;
  const [down, across] = [0, 1].map((i) =>
    reachAcross(window[2 + i], expansion[i], step[i], origin[i], shift[i])
  );
  const [lines, columns] = [0, 1].map((i) => Math.ceil(target[2 + i] / expansion[i]));
  const line = extentAcross(across, columns, step[1]);
  const made = cutAcross(groups, lines, (band) => extentAcross(down, band, step[0]) * line);
  if (made === null) return null;
  const { cut, band } = made;
  return {
    kernel: "depthwiseAcrossSimd.float32",
    scalars: [
      ...[groups, source[2], source[3], sourceStrides[0], sourceStrides[2], sourceStrides[3]],
      ...[groupStrides[1], weightStrides[2], weightStrides[3], target[0], target[2], target[3]],
      ...[window[2], window[3], ...step, ...origin, ...shift, cut, band, relaxed ? 1 : 0, groupStrides[0]],
      ...[...expansion, ...targetStrides],
    ],
    total: target[0] * Math.ceil(groups / cut) * Math.ceil(lines / band),
    grain: grainFor(NANOSECONDS[0] * cut * band * columns * taps + NANOSECONDS[1]),
  };
}

/** The launches of the gradient for the weights, as `convolutionKernelPlan` gives them, where the cotangent lies alike; else null. */
export function depthwiseAcrossKernelPlan(
  sizes: ConvolutionSizes,
  imageStrides: Strides,
  outputStrides: Strides,
  relaxed: boolean,
): ConvolutionKernelPlan | null {
  const { image, weights, output, strides, padding, dilation, groups } = sizes;
  const taps = weights[2] * weights[3];
  const short = output[3] < SHORT + (strides[1] > 1 ? 1 : 0) &&
    !isKernelHalved(sizes, imageStrides, outputStrides);
  const across = [imageStrides, outputStrides].every(([, channel, , column]) =>
    channel === 1 ? column > 1 : column === 1 && short
  );
  const size = weights[0] * taps;
  const fits = weights[0] === groups && weights[1] === 1 && across && fillsVectors(groups) &&
    taps <= DOT_TAPS &&
    size * output[0] * output[2] * output[3] > 0;
  if (!fits) return null;
  const origin = [-padding[0][0], -padding[1][0]];
  const [below, beside] = [0, 1].map((i) => reachAcross(weights[2 + i], 1, 1, origin[i], dilation[i]));
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
