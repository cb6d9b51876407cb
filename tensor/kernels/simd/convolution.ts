/**
 * Convolution of float32 and its gradient for the image, in WebAssembly: the SIMD form of `../convolution.ts`.
 *
 * The source is copied into scratch with its padding, a band of rows of some channels at a time, split so that
 * the columns that a tap sees are neighbours (`window_axis.ts`). So the micro-kernel of products reads the
 * patches where they lie: a table has, for each channel and tap, the byte from which on the target's pixels see
 * it. Pixels are counted along whole lines of a plane; those between the end of a target's row and the next
 * line, if any, are computed too and never stored.
 *
 * Each element is a float32 sum over (channel, tap row, tap column), cut in blocks of whole channels as
 * products are cut in blocks of k.
 *
 * @module
 */
import { forwardPatches, inputPatches, type Patches } from "../convolution.ts";
import type { ConvolutionSizes, Strides } from "../convolution_sizes.ts";
import type { FinishingKernel } from "../kernel.ts";
import { joinBatch } from "../matmul.ts";
import { isContiguous } from "../../shape.ts";
import { grainFor, type KernelPlan } from "../plan.ts";
import { convolutionByPlanePlan } from "./convolution_by_plane_plan.ts";
import { axisOf, cutPatches, isFlat, PARTS, pixelsOf, setApart } from "./convolution_cut.ts";
import { convolutionInputScatterPlan, convolutionScatterPlan } from "./convolution_scatter_plan.ts";
import { depthwiseAcrossPlan } from "./depthwise_across_plan.ts";
import { packingOf, panelsOf } from "./instances.ts";
import { tilesPlan } from "./matmul_plan.ts";
import { fillPlanes, type Planes } from "./planes.ts";
import { BLOCK, panelVectors, tileVectors } from "./tile.ts";
import { type WindowAxis, windowAxis } from "./window_axis.ts";

/** Nanoseconds per multiplication, and per group of a unit, for choosing grains. */
const NANOSECONDS: readonly [number, number] = [0.05, 2000];

/**
 * The launch of a float32 convolution, or null where it is too wide for the scratch area. Operands and results
 * are those of `convolutionPlan`; null too where the result has other strides than those of its order, but is not one
 * for which `goesAcross`, or the channels of a pixel are no neighbours in it.
 */
export function convolutionSimdPlan(
  sizes: ConvolutionSizes,
  imageStrides: Strides,
  weightStrides: Strides,
  relaxed: boolean,
  outputStrides?: Strides,
): KernelPlan | null {
  if (outputStrides !== undefined && !isContiguous(sizes.output, outputStrides)) {
    return depthwiseAcrossPlan(forwardPatches(sizes, imageStrides, weightStrides), relaxed, outputStrides);
  }
  return (relaxed ? convolutionScatterPlan(sizes, imageStrides, weightStrides) : null) ??
    planPatches(forwardPatches(sizes, imageStrides, weightStrides), relaxed);
}

/** The launch of the float32 gradient for the image, as `convolutionInputPlan`; null as above. */
export function convolutionInputSimdPlan(
  sizes: ConvolutionSizes,
  outputStrides: Strides,
  weightStrides: Strides,
  relaxed: boolean,
  imageStrides?: Strides,
): KernelPlan | null {
  if (imageStrides !== undefined && !isContiguous(sizes.image, imageStrides)) {
    return depthwiseAcrossPlan(inputPatches(sizes, outputStrides, weightStrides), relaxed, imageStrides);
  }
  return (relaxed ? convolutionInputScatterPlan(sizes, outputStrides, weightStrides) : null) ??
    planPatches(inputPatches(sizes, outputStrides, weightStrides), relaxed);
}

/** A convolution that looks at one pixel at a time is a product of weights and images. */
function pointwisePlan(patches: Patches, relaxed: boolean): KernelPlan | null {
  const { source, target, window, groups, rows, channels, sourceStrides, weightStrides, groupStrides } =
    patches;
  const plain = [window[2], window[3], ...patches.expansion, ...patches.step].every((n) => n === 1) &&
    [...patches.origin, source[2] - target[2], source[3] - target[3]].every((n) => n === 0) &&
    (source[2] === 1 || sourceStrides[2] === source[3] * sourceStrides[3]);
  if (!plain) return null;
  if (sourceStrides[3] === 1) {
    const flat = (shape: readonly number[]): number[] => [shape[0], shape[1], 1, shape[2] * shape[3]];
    const lines = { ...patches, source: flat(source), target: flat(target) };
    const plan = convolutionByPlanePlan(lines, relaxed);
    if (plan !== null) return plan;
  }
  const product = joinBatch({
    dtype: "float32",
    batch: [target[0], groups],
    rows,
    inner: channels,
    columns: target[2] * target[3],
    aStrides: [0, groupStrides[1], weightStrides[0], weightStrides[1]],
    bStrides: [sourceStrides[0], groupStrides[0], sourceStrides[1], sourceStrides[3]],
  });
  return tilesPlan(product, relaxed, true);
}

