/**
 * The gradient of a convolution for small images or with strides, in WebAssembly: what each pixel of the cotangent gives to each
 * tap is one product of matrices, whose rows are then added to the image where the taps lie.
 *
 *     t(c, a, b; i, j) = sum over o of w[o, c, a, b] y[o, i, j]
 *     x[c, i strideRow - lowRow + a dilationRow, j strideColumn - lowColumn + b dilationColumn] += t(c, a, b; i, j)
 *
 * `convolution.ts` sums patches of the padded cotangent instead, of which a good part is zeros where images are small, and for
 * which weights are copied in another order. Here nothing but the cotangent is multiplied, by weights where they are; each
 * element is the sum over the taps in order of sums over o, cut in blocks. Rows and columns of the image lie apart by their
 * remainder modulo the strides (phases) while taps are added, so that what a tap gives are neighbours.
 *
 * @module
 */
import type { ConvolutionSizes, Strides } from "../convolution_sizes.ts";
import type { FinishingKernel } from "../kernel.ts";
import { grainFor, type KernelPlan } from "../plan.ts";
import type { ModuleBuilder } from "./assembler.ts";
import { functionsOf, packingOf, panelsOf } from "./instances.ts";
import { halvesOf } from "./planes.ts";
import { i32 } from "./scalar.ts";
import { BLOCK, panelVectors, tileVectors } from "./tile.ts";
import { f32x4, i32x4, v128 } from "./vector.ts";
import { type Inside, inside } from "./window_axis.ts";

/** Float32 elements of the product of a unit, and of the images that taps are added to: most of the scratch area. */
const MOST = 160_000;

/** The most taps. */
const TAPS = 1024;

/** How many pixels the sums of patches go over for each pixel of the cotangent, from which this is faster without strides. */
const WASTE = 1.25;

/**
 * Channels of the cotangent below which adding takes as long as multiplying: with strides below the window, where the image has
 * some channels; else.
 */
const LEAST_CHANNELS: readonly [number, number] = [24, 16];

/** Channels of the image that are some. */
const SOME = 3;

/** Units that a gradient should have, and multiplications below which one is not worth cutting further. */
const [UNITS_WANTED, UNIT_WORK] = [16, 1_000_000];

/** Nanoseconds per multiplication, and per element that is added. */
const NANOSECONDS: readonly [number, number] = [0.04, 0.4];

/** What the taps of an axis reach: rows of each phase, given those of the cotangent. */
function reachOf(taps: number, stride: number, dilation: number): number {
  return Math.floor((taps - 1) * dilation / stride);
}

/**
 * The launch of the float32 gradient for the image, as `convolutionInputSimdPlan`; null where sums of patches are better.
 * For fused multiply-add, as it adds in another order.
 */
export function convolutionScatterPlan(
  sizes: ConvolutionSizes,
  outputStrides: Strides,
  weightStrides: Strides,
): KernelPlan | null {
  const { image, weights, output, strides, padding, dilation, groups } = sizes;
  const [images, channels, rows, columns] = image;
  const [outputs, , down, across] = weights;
  const [, , lines, width] = output;
  const strided = strides[0] * strides[1] > 1;
  const overlapping = strided && (strides[0] < down || strides[1] < across);
  const [below, beside] = [reachOf(down, strides[0], dilation[0]), reachOf(across, strides[1], dilation[1])];
  const taps = down * across;
  // Elements of a channel.
  const product = taps * 4 * Math.ceil(lines * width / 4);
  const planes = strides[0] * strides[1] * (lines + below) * (width + beside);
  const fits = groups === 1 && images * channels * rows * columns * lines * width > 0 &&
    outputs >= LEAST_CHANNELS[overlapping && channels >= SOME ? 0 : 1] && taps <= TAPS &&
    outputStrides[3] === 1 && outputStrides[2] === width &&
    weightStrides[3] === 1 && weightStrides[2] === across && weightStrides[1] === taps &&
    product + planes <= MOST;
  if (!fits) return null;
  const patches = (rows - 1) * (columns + beside) + columns;
  if (!strided && (taps === 1 || patches < WASTE * lines * width)) return null;
  let cut = Math.ceil(channels / Math.ceil(channels * (product + planes) / MOST));
  const units = (): number => images * Math.ceil(channels / cut);
  while (units() < UNITS_WANTED && cut > 1 && cut * product * outputs >= 2 * UNIT_WORK) cut = (cut + 1) >>> 1;
  return {
    kernel: "convolutionScatterSimd.float32",
    scalars: [
      ...[channels, rows, columns, outputs, lines, width, down, across, ...dilation],
      ...[padding[0][0], padding[1][0], outputStrides[0], outputStrides[1], weightStrides[0]],
      ...[...strides, cut],
    ],
    total: units(),
    grain: grainFor(cut * product * (NANOSECONDS[0] * outputs + NANOSECONDS[1])),
  };
}

