/**
 * Depthwise convolutions of float32 where the channels of a pixel are neighbours, or lines are short, in WebAssembly: vectors are four channels of a
 * pixel, so that windows may step as they like, and four pixels are turned when they are stored.
 *
 * Each element is the sum over the rows of taps, then over their columns in the order of what they see, from 0.
 *
 * @module
 */
import type { Kernel, Views } from "../kernel.ts";
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import { byPlace } from "./by_place.ts";
import { type AcrossBand, bandBytes, bandOf, fillBand } from "./depthwise_across_band.ts";
import { functionsOf, keptFor, packingOf } from "./instances.ts";
import { storeFirst } from "./lanes.ts";
import { i32 } from "./scalar.ts";
import { multiplyAdd } from "./tile.ts";
import { transpose } from "./turn.ts";
import { v128 } from "./vector.ts";

/** The numbers of a launch behind the addresses of its operands. */
const ARGUMENTS = 23;

/** What the code is written for. */
interface AcrossForm {
  /** The bytes from what the first tap of a row sees to what each row of taps sees. */
  readonly rows: readonly number[];
  /** The bytes from what the first tap of a row sees to what each sees. */
  readonly columns: readonly number[];
  /** Bytes from what a pixel of the target sees to what the next one does. */
  readonly step: number;
  /** Bytes from what a row of the target sees to what the next one does. */
  readonly rowStep: number;
  /** Columns of the target. */
  readonly width: number;
  /** Bytes from the weights of a tap to those of the next. */
  readonly weightStep: number;
  /** Whether multiply-add is fused. */
  readonly relaxed: boolean;
}

/** The source; weights; the target; its rows; channels; bytes from one channel of the target to the next. */
type Across = (
  source: number,
  weights: number,
  target: number,
  rows: number,
  channels: number,
  targetStep: number,
) => void;

const I32 = "i32";

/** Taps that have registers for their weights beside four sums. */
const HELD_TAPS = 9;

function defineAcross(module: ModuleBuilder, form: AcrossForm): void {
  const { rows, columns, step, rowStep, width, weightStep, relaxed } = form;
  const madd = multiplyAdd(relaxed);
  const held = rows.length * columns.length <= HELD_TAPS;
  // deno-fmt-ignore
  module.define("run", [I32, I32, I32, I32, I32, I32], null, (f, source, weights, target, lines, channels, targetStep) => {
    const [line, into, left, from, to] = [1, 2, 3, 4, 5].map(() => f.local(I32));
    const seen = f.local("v128");
    const weightOf = (row: number, column: number) =>
      v128.load(weights, weightStep * (row * columns.length + column));
    const registers = rows.slice(0, held ? rows.length : 1).map(() => columns.map(() => f.local("v128")));
    const readRow = (row: number): void => registers[held ? row : 0].forEach((local, i) => f.set(local, weightOf(row, i)));
    const sums = Array.from({ length: 4 }, () => f.local("v128"));
    /** Sums some neighbouring pixels, and stores them. */
    const tile = (pixels: number): void => {
      for (const sum of sums) f.set(sum, v128.constI32x4(0));
      rows.forEach((place, row) => {
        if (!held) readRow(row);
        const weights = registers[held ? row : 0];
        const terms = columns.flatMap((column, i) =>
          sums.slice(0, pixels).map((sum, pixel) => ({ place: place + column + pixel * step, sum, weight: weights[i] }))
        );
        for (const [at, list] of byPlace(terms)) {
          f.set(seen, v128.load(from, at));
          for (const { sum, weight } of list) f.set(sum, madd(weight, seen, sum));
        }
      });
      storeTurned(f, sums, to, channels, targetStep, pixels);
    };
    const whole = width >>> 2;
    const rest = width & 3;
    f.while(i32.gtS(channels, 0), () => {
      if (held) rows.forEach((_, row) => readRow(row));
      f.set(line, source);
      f.set(into, target);
      f.set(left, lines);
      f.while(left, () => {
        f.set(from, line);
        f.set(to, into);
        if (whole > 0) {
          const end = f.local(I32, i32.add(to, 16 * whole));
          f.repeat(() => {
            tile(4);
            f.advance(from, 4 * step);
            f.advance(to, 16);
          }, () => i32.ltU(to, end));
        }
        if (rest > 0) {
          // The last four, of which some were there before.
          const pixels = whole > 0 ? 4 : rest;
          f.advance(from, (rest - pixels) * step);
          f.advance(to, 4 * (rest - pixels));
          tile(pixels);
        }
        f.advance(line, rowStep);
        f.advance(into, 4 * width);
        f.advance(left, -1);
      });
      f.advance(source, 16);
      f.advance(weights, 16);
      f.advance(target, i32.shl(targetStep, 2));
      f.advance(channels, -4);
    });
  });
}

