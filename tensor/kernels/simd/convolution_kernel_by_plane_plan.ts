/**
 * Which gradients of convolutions for their weights go plane by plane (`convolution_kernel_by_plane.ts`), and how they are cut
 * into units.
 *
 * @module
 */
import type { ConvolutionKernelPlan } from "../convolution_kernel.ts";
import type { ConvolutionSizes, Strides } from "../convolution_sizes.ts";
import { grainFor } from "../plan.ts";
import { withSlices } from "./convolution_kernel_sum.ts";
import { isKernelHalved } from "./depthwise_halves_plan.ts";
import { DOT_PIXELS, DOT_TAPS, DOTS_AT_ONCE } from "./tap_dots.ts";
import { windowAxis, within } from "./window_axis.ts";

/** The most float32 elements of the parts of the scratch area. */
export const PARTS: {
  /** The table of the rows of a plane. */
  readonly table: number;
  /** Sums, of which there are two. */
  readonly sums: number;
  /** Packed cotangents. */
  readonly packed: number;
  /** Planes. */
  readonly planes: number;
} = { table: 64, sums: 48 << 10, packed: 40 << 10, planes: 112 << 10 };

/**
 * The most channels of the output of a group: where the image has one, under several rows of taps, and under one; where it has
 * more, but all taps are summed at once and nothing is packed; else.
 */
const FEW_ROWS: {
  /** One channel of the image, several rows of taps. */
  readonly single: number;
  /** One channel of the image, one row of taps. */
  readonly line: number;
  /** All taps at once: of lines of few columns, of few taps, else. */
  readonly together: readonly [short: number, few: number, other: number];
  /** Else. */
  readonly other: number;
} = { single: 512, line: 16, together: [20, 12, 32], other: 6 };

/** Columns of lines, and taps, that are few. */
const [SHORT, FEW_TAPS] = [11, 4];

/** Elements of the planes of a channel that stay in the first-level cache. */
const NEAR = 4 << 10;

/** Elements between packed channels, which must not be a power of two apart, as those share few lines of the cache. */
export const APART = 16;

/** Channels that go along together where those of a pixel are neighbours. */
const TURNED = 48;

/** Units that the sum is cut for, and that channels are. */
const UNITS_WANTED: readonly [number, number] = [24, 8];

/** Multiplications below which a slice is not worth cutting further. */
const UNIT_WORK = 2_000_000;

/** Nanoseconds per multiplication, and per unit, for choosing grains. */
const NANOSECONDS: readonly [number, number] = [0.04, 1000];

/** Where the channels of the image are read. */
export const SOURCES = ["in place", "copied", "prepared"] as const;

function half(n: number): number {
  return (n + 1) >>> 1;
}

/** The launches, as `convolutionKernelPlan` gives them; null where products share much, or where nothing fits. */
export function convolutionKernelByPlanePlan(
  sizes: ConvolutionSizes,
  imageStrides: Strides,
  outputStrides: Strides,
  relaxed: boolean,
): ConvolutionKernelPlan | null {
  const { image, weights, output, strides, padding, dilation, groups } = sizes;
  const [rows, channels] = [weights[0] / groups, weights[1]];
  const taps = weights[2] * weights[3];
  const size = weights[0] * channels * taps;
  const pixels = output[2] * output[3];
  const packs = outputStrides[3] !== 1 || outputStrides[2] < 0;
  const together = weights[2] > 1 && taps <= DOTS_AT_ONCE && !packs && imageStrides[3] === 1;
  const most = channels === 1
    ? weights[2] > 1 || taps === 1 ? FEW_ROWS.single : FEW_ROWS.line
    : together
    ? FEW_ROWS.together[output[3] <= SHORT ? 0 : taps <= FEW_TAPS ? 1 : 2]
    : FEW_ROWS.other;
  const few = rows <= most && taps <= DOT_TAPS;
  if (!few || size * output[0] * pixels === 0) return null;
  const down = windowAxis(weights[2], output[2], 1, strides[0], -padding[0][0], dilation[0], false);
  const across = windowAxis(weights[3], output[3], 1, strides[1], -padding[1][0], dilation[1], false);
  const plain = across.step === 1 && output[3] >= 4 && imageStrides[2] >= 0;
  const place = imageStrides[3] !== 1
    ? "prepared"
    : (plain && within(down, image[2]) && within(across, image[3])) ||
        isKernelHalved(sizes, imageStrides, outputStrides)
    ? "in place"
    : "copied";
  const elements = (band: number): number =>
    place === "in place"
      ? 0
      : down.starts.length * across.starts.length * (band + down.reach) * (across.count + across.reach);
  let band = output[2];
  while (elements(band) > (place === "copied" ? Math.max(NEAR, elements(4)) : PARTS.planes)) {
    if (band === 1) return null;
    band = half(band);
  }
  const packing = (band: number): number => packs ? rows * (band * output[3] + APART) : 0;
  while (packing(band) > PARTS.packed) {
    if (band === 1) return null;
    band = half(band);
  }
  if (band < output[2] && band > 4) band = (band + 3) & -4;
  if (elements(band) > PARTS.planes || packing(band) > PARTS.packed) return null;
  // Channels of a group, or groups of one channel each, that go along together.
  const room = Math.floor(PARTS.sums / (rows * taps));
  const sources = channels === 1 ? groups : channels;
  // Those that are turned share lines of the cache.
  const turned = place === "prepared" || packs;
  const cut = Math.max(
    1,
    Math.min(
      room,
      Math.max(Math.ceil(sources / UNITS_WANTED[1]), turned ? Math.min(sources, TURNED) : 1),
      channels === 1 && packs ? Math.floor(PARTS.packed / packing(band)) : Infinity,
    ),
  );
  if (room === 0) return null;
  const several = turned || band < output[2] ? 1 : Math.max(
    1,
    Math.min(
      output[0],
      Math.floor(DOT_PIXELS / pixels),
      Math.floor(NEAR / Math.max(1, elements(band))),
    ),
  );
  const tiles = channels === 1 ? Math.ceil(groups / cut) : groups * Math.ceil(channels / cut);
  const pieces = Math.ceil(output[0] / several) * Math.ceil(output[2] / band);
  const work = several * cut * rows * taps * band * output[3];
  const wanted = Math.max(
    1,
    Math.min(pieces, Math.ceil(UNITS_WANTED[0] / tiles), Math.floor(work * pieces / UNIT_WORK)),
  );
  const length = Math.ceil(pieces / wanted);
  const slices = Math.ceil(pieces / length);
  const partial = {
    kernel: "convolutionKernelByPlaneSimd.float32",
    scalars: [
      ...[groups, rows, channels, image[2], image[3], ...imageStrides, ...outputStrides],
      ...[output[0], output[2], output[3], weights[2], weights[3]],
      ...[strides[0], strides[1], -padding[0][0], -padding[1][0], dilation[0], dilation[1]],
      ...[cut, band, several, slices, length, SOURCES.indexOf(place), packs ? 1 : 0, relaxed ? 1 : 0],
    ],
    total: tiles * slices,
    grain: grainFor(NANOSECONDS[0] * work * length + NANOSECONDS[1]),
  };
  return withSlices(partial, size, slices);
}
