/**
 * The gradient of a convolution for small images, in WebAssembly: what each pixel of the cotangent gives to each tap is one
 * product of matrices, whose rows are then added to the image where the taps lie.
 *
 *     t(c, a, b; i, j) = sum over o of w[o, c, a, b] y[o, i, j]
 *     x[c, i - lowRow + a dilationRow, j - lowColumn + b dilationColumn] += t(c, a, b; i, j)
 *
 * `convolution.ts` sums patches of the padded cotangent instead, of which a good part is zeros where images are small.
 * Here nothing but the cotangent is multiplied; each element is the sum over the taps in order of sums over o.
 *
 * @module
 */
import type { ConvolutionSizes, Strides } from "../convolution_sizes.ts";
import type { FinishingKernel } from "../kernel.ts";
import { grainFor, type KernelPlan } from "../plan.ts";
import type { ModuleBuilder } from "./assembler.ts";
import { functionsOf, packingOf, panelsOf } from "./instances.ts";
import { i32 } from "./scalar.ts";
import { BLOCK, panelVectors, tileVectors } from "./tile.ts";
import { f32x4, i32x4, v128 } from "./vector.ts";

/** Float32 elements of the product of an image, and of the images that taps are added to: most of the scratch area. */
const MOST = 160_000;

/** How many pixels the sums of patches go over for each pixel of the cotangent, from which this is faster. */
const WASTE = 1.25;

/** Channels of the cotangent below which adding takes as long as multiplying. */
const LEAST_CHANNELS = 16;

/** Nanoseconds per multiplication, and per element that is added. */
const NANOSECONDS: readonly [number, number] = [0.04, 0.4];

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
  const reach = [(down - 1) * dilation[0], (across - 1) * dilation[1]];
  const product = channels * down * across * 4 * Math.ceil(lines * width / 4);
  const fits = groups === 1 && strides.every((stride) => stride === 1) &&
    images * channels * rows * columns * lines * width > 0 &&
    outputs >= LEAST_CHANNELS && outputs <= BLOCK &&
    outputStrides[3] === 1 && outputStrides[2] === width &&
    weightStrides[3] === 1 && weightStrides[2] === across && weightStrides[1] === down * across &&
    product + channels * (lines + reach[0]) * (width + reach[1]) <= MOST;
  const patches = (rows - 1) * (columns + reach[1]) + columns;
  if (!fits || down * across === 1 || patches < WASTE * lines * width) return null;
  return {
    kernel: "convolutionScatterSimd.float32",
    scalars: [
      ...[channels, rows, columns, outputs, lines, width, down, across, ...dilation],
      ...[padding[0][0], padding[1][0], outputStrides[0], outputStrides[1], weightStrides[0]],
    ],
    total: images,
    grain: grainFor(product * (NANOSECONDS[0] * outputs + NANOSECONDS[1])),
  };
}

