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
import type { FinishingKernel } from "../kernel.ts";
import { grainFor, type KernelPlan } from "../plan.ts";
import { axisOf } from "./convolution_cut.ts";
import { DEPTHWISE_PHASES, DEPTHWISE_TAPS, depthwiseOf, depthwisePhases } from "./depthwise.ts";
import { packingOf } from "./instances.ts";
import { fillPlanes, placesIn, placesOf, type Planes } from "./planes.ts";
import { planeFillOf, writeFillTable } from "./plane_fill.ts";
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

/** The most channels of the target of a group, where the source has several. */
const FEW_ROWS = 2;

/** Elements of the planes of a channel and of its target that stay in the first-level cache. */
const NEAR = 6 << 10;

/** Rows of a band that are not worth cutting further. */
const FEWEST_ROWS = 8;

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
}

/** Where the channels of the source are read. */
type Source = "in place" | "copied" | "prepared";

const SOURCES: readonly Source[] = ["in place", "copied", "prepared"];

/** Whether products are few to what is read, and the taps can be written out. */
function isByPlane({ channels, rows, window, expansion }: Patches): boolean {
  return window[2] * window[3] <= DEPTHWISE_TAPS && (channels === 1 || rows <= FEW_ROWS) &&
    expansion[0] <= DEPTHWISE_PHASES[0] && expansion[1] <= DEPTHWISE_PHASES[1];
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
  const near = (band: number): number =>
    (source === "in place" ? 0 : elements(band)) + (channels > 1 ? band * down.phases.length * target[3] : 0);
  let band = Math.max(1, down.count);
  while (band > FEWEST_ROWS && near(band) > NEAR) band = half(band);
  const units = (): number => groups * target[0] * Math.ceil(down.count / band);
  const work = (): number => rows * band * across.count * channels * taps;
  while (units() < UNITS_WANTED && work() >= 2 * UNIT_WORK && band > FEWEST_ROWS) band = half(band);
  while (source !== "in place" && elements(band) > PARTS.planes) {
    if (band === 1) return null;
    band = half(band);
  }
  // Bands of whole tiles, as far as there are some.
  if (band < down.count && band > 4) band = (band + 3) & -4;
  const weights = packed ? rows * channels * taps : 0;
  if (weights > PARTS.weights) return null;
  const together = Math.min(Math.floor(PARTS.weights / Math.max(1, weights)), Math.ceil(UNIT_WORK / work()));
  return { groups: Math.max(1, Math.min(groups, together)), band };
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
  const work = cut.groups * rows * channels * cut.band * across.count * taps;
  return {
    kernel: "convolutionByPlaneSimd.float32",
    scalars: [
      ...[groups, rows, channels, source[2], source[3], ...patches.sourceStrides],
      ...[...weightStrides, ...patches.groupStrides],
      ...[target[0], target[2], target[3], window[2], window[3], ...axis(0), ...axis(1)],
      ...[cut.groups, cut.band, SOURCES.indexOf(place), packed ? 1 : 0, relaxed ? 1 : 0],
    ],
    total: Math.ceil(groups / cut.groups) * target[0] * Math.ceil(down.count / cut.band),
    grain: grainFor(NANOSECONDS[0] * work + NANOSECONDS[1]),
  };
}

