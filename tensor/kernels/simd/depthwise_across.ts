/**
 * Depthwise convolutions of float32 where the channels of a pixel are neighbours, or lines are short, in WebAssembly: vectors are four channels of a
 * pixel, so that windows may step as they like, and four pixels are turned when they are stored, unless channels are neighbours
 * in the target as well.
 *
 * Each element is the sum over the rows of taps, then over their columns in the order of what they see, from 0.
 *
 * @module
 */
import type { Kernel, Views } from "../kernel.ts";
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import { byPlace } from "./by_place.ts";
import { type AcrossBand, bandBytes, bandOf, fillBand } from "./depthwise_across_band.ts";
import type { Reach, SeenBy } from "./depthwise_across_plan.ts";
import { functionsOf, keptFor, packingOf } from "./instances.ts";
import { storeFirst } from "./lanes.ts";
import { i32 } from "./scalar.ts";
import { multiplyAdd } from "./tile.ts";
import { transpose } from "./turn.ts";
import { v128 } from "./vector.ts";

/** The numbers of a launch behind the addresses of its operands. */
const ARGUMENTS = 30;

/** What the code is written for. */
interface AcrossForm {
  /** The taps of each phase of the rows, and the bytes from what the first tap sees to what each row of them sees. */
  readonly rows: Reach["phases"];
  /** Those of the columns. */
  readonly columns: Reach["phases"];
  /** Rows and columns of the window. */
  readonly window: readonly [number, number];
  /** Bytes from what a pixel of the target sees to what the next one of its phase does. */
  readonly step: number;
  /** Bytes from what a row of the target sees to what the next one of its phase does. */
  readonly rowStep: number;
  /** Columns of the target. */
  readonly width: number;
  /** Bytes from a channel, a row and a column of the target to the next. */
  readonly target: readonly [channel: number, row: number, column: number];
  /** Bytes from the weights of a tap to those of the next. */
  readonly weightStep: number;
  /** Whether multiply-add is fused. */
  readonly relaxed: boolean;
}

/** The source; weights; the target; its rows; channels. */
type Across = (source: number, weights: number, target: number, rows: number, channels: number) => void;

const I32 = "i32";

/** Taps that have registers for their weights beside four sums. */
const HELD_TAPS = 9;

function defineAcross(module: ModuleBuilder, form: AcrossForm): void {
  const { rows, columns, window, step, rowStep, width, weightStep, relaxed } = form;
  const [channelBytes, rowBytes, columnBytes] = form.target;
  const madd = multiplyAdd(relaxed);
  const held = window[0] * window[1] <= HELD_TAPS;
  const expansion = columns.length;
  // Channels of a pixel that are neighbours in the target too are stored while its line is near.
  const last = channelBytes === 4;
  // deno-fmt-ignore
  module.define("run", [I32, I32, I32, I32, I32], null, (f, source, weights, target, lines, channels) => {
    const [channelSource, channelWeights, channelTarget, count] = [1, 2, 3, 4].map(() => f.local(I32));
    const [line, into, left, from, to] = [1, 2, 3, 4, 5].map(() => f.local(I32));
    const seen = f.local("v128");
    const registers = Array.from({ length: held ? window[0] : 1 }, () =>
      Array.from({ length: window[1] }, () => f.local("v128")));
    const readRow = (row: number): void => registers[held ? row : 0].forEach((local, column) =>
      f.set(local, v128.load(channelWeights, weightStep * (row * window[1] + column))));
    const sums = Array.from({ length: 4 }, () => f.local("v128"));
    /** Sums some neighbouring pixels from a column on, and stores them. */
    const tile = (lineTaps: readonly SeenBy[], first: number, pixels: number): void => {
      for (const sum of sums) f.set(sum, v128.constI32x4(0));
      for (const row of lineTaps) {
        if (!held) readRow(row.tap);
        const terms = sums.slice(0, pixels).flatMap((sum, pixel) => {
          const column = first + pixel;
          const beside = row.place + Math.floor(column / expansion) * step;
          return columns[column % expansion].map(({ tap, place }) => ({
            ...{ place: beside + place, sum, weight: registers[held ? row.tap : 0][tap] },
          }));
        });
        for (const [at, list] of byPlace(terms)) {
          f.set(seen, v128.load(from, at));
          for (const { sum, weight } of list) f.set(sum, madd(weight, seen, sum));
        }
      }
      if (last) storePixels(f, sums.slice(0, pixels), to, count, columnBytes);
      else storeTurned(f, sums, to, count, channelBytes, pixels);
    };
    const whole = width >>> 2;
    const rest = width & 3;
    /** Goes along a row of the target. */
    const along = (lineTaps: readonly SeenBy[], sourceLine: Local<"i32">, targetLine: Local<"i32">): void => {
      f.set(from, sourceLine);
      f.set(to, targetLine);
      if (whole > 0) {
        const end = f.local(I32, i32.add(to, 4 * columnBytes * whole));
        f.repeat(() => {
          tile(lineTaps, 0, 4);
          f.advance(from, 4 / expansion * step);
          f.advance(to, 4 * columnBytes);
        }, () => i32.ltU(to, end));
      }
      if (rest === 0) return;
      // The last four, of which some were there before, where that spares storing parts of vectors.
      const pixels = whole > 0 && !last ? 4 : rest;
      const back = Math.floor((rest - pixels) / expansion);
      f.advance(from, back * step);
      f.advance(to, columnBytes * (rest - pixels));
      tile(lineTaps, rest - pixels - back * expansion, pixels);
    };
    const overChannels = (fromSource: Local<"i32">, fromTarget: Local<"i32">, channel: () => void): void => {
      f.set(channelSource, fromSource);
      f.set(channelWeights, weights);
      f.set(channelTarget, fromTarget);
      f.set(count, channels);
      f.while(i32.gtS(count, 0), () => {
        channel();
        f.advance(channelSource, 16);
        f.advance(channelWeights, 16);
        f.advance(channelTarget, 4 * channelBytes);
        f.advance(count, -4);
      });
    };
    const overRows = (fromSource: Local<"i32">, fromTarget: Local<"i32">, row: (taps: readonly SeenBy[]) => void): void => {
      f.set(line, fromSource);
      f.set(into, fromTarget);
      f.set(left, lines);
      f.while(left, () => {
        rows.forEach((taps, phase) => {
          const one = (): void => {
            row(taps);
            f.advance(into, rowBytes);
            f.advance(left, -1);
          };
          if (phase === 0) one();
          else f.if(left, one);
        });
        f.advance(line, rowStep);
      });
    };
    const readRows = (taps: readonly SeenBy[]): void => {
      if (held) for (const { tap } of taps) readRow(tap);
    };
    if (last) {
      overRows(source, target, (taps) => overChannels(line, into, () => {
        readRows(taps);
        along(taps, channelSource, channelTarget);
      }));
    } else {
      overChannels(source, target, () => {
        readRows(rows.flat());
        overRows(channelSource, channelTarget, (taps) => along(taps, line, into));
      });
    }
  });
}

