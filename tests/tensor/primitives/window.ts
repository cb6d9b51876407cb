/**
 * The entries of convolution and pooling.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { type Entry, entry } from "./entry.ts";

const IMAGE = [[2, 2, 5, 4]];
const LARGE_IMAGE = [[8, 16, 40, 40]];
const OPERANDS = [[1, 2, 4, 4], [2, 2, 3, 2]];
const LARGE_OPERANDS = [[4, 8, 40, 40], [16, 8, 3, 3]];

function convolve(x: Tensor, weights: Tensor): Tensor {
  return t.conv2d(x, weights, { padding: 1, strides: [2, 1] });
}

const POOL = { window: [3, 2], strides: [2, 1], padding: [[1, 0], [0, 1]] } as const;

/** The gradient of the sum of squares of a function, by the first operand. */
function slopeOf(f: (...operands: Tensor[]) => Tensor): (...operands: Tensor[]) => Tensor {
  return (x, ...rest) => t.grad((...given: Tensor[]) => t.sum(t.square(f(...given))))(x, ...rest);
}

/** By the names of the primitives. */
export const WINDOW: Readonly<Record<string, Entry>> = {
  convolution: entry(convolve, OPERANDS, LARGE_OPERANDS),
  convolutionInput: entry(slopeOf(convolve), OPERANDS, LARGE_OPERANDS),
  convolutionKernel: entry(
    (x, weights) => t.grad((w: Tensor) => t.sum(t.square(convolve(x, w))))(weights),
    OPERANDS,
    LARGE_OPERANDS,
  ),
  maxPool: entry((x) => t.maxPool2d(x, POOL), IMAGE, LARGE_IMAGE),
  maxPoolGradient: entry(slopeOf((x) => t.maxPool2d(x, POOL)), IMAGE, LARGE_IMAGE),
  maxPoolGather: entry(slopeOf(slopeOf((x) => t.maxPool2d(x, POOL))), IMAGE, LARGE_IMAGE),
  averagePool: entry((x) => t.avgPool2d(x, POOL), IMAGE, LARGE_IMAGE),
  averagePoolGradient: entry(slopeOf((x) => t.avgPool2d(x, POOL)), IMAGE, LARGE_IMAGE),
};
