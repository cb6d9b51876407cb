/**
 * Convolutions, and gradients for their images, of small images or with strides, in WebAssembly: what each pixel of the source
 * gives to each tap is one product of matrices, whose rows are then added to the target where the taps lie. For the gradient
 *
 *     t(c, a, b; i, j) = sum over o of w[o, c, a, b] y[o, i, j]
 *     x[c, i strideRow - lowRow + a dilationRow, j strideColumn - lowColumn + b dilationColumn] += t(c, a, b; i, j)
 *
 * and for a convolution without strides the same with inputs for outputs and the taps turned around. `convolution.ts` sums patches
 * of the padded source instead, of which a good part is zeros where images are small, and for which weights are copied in another
 * order. Here nothing but the source is multiplied, by weights where they are; each element is the sum over the taps in order
 * of sums over the channels of the source, cut in blocks. Rows and columns of the target lie apart by their remainder modulo
 * the strides (phases) while taps are added, so that what a tap gives are neighbours.
 *
 * @module
 */
import type { FinishingKernel } from "../kernel.ts";
import type { ModuleBuilder } from "./assembler.ts";
import { reachOf, TAPS } from "./convolution_scatter_plan.ts";
import { functionsOf, packingOf, panelsOf } from "./instances.ts";
import { halvesOf } from "./planes.ts";
import { i32 } from "./scalar.ts";
import { BLOCK, panelVectors, tileVectors } from "./tile.ts";
import { f32x4, i32x4, v128 } from "./vector.ts";
import { type Inside, inside } from "./window_axis.ts";

/** Weights of some channels of the target, all taps of which stay in the first-level cache. */
const NEAR = 4 << 10;

/**
 * One unit is some channels of some images; channels follow each other, then images. Arguments: source, weights, target;
 * channels, rows and columns of the target; images; channels, rows and columns of the source; rows and columns of the window;
 * strides; dilations; rows and columns that the first tap of the first pixel lies before the target; strides of the source over
 * images and channels; of the weights over channels of the target and of the source; 1 if the last tap lies first; channels of
 * the target and images at a time.
 */