function planPatches(patches: Patches, relaxed: boolean): KernelPlan | null {
  const { source, target, window, groups, rows, channels, weightStrides } = patches;
  if (channels === 0) return null;
  const empty = target[0] * target[1] * target[2] * target[3] === 0;
  const other = empty ? null : pointwisePlan(patches, relaxed) ??
    depthwiseAcrossPlan(patches, relaxed) ?? convolutionByPlanePlan(patches, relaxed);
  if (other !== null) return other;
  const apart = setApart(patches);
  const [down, across] = [axisOf(patches, 0, false), axisOf(patches, 1, apart)];
  const taps = window[2] * window[3];
  // Where all taps of all channels lie in order, the weights are read in place.
  const direct = down.phases.length * across.phases.length === 1 &&
    weightStrides[3] === 1 && weightStrides[2] === window[3] &&
    (channels === 1 || weightStrides[1] === taps);
  const cut = empty
    ? { groups: 1, rows: 1, band: 1, channels: 1 }
    : cutPatches(patches, down, across, direct);
  if (cut === null) return null;
  const axis = (i: 0 | 1) => [patches.expansion[i], patches.step[i], patches.origin[i], patches.shift[i]];
  const work = NANOSECONDS[0] * cut.rows * cut.band * across.count * channels * taps + NANOSECONDS[1];
  return {
    kernel: "convolutionSimd.float32",
    scalars: [
      ...[groups, rows, channels, source[2], source[3], ...patches.sourceStrides],
      ...[...weightStrides, ...patches.groupStrides],
      ...[target[0], target[2], target[3], window[2], window[3], ...axis(0), ...axis(1)],
      ...[cut.groups, cut.rows, cut.band, cut.channels, direct ? 1 : 0, apart ? 1 : 0, relaxed ? 1 : 0],
    ],
    total: empty ? 0 : Math.ceil(groups / cut.groups) * Math.ceil(rows / cut.rows) * target[0] *
      Math.ceil(down.count / cut.band),
    grain: grainFor(cut.groups * work),
  };
}

/**
 * One unit is a band of rows of an image for some groups and channels of the target; bands follow each other,
 * then images, then channels, then groups.
 *
 * Arguments: those of `convolutionFloat32` up to the shift of the columns; groups, target channels, rows and
 * source channels at a time; 1 if weights are read in place; 1 if each tap of the columns has its planes; 1 for
 * fused multiply-add.
 */