/**
 * One unit is an image. Arguments: cotangent, weights, gradient; channels, rows and columns of the image; channels, rows
 * and columns of the cotangent; rows and columns of the window; dilations; zeros before rows and columns; strides of the
 * cotangent over images and channels; of the weights over channels of the cotangent.
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

  const packing = packingOf(views.memory);
  const panels = panelsOf(views.memory, "columns", true);
  const most = tileVectors(true);
  const pixels = lines * width;
  const taps = channels * down * across;
  const productRow = 16 * Math.ceil(pixels / 4);
  const [fullRows, fullColumns] = [lines + (down - 1) * stepRow, width + (across - 1) * stepColumn];
  const planes = views.scratch;
  // What is added beyond the last line are zeros.
  const product = planes + 64 * Math.ceil((channels * fullRows * fullColumns + 3) / 16);
  const packed = product + taps * productRow;
  const plane = rows * columns;
  const [fromRow, toRow] = [Math.max(0, -lowRow), Math.min(rows, fullRows - lowRow)];
  const [fromColumn, toColumn] = [Math.max(0, -lowColumn), Math.min(columns, fullColumns - lowColumn)];
  const covered = toRow - fromRow === rows && toColumn - fromColumn === columns;
  const whole = covered && rows === fullRows && columns === fullColumns;

  for (let unit = begin; unit < end; unit++) {
    const source = cotangent + unit * imageStride;
    const target = gradient + 4 * unit * channels * plane;
    for (let j = 0, vectors = 0; j < pixels; j += 4 * vectors) {
      vectors = panelVectors(Math.ceil((pixels - j) / 4), most);
      const lanes = Math.min(4 * vectors, pixels - j);
      const ragged = lanes < 4 * vectors;
      const [b, step] = ragged ? [packed, 16 * vectors] : [source + 4 * j, channelStride];
      if (ragged) packing.packColumns(source + 4 * j, channelStride, packed, lanes, vectors, outputs);
      // deno-fmt-ignore
      panels(vectors, taps).panel(weights, 4, weightStride, b, step, product + 4 * j, productRow, taps, outputs, 0, 0);
    }
    packing.clear(planes, product - planes);
    // deno-fmt-ignore
    scatterOf(views.memory)(product, productRow, planes, 4 * fullRows * fullColumns, 4 * fullColumns, channels, lines, width,
      down, across, 4 * stepRow * fullColumns, 4 * stepColumn);
    if (!covered) packing.clear(target, 4 * channels * plane);
    if (whole) packing.merge(planes, 0, target, 0, 1, channels * plane, 0);
    else if (toRow > fromRow && toColumn > fromColumn) {
      // deno-fmt-ignore
      packing.move(planes + 4 * ((fromRow + lowRow) * fullColumns + fromColumn + lowColumn),
        target + 4 * (fromRow * columns + fromColumn), 1, channels, toRow - fromRow, toColumn - fromColumn,
        0, 4 * fullRows * fullColumns, 4 * fullColumns, 4, 0, 4 * plane, 4 * columns, 4);
    }
    finish?.(unit, 0, channels, 0, plane);
  }
};

/**
 * Adds rows of a product, of which each channel has one for each tap, to planes. Addresses, rows, planes and steps: bytes.
 * Up to three zeros are added behind each line.
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
  down: number,
  across: number,
  stepRow: number,
  stepColumn: number,
) => void;

function scatterOf(memory: WebAssembly.Memory): Scatter {
  return functionsOf<{ readonly scatter: Scatter }>(memory, "scatter", defineScatter).scatter;
}

const I32 = "i32";

function defineScatter(module: ModuleBuilder): void {
  const parameters = [I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32] as const;
  // deno-fmt-ignore
  module.define("scatter", parameters, null,
    (f, product, productRow, plane, planeBytes, planeRow, channels, lines, width, down, across, stepRow, stepColumn) => {
      const [tapRow, tap, line, place] = [f.local(I32), f.local(I32), f.local(I32), f.local(I32)];
      const [from, to, end, lineAt] = [f.local(I32), f.local(I32), f.local(I32), f.local(I32)];
      const rest = f.local(I32, i32.and(width, 3));
      const bytes = f.local(I32, i32.shl(i32.and(width, -4), 2));
      // The lanes of a line's last vector that are its own.
      const own = f.local("v128", i32x4.ltS(v128.constI32x4(0, 1, 2, 3), i32x4.splat(rest)));
      f.while(channels, () => {
        f.set(tapRow, 0);
        f.until(tapRow, down, 1, () => {
          f.set(place, i32.add(plane, i32.mul(tapRow, stepRow)));
          f.set(tap, 0);
          f.until(tap, across, 1, () => {
            f.set(from, product);
            f.set(lineAt, place);
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
            f.advance(place, stepColumn);
          });
        });
        f.advance(plane, planeBytes);
        f.advance(channels, -1);
      });
    });
}