/**
 * One unit is some channels of an image; those of an image follow each other. Arguments: cotangent, weights, gradient;
 * channels, rows and columns of the image; channels, rows and columns of the cotangent; rows and columns of the window;
 * dilations; zeros before rows and columns; strides of the cotangent over images and channels; of the weights over channels of
 * the cotangent; strides of the window; channels of the image at a time.
 */
export const convolutionScatterSimd: FinishingKernel = (views, at, begin, end, finish): void => {
  const heap = views.float64;
  const [cotangent, weights, gradient] = [4 * heap[at], 4 * heap[at + 1], 4 * heap[at + 2]];
  const [channels, rows, columns] = [heap[at + 3], heap[at + 4], heap[at + 5]];
  const [outputs, lines, width] = [heap[at + 6], heap[at + 7], heap[at + 8]];
  const [down, across, stepRow, stepColumn] = [heap[at + 9], heap[at + 10], heap[at + 11], heap[at + 12]];
  const [lowRow, lowColumn] = [heap[at + 13], heap[at + 14]];
  const [imageStride, channelStride] = [4 * heap[at + 15], 4 * heap[at + 16]];
  const weightStride = 4 * heap[at + 17];
  const [strideRow, strideColumn, cut] = [heap[at + 18], heap[at + 19], heap[at + 20]];

  const packing = packingOf(views.memory);
  const panels = panelsOf(views.memory, "columns", true);
  const most = tileVectors(true);
  const pixels = lines * width;
  const taps = down * across;
  const productRow = 16 * Math.ceil(pixels / 4);
  const [fullRows, fullColumns] = [
    lines + reachOf(down, strideRow, stepRow),
    width + reachOf(across, strideColumn, stepColumn),
  ];
  // Windows that lie side by side: each row of the product is a phase.
  const apart = strideRow === down && strideColumn === across && stepRow * stepColumn === 1;
  const phaseBytes = apart ? productRow : 4 * fullRows * fullColumns;
  const planeBytes = strideRow * strideColumn * phaseBytes;
  const table = views.scratch;
  const planes = table + 4 * TAPS;
  // What is added beyond the last line are zeros.
  const product = apart ? planes : planes + 64 * Math.ceil((cut * planeBytes + 12) / 64);
  const packed = product + cut * taps * productRow;
  const plane = rows * columns;
  for (let a = 0, entry = table >>> 2; a < down; a++) {
    for (let b = 0; b < across; b++) {
      const phase = (a * stepRow) % strideRow * strideColumn + (b * stepColumn) % strideColumn;
      const [line, column] = [Math.floor(a * stepRow / strideRow), Math.floor(b * stepColumn / strideColumn)];
      views.int32[entry++] = phase * phaseBytes + 4 * (line * fullColumns + column);
    }
  }
  const insides = (step: number, low: number, full: number, extent: number): readonly Inside[] =>
    Array.from({ length: step }, (_, phase) => inside({ step }, phase - low, 0, full, extent));
  const downwards = insides(strideRow, lowRow, fullRows, rows);
  const sidewards = insides(strideColumn, lowColumn, fullColumns, columns);
  const halves = halvesOf(sidewards);
  const total = (list: readonly Inside[]): number => list.reduce((sum, { count }) => sum + count, 0);
  const covered = total(downwards) === rows && total(sidewards) === columns;
  const whole = covered && strideRow * strideColumn === 1 && rows === fullRows && columns === fullColumns;
  const parts = Math.ceil(channels / cut);

  for (let unit = begin; unit < end; unit++) {
    const image = Math.floor(unit / parts);
    const channel = (unit - image * parts) * cut;
    const depth = Math.min(cut, channels - channel);
    const source = cotangent + image * imageStride;
    const target = gradient + 4 * (image * channels + channel) * plane;
    const left = weights + 4 * channel * taps;
    for (let k = 0; k < outputs; k += BLOCK) {
      const inner = Math.min(BLOCK, outputs - k);
      for (let j = 0, vectors = 0; j < pixels; j += 4 * vectors) {
        vectors = panelVectors(Math.ceil((pixels - j) / 4), most);
        const lanes = Math.min(4 * vectors, pixels - j);
        packing.packColumns(source + k * channelStride + 4 * j, channelStride, packed, lanes, vectors, inner);
        // deno-fmt-ignore
        panels(vectors, depth * taps).panel(left + k * weightStride, 4, weightStride, packed, 16 * vectors, product + 4 * j,
          productRow, depth * taps, inner, 0, k > 0 ? 1 : 0);
      }
    }
    if (!apart) {
      packing.clear(planes, product - planes);
      // deno-fmt-ignore
      scatterOf(views.memory)(product, productRow, planes, planeBytes, 4 * fullColumns, depth, lines, width, table, taps);
    }
    if (whole) packing.merge(planes, 0, target, 0, 1, depth * plane, 0);
    else {
      if (!covered) packing.clear(target, 4 * depth * plane);
      downwards.forEach((line, i) => {
        if (line.count === 0) return;
        const froms = sidewards.map(({ from }, j) =>
          planes + (i * strideColumn + j) * phaseBytes + 4 * (line.from * fullColumns + from)
        );
        const to = target + 4 * line.source * columns;
        const toRow = 4 * strideRow * columns;
        if (halves !== null) {
          const { even, odd, count } = halves;
          // deno-fmt-ignore
          packing.join(to + 4 * sidewards[even].source, 4 * plane, toRow, froms[even], froms[odd], planeBytes, 4 * fullColumns,
            depth, line.count, count, sidewards[even].count - count, sidewards[odd].count - count);
          return;
        }
        sidewards.forEach(({ count, source }, j) => {
          if (count === 0) return;
          // deno-fmt-ignore
          packing.move(froms[j], to + 4 * source, 1, depth, line.count, count, 0, planeBytes, 4 * fullColumns, 4,
            0, 4 * plane, toRow, 4 * strideColumn);
        });
      });
    }
    finish?.(image, channel, depth, 0, plane);
  }
};

