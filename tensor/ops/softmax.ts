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
import { batchInFront, definePrimitive, type Machine, type Operand, type Primitive } from "../primitive.ts";
import { contiguousOperand } from "../operand.ts";
import { axesOf } from "../reduction.ts";
import { broadcastShapes, normalizeAxes, sizeOf } from "../shape.ts";
import {
  type Abstract,
  constantTensor,
  describe,
  type ReduceOptions,
  type Tensor,
  type TensorLike,
} from "../tensor.ts";
import { add, divide, multiply, square, subtract } from "./arithmetic.ts";
import { equal, isFinite } from "./comparison.ts";
import { floating, promotedFloats, together } from "./convert.ts";
import { exp, log, rsqrt } from "./exponential.ts";
import { masked, max, mean, sum } from "./reduce.ts";
import { where } from "./selection.ts";
import { stopGradient } from "./stop_gradient.ts";
import { broadcastTo, expandDims, reshape } from "./structure.ts";

/** Runs an operation over the rows along the last axis. */
function launchRows(
  operation: RowOperation,
  given: Operand,
  outputs: readonly Operand[],
  eps: number,
  machine: Machine,
): void {
  const last = given.shape.length - 1;
  const mode = given.dtype === "float32" ? vectorMode() : null;
  // Vectors want neighbours: a copy costs less than rows element by element, and gives them the same bits.
  const apart = mode !== null && given.strides[last] !== 1 && given.shape[last] !== 1;
  const x = apart ? contiguousOperand(given, machine) : given;
  const rows = axesOf(x.shape, [x.strides], (axis) => axis !== last);
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
    batch: batchInFront,
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
  batch: batchInFront,
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
  batch: batchInFront,
});

/** Whether the axes are the last ones: then they are rows of neighbours. */
function areRows(x: Tensor, axes: readonly number[]): boolean {
  return axes.length > 0 && axes.every((axis, i) => axis === x.rank - axes.length + i);
}

/** The greatest element, without gradient. */
function shiftOf(x: Tensor, axes: readonly number[]): Tensor {
  const shape = x.shape.map((extent, i) => axes.includes(i) ? 1 : extent);
  return x.size === 0 ? constantTensor(x.dtype, shape, 0) : stopGradient(max(x, { axes, keepDims: true }));
}

/** A tensor with its last axes as one, and the way back. */
function asRows(x: Tensor, axes: readonly number[]): { readonly rows: Tensor; back(y: Tensor): Tensor } {
  const kept = x.shape.slice(0, x.rank - axes.length);
  const length = axes.reduce((size, axis) => size * x.shape[axis], 1);
  return { rows: reshape(x, [...kept, length]), back: (y) => reshape(y, x.shape) };
}

/** Which axis a distribution runs along. */
export interface SoftmaxOptions {
  /** The axis, or several that share one sum; the last by default. */
  readonly axes?: number | readonly number[];
  /** Bools that broadcast to the tensor: elements where they are false take no part; all do by default. */
  readonly where?: TensorLike;
}

/** Options of `logSumExp`. */
export interface LogSumExpOptions extends ReduceOptions {
  /** Factors of the exponentials, which broadcast to the tensor; 1 by default. */
  readonly weights?: TensorLike;
}

/**
 * The logarithm of the sum of exponentials over `axes`, all by default: `log(sum(weights * e^x))`.
 *
 * @example
 * ```ts
 * import { logSumExp, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(logSumExp(tensor([1000, -1000])).item(), 1000);
 * ```
 */
export function logSumExp(x: TensorLike, options: LogSumExpOptions = {}): Tensor {
  const { weights, where: mask, ...rest } = options;
  if (weights !== undefined) return weightedLogSumExp(x, weights, options);
  const given = floating("logSumExp", x);
  if (mask !== undefined) return logSumExp(masked("logSumExp", given, mask, -Infinity), rest);
  const tensor = given;
  const axes = normalizeAxes("logSumExp", options.axes, tensor.rank);
  if (axes.length === 0) return tensor;
  const total = areRows(tensor, axes)
    ? apply(logSumExpPrimitive, [asRows(tensor, axes).rows], {})
    : logSumExpAcross(tensor, axes);
  if (options.keepDims !== true) return total;
  return reshape(total, tensor.shape.map((extent, i) => axes.includes(i) ? 1 : extent));
}

/** The same with factors: those of 0 take no part in the greatest element, which the sum is scaled by. */
function weightedLogSumExp(x: TensorLike, weights: TensorLike, options: LogSumExpOptions): Tensor {
  const [given, factors] = together("logSumExp", promotedFloats("logSumExp", x, weights));
  const { keepDims, where: mask } = options;
  const tensor = broadcastTo(given, broadcastShapes("logSumExp", given.shape, factors.shape));
  const axes = normalizeAxes("logSumExp", options.axes, tensor.rank);
  const used = masked("logSumExp", where(equal(factors, 0), -Infinity, tensor), mask ?? 1, -Infinity);
  const greatest = shiftOf(used, axes);
  const shift = where(isFinite(greatest), greatest, 0);
  const total = sum(multiply(factors, exp(subtract(used, shift))), { axes, keepDims: true });
  const result = add(log(total), shift);
  return keepDims === true ? result : reshape(result, result.shape.filter((_, i) => !axes.includes(i)));
}

function logSumExpAcross(x: Tensor, axes: readonly number[]): Tensor {
  const greatest = shiftOf(x, axes);
  const shift = where(isFinite(greatest), greatest, 0);
  const total = add(log(sum(exp(subtract(x, shift)), { axes, keepDims: true })), shift);
  return reshape(total, x.shape.filter((_, i) => !axes.includes(i)));
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
  const given = floating("softmax", x);
  const tensor = options.where === undefined ? given : masked("softmax", given, options.where, -Infinity);
  const axes = normalizeAxes("softmax", options.axes ?? -1, tensor.rank);
  if (areRows(tensor, axes)) {
    const { rows, back } = asRows(tensor, axes);
    return back(apply(softmaxPrimitive, [rows], {}));
  }
  const shifted = exp(subtract(tensor, shiftOf(tensor, axes)));
  return divide(shifted, sum(shifted, { axes, keepDims: true }));
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
  const given = floating("logSoftmax", x);
  const tensor = options.where === undefined ? given : masked("logSoftmax", given, options.where, -Infinity);
  const axes = normalizeAxes("logSoftmax", options.axes ?? -1, tensor.rank);
  if (areRows(tensor, axes)) {
    const { rows, back } = asRows(tensor, axes);
    return back(apply(logSoftmaxPrimitive, [rows], {}));
  }
  const shifted = subtract(tensor, shiftOf(tensor, axes));
  return subtract(shifted, log(sum(exp(shifted), { axes, keepDims: true })));
}

/** Options of `standardize`. */
export interface StandardizeOptions {
  /** The axis, or several that share one mean; the last by default. */
  readonly axes?: number | readonly number[];
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
  const axes = normalizeAxes("standardize", options.axes ?? -1, tensor.rank);
  if (areRows(tensor, axes)) {
    const { rows, back } = asRows(tensor, axes);
    return back(applyAll(normalizePrimitive, [rows], { eps })[0]);
  }
  const centered = subtract(tensor, mean(tensor, { axes, keepDims: true }));
  return multiply(centered, rsqrt(add(mean(square(centered), { axes, keepDims: true }), eps)));
}
