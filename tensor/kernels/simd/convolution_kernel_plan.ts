/**
 * How the gradient of a float32 convolution for its weights is cut into tiles of channels and slices of pixels.
 *
 * @module
 */
import type { ConvolutionKernelPlan } from "../convolution_kernel.ts";
import type { ConvolutionSizes, Strides } from "../convolution_sizes.ts";
import { grainFor } from "../plan.ts";
import { convolutionKernelByPlanePlan } from "./convolution_kernel_by_plane_plan.ts";
import { depthwiseAcrossKernelPlan } from "./depthwise_across_plan.ts";
import { BLOCK } from "./tile.ts";
import { windowAxis, within } from "./window_axis.ts";

/** The most elements of 4 bytes of the parts of the scratch area. */
export const PARTS: {
  /** Planes. */
  readonly planes: number;
  /** Sums, of which there are two. */
  readonly sums: number;
  /** Packed cotangents. */
  readonly packed: number;
  /** The table of the channels under each tap. */
  readonly table: number;
  /** The table of the lines of a block. */
  readonly lines: number;
} = { planes: 112 << 10, sums: 48 << 10, packed: 40 << 10, table: (8 << 10) - BLOCK, lines: BLOCK };

/** The most output channels in a unit. */
const OUTPUTS = 96;

/** Units that the sum is sliced for. */
const UNITS_WANTED = 24;

/** Units that small images are not put together below. */
const FEWEST_UNITS = 4;

/** Multiplications below which a slice is not worth cutting further. */
const UNIT_WORK = 2_000_000;

/** Nanoseconds per multiplication, for choosing grains. */
const NANOSECONDS = 0.05;

/** Columns of a line that is short; of a window whose taps have planes of their own then; and outputs that make up for it. */
const [SHORT_LINES, FEW_COLUMNS, MANY_ROWS] = [28, 5, 24];

/** Units that groups are parted into. */
const GROUP_UNITS = 8;

/**
 * The launches of the float32 gradient for the weights, as `convolutionKernelPlan` gives them, or null where the
 * images are too wide for the scratch area.
 */
