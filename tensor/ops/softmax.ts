/**
 * Softmax and its relatives, stable at any size of their input.
 *
 * @module
 */
import { apply, applyAll } from "../apply.ts";
import { isFloating } from "../dtype.ts";
import { rowKernel, type RowOperation } from "../kernels/rows.ts";
import { vectorMode } from "../kernel_choice.ts";
import { simdRowKernel } from "../kernels/simd/rows.ts";
import { definePrimitive, type Machine, type Operand, type Primitive } from "../primitive.ts";
import { axesOf } from "../reduction.ts";
import { normalizeAxes, sizeOf } from "../shape.ts";
import { type Abstract, describe, type ReduceOptions, type Tensor, type TensorLike } from "../tensor.ts";
import { divide, multiply, subtract } from "./arithmetic.ts";
import { floating } from "./convert.ts";
import { exp } from "./exponential.ts";
import { mean, sum } from "./reduce.ts";
import { expandDims, reshape, transpose } from "./structure.ts";

/** Runs an operation over the rows along the last axis. */
function launchRows(
  operation: RowOperation,
  x: Operand,
  outputs: readonly Operand[],
  eps: number,
  machine: Machine,
): void {
  const last = x.shape.length - 1;
  const rows = axesOf(x.shape, [x.strides], (axis) => axis !== last);
  const mode = x.dtype === "float32" && (x.strides[last] === 1 || x.shape[last] === 1) ? vectorMode() : null;
  const kernel = mode === null
    ? rowKernel(operation, x.dtype as "float32" | "float64", rows.shape.length)
    : simdRowKernel(operation, rows.shape.length, mode);
  const length = x.shape[last];
  const numbers = [length, x.strides[last], eps, ...rows.shape, ...rows.strides[0]];
  const grain = Math.max(1, Math.round(8192 / Math.max(1, length)));
  machine.launch(kernel, [x, ...outputs], numbers, sizeOf(rows.shape), grain);
}

function checkRows(name: string, x: Abstract): void {
  if (!isFloating(x.dtype) || x.shape.length === 0) {
    throw new TypeError(`${name} expects rows of float32 or float64 but got ${describe(x)}`);
  }
}

function defineRows(name: "softmax" | "logSoftmax", pullback: (g: Tensor, y: Tensor) => Tensor): Primitive {
  return definePrimitive({
    name,
    infer([x]) {
      checkRows(name, x);
      return [{ dtype: x.dtype, shape: x.shape }];
    },
    execute: ([x], outputs, _, machine) => launchRows(name, x, outputs, 0, machine),
    pullback: { rule: ([g], { outputs: [y] }) => [pullback(g, y)] },
  });
}

const ROWS = { axes: -1, keepDims: true } as const;

const softmaxPrimitive: Primitive = defineRows(
  "softmax",
  (g, y) => multiply(y, subtract(g, sum(multiply(g, y), ROWS))),
);

const logSoftmaxPrimitive: Primitive = defineRows(
  "logSoftmax",
  (g, y) => subtract(g, multiply(exp(y), sum(g, ROWS))),
);

const logSumExpPrimitive: Primitive = definePrimitive({
  name: "logSumExp",
  infer([x]) {
    checkRows("logSumExp", x);
    return [{ dtype: x.dtype, shape: x.shape.slice(0, -1) }];
  },
  execute: ([x], outputs, _, machine) => launchRows("logSumExp", x, outputs, 0, machine),
  pullback: {
    rule: ([g], { inputs: [x], outputs: [y] }) => [
      multiply(expandDims(g, -1), exp(subtract(x, expandDims(y, -1)))),
    ],
  },
});

const normalizePrimitive: Primitive<{ readonly eps: number }> = definePrimitive<{ readonly eps: number }>({
  name: "normalize",
  infer([x]) {
    checkRows("normalize", x);
    return [{ dtype: x.dtype, shape: x.shape }, { dtype: x.dtype, shape: x.shape.slice(0, -1) }];
  },
  execute: ([x], outputs, { eps }, machine) => launchRows("normalize", x, outputs, eps, machine),
  pullback: {
    // y = (x - mean x) r and r = 1 / sqrt(variance x + eps): their derivatives are made of y and r alone.
    rule([g, h], { inputs: [x], outputs: [y, r] }) {
      const direct = subtract(subtract(g, mean(g, ROWS)), multiply(y, mean(multiply(g, y), ROWS)));
      const through = divide(multiply(h, multiply(r, r)), x.shape[x.rank - 1]);
      return [subtract(multiply(direct, expandDims(r, -1)), multiply(expandDims(through, -1), y))];
    },
  },
});