/** Stores up to four channels of pixels, pixel by pixel. */
function storePixels(
  f: FunctionBuilder,
  pixels: readonly Local<"v128">[],
  to: Local<"i32">,
  channels: Local<"i32">,
  pixelBytes: number,
): void {
  const some = (count: number): void =>
    pixels.forEach((pixel, i) => storeFirst(f, to, i * pixelBytes, pixel, count));
  f.if(i32.geS(channels, 4), () => some(4), () => {
    for (const count of [1, 2, 3]) f.if(i32.eq(channels, count), () => some(count));
  });
}

/** Stores up to four pixels of up to four channels, channel by channel. */
function storeTurned(
  f: FunctionBuilder,
  pixels: readonly Local<"v128">[],
  to: Local<"i32">,
  channels: Local<"i32">,
  channelBytes: number,
  count: number,
): void {
  const turned = transpose(f, pixels).map((value) => f.local("v128", value));
  const at = f.local(I32, to);
  const store = (channel: number): void => {
    storeFirst(f, at, 0, turned[channel], count);
    f.advance(at, channelBytes);
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
  const form = bandOf(heap, at, [heap[at + 27], heap[at + 28]]);
  const { down, across, pitch, pixel, rowStep, step } = form;
  const [width, relaxed] = [heap[at + 14], heap[at + 25] === 1];
  const bytes = (phases: Reach["phases"], each: number) =>
    phases.map((taps) => taps.map(({ tap, place }) => ({ tap, place: each * place })));
  const [rows, columns] = [bytes(down.phases, pixel * pitch), bytes(across.phases, pixel)];
  const target = [4 * heap[at + 30], 4 * heap[at + 31], 4 * heap[at + 32]] as const;
  const window = [heap[at + 15], heap[at + 16]] as const;
  const seen = [rows, columns].flatMap((phases) =>
    phases.map((taps) => taps.map(({ tap, place }) => `${tap}@${place}`).join())
  );
  const key = [...seen, step, rowStep, width, target.join(), window.join(), pixel, relaxed];
  const run = functionsOf<{ readonly run: Across }>(
    memory,
    `depthwiseAcross|${rows.length}|${key.join("|")}`,
    (module) =>
      defineAcross(module, {
        ...{ rows, columns, window, step, rowStep, width, target, weightStep: pixel, relaxed },
      }),
  ).run;
  return { form, run };
}

/**
 * One unit is a band of rows of an image for some channels; bands follow each other, then channels, then images.
 *
 * Arguments: source, weights, target; channels; rows and columns of the source; its strides over images, rows and columns;
 * strides of the weights over channels, rows and columns; images, rows and columns of the target; rows and columns of the
 * window; steps, origins and shifts of rows and columns (`../convolution.ts`); channels and rows at a time; 1 for fused
 * multiply-add; stride of the source over channels; phases of the rows and of the columns; strides of the target over images,
 * channels, rows and columns.
 */
export const depthwiseAcrossSimd: Kernel = (views, at, begin, end): void => {
  const heap = views.float64;
  const [source, weights, target] = [4 * heap[at], 4 * heap[at + 1], 4 * heap[at + 2]];
  const [channels, sourceRows] = [heap[at + 3], heap[at + 4]];
  const [imageStride, channelStride] = [4 * heap[at + 6], 4 * heap[at + 26]];
  const strides = [4 * heap[at + 7], 4 * heap[at + 8], channelStride] as const;
  const [weightChannel, weightDown, weightRight] = [4 * heap[at + 9], 4 * heap[at + 10], 4 * heap[at + 11]];
  const rows = heap[at + 13];
  const window = [heap[at + 15], heap[at + 16]] as const;
  const [cut, band, expansion] = [heap[at + 23], heap[at + 24], heap[at + 27]];
  const [toImage, toChannel, toRow] = [4 * heap[at + 29], 4 * heap[at + 30], 4 * heap[at + 31]];
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
  const [bands, parts] = [Math.ceil(Math.ceil(rows / expansion) / band), Math.ceil(channels / cut)];
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
    const some = Math.min(band * expansion, rows - first * expansion);
    const from = source + image * imageStride + part * cut * channelStride;
    fillBand(packing, form, planes, from, strides, sourceRows, first, depth);
    const to = target + image * toImage + part * cut * toChannel + first * expansion * toRow;
    run(planes, packed, to, some, depth);
  }
};
