/**
 * Which convolutions, and gradients for their images, are products whose rows are added where the taps lie
 * (`convolution_scatter.ts`), and how they are cut into units.
 *
 * @module
 */
import type { ConvolutionSizes, Strides } from "../convolution_sizes.ts";
import { grainFor, type KernelPlan } from "../plan.ts";
import { tileVectors } from "./tile.ts";

/** Float32 elements of the product of a unit, and of the images that taps are added to: most of the scratch area. */
const MOST = 160_000;

/** The most taps. */
export const TAPS = 1024;

/** How many pixels the sums of patches go over for each pixel of the source, from which this is faster without strides. */
const WASTE = 1.25;

/**
 * Channels of the source below which adding takes as long as multiplying: with strides below the window, where the target has
 * some channels; else.
 */
const LEAST_CHANNELS: readonly [number, number] = [24, 16];

/** Channels of the target that are some. */
const SOME = 3;

/** Pixels that a product should have, and below which a convolution is none. */
const [PIXELS, FEWEST_PIXELS] = [96, 24];

/** A share of the lanes of vectors that lines fill, and columns, up to which convolutions are products. */
const RAGGED: readonly [share: number, columns: number] = [0.8, 6];

/** The most taps of convolutions that are products. */
const FEW_TAPS = 9;

/** The least channels of the source of convolutions that are products: of any lines; of those that go in fours but for one. */
const MANY_CHANNELS: readonly [number, number] = [64, 128];

/**
 * Pixels above which, and channels of the source below which, moving products of some channels takes longer than what strides
 * save.
 */
const LARGE: readonly [pixels: number, channels: number] = [1024, 160];

/** Pixels of a panel. */
const PANEL = 4 * tileVectors(true);

/** Weights of a unit that stay in the second-level cache, as far as a unit has a few channels then. */
const [WEIGHTS, FEWEST] = [64 << 10, 4];

/** Units that there should be, and multiplications below which one is not worth cutting further. */
const [UNITS_WANTED, UNIT_WORK] = [16, 1_000_000];

/** Nanoseconds per multiplication, and per element that is added. */
const NANOSECONDS: readonly [number, number] = [0.04, 0.4];

/** How far the taps of an axis reach: rows of each phase, beyond those of the source. */
export function reachOf(taps: number, stride: number, dilation: number): number {
  return Math.floor((taps - 1) * dilation / stride);
}

/**
 * The launch of a float32 gradient for the image, with the operands of `convolutionInputPlan`; null where sums of patches are
 * better. For fused multiply-add, as it adds in another order.
 */
export function convolutionInputScatterPlan(
  sizes: ConvolutionSizes,
  outputStrides: Strides,
  weightStrides: Strides,
): KernelPlan | null {
  const { image, output, strides, padding } = sizes;
  const lows = [padding[0][0], padding[1][0]] as const;
  return scatterPlan(
    { sizes, source: output, target: image, strides, lows, turned: false },
    outputStrides,
    [weightStrides[1], weightStrides[0], weightStrides[2], weightStrides[3]],
  );
}

/** The launch of a float32 convolution, with the operands of `convolutionPlan`; null as above. */
export function convolutionScatterPlan(
  sizes: ConvolutionSizes,
  imageStrides: Strides,
  weightStrides: Strides,
): KernelPlan | null {
  const { image, output, weights, strides, padding, dilation } = sizes;
  const [images, inputs, lines, width] = image;
  const ragged = width < RAGGED[0] * 4 * Math.ceil(width / 4) && width <= RAGGED[1];
  const taps = weights[2] * weights[3];
  const many = MANY_CHANNELS[lines % 4 === 1 ? 1 : 0];
  if (!ragged || taps > FEW_TAPS || inputs < many || images * lines * width < FEWEST_PIXELS) {
    return null;
  }
  if (strides.some((stride) => stride > 1)) return null;
  // A pixel of the image gives to the last tap first.
  const lows = [0, 1].map((i) => (weights[2 + i] - 1) * dilation[i] - padding[i][0]);
  return scatterPlan(
    { sizes, source: image, target: output, strides, lows, turned: true },
    imageStrides,
    weightStrides,
  );
}

/** What is added to what. */
interface Scattering {
  /** The sizes of the convolution. */
  readonly sizes: ConvolutionSizes;
  /** Shape of what is multiplied. */
  readonly source: readonly number[];
  /** Shape of the sums. */
  readonly target: readonly number[];
  /** Rows and columns of the target from one of the source to the next. */
  readonly strides: readonly number[];
  /** Rows and columns that the first tap of the first pixel lies before the target. */
  readonly lows: readonly number[];
  /** Whether the last tap lies first. */
  readonly turned: boolean;
}

function scatterPlan(
  { sizes, source, target, strides, lows, turned }: Scattering,
  sourceStrides: Strides,
  weightStrides: Strides,
): KernelPlan | null {
  const { weights: [, , down, across], dilation, groups } = sizes;
  const [images, channels, rows, columns] = target;
  const [, inputs, lines, width] = source;
  const strided = strides[0] * strides[1] > 1;
  const overlapping = strided && (strides[0] < down || strides[1] < across);
  const [below, beside] = [reachOf(down, strides[0], dilation[0]), reachOf(across, strides[1], dilation[1])];
  const taps = down * across;
  const pixels = lines * width;
  // Windows that lie side by side need none.
  const apart = strides[0] === down && strides[1] === across && dilation.every((step) => step === 1);
  const planes = apart ? 0 : strides[0] * strides[1] * (lines + below) * (width + beside);
  if (strided && pixels > LARGE[0] && inputs < LARGE[1] && channels > SOME) return null;
  const fits = groups === 1 && images * channels * rows * columns * pixels > 0 &&
    inputs >= LEAST_CHANNELS[overlapping && channels >= SOME ? 0 : 1] && taps <= TAPS &&
    sourceStrides[3] === 1 && sourceStrides[2] === width &&
    weightStrides[3] === 1 && weightStrides[2] === across &&
    taps * 4 * Math.ceil(pixels / 4) + planes <= MOST;
  if (!fits) return null;
  const patches = (rows - 1) * (columns + beside) + columns;
  if (!strided && (taps === 1 || patches < WASTE * pixels)) return null;
  // Small images go along together.
  const several = Math.min(images, Math.max(1, Math.floor(PIXELS / pixels)));
  // Elements of a channel.
  const product = taps * 4 * Math.ceil(several * pixels / 4);
  // Weights are read again for each panel of pixels.
  const near = several * pixels > PANEL ? Math.max(FEWEST, Math.floor(WEIGHTS / (inputs * taps))) : channels;
  const most = Math.min(Math.floor(MOST / (product + planes)), near);
  let cut = Math.ceil(channels / Math.ceil(channels / most));
  const units = (): number => Math.ceil(images / several) * Math.ceil(channels / cut);
  while (units() < UNITS_WANTED && cut > 1 && cut * product * inputs >= 2 * UNIT_WORK) cut = (cut + 1) >>> 1;
  return {
    kernel: "convolutionScatterSimd.float32",
    scalars: [
      ...[
        channels,
        rows,
        columns,
        images,
        inputs,
        lines,
        width,
        down,
        across,
        ...strides,
        ...dilation,
        ...lows,
      ],
      ...[
        sourceStrides[0],
        sourceStrides[1],
        weightStrides[0],
        weightStrides[1],
        turned ? 1 : 0,
        cut,
        several,
      ],
    ],
    total: units(),
    grain: grainFor(cut * product * (NANOSECONDS[0] * inputs + NANOSECONDS[1])),
  };
}
