/**
 * The sum of the slices of a convolution's gradient for its weights, in WebAssembly.
 *
 * @module
 */
import type { ConvolutionKernelPlan } from "../convolution_kernel.ts";
import type { Kernel } from "../kernel.ts";
import { grainFor, type KernelPlan } from "../plan.ts";
import { packingOf } from "./instances.ts";

/** Elements of one unit of the sum of the slices. */
const SUM_STRIP = 4096;

/** The launches of a gradient of so many elements whose slices are summed by `sumSlicesSimd`, where there are several. */
export function withSlices(partial: KernelPlan, size: number, slices: number): ConvolutionKernelPlan {
  if (slices === 1) return { partial, combine: null, temporary: 0 };
  const combine = {
    kernel: "sumSlicesSimd.float32",
    scalars: [size, slices],
    total: Math.ceil(size / SUM_STRIP),
    grain: grainFor(0.2 * SUM_STRIP * slices),
  };
  return { partial, combine, temporary: Math.ceil(size * slices / 2) };
}

/**
 * Adds the slices of tiles in order. One unit is a part of a tile, of which there are as many as taps. Arguments: temporary
 * buffer (addressed as float64), result; output and input channels of a group; taps; output and input channels at a time;
 * tiles; slices.
 */
export const sumTilesSimd: Kernel = (views, at, begin, end): void => {
  const heap = views.float64;
  const [from, to] = [8 * heap[at], 4 * heap[at + 1]];
  const [rows, channels, taps] = [heap[at + 2], heap[at + 3], heap[at + 4]];
  const [cutOutputs, cutInputs, tiles, slices] = [heap[at + 5], heap[at + 6], heap[at + 7], heap[at + 8]];
  const packing = packingOf(views.memory);
  const inputParts = Math.ceil(channels / cutInputs);
  const outputParts = Math.ceil(rows / cutOutputs);
  const block = taps * cutInputs * cutOutputs;
  for (let unit = begin; unit < end; unit++) {
    const tile = Math.floor(unit / taps);
    const part = Math.floor(tile / inputParts);
    const group = Math.floor(part / outputParts);
    const channel = (tile - part * inputParts) * cutInputs;
    const row = (part - group * outputParts) * cutOutputs;
    const depth = Math.min(cutInputs, channels - channel);
    const height = Math.min(cutOutputs, rows - row);
    const first = (unit - tile * taps) * depth;
    for (let slice = 0; slice < slices; slice++) {
      const place = (slice * tiles + tile) * block + first * cutOutputs;
      packing.merge(from + 4 * place, 0, views.scratch, 0, 1, depth * cutOutputs, slice === 0 ? 0 : 1);
    }
    const target = to + 4 * (((group * rows + row) * channels + channel) * taps + first);
    packing.turn(views.scratch, 4 * cutOutputs, target, 4 * channels * taps, depth, height);
  }
};

/**
 * Adds float32 slices in order, for strips of the result. Arguments: temporary buffer (addressed as float64),
 * result; elements of the result; slices.
 */
export const sumSlicesSimd: Kernel = (views, at, begin, end): void => {
  const heap = views.float64;
  const [from, to, size, slices] = [8 * heap[at], 4 * heap[at + 1], heap[at + 2], heap[at + 3]];
  const packing = packingOf(views.memory);
  const first = begin * SUM_STRIP;
  const width = Math.min(size, end * SUM_STRIP) - first;
  for (let slice = 0; slice < slices; slice++) {
    packing.merge(from + 4 * (slice * size + first), 0, to + 4 * first, 0, 1, width, slice === 0 ? 0 : 1);
  }
};
