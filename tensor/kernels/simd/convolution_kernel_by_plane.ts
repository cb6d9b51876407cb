/**
 * Gradients of float32 convolutions for their weights in which few products share what is read: where a group has one channel
 * of the image, as depthwise, or few of the output. They go plane by plane: a channel of some images is copied into planes
 * with its padding, where it has any, and meets every channel of the cotangent of its group while it is in the first-level
 * cache (`tap_dots.ts`).
 *
 * @module
 */
import type { Kernel, Views } from "../kernel.ts";
import { APART, PARTS, SOURCES } from "./convolution_kernel_by_plane_plan.ts";
import { keptFor, packingOf } from "./instances.ts";
import { copyLines, fillPlanes, placesIn, placesOf, type Planes } from "./planes.ts";
import type { HalvesForm } from "./plane_halves.ts";
import { planeFillOf, writeFillTable } from "./plane_fill.ts";
import { type TapDots, tapDotsOf } from "./tap_dots.ts";
import { LONG_BLOCK } from "./tile.ts";
import { tapDotsHalvesOf } from "./tap_dots_halves.ts";
import { windowAxis } from "./window_axis.ts";

/** The numbers of a launch behind the addresses of its operands. */
const ARGUMENTS = 32;

/** What the sizes of a launch alone decide. */
interface Made {
  /** The planes of a channel. */
  readonly planes: Planes;
  /** Their bytes. */
  readonly channelBytes: number;
  /** Bands of an image. */
  readonly bands: number;
  /** Bytes of a row of the cotangent, packed or not. */
  readonly yRow: number;
  /** What sums. */
  readonly run: TapDots;
}

/** Reads the arguments of the kernel below. */
function madeFor({ memory, float64: heap }: Views, at: number): Made {
  const [columns, rowStride] = [heap[at + 7], 4 * heap[at + 10]];
  const [rows, width] = [heap[at + 17], heap[at + 18]];
  const window = [heap[at + 19], heap[at + 20]] as const;
  const down = windowAxis(window[0], rows, 1, heap[at + 21], heap[at + 23], heap[at + 25], false);
  const across = windowAxis(window[1], width, 1, heap[at + 22], heap[at + 24], heap[at + 26], false);
  const [band, place] = [heap[at + 28], SOURCES[heap[at + 32]]];
  const bands = Math.ceil(rows / band);
  const planes: Planes = { down, across, lines: band + down.reach, pitch: across.count + across.reach };
  const channelBytes = 4 * planes.lines * planes.pitch * down.starts.length * across.starts.length;
  const places = place === "in place" ? placesIn(down, across, rowStride) : placesOf(planes);
  const yRow = heap[at + 33] === 1 ? 4 * width : 4 * heap[at + 14];
  if (place === "in place" && across.step === 2) {
    const form: HalvesForm = {
      ...{ window, step: down.step, rowBytes: rowStride, relaxed: heap[at + 34] === 1 },
      origin: [heap[at + 23], heap[at + 24]],
      source: [heap[at + 6], columns],
      target: [rows, width],
    };
    return { planes, channelBytes, bands, yRow, run: tapDotsHalvesOf(memory, form, yRow) };
  }
  const run = tapDotsOf(memory, {
    places: down.phases[0].taps.flatMap((below) =>
      across.phases[0].taps.map((beside) => places(below, beside))
    ),
    ...{ window, width, cotangentRow: yRow, imageBytes: channelBytes },
    planeRow: place === "in place" ? down.step * rowStride : 4 * planes.pitch,
    lines: bands === 1 ? [rows] : [band, rows - (bands - 1) * band],
    fill: place === "copied" ? planeFillOf(planes, columns) : null,
    relaxed: heap[at + 34] === 1,
  });
  return { planes, channelBytes, bands, yRow, run };
}

/**
 * One unit is a slice of the sum for some channels of the image: of a group, or of as many groups. Channels follow each other,
 * then groups, then slices.
 *
 * Arguments: those of `convolutionKernelFloat32` up to the dilations; channels, output rows and images at a time; slices and
 * their length in pieces (bands of an image, or some images); where the image is read, by its number in `SOURCES`; 1 if
 * cotangents are packed; 1 for fused multiply-add. With more than one slice the result is the temporary buffer, addressed as
 * float64 and filled with float32.
 */
