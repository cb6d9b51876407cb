/**
 * Convolutions of float32, and their gradients for the image, in which few products share what is read: where a group has one
 * channel of the source, as depthwise, or few of the target. They go plane by plane: a channel is copied into planes with its
 * padding, where it has any, and then gives to every channel of the target of its group while it is in the first-level cache.
 *
 * Each element is a sum over the channels of the source of float32 sums over the taps in their order.
 *
 * @module
 */
import type { Patches } from "../convolution.ts";
import type { FinishingKernel, Views } from "../kernel.ts";
import { grainFor, type KernelPlan } from "../plan.ts";
import { axisOf } from "./convolution_cut.ts";
import { type ConvolutionTile, convolutionTileOf, TILE_LINES } from "./convolution_tile.ts";
import {
  type Depthwise,
  DEPTHWISE_PHASES,
  DEPTHWISE_TAPS,
  depthwiseOf,
  depthwisePhases,
} from "./depthwise.ts";
import { keptFor, packingOf } from "./instances.ts";
import { fillPlanes, placesIn, placesOf, type Planes } from "./planes.ts";
import { planeFillOf, writeFillTable } from "./plane_fill.ts";
import { BLOCK } from "./tile.ts";
import { type WindowAxis, windowAxis, within } from "./window_axis.ts";

/** The most float32 elements of the parts of the scratch area. */
const PARTS: {
  /** The table of the rows of a plane. */
  readonly table: number;
  /** Packed weights. */
  readonly weights: number;
  /** Planes. */
  readonly planes: number;
} = { table: 64, weights: 64 << 10, planes: 112 << 10 };

/** The most weights of a channel of the source, where a group has several and the target has phases. */
const FEW_WEIGHTS = 64;

/** The most channels of the target of a group, or of the source, without phases, where lines share little. */
const FEW_MIXED: readonly [target: number, source: number] = [8, 4];

/** Channels of the source, or of the target, up to which products with a single tap are slower; or of both. */
const FEW_CHANNELS: {
  /** Of the source or the target. */
  readonly either: number;
  /** Of the source where the target has no more than the last. */
  readonly source: number;
  /** Of the target. */
  readonly target: number;
} = { either: 4, source: 16, target: 8 };

/** The most lines between two taps for which lines share much. */
const NEAR_LINES = 2;

/** Elements of the planes of a channel and of its target that stay in the first-level cache. */
const NEAR = 6 << 10;

/** Channels of the target that are not worth cutting further. */
const MOST_ROWS = 16;

/** Elements that all lines of a tile see, which stay in the first-level cache beside the weights. */
const TILE_NEAR = 7 << 10;

/** Rows of a band that are not worth cutting further. */
const FEWEST_ROWS = 8;

/** Channels of the source that are summed before they are added, as far as there are so many. */
const FEWEST_CHANNELS = 8;

/** Units that a convolution should have. */
const UNITS_WANTED = 16;

/** Multiplications below which a unit is not worth cutting further. */
const UNIT_WORK = 1_000_000;

/** Nanoseconds per multiplication, and per unit, for choosing grains. */
const NANOSECONDS: readonly [number, number] = [0.04, 1000];

/** The cut of a convolution. */
interface Cut {
  /** Groups in a unit. */
  readonly groups: number;
  /** Rows of each phase of the target in a unit. */
  readonly band: number;
  /** Channels of the target in a unit. */
  readonly rows: number;
  /** Channels of the source at a time. */
  readonly channels: number;
}

/** Whether several channels of the source are summed in registers. */
function isMixed({ channels, expansion }: Patches): boolean {
  return channels > 1 && expansion[0] * expansion[1] === 1;
}

/** Where the channels of the source are read. */
type Source = "in place" | "copied" | "prepared";

const SOURCES: readonly Source[] = ["in place", "copied", "prepared"];

/**
 * Whether the taps can be written out, and that is faster than products of weights with patches: where few products share
 * what is read, or where neighbouring lines see much of the same.
 */
function isByPlane(patches: Patches): boolean {
  const { channels, rows, window, expansion, step, shift } = patches;
  const fits = window[2] * window[3] <= DEPTHWISE_TAPS && expansion[0] <= DEPTHWISE_PHASES[0] &&
    expansion[1] <= DEPTHWISE_PHASES[1];
  if (!fits || channels === 1) return fits;
  if (window[2] * window[3] === 1) {
    const { either, source, target } = FEW_CHANNELS;
    const few = channels <= either || rows <= either || (channels <= source && rows <= target);
    return few && isMixed(patches);
  }
  if (!isMixed(patches)) return rows * window[2] * window[3] <= FEW_WEIGHTS;
  const shared = step[0] === 1 && window[2] === 3 && window[3] === 3 && Math.abs(shift[0]) <= NEAR_LINES;
  return shared || rows <= FEW_MIXED[0] || channels <= FEW_MIXED[1];
}

/**
 * Where no tap leaves the source and its columns are neighbours, they are read in place; where they are neighbours, the
 * micro-kernel copies them.
 */
