/**
 * Gradients of depthwise convolutions of float32 for their weights where the channels of a pixel are neighbours, in WebAssembly:
 * vectors are four channels of a pixel, as in `depthwise_across.ts`.
 *
 * Each element is a sum over bands and images in order of sums over rows of at most `DOT_PIXELS` pixels in order; the slices,
 * whose number depends on the sizes alone, are added in order.
 *
 * @module
 */
import type { Kernel, Views } from "../kernel.ts";
import type { ModuleBuilder } from "./assembler.ts";
import { byPlace } from "./by_place.ts";
import { type AcrossBand, bandBytes, bandOf, copyChannels, fillBand } from "./depthwise_across_band.ts";
import { functionsOf, keptFor, packingOf } from "./instances.ts";
import { i32 } from "./scalar.ts";
import { DOT_PIXELS, DOTS_AT_ONCE } from "./tap_dots.ts";
import { multiplyAdd } from "./tile.ts";
import { f32x4, v128 } from "./vector.ts";

/** The numbers of a launch behind the addresses of its operands. */
const ARGUMENTS = 23;

/** What the code is written for. */
interface DotsForm {
  /** The bytes from what the first tap sees to what each does. */
  readonly places: readonly number[];
  /** Bytes from what a pixel of the cotangent sees to what the next one does. */
  readonly step: number;
  /** Bytes from what a row of the cotangent sees to what the next one does. */
  readonly rowStep: number;
  /** Columns of the cotangent. */
  readonly width: number;
  /** Bytes from one pixel of the cotangent, and from the sums of a tap, to the next. */
  readonly pixel: number;
  /** Whether multiply-add is fused. */
  readonly relaxed: boolean;
}

/** The image; the cotangent; the sums, which are added to; rows of the cotangent; channels. */
type Dots = (source: number, cotangent: number, sums: number, rows: number, channels: number) => void;

const I32 = "i32";

function defineDots(module: ModuleBuilder, { places, step, rowStep, width, pixel, relaxed }: DotsForm): void {
  const madd = multiplyAdd(relaxed);
  const parts = Math.ceil(places.length / DOTS_AT_ONCE);
  const most = Math.ceil(places.length / parts);
  const long = Math.max(1, Math.floor(DOT_PIXELS / width));
  // deno-fmt-ignore
  module.define("run", [I32, I32, I32, I32, I32], null, (f, source, cotangent, sums, rows, channels) => {
    const [line, beside, left, some, from, at] = [1, 2, 3, 4, 5, 6].map(() => f.local(I32));
    const seen = f.local("v128");
    const values = Array.from({ length: 4 }, () => f.local("v128"));
    const dots = Array.from({ length: most }, () => f.local("v128"));
    f.while(i32.gtS(channels, 0), () => {
      for (let first = 0; first < places.length; first += most) {
        const taps = places.slice(first, first + most);
        const dot = (pixels: number): void => {
          for (let i = 0; i < pixels; i++) f.set(values[i], v128.load(at, pixel * i));
          const terms = taps.flatMap((place, tap) =>
            values.slice(0, pixels).map((value, i) => ({ place: place + i * step, sum: dots[tap], value }))
          );
          for (const [place, list] of byPlace(terms)) {
            f.set(seen, v128.load(from, place));
            for (const { sum, value } of list) f.set(sum, madd(value, seen, sum));
          }
        };
        f.set(line, source);
        f.set(beside, cotangent);
        f.set(left, rows);
        f.while(left, () => {
          f.set(some, left);
          f.if(i32.gtU(left, long), () => f.set(some, long));
          f.set(left, i32.sub(left, some));
          for (const dot of dots) f.set(dot, v128.constI32x4(0));
          f.while(some, () => {
            f.set(from, line);
            f.set(at, beside);
            if (width >= 4) {
              const end = f.local(I32, i32.add(at, 4 * pixel * (width >>> 2)));
              f.repeat(() => {
                dot(4);
                f.advance(from, 4 * step);
                f.advance(at, 4 * pixel);
              }, () => i32.ltU(at, end));
            }
            if ((width & 3) > 0) dot(width & 3);
            f.advance(line, rowStep);
            f.advance(beside, width * pixel);
            f.advance(some, -1);
          });
          taps.forEach((_, tap) => {
            const offset = (first + tap) * pixel;
            f.store("v128", sums, f32x4.add(v128.load(sums, offset), dots[tap]), offset);
          });
        });
      }
      f.advance(source, 16);
      f.advance(cotangent, 16);
      f.advance(sums, 16);
      f.advance(channels, -4);
    });
  });
}