export const convolutionKernelByPlaneSimd: Kernel = (views, at, begin, end): void => {
  const heap = views.float64;
  const [groups, rows, channels] = [heap[at + 3], heap[at + 4], heap[at + 5]];
  const [imageRows, imageColumns] = [heap[at + 6], heap[at + 7]];
  const [imageStride, channelStride] = [4 * heap[at + 8], 4 * heap[at + 9]];
  const [rowStride, columnStride] = [4 * heap[at + 10], 4 * heap[at + 11]];
  const [outImage, outChannel] = [4 * heap[at + 12], 4 * heap[at + 13]];
  const [outRow, outColumn] = [4 * heap[at + 14], 4 * heap[at + 15]];
  const [images, gridRows, gridColumns] = [heap[at + 16], heap[at + 17], heap[at + 18]];
  const window = [heap[at + 19], heap[at + 20]] as const;
  const [cut, band, several] = [heap[at + 27], heap[at + 28], heap[at + 29]];
  const [slices, length, place] = [heap[at + 30], heap[at + 31], SOURCES[heap[at + 32]]];
  const packs = heap[at + 33] === 1;
  const [image, cotangent] = [4 * heap[at], 4 * heap[at + 1]];
  const result = (slices > 1 ? 8 : 4) * heap[at + 2];

  const taps = window[0] * window[1];
  const size = groups * rows * channels * taps;
  const single = channels === 1;
  const parts = single ? Math.ceil(groups / cut) : Math.ceil(channels / cut);
  const tiles = single ? parts : groups * parts;
  const { planes, channelBytes, bands, yRow, run } = keptFor(
    views.memory,
    "convolutionKernelByPlane",
    heap,
    at + 3,
    ARGUMENTS,
    () => madeFor(views, at),
  );
  const { down } = planes;
  const packing = packingOf(views.memory);
  const table = views.scratch;
  const sums = table + 4 * PARTS.table;
  const totals = sums + 4 * PARTS.sums;
  const packed = totals + 4 * PARTS.sums;
  const copies = packed + 4 * PARTS.packed;
  let filledBand = -1;

  for (let unit = begin; unit < end; unit++) {
    const slice = Math.floor(unit / tiles);
    const tile = unit - slice * tiles;
    const part = Math.floor(tile / parts);
    const index = (tile - part * parts) * cut;
    const [group, channel] = single ? [index, 0] : [part, index];
    const count = Math.min(cut, (single ? groups : channels) - index);
    // Channels of the cotangent; all of the image meet the same ones where they are of one group.
    const outputs = single ? count * rows : rows;
    const summing = count * rows * taps;
    packing.clear(sums, 4 * summing);
    const last = Math.min(Math.ceil(images / several) * bands, (slice + 1) * length);
    let [summed, kept] = [0, 0];
    for (let piece = slice * length; piece < last; piece++) {
      if (summed >= LONG_BLOCK) {
        packing.merge(sums, 0, totals, 0, 1, summing, kept++ > 0 ? 1 : 0);
        packing.clear(sums, 4 * summing);
        summed = 0;
      }
      const set = Math.floor(piece / bands);
      const picture = set * several;
      const pictures = Math.min(several, images - picture);
      const first = (piece - set * bands) * band;
      const lines = Math.min(band, gridRows - first);
      summed += pictures * lines * gridColumns;
      if (place === "copied" && filledBand !== first) {
        packing.clear(copies, several * channelBytes);
        writeFillTable(views.int32, table, planes, first, imageRows, rowStride);
        filledBand = first;
      }
      let [y, yChannel] = [
        cotangent + picture * outImage + group * rows * outChannel + first * outRow,
        outChannel,
      ];
      if (packs) {
        yChannel = lines * yRow + 4 * APART;
        const there = [outChannel, outRow, outColumn] as const;
        copyLines(packing, y, there, packed, [yChannel, yRow], [outputs, lines, gridColumns]);
        y = packed;
      }
      const source = image + picture * imageStride + (group * channels + channel) * channelStride;
      const most = place === "prepared" ? Math.floor(4 * PARTS.planes / channelBytes) : count;
      for (let c = 0; c < count; c += most) {
        const together = Math.min(most, count - c);
        let [from, step] = [source + c * channelStride, channelStride];
        if (place === "prepared") {
          fillPlanes(views, planes, copies, {
            ...{ address: from, channels: together, first, rows: imageRows, columns: imageColumns },
            ...{ channelStride, rowStride, columnStride },
          });
          [from, step] = [copies, channelBytes];
        } else if (place === "in place") from += first * down.step * rowStride;
        // Sums of each output channel of a group, of each channel of it.
        const [yStep, sumOutput, sumStep] = single
          ? [rows * yChannel, 4 * taps, 4 * rows * taps]
          : [0, 4 * count * taps, 4 * taps];
        // deno-fmt-ignore
        run(table, copies, from, y + c * yStep, sums + c * sumStep, pictures, imageStride, outImage, lines, rows, yChannel,
          sumOutput, together, step, yStep, sumStep);
      }
    }
    if (kept > 0) packing.merge(totals, 0, sums, 0, 1, summing, 1);
    const to = result + 4 * (slice * size + (group * rows * channels + channel) * taps);
    // Rows of sums, which are as far apart as there are channels in a group.
    const [many, width] = single ? [1, summing] : [rows, count * taps];
    packing.merge(sums, 4 * width, to, 4 * channels * taps, many, width, 0);
  }
};