export const convolutionSimd: FinishingKernel = (views, at, begin, end, finish): void => {
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
  const [cutGroups, cutRows, band, cutChannels] = [
    heap[at + 31],
    heap[at + 32],
    heap[at + 33],
    heap[at + 34],
  ];
  const [direct, apart, relaxed] = [heap[at + 35] === 1, heap[at + 36] === 1, heap[at + 37] === 1];
  const axis = (taps: number, extent: number, p: number, split: boolean): WindowAxis =>
    windowAxis(taps, extent, heap[p], heap[p + 1], heap[p + 2], heap[p + 3], split);
  const down = axis(heap[at + 21], targetRows, at + 23, false);
  const across = axis(heap[at + 22], targetColumns, at + 27, apart);

  const panels = panelsOf(views.memory, "table", relaxed, true);
  const packing = packingOf(views.memory);
  // Tiles of three rows are narrower, but leave no row for a tile of its own.
  const most = rows === 3 ? 3 : tileVectors(relaxed);
  const bands = Math.ceil(down.count / band);
  const parts = Math.ceil(rows / cutRows);
  const pitch = across.count + across.reach;
  const planes: Planes = { down, across, lines: band + down.reach, pitch };
  const planeBytes = 4 * planes.lines * pitch;
  const channelBytes = planeBytes * down.starts.length * across.starts.length;
  const pixels = pixelsOf(band, pitch, across.count);
  const plane = targetRows * targetColumns;
  const flat = isFlat(down, across);
  const [expandRow, expandColumn] = [down.phases.length, across.phases.length];
  const phases = down.phases.flatMap((below, i) =>
    across.phases.map((beside, j) => ({
      ...{ below, beside, offset: 4 * (i * targetColumns + j) },
      taps: below.taps.length * beside.taps.length,
    }))
  );

  const table = views.scratch;
  const packed = table + 4 * PARTS.table;
  const sums = packed + 4 * PARTS.weights;
  const copies = sums + 4 * PARTS.sums;
  const window = [heap[at + 21], heap[at + 22]] as const;
  let entry = table >>> 2;
  for (const { below, beside } of phases) {
    for (let channel = 0; channel < cutChannels; channel++) {
      for (const line of below.taps) {
        for (const column of beside.taps) {
          const split = line.split * across.starts.length + column.split;
          const place = 4 * (line.line * pitch + column.line);
          views.int32[entry++] = channel * channelBytes + split * planeBytes + place;
        }
      }
    }
  }
  let packedPart = -1;

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
    for (let channel = 0; channel < channels; channel += cutChannels) {
      const depth = Math.min(cutChannels, channels - channel);
      fillPlanes(views, planes, copies, {
        address: source + image * imageStride + firstGroup * sourceGroup + channel * channelStride,
        ...{ channels: together * depth, first, rows: sourceRows, columns: sourceColumns },
        ...{ channelStride, rowStride, columnStride },
      });
      const fresh = packedPart !== part || cutChannels < channels;
      packedPart = part;
      for (let g = 0; g < together; g++) {
        const group = firstGroup + g;
        const weightStart = weights + group * weightGroup + row * weightRow + channel * weightChannel;
        const to = target + 4 * (((image * groups + group) * rows + row) * plane + first * targetColumns);
        let [tableAt, sumsAt] = [table, sums];
        let weightsAt = packed + 4 * g * cutRows * cutChannels * window[0] * window[1];
        for (const { below, beside, offset, taps } of phases) {
          const lines = Math.min(band, below.count - first);
          const count = lines <= 0 || beside.count === 0 ? 0 : (lines - 1) * pitch + beside.count;
          let [a, aRow] = [weightStart, weightRow];
          if (!direct && taps > 0) {
            const [tapRow, tapColumn] = [below.taps, beside.taps];
            const stepRow = tapRow.length > 1 ? tapRow[1].tap - tapRow[0].tap : 0;
            const stepColumn = tapColumn.length > 1 ? tapColumn[1].tap - tapColumn[0].tap : 0;
            const from = a + tapRow[0].tap * weightDown + tapColumn[0].tap * weightRight;
            [a, aRow] = [weightsAt, 4 * depth * taps];
            if (fresh) {
              // deno-fmt-ignore
              packing.move(from, a, height, depth, tapRow.length, tapColumn.length,
                weightRow, weightChannel, stepRow * weightDown, stepColumn * weightRight,
                aRow, 4 * taps, 4 * tapColumn.length, 4);
            }
          }
          const [result, resultRow] = flat ? [to, 4 * plane] : [sumsAt, 4 * pixels];
          const planesAt = copies + g * depth * channelBytes;
          const block = Math.max(1, Math.floor(BLOCK / Math.max(1, taps)));
          const wide = Math.ceil(count / 4);
          for (let c = 0; taps > 0 && c < depth; c += block) {
            const inner = Math.min(block, depth - c) * taps;
            const left = a + 4 * c * taps;
            const add = channel + c > 0 ? 1 : 0;
            const offsets = tableAt + 4 * c * taps;
            for (let j = 0, vectors = 0; j < wide; j += vectors) {
              vectors = panelVectors(wide - j, most);
              const { panel, series } = panels(vectors, height);
              const b = planesAt + 16 * j;
              const lanes = Math.min(4 * vectors, count - 4 * j);
              if (flat && lanes < 4 * vectors) {
                panel(left, aRow, 4, b, offsets, sums, 16 * vectors, height, inner, 0, 0);
                packing.merge(sums, 16 * vectors, result + 16 * j, resultRow, height, lanes, add);
                continue;
              }
              const rest = wide - j;
              // The last whole panel may be ragged, or give a vector to what is left.
              const many = vectors < most
                ? 1
                : Math.max(1, Math.floor(rest / most) - (rest % most < 2 ? 1 : 0));
              const c0 = result + 16 * j;
              const next = 16 * vectors;
              series(left, aRow, 4, b, offsets, c0, resultRow, height, inner, 0, add, many, 0, next, next);
              j += vectors * (many - 1);
            }
          }
          for (let i = 0; taps === 0 && i < height; i++) packing.clear(result + i * resultRow, 4 * count);
          if (!flat && count > 0 && channel + cutChannels >= channels) {
            // deno-fmt-ignore
            packing.move(sumsAt, to + offset + 4 * first * (expandRow - 1) * targetColumns, 1, height, lines, beside.count,
              0, 4 * pixels, 4 * pitch, 4, 0, 4 * plane, 4 * expandRow * targetColumns, 4 * expandColumn);
          }
          tableAt += 4 * cutChannels * taps;
          weightsAt += 4 * cutRows * cutChannels * taps;
          sumsAt += 4 * cutRows * pixels;
        }
      }
    }
    const lines = Math.min(band * expandRow, targetRows - first * expandRow);
    for (
      let group = firstGroup;
      finish !== undefined && lines > 0 && group < firstGroup + together;
      group++
    ) {
      const column = first * expandRow * targetColumns;
      finish(image * groups + group, row, height, column, lines * targetColumns);
    }
  }
};