/** Stores up to four pixels of up to four channels, channel by channel. */
function storeTurned(
  f: FunctionBuilder,
  pixels: readonly Local<"v128">[],
  to: Local<"i32">,
  channels: Local<"i32">,
  targetStep: Local<"i32">,
  count: number,
): void {
  const turned = transpose(f, pixels).map((value) => f.local("v128", value));
  const at = f.local(I32, to);
  const store = (channel: number): void => {
    storeFirst(f, at, 0, turned[channel], count);
    f.advance(at, targetStep);
  };
  f.if(
    i32.geS(channels, 4),
    () => turned.forEach((_, channel) => store(channel)),
    () => turned.forEach((_, channel) => f.if(i32.gtS(channels, channel), () => store(channel))),
  );
}

/** What the sizes of a launch alone decide. */
interface Made {
  /** The form of a band. */
  readonly form: AcrossBand;
  /** What sums. */
  readonly run: Across;
}

function madeFor({ memory, float64: heap }: Views, at: number): Made {
  const form = bandOf(heap, at);
  const { down, across, pitch, pixel, rowStep, step } = form;
  const [width, relaxed] = [heap[at + 14], heap[at + 25] === 1];
  const rows = down.places.map((place) => pixel * pitch * place);
  const columns = across.places.map((place) => pixel * place);
  const run = functionsOf<{ readonly run: Across }>(
    memory,
    `depthwiseAcross|${[rows.join(), columns.join(), step, rowStep, width, pixel, relaxed].join("|")}`,
    (module) => defineAcross(module, { rows, columns, step, rowStep, width, weightStep: pixel, relaxed }),
  ).run;
  return { form, run };
}

/**
 * One unit is a band of rows of an image for some channels; bands follow each other, then channels, then images.
 *
 * Arguments: source, weights, target; channels; rows and columns of the source; its strides over images, rows and columns;
 * strides of the weights over channels, rows and columns; images, rows and columns of the target; rows and columns of the
 * window; steps, origins and shifts of rows and columns (`../convolution.ts`); channels and rows at a time; 1 for fused
 * multiply-add; stride of the source over channels.
 */
export const depthwiseAcrossSimd: Kernel = (views, at, begin, end): void => {
  const heap = views.float64;
  const [source, weights, target] = [4 * heap[at], 4 * heap[at + 1], 4 * heap[at + 2]];
  const [channels, sourceRows] = [heap[at + 3], heap[at + 4]];
  const [imageStride, channelStride] = [4 * heap[at + 6], 4 * heap[at + 26]];
  const strides = [4 * heap[at + 7], 4 * heap[at + 8], channelStride] as const;
  const [weightChannel, weightDown, weightRight] = [4 * heap[at + 9], 4 * heap[at + 10], 4 * heap[at + 11]];
  const [rows, width] = [heap[at + 13], heap[at + 14]];
  const window = [heap[at + 15], heap[at + 16]] as const;
  const [cut, band] = [heap[at + 23], heap[at + 24]];
  const { form, run } = keptFor(
    views.memory,
    "depthwiseAcross",
    heap,
    at + 3,
    ARGUMENTS,
    () => madeFor(views, at),
  );
  const packing = packingOf(views.memory);
  const packed = views.scratch;
  const planes = packed + 4 * cut * window[0] * window[1];
  const [bands, parts] = [Math.ceil(rows / band), Math.ceil(channels / cut)];
  const plane = 4 * rows * width;
  packing.clear(planes, bandBytes(form));
  let packedPart = -1;
  for (let unit = begin; unit < end; unit++) {
    const whole = Math.floor(unit / bands);
    const first = (unit - whole * bands) * band;
    const image = Math.floor(whole / parts);
    const part = whole - image * parts;
    const depth = Math.min(cut, channels - part * cut);
    if (packedPart !== part) {
      // deno-fmt-ignore
      packing.move(weights + part * cut * weightChannel, packed, 1, ...window, depth, 0, weightDown, weightRight, weightChannel,
        0, 4 * cut * window[1], 4 * cut, 4);
      packedPart = part;
    }
    const some = Math.min(band, rows - first);
    const from = source + image * imageStride + part * cut * channelStride;
    fillBand(packing, form, planes, from, strides, sourceRows, first, depth);
    const to = target + (image * channels + part * cut) * plane + 4 * first * width;
    run(planes, packed, to, some, depth, plane);
  }
};