function sourceOf(
  { source, target, expansion, sourceStrides }: Patches,
  down: WindowAxis,
  across: WindowAxis,
): Source {
  if (sourceStrides[3] !== 1) return "prepared";
  const plain = expansion[0] * expansion[1] * across.step === 1 && target[3] >= 4 && sourceStrides[2] >= 0;
  return plain && within(down, source[2]) && within(across, source[3]) ? "in place" : "copied";
}

function half(n: number): number {
  return (n + 1) >>> 1;
}

/** The cut, or null where not even a row fits into the scratch area. */
function cutByPlane(
  patches: Patches,
  down: WindowAxis,
  across: WindowAxis,
  source: Source,
  packed: boolean,
): Cut | null {
  const { target, window, groups, rows, channels } = patches;
  const taps = window[2] * window[3];
  const elements = (band: number): number =>
    down.starts.length * across.starts.length * (band + down.reach) * (across.count + across.reach);
  const mixed = isMixed(patches);
  // Channels that are summed before they are added: blocks of about as many products, as far as all that the lines of a
  // tile see of them stays in the first-level cache.
  const lines = new Set(
    down.phases[0].taps.flatMap(({ split, line }) =>
      Array.from({ length: TILE_LINES }, (_, i) => split * 1e6 + line + i)
    ),
  );
  const pitch = across.starts.length * (across.count + across.reach);
  const room = Math.max(FEWEST_CHANNELS, Math.floor(TILE_NEAR / (lines.size * pitch)));
  const blocks = Math.max(1, Math.round(channels * taps / BLOCK), Math.ceil(channels / room));
  let few = mixed ? Math.ceil(channels / blocks) : 2;
  const near = (band: number): number =>
    (source === "in place" ? 0 : elements(band)) +
    (channels > 1 ? band * down.phases.length * target[3] : 0);
  let [band, height] = [Math.max(1, down.count), rows];
  while (!mixed && band > FEWEST_ROWS && near(band) > NEAR) band = half(band);
  const units = (): number => groups * target[0] * Math.ceil(down.count / band) * Math.ceil(rows / height);
  const work = (): number => height * band * across.count * channels * taps;
  while (units() < UNITS_WANTED && work() >= 2 * UNIT_WORK && (height > MOST_ROWS || band > FEWEST_ROWS)) {
    if (height > MOST_ROWS) height = half(height);
    else band = half(band);
  }
  while (source !== "in place" && few * elements(band) > PARTS.planes) {
    if (band > FEWEST_ROWS) band = half(band);
    else if (mixed && few > 1) few = half(few);
    else if (band > 1) band = half(band);
    else return null;
  }
  // Bands of whole tiles, as far as there are some.
  if (band < down.count && band > 4) band = Math.min(down.count, band & -4);
  const weights = packed ? height * channels * taps : 0;
  if (weights > PARTS.weights) return null;
  const together = Math.min(
    Math.floor(PARTS.weights / Math.max(1, weights)),
    Math.ceil(UNIT_WORK / work()),
  );
  const several = height === rows ? Math.max(1, Math.min(groups, together)) : 1;
  return { groups: several, band, rows: height, channels: mixed ? few : channels };
}

/** The launch, with the operands of `convolutionPlan`; null where products share much, or where nothing fits. */
export function convolutionByPlanePlan(patches: Patches, relaxed: boolean): KernelPlan | null {
  const { source, target, window, groups, rows, channels, weightStrides } = patches;
  if (!isByPlane(patches) || target[0] * target[1] * target[2] * target[3] === 0) return null;
  const [down, across] = [axisOf(patches, 0, false), axisOf(patches, 1, false)];
  const taps = window[2] * window[3];
  // Weights whose taps lie in order are read in place.
  const packed = weightStrides[3] !== 1 || weightStrides[2] !== window[3];
  const place = sourceOf(patches, down, across);
  const cut = cutByPlane(patches, down, across, place, packed);
  if (cut === null) return null;
  const axis = (i: 0 | 1) => [patches.expansion[i], patches.step[i], patches.origin[i], patches.shift[i]];
  const work = cut.groups * cut.rows * channels * cut.band * across.count * taps;
  return {
    kernel: "convolutionByPlaneSimd.float32",
    scalars: [
      ...[groups, rows, channels, source[2], source[3], ...patches.sourceStrides],
      ...[...weightStrides, ...patches.groupStrides],
      ...[target[0], target[2], target[3], window[2], window[3], ...axis(0), ...axis(1)],
      ...[
        cut.groups,
        cut.rows,
        cut.channels,
        cut.band,
        SOURCES.indexOf(place),
        packed ? 1 : 0,
        relaxed ? 1 : 0,
      ],
    ],
    total: Math.ceil(groups / cut.groups) * Math.ceil(rows / cut.rows) * target[0] *
      Math.ceil(down.count / cut.band),
    grain: grainFor(NANOSECONDS[0] * work + NANOSECONDS[1]),
  };
}

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
 * Arguments: those of `convolutionFloat32` up to the shift of the columns; groups, channels of the target and of the source at
 * a time, and rows of a band; where the
 * source is read, by its number in `SOURCES`; 1 if weights are packed; 1 for fused multiply-add.
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