/**
 * Adds rows of a product, of which each channel has one for each tap, to planes, as far from the first element of those of a
 * channel as the table tells. Addresses, rows and planes: bytes. Up to three zeros are added behind each line.
 */
type Scatter = (
  product: number,
  productRow: number,
  plane: number,
  planeBytes: number,
  planeRow: number,
  channels: number,
  lines: number,
  width: number,
  table: number,
  taps: number,
) => void;

function scatterOf(memory: WebAssembly.Memory): Scatter {
  return functionsOf<{ readonly scatter: Scatter }>(memory, "scatter", defineScatter).scatter;
}

const I32 = "i32";

function defineScatter(module: ModuleBuilder): void {
  const parameters = [I32, I32, I32, I32, I32, I32, I32, I32, I32, I32] as const;
  // deno-fmt-ignore
  module.define("scatter", parameters, null,
    (f, product, productRow, plane, planeBytes, planeRow, channels, lines, width, table, taps) => {
      const [tap, line] = [f.local(I32), f.local(I32)];
      const [from, to, end, lineAt] = [f.local(I32), f.local(I32), f.local(I32), f.local(I32)];
      const rest = f.local(I32, i32.and(width, 3));
      const bytes = f.local(I32, i32.shl(i32.and(width, -4), 2));
      // The lanes of a line's last vector that are its own.
      const own = f.local("v128", i32x4.ltS(v128.constI32x4(0, 1, 2, 3), i32x4.splat(rest)));
      const last = f.local(I32, i32.add(table, i32.shl(taps, 2)));
      f.while(channels, () => {
        f.set(tap, table);
        f.until(tap, last, 4, () => {
          f.set(from, product);
          f.set(lineAt, i32.add(plane, i32.load(tap)));
          f.set(line, lines);
          f.while(line, () => {
            f.set(to, lineAt);
            f.set(end, i32.add(to, bytes));
            f.until(to, end, 16, () => {
              f.store("v128", to, f32x4.add(v128.load(to), v128.load(from)));
              f.advance(from, 16);
            });
            f.if(rest, () => {
              f.store("v128", to, f32x4.add(v128.load(to), v128.and(v128.load(from), own)));
              f.advance(from, i32.shl(rest, 2));
            });
            f.advance(lineAt, planeRow);
            f.advance(line, -1);
          });
          f.advance(product, productRow);
        });
        f.advance(plane, planeBytes);
        f.advance(channels, -1);
      });
    });
}