export const convolutionScatterSimd: FinishingKernel = (views, at, begin, end, finish): void => {
  const heap = views.float64;
  const [from, weights, to] = [4 * heap[at], 4 * heap[at + 1], 4 * heap[at + 2]];
  const [channels, rows, columns, images] = [heap[at + 3], heap[at + 4], heap[at + 5], heap[at + 6]];
  const [inputs, lines, width] = [heap[at + 7], heap[at + 8], heap[at + 9]];
  const [down, across, strideRow, strideColumn] = [
    heap[at + 10],
    heap[at + 11],
    heap[at + 12],
    heap[at + 13],
  ];
  const [stepRow, stepColumn, lowRow, lowColumn] = [
    heap[at + 14],
    heap[at + 15],
    heap[at + 16],
    heap[at + 17],
  ];
  const [imageStride, channelStride] = [4 * heap[at + 18], 4 * heap[at + 19]];
  const [weightRow, weightStep] = [4 * heap[at + 20], 4 * heap[at + 21]];
  const [turned, cut, several] = [heap[at + 22] === 1, heap[at + 23], heap[at + 24]];

  const packing = packingOf(views.memory);
  const most = tileVectors(true);
  const pixels = lines * width;
  const taps = down * across;
  // Where the taps of channels are neighbours, they are rows of one matrix.
  const joined = weightRow === 4 * taps;
  const panels = panelsOf(views.memory, joined ? "columns" : "any", true);
  const productRow = 16 * Math.ceil(several * pixels / 4);
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
  const together = packed + 64 * most * BLOCK;
  const plane = rows * columns;
  for (let tap = 0; tap < taps; tap++) {
    const place = turned ? taps - 1 - tap : tap;
    const row = Math.floor(place / across) * stepRow;
    const column = place % across * stepColumn;
    const phase = row % strideRow * strideColumn + column % strideColumn;
    const line = Math.floor(row / strideRow) * fullColumns + Math.floor(column / strideColumn);
    views.int32[(table >>> 2) + tap] = phase * phaseBytes + 4 * line;
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

  /** Multiplies some channels of the source by their weights for some of the target. */
  const multiply = (
    b: number,
    k: number,
    inner: number,
    c: number,
    channel: number,
    depth: number,
    vectors: number,
  ) => {
    const add = k > 0 ? 1 : 0;
    const a = weights + channel * weightRow + k * weightStep;
    if (joined) {
      // deno-fmt-ignore
      panels(vectors, depth * taps).panel(a, 4, weightStep, b, 16 * vectors, c, productRow, depth * taps, inner, 0, add);
      return;
    }
    const height = inner * taps * 6 <= NEAR ? 6 : 2;
    for (let row = 0; row < depth; row += height) {
      const some = Math.min(height, depth - row);
      for (let tap = 0; tap < taps; tap++) {
        // deno-fmt-ignore
        panels(vectors, some).panel(a + row * weightRow + 4 * tap, weightRow, weightStep, b, 16 * vectors,
          c + (row * taps + tap) * productRow, taps * productRow, some, inner, 0, add);
      }
    }
  };

  for (let unit = begin; unit < end; unit++) {
    const set = Math.floor(unit / parts);
    const [first, channel] = [set * several, (unit - set * parts) * cut];
    const [depth, pictures] = [Math.min(cut, channels - channel), Math.min(several, images - first)];
    const count = pictures * pixels;
    for (let k = 0; k < inputs; k += BLOCK) {
      const inner = Math.min(BLOCK, inputs - k);
      let [source, step] = [from + first * imageStride + k * channelStride, channelStride];
      if (several > 1) {
        // deno-fmt-ignore
        packing.move(source, together, 1, pictures, inner, pixels, 0, imageStride, channelStride, 4,
          0, 4 * pixels, productRow, 4);
        [source, step] = [together, productRow];
      }
      for (let j = 0, vectors = 0; j < count; j += 4 * vectors) {
        vectors = panelVectors(Math.ceil((count - j) / 4), most);
        packing.packColumns(source + 4 * j, step, packed, Math.min(4 * vectors, count - j), vectors, inner);
        multiply(packed, k, inner, product + 4 * j, channel, depth, vectors);
      }
    }
    for (let n = 0; n < pictures; n++) {
      const image = first + n;
      const [left, target] = [product + 4 * n * pixels, to + 4 * (image * channels + channel) * plane];
      if (!apart) {
        packing.clear(planes, product - planes);
        // deno-fmt-ignore
        scatterOf(views.memory)(left, productRow, planes, planeBytes, 4 * fullColumns, depth, lines, width, table, taps);
      }
      if (whole) packing.merge(planes, 0, target, 0, 1, depth * plane, 0);
      else {
        if (!covered) packing.clear(target, 4 * depth * plane);
        downwards.forEach((line, i) => {
          if (line.count === 0) return;
          const froms = sidewards.map(({ from }, j) =>
            (apart ? left : planes) + (i * strideColumn + j) * phaseBytes +
            4 * (line.from * fullColumns + from)
          );
          const lineTo = target + 4 * line.source * columns;
          const toRow = 4 * strideRow * columns;
          if (halves !== null) {
            const { even, odd, count } = halves;
            // deno-fmt-ignore
            packing.join(lineTo + 4 * sidewards[even].source, 4 * plane, toRow, froms[even], froms[odd], planeBytes,
              4 * fullColumns, depth, line.count, count, sidewards[even].count - count, sidewards[odd].count - count);
            return;
          }
          sidewards.forEach(({ count, source }, j) => {
            if (count === 0) return;
            // deno-fmt-ignore
            packing.move(froms[j], lineTo + 4 * source, 1, depth, line.count, count, 0, planeBytes, 4 * fullColumns, 4,
              0, 4 * plane, toRow, 4 * strideColumn);
          });
        });
      }
      finish?.(image, channel, depth, 0, plane);
    }
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