/**
 * One unit is a band of rows of an image for some groups; bands follow each other, then images, then groups.
 *
 * Arguments: those of `convolutionFloat32` up to the shift of the columns; groups at a time and rows of a band; where the
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
  const axis = (taps: number, extent: number, p: number): WindowAxis =>
    windowAxis(taps, extent, heap[p], heap[p + 1], heap[p + 2], heap[p + 3], false);
  const down = axis(window[0], targetRows, at + 23);
  const across = axis(window[1], targetColumns, at + 27);
  const [cutGroups, band, place] = [heap[at + 31], heap[at + 32], SOURCES[heap[at + 33]]];
  const [packs, relaxed] = [heap[at + 34] === 1, heap[at + 35] === 1];

  const bands = Math.ceil(down.count / band);
  const planes: Planes = { down, across, lines: band + down.reach, pitch: across.count + across.reach };
  const channelBytes = 4 * planes.lines * planes.pitch * down.starts.length * across.starts.length;
  const expansion = down.phases.length;
  const rowsOf = (first: number): number => Math.min(band * expansion, targetRows - first * expansion);
  const inPlace = place === "in place";
  const run = depthwiseOf(views.memory, {
    phases: depthwisePhases(
      down,
      across,
      window[1],
      inPlace ? placesIn(down, across, rowStride) : placesOf(planes),
    ),
    planeRow: inPlace ? down.step * rowStride : 4 * planes.pitch,
    width: targetColumns,
    rows: bands === 1 ? [targetRows] : [rowsOf(0), rowsOf((bands - 1) * band)],
    fill: place === "copied" ? planeFillOf(planes, sourceColumns) : null,
    ...{ summed: channels > 1, relaxed },
  });
  const packing = packingOf(views.memory);
  const table = views.scratch;
  const packed = table + 4 * PARTS.table;
  const copies = packed + 4 * PARTS.weights;
  const plane = 4 * targetRows * targetColumns;
  const tapBytes = 4 * window[0] * window[1];
  // Steps of the weights: over groups, channels of the target and those of the source.
  const [groupStep, rowStep, channelStep] = packs
    ? [rows * channels * tapBytes, channels * tapBytes, tapBytes]
    : [weightGroup, weightRow, weightChannel];
  // Planes are those of groups, or where a group has several those of its channels.
  const summed = channels > 1;
  const [sourceStep, weightStep, targetStep] = summed
    ? [channelStride, channelStep, 0]
    : [sourceGroup, groupStep, rows * plane];
  let [filledBand, packedPart] = [-1, -1];

  for (let unit = begin; unit < end; unit++) {
    const picture = Math.floor(unit / bands);
    const part = Math.floor(picture / images);
    const firstGroup = part * cutGroups;
    const image = picture - part * images;
    const first = (unit - picture * bands) * band;
    const together = Math.min(cutGroups, groups - firstGroup);
    const lines = rowsOf(first);
    if (place === "copied" && filledBand !== first) {
      packing.clear(copies, channelBytes);
      writeFillTable(views.int32, table, planes, first, sourceRows, rowStride);
      filledBand = first;
    }
    const start = weights + firstGroup * weightGroup;
    if (packs && packedPart !== part) {
      for (let g = 0; g < together; g++) {
        // deno-fmt-ignore
        packing.move(start + g * weightGroup, packed + g * groupStep, rows, channels, ...window, weightRow, weightChannel,
          weightDown, weightRight, rowStep, channelStep, 4 * window[1], 4);
      }
      packedPart = part;
    }
    const most = place === "prepared" ? Math.floor(4 * PARTS.planes / channelBytes) : Infinity;
    const from = source + image * imageStride + firstGroup * sourceGroup;
    const to = target + (image * groups + firstGroup) * rows * plane + 4 * first * expansion * targetColumns;
    // The sources of each group, or one of all groups.
    for (let g = 0; g < (summed ? together : 1); g++) {
      const count = summed ? channels : together;
      for (let c = 0; c < count; c += most) {
        const several = Math.min(most, count - c);
        let address = from + g * sourceGroup + c * sourceStep;
        if (place === "prepared") {
          fillPlanes(views, planes, copies, {
            ...{ address, channels: several, first, rows: sourceRows, columns: sourceColumns },
            ...{ channelStride: sourceStep, rowStride, columnStride },
          });
          address = copies;
        } else if (inPlace) address += first * down.step * rowStride;
        // deno-fmt-ignore
        run(table, copies, (packs ? packed : start) + g * groupStep + c * weightStep, address,
          to + g * rows * plane + c * targetStep, lines, several, rows, place === "prepared" ? channelBytes : sourceStep,
          weightStep, targetStep, rowStep, plane, c > 0 ? 1 : 0);
      }
    }
    for (let g = 0; finish !== undefined && g < together; g++) {
      finish(
        image * groups + firstGroup + g,
        0,
        rows,
        first * expansion * targetColumns,
        lines * targetColumns,
      );
    }
  }
};