/** What the sizes of a launch alone decide. */
interface Made {
  /** The form of a band. */
  readonly form: AcrossBand;
  /** What sums. */
  readonly run: Dots;
}

function madeFor({ memory, float64: heap }: Views, at: number): Made {
  const form = bandOf(heap, at, [1, 1]);
  const { down, across, pitch, pixel, rowStep, step } = form;
  const [width, relaxed] = [heap[at + 14], heap[at + 25] === 1];
  const places = down.phases[0].flatMap((row) =>
    across.phases[0].map((column) => pixel * (row.place * pitch + column.place))
  );
  const run = functionsOf<{ readonly run: Dots }>(
    memory,
    `depthwiseAcrossKernel|${[places.join(), step, rowStep, width, pixel, relaxed].join("|")}`,
    (module) => defineDots(module, { places, step, rowStep, width, pixel, relaxed }),
  ).run;
  return { form, run };
}

/**
 * One unit is a slice of the sum for some channels; channels follow each other, then slices.
 *
 * Arguments: image, cotangent, gradient; channels; rows and columns of the image; its strides over images, rows and columns;
 * those of the cotangent; images, rows and columns of the cotangent; rows and columns of the window; steps, origins and
 * dilations of rows and columns; channels and rows at a time; 1 for fused multiply-add; slices and their length in bands of
 * images; strides of the image and of the cotangent over channels. With more than one slice the result is the temporary buffer, addressed as float64 and filled with float32.
 */
export const depthwiseAcrossKernelSimd: Kernel = (views, at, begin, end): void => {
  const heap = views.float64;
  const [source, cotangent] = [4 * heap[at], 4 * heap[at + 1]];
  const [channels, sourceRows] = [heap[at + 3], heap[at + 4]];
  const [imageStride, channelStride] = [4 * heap[at + 6], 4 * heap[at + 28]];
  const strides = [4 * heap[at + 7], 4 * heap[at + 8], channelStride] as const;
  const [outImage, outChannel] = [4 * heap[at + 9], 4 * heap[at + 29]];
  const outStrides = [4 * heap[at + 10], 4 * heap[at + 11], outChannel] as const;
  const [images, rows, width] = [heap[at + 12], heap[at + 13], heap[at + 14]];
  const taps = heap[at + 15] * heap[at + 16];
  const [cut, band, slices, length] = [heap[at + 23], heap[at + 24], heap[at + 26], heap[at + 27]];
  const result = (slices > 1 ? 8 : 4) * heap[at + 2];
  const { form, run } = keptFor(
    views.memory,
    "depthwiseAcrossKernel",
    heap,
    at + 3,
    ARGUMENTS,
    () => madeFor(views, at),
  );
  const packing = packingOf(views.memory);
  const pixel = 4 * cut;
  const sums = views.scratch;
  const packed = sums + taps * pixel;
  const planes = packed + band * width * pixel;
  const [bands, parts] = [Math.ceil(rows / band), Math.ceil(channels / cut)];
  packing.clear(planes, bandBytes(form));
  for (let unit = begin; unit < end; unit++) {
    const slice = Math.floor(unit / parts);
    const channel = (unit - slice * parts) * cut;
    const depth = Math.min(cut, channels - channel);
    packing.clear(sums, taps * pixel);
    const last = Math.min(images * bands, (slice + 1) * length);
    for (let piece = slice * length; piece < last; piece++) {
      const image = Math.floor(piece / bands);
      const first = (piece - image * bands) * band;
      const some = Math.min(band, rows - first);
      const from = source + image * imageStride + channel * channelStride;
      fillBand(packing, form, planes, from, strides, sourceRows, first, depth);
      const y = cotangent + image * outImage + channel * outChannel + first * outStrides[0];
      copyChannels(packing, y, outStrides, packed, pixel * width, pixel, some, width, depth);
      run(planes, packed, sums, some, depth);
    }
    const to = result + 4 * (slice * channels + channel) * taps;
    packing.turn(sums, pixel, to, 4 * taps, taps, depth);
  }
};
