/**
 * Convolutions of float32, and their gradients for the image, in which few products share what is read: where a group has one
 * channel of the source, as depthwise, or few of the target. They go plane by plane: a channel is copied into planes with its
 * padding, where it has any, and then gives to every channel of the target of its group while it is in the first-level cache.
 *
 * Each element is a sum over the channels of the source of float32 sums over the taps in their order.
 *
 * @module
 */
import type { FinishingKernel, Views } from "../kernel.ts";
import { PARTS, SOURCES } from "./convolution_by_plane_plan.ts";
import { type ConvolutionTile, convolutionTileOf } from "./convolution_tile.ts";
import { type Depthwise, depthwiseOf, depthwisePhases } from "./depthwise.ts";
import { depthwiseHalvesOf } from "./depthwise_halves.ts";
import { keptFor, packingOf } from "./instances.ts";
import { fillPlanes, placesIn, placesOf, type Planes } from "./planes.ts";
import { planeFillOf, writeFillTable } from "./plane_fill.ts";
import { type WindowAxis, windowAxis } from "./window_axis.ts";

/** The numbers of a launch behind the addresses of its operands. */
const ARGUMENTS = 35;

/** What the sizes of a launch alone decide. */
interface Made {
  /** The planes of a channel. */
  readonly planes: Planes;
  /** Their bytes. */
  readonly channelBytes: number;
  /** Bands of a target. */
  readonly bands: number;
  /** What sums the planes of one channel; null where several are summed in registers. */
  readonly single: Depthwise | null;
  /** What sums those of several. */
  readonly several: ConvolutionTile | null;
}

/** Reads the arguments of the kernel below. */
function madeFor({ memory, float64: heap }: Views, at: number): Made {
  const [channels, columns, rowStride] = [heap[at + 5], heap[at + 7], 4 * heap[at + 10]];
  const [rows, width, windowColumns] = [heap[at + 19], heap[at + 20], heap[at + 22]];
  const axis = (taps: number, extent: number, p: number): WindowAxis =>
    windowAxis(taps, extent, heap[p], heap[p + 1], heap[p + 2], heap[p + 3], false);
  const down = axis(heap[at + 21], rows, at + 23);
  const across = axis(windowColumns, width, at + 27);
  const [band, place, relaxed] = [heap[at + 34], SOURCES[heap[at + 35]], heap[at + 37] === 1];
  const bands = Math.ceil(down.count / band);
  const planes: Planes = { down, across, lines: band + down.reach, pitch: across.count + across.reach };
  const channelBytes = 4 * planes.lines * planes.pitch * down.starts.length * across.starts.length;
  const expansion = down.phases.length;
  const inPlace = place === "in place";
  const places = inPlace ? placesIn(down, across, rowStride) : placesOf(planes);
  const phases = depthwisePhases(down, across, windowColumns, places);
  const form = {
    planeRow: inPlace ? down.step * rowStride : 4 * planes.pitch,
    ...{ channelBytes, width, relaxed },
    rows: bands === 1 ? [rows] : [band * expansion, rows - (bands - 1) * band * expansion],
    fill: place === "copied" ? planeFillOf(planes, columns) : null,
  };
  const mixed = channels > 1 && expansion * across.phases.length === 1;
  if (inPlace && across.step === 2) {
    const single = depthwiseHalvesOf(memory, {
      ...{ window: [heap[at + 21], windowColumns], step: down.step, rowBytes: rowStride, relaxed },
      ...{ origin: [heap[at + 25], heap[at + 29]], source: [heap[at + 6], columns], target: [rows, width] },
    });
    return { planes, channelBytes, bands, single, several: null };
  }
  return {
    ...{ planes, channelBytes, bands },
    single: mixed ? null : depthwiseOf(memory, { ...form, phases, summed: channels > 1 }),
    several: mixed
      ? convolutionTileOf(memory, { ...form, taps: phases[0][0], columns: windowColumns })
      : null,
  };
}

/**
 * One unit is a band of rows of an image for some groups and channels of the target; bands follow each other, then images,
 * then channels, then groups.
 *
 * Arguments: those of `convolutionFloat32` up to the shift of the columns; groups, channels of the target and of the source
 * at a time, and rows of a band; where the source is read, by its number in `SOURCES`; 1 if weights are packed; 1 for fused
 * multiply-add.
 */