export function convolutionKernelSimdPlan(
  sizes: ConvolutionSizes,
  imageStrides: Strides,
  outputStrides: Strides,
  relaxed: boolean,
): ConvolutionKernelPlan | null {
  const other = depthwiseAcrossKernelPlan(sizes, imageStrides, outputStrides, relaxed) ??
    convolutionKernelByPlanePlan(sizes, imageStrides, outputStrides, relaxed);
  if (other !== null) return other;
  const { image, weights, output, strides, padding, dilation, groups } = sizes;
  const [rows, channels] = [weights[0] / groups, weights[1]];
  const taps = weights[2] * weights[3];
  const size = weights[0] * channels * taps;
  const down = windowAxis(weights[2], output[2], 1, strides[0], -padding[0][0], dilation[0], false);
  const joined = windowAxis(weights[3], output[3], 1, strides[1], -padding[1][0], dilation[1], false);
  // Where no tap leaves the image and columns are neighbours in it, products read it in place.
  const inPlace = imageStrides[3] === 1 && joined.step === 1 && within(down, image[2]) &&
    within(joined, image[3]);
  const outputs = rows === 0 ? 1 : 4 * Math.ceil(rows / Math.ceil(rows / OUTPUTS) / 4);
  let inputs = Math.max(
    1,
    Math.min(channels, Math.floor(Math.min(PARTS.sums / outputs, PARTS.table) / taps)),
  );
  // Lines without columns between them are one, as far as that needs no narrow bands.
  const separate = windowAxis(weights[3], output[3], 1, strides[1], -padding[1][0], dilation[1], true);
  const planes = inputs * down.starts.length * separate.starts.length * (down.count + down.reach) *
    separate.count;
  const apart = !inPlace && joined.reach > 0 && output[3] <= SHORT_LINES && weights[3] <= FEW_COLUMNS &&
    rows >= MANY_ROWS && planes <= 1.5 * PARTS.planes;
  const across = apart ? separate : joined;
  const splits = down.starts.length * across.starts.length;
  const pitch = across.count + across.reach;
  let band = Math.max(1, down.count);
  if (inputs * outputs * taps > PARTS.sums || inputs * taps > PARTS.table) return null;
  while (inputs * splits * (band + down.reach) * pitch > PARTS.planes) {
    if (band > 4) band = (band + 1) >>> 1;
    else if (inputs > 1) inputs = (inputs + 1) >>> 1;
    else if (band > 1) band = (band + 1) >>> 1;
    else return null;
  }
  // A few large images are cut into bands that threads share.
  const units = Math.ceil(down.count / band) * output[0] * groups * Math.ceil(channels / inputs) *
    Math.ceil(rows / outputs);
  const multiplications = size * output[0] * output[2] * output[3];
  const shares = Math.min(Math.ceil(FEWEST_UNITS / units), Math.floor(multiplications / UNIT_WORK));
  if (shares > 1) band = Math.ceil(band / shares);
  const each = inputs * outputs * taps;
  const planesRoom = Math.floor(PARTS.planes / Math.max(1, inputs * splits * (band + down.reach) * pitch));
  const room = Math.min(planesRoom, Math.floor(PARTS.sums / Math.max(1, each)));
  // Small groups go along together, as there is little to do for each.
  const whole = inputs === channels && outputs >= rows;
  const together = whole ? Math.max(1, Math.min(room, Math.ceil(groups / GROUP_UNITS))) : 1;
  const tiles = size === 0
    ? 0
    : Math.ceil(groups / together) * Math.ceil(channels / inputs) * Math.ceil(rows / outputs);
  // Small images go along together, as far as they make up a block.
  const fitting = inPlace ? BLOCK : Math.floor(planesRoom / together);
  const several = band < down.count ? 1 : Math.max(
    1,
    Math.min(
      fitting,
      Math.floor(BLOCK / Math.max(1, down.count * across.count)),
      Math.ceil(output[0] * tiles / FEWEST_UNITS),
    ),
  );
  const pieces = Math.ceil(down.count / band) * (across.count === 0 ? 0 : Math.ceil(output[0] / several));
  const work = several * together * Math.min(rows, outputs) * inputs * taps * band * across.count;
  const most = Math.ceil(UNITS_WANTED / Math.max(1, tiles));
  const wanted = Math.max(1, Math.min(pieces, most, Math.floor(work * pieces / UNIT_WORK)));
  const length = Math.max(1, Math.ceil(pieces / wanted));
  const slices = Math.max(1, Math.ceil(pieces / length));
  const partial = {
    kernel: "convolutionKernelSimd.float32",
    scalars: [
      ...[groups, rows, channels, image[2], image[3], ...imageStrides, ...outputStrides],
      ...[output[0], output[2], output[3], weights[2], weights[3]],
      ...[strides[0], strides[1], -padding[0][0], -padding[1][0], dilation[0], dilation[1]],
      ...[outputs, inputs, band, slices, length, relaxed ? 1 : 0, together],
      ...[inPlace ? 1 : 0, several, apart ? 1 : 0],
    ],
    total: tiles * slices,
    grain: grainFor(NANOSECONDS * work * length + 2000),
  };
  if (slices === 1) return { partial, combine: null, temporary: 0 };
  const blocks = groups * Math.ceil(channels / inputs) * Math.ceil(rows / outputs);
  const combine = {
    kernel: "sumTilesSimd.float32",
    scalars: [rows, channels, taps, outputs, inputs, blocks, slices],
    total: blocks * taps,
    grain: grainFor(inputs * outputs * (1 + 0.2 * slices)),
  };
  return { partial, combine, temporary: Math.ceil(slices * blocks * each / 2) };
}