/** A tensor with some of its axes as one last axis, and the way back. */
function asRows(x: Tensor, axes: readonly number[]): { readonly rows: Tensor; back(y: Tensor): Tensor } {
  const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const order = [...kept, ...axes];
  const moved = transpose(x, order);
  const length = axes.reduce((size, i) => size * x.shape[i], 1);
  const rows = reshape(moved, [...kept.map((i) => x.shape[i]), length]);
  const inverse = order.map((_, i) => order.indexOf(i));
  return { rows, back: (y) => transpose(reshape(y, moved.shape), inverse) };
}

/** Which axis a distribution runs along. */
export interface SoftmaxOptions {
  /** The axis, or several that share one sum; the last by default. */
  readonly axes?: number | readonly number[];
}

/**
 * The logarithm of the sum of exponentials over `axes`, all by default.
 *
 * @example
 * ```ts
 * import { logSumExp, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(logSumExp(tensor([1000, -1000])).item(), 1000);
 * ```
 */
export function logSumExp(x: TensorLike, options: ReduceOptions = {}): Tensor {
  const tensor = floating("logSumExp", x);
  const axes = normalizeAxes("logSumExp", options.axes, tensor.rank);
  if (axes.length === 0) return tensor;
  const total = apply(logSumExpPrimitive, [asRows(tensor, axes).rows], {});
  if (options.keepDims !== true) return total;
  return reshape(total, tensor.shape.map((extent, i) => axes.includes(i) ? 1 : extent));
}

/**
 * Exponentials that sum to 1 along the axis: `e^x / sum e^x`.
 *
 * @example
 * ```ts
 * import { softmax, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(softmax(tensor([0, 0])).toArray(), [0.5, 0.5]);
 * ```
 */
export function softmax(x: TensorLike, options: SoftmaxOptions = {}): Tensor {
  const tensor = floating("softmax", x);
  const { rows, back } = asRows(tensor, normalizeAxes("softmax", options.axes ?? -1, tensor.rank));
  return back(apply(softmaxPrimitive, [rows], {}));
}

/**
 * The logarithm of `softmax`, exact where the softmax is too small to be stored.
 *
 * @example
 * ```ts
 * import { logSoftmax, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(logSoftmax(tensor([0, -1000])).toArray(), [0, -1000]);
 * ```
 */
export function logSoftmax(x: TensorLike, options: SoftmaxOptions = {}): Tensor {
  const tensor = floating("logSoftmax", x);
  const { rows, back } = asRows(tensor, normalizeAxes("logSoftmax", options.axes ?? -1, tensor.rank));
  return back(apply(logSoftmaxPrimitive, [rows], {}));
}

/** Options of `standardize`. */
export interface StandardizeOptions extends SoftmaxOptions {
  /** Added to the variance; 1e-5 by default. */
  readonly eps?: number;
}

/**
 * Elements less their mean, over the square root of their variance plus `eps`, along the axes: the heart of layer
 * normalization, in two passes.
 *
 * @throws {RangeError} If `eps` is negative.
 *
 * @example
 * ```ts
 * import { standardize, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(standardize(tensor([1, 3]), { eps: 0 }).toArray(), [-1, 1]);
 * ```
 */
export function standardize(x: TensorLike, options: StandardizeOptions = {}): Tensor {
  const tensor = floating("standardize", x);
  const { eps = 1e-5 } = options;
  if (typeof eps !== "number" || !(eps >= 0)) {
    throw new RangeError(`standardize expects eps from 0 on but got ${String(eps)}`);
  }
  const { rows, back } = asRows(tensor, normalizeAxes("standardize", options.axes ?? -1, tensor.rank));
  return back(applyAll(normalizePrimitive, [rows], { eps })[0]);
}