export const convolutionByPlaneSimd: FinishingKernel = (views, at, begin, end, finish): void => {
  const heap = views.float64;
  const [source, weights, target] = [4 * heap[at], 4 * heap[at + 1], 4 * heap[at + 2]];
  const [groups, rows, channels] = [heap[at + 3], heap[at + 4], heap[at + 5]];
  const [sourceRows, sourceColumns] = [heap[at + 6], heap[at + 7]];
  const [imageStride, channelStride] = [4 * heap[at + 8], 4 * heap[at + 9]];
  const [rowStride, columnStride] = [4 * heap[at + 10], 4 * heap[at + 11]];
  const [weightRow, weightChannel] = [4 * heap[at + 12], 4 * heap[at + 13]];
  const [weightDown, weightRight] = [4 * heap[at + 14], 4 * heap[at + 15]];
  const [sourceGroup, weightGroup] = [4 * heap[at + 16], 4 * heap[at + 17]];
  const [images, targetRows, targetColumns] = [heap[at + 18], heap[at + 19], heap[at + 20]];
  const window = [heap[at + 21], heap[at + 22]] as const;
  const [cutGroups, cutRows, cutChannels, band] = [
    heap[at + 31],
    heap[at + 32],
    heap[at + 33],
    heap[at + 34],
  ];
  const [place, packs] = [SOURCES[heap[at + 35]], heap[at + 36] === 1];

  const { planes, channelBytes, bands, single, several } = keptFor(
    views.memory,
    "convolutionByPlane",
    heap,
    at + 3,
    ARGUMENTS,
    () => madeFor(views, at),
  );
  const { down } = planes;
  const parts = Math.ceil(rows / cutRows);
  const expansion = down.phases.length;
  const rowsOf = (first: number): number => Math.min(band * expansion, targetRows - first * expansion);
  const inPlace = place === "in place";
  const summed = channels > 1;
  const mixed = several !== null;
  const packing = packingOf(views.memory);
  const table = views.scratch;
  const packed = table + 4 * PARTS.table;
  const copies = packed + 4 * PARTS.weights;
  const plane = 4 * targetRows * targetColumns;
  const tapBytes = 4 * window[0] * window[1];
  // Steps of the weights: over groups, channels of the target and those of the source.
  const [groupStep, rowStep, channelStep] = packs
    ? [cutRows * channels * tapBytes, channels * tapBytes, tapBytes]
    : [weightGroup, weightRow, weightChannel];
  // Planes are those of groups, or where a group has several those of its channels.
  const [sourceStep, weightStep, targetStep] = summed
    ? [channelStride, channelStep, 0]
    : [sourceGroup, groupStep, rows * plane];
  const prepared = place === "prepared";
  const most = Math.min(
    mixed ? cutChannels : Infinity,
    prepared ? Math.floor(4 * PARTS.planes / channelBytes) : Infinity,
  );
  let [filledBand, packedPart] = [-1, -1];

  for (let unit = begin; unit < end; unit++) {
    const picture = Math.floor(unit / bands);
    const part = Math.floor(picture / images);
    const groupPart = Math.floor(part / parts);
    const firstGroup = groupPart * cutGroups;
    const image = picture - part * images;
    const first = (unit - picture * bands) * band;
    const row = (part - groupPart * parts) * cutRows;
    const height = Math.min(cutRows, rows - row);
    const together = Math.min(cutGroups, groups - firstGroup);
    const lines = rowsOf(first);
    if (place === "copied" && filledBand !== first) {
      packing.clear(copies, (mixed ? most : 2) * channelBytes);
      writeFillTable(views.int32, table, planes, first, sourceRows, rowStride);
      filledBand = first;
    }
    const start = weights + firstGroup * weightGroup + row * weightRow;
    if (packs && packedPart !== part) {
      for (let g = 0; g < together; g++) {
        // deno-fmt-ignore
        packing.move(start + g * weightGroup, packed + g * groupStep, height, channels, ...window, weightRow, weightChannel,
          weightDown, weightRight, rowStep, channelStep, 4 * window[1], 4);
      }
      packedPart = part;
    }
    const from = source + image * imageStride + firstGroup * sourceGroup;
    const to = target + ((image * groups + firstGroup) * rows + row) * plane +
      4 * first * expansion * targetColumns;
    // The sources of each group; one of all groups, or of all of each in one call.
    const sets = !summed || (mixed && !prepared && most >= channels) ? 1 : together;
    for (let g = 0; g < sets; g++) {
      const count = summed ? channels : together;
      for (let c = 0; c < count; c += most) {
        const some = Math.min(most, count - c);
        let address = from + g * sourceGroup + c * sourceStep;
        if (prepared) {
          fillPlanes(views, planes, copies, {
            ...{ address, channels: some, first, rows: sourceRows, columns: sourceColumns },
            ...{ channelStride: sourceStep, rowStride, columnStride },
          });
          address = copies;
        } else if (inPlace) address += first * down.step * rowStride;
        const step = prepared ? channelBytes : sourceStep;
        const left = (packs ? packed : start) + g * groupStep + c * weightStep;
        const result = to + g * rows * plane + c * targetStep;
        const add = c > 0 ? 1 : 0;
        // deno-fmt-ignore
        single?.(table, copies, left, address, result, lines, some, height, step, weightStep, targetStep, rowStep, plane, add);
        // deno-fmt-ignore
        several?.(table, copies, left, address, result, lines, some, height, step, weightStep, rowStep, plane, add,
          together / sets, sourceGroup, groupStep, rows * plane);
      }
    }
    for (let g = 0; finish !== undefined && g < together; g++) {
      const column = first * expansion * targetColumns;
      finish(image * groups + firstGroup + g, row, height, column, lines * targetColumns);
    }
  }
};
