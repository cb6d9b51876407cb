/**
 * Softmax and its relatives, stable at any size of their input.
 *
 * @module
 */
import { apply, applyAll } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { isFloating } from "../dtype.ts";
import { input } from "../kernels/expression.ts";
import type { RowForm, RowStep } from "../kernels/row_form.ts";
import type { BatchRule, PullbackContext } from "../rules.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import type { Machine, Operand } from "../machine.ts";
import { launchRows } from "../rows.ts";
import { broadcastShapes, normalizeAxes, type Shape, sizeOf } from "../shape.ts";
import { type Abstract, describe, type ReduceOptions, type Tensor, type TensorLike } from "../tensor.ts";
import { constantTensor } from "../make_tensor.ts";
import { add, divide, multiply, square, subtract } from "./arithmetic.ts";
import { equal, isFinite } from "./comparison.ts";
import { floating, promotedFloats, together } from "./convert.ts";
import { exp, log, rsqrt } from "./exponential.ts";
import { masked, max, mean, sum } from "./reduce.ts";
import { where } from "./selection.ts";
import { stopGradient } from "./stop_gradient.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { expandDims, reshape } from "./reshape.ts";
import { SOFTMAX_OPTIONS } from "./option_names.ts";

/** The axis that rows run along. */
interface RowAttributes {
  readonly axis: number;
}

function formOf(step: RowStep, x: Abstract, outputs: readonly Operand[]): RowForm {
  return {
    name: step.op === "normalize" ? `${step.op} ${step.eps}` : step.op,
    inputs: [x.dtype],
    steps: [step],
    outputs: outputs.map(({ dtype, shape }, i) => ({
      value: input(1 + i),
      dtype,
      whole: shape.length === x.shape.length,
    })),
  };
}

/** Runs a step over the rows along an axis. */
function launchStep(
  step: RowStep,
  x: Operand,
  outputs: readonly Operand[],
  axis: number,
  machine: Machine,
): void {
  launchRows(
    { form: formOf(step, x, outputs), shape: x.shape, axes: [axis], inputs: [x], outputs },
    machine,
    true,
  );
}

function checkRows(name: string, x: Abstract): void {
  if (!isFloating(x.dtype) || x.shape.length === 0) {
    throw new TypeError(`${name} expects rows of float32 or float64 but got ${describe(x)}`);
  }
}

/** A shape without an axis. */
function without(shape: Shape, axis: number): Shape {
  return shape.filter((_, i) => i !== axis);
}

function batchRows<A extends RowAttributes>(): BatchRule<A> {
  return {
    rule: ({ inputs, attributes, apply }) => apply(inputs, { ...attributes, axis: attributes.axis + 1 }),
  };
}

function defineRows(
  name: "softmax" | "logSoftmax",
  pullback: (g: Tensor, context: PullbackContext<RowAttributes>) => Tensor,
): Primitive<RowAttributes> {
  return definePrimitive<RowAttributes>({
    name,
    infer([x]) {
      checkRows(name, x);
      return [{ dtype: x.dtype, shape: x.shape }];
    },
    flops: ([x]) => 10 * sizeOf(x.shape),
    rowStep: () => ({ op: name, value: input(0) }),
    execute: ([x], outputs, { axis }, machine) =>
      launchStep({ op: name, value: input(0) }, x, outputs, axis, machine),
    pullback: { rule: ([g], context) => [pullback(g, context)] },
    batch: batchRows(),
  });
}

const softmaxPrimitive: Primitive<RowAttributes> = defineRows(
  "softmax",
  (g, { outputs: [y], attributes: { axis } }) =>
    multiply(y, subtract(g, sum(multiply(g, y), { axes: axis, keepDims: true }))),
);

const logSoftmaxPrimitive: Primitive<RowAttributes> = defineRows(
  "logSoftmax",
  // The softmax of the same input, which a program makes together with its logarithm.
  (g, { inputs: [x], attributes }) =>
    subtract(
      g,
      multiply(apply(softmaxPrimitive, [x], attributes), sum(g, { axes: attributes.axis, keepDims: true })),
    ),
);

const logSumExpPrimitive: Primitive<RowAttributes> = definePrimitive<RowAttributes>({
  name: "logSumExp",
  infer([x], { axis }) {
    checkRows("logSumExp", x);
    return [{ dtype: x.dtype, shape: without(x.shape, axis) }];
  },
  flops: ([x]) => 10 * sizeOf(x.shape),
  rowStep: () => ({ op: "logSumExp", value: input(0) }),
  execute: ([x], outputs, { axis }, machine) =>
    launchStep({ op: "logSumExp", value: input(0) }, x, outputs, axis, machine),
  pullback: {
    rule: ([g], { inputs: [x], outputs: [y], attributes: { axis } }) => [
      multiply(expandDims(g, axis), exp(subtract(x, expandDims(y, axis)))),
    ],
  },
  batch: batchRows(),
});

interface NormalizeAttributes extends RowAttributes {
  readonly eps: number;
}

const normalizePrimitive: Primitive<NormalizeAttributes> = definePrimitive<NormalizeAttributes>({
  name: "normalize",
  infer([x], { axis }) {
    checkRows("normalize", x);
    return [{ dtype: x.dtype, shape: x.shape }, { dtype: x.dtype, shape: without(x.shape, axis) }];
  },
  flops: ([x]) => 6 * sizeOf(x.shape),
  rowStep: ({ eps }) => ({ op: "normalize", value: input(0), eps }),
  execute: ([x], outputs, { axis, eps }, machine) =>
    launchStep({ op: "normalize", value: input(0), eps }, x, outputs, axis, machine),
  pullback: {
    // y = (x - mean x) r and r = 1 / sqrt(variance x + eps): their derivatives are made of y and r alone.
    rule([g, h], { inputs: [x], outputs: [y, r], attributes: { axis } }) {
      const along = { axes: axis, keepDims: true } as const;
      const direct = subtract(subtract(g, mean(g, along)), multiply(y, mean(multiply(g, y), along)));
      const through = divide(multiply(h, multiply(r, r)), x.shape[axis]);
      return [subtract(multiply(direct, expandDims(r, axis)), multiply(expandDims(through, axis), y))];
    },
  },
  batch: batchRows(),
});

/** Whether the axes follow each other: then they are one axis of rows. */
function areRows(axes: readonly number[]): boolean {
  return axes.length > 0 && axes.every((axis, i) => axis === axes[0] + i);
}

/** The greatest element, without gradient. */
function shiftOf(x: Tensor, axes: readonly number[]): Tensor {
  const shape = x.shape.map((extent, i) => axes.includes(i) ? 1 : extent);
  return x.size === 0 ? constantTensor(x.dtype, shape, 0) : stopGradient(max(x, { axes, keepDims: true }));
}

/** A tensor with its axes that follow each other as one, and the way back. */
function asRows(
  x: Tensor,
  axes: readonly number[],
): { readonly rows: Tensor; readonly axis: number; back(y: Tensor): Tensor } {
  const [axis] = axes;
  const length = axes.reduce((size, axis) => size * x.shape[axis], 1);
  const shape = [...x.shape.slice(0, axis), length, ...x.shape.slice(axis + axes.length)];
  return { rows: reshape(x, shape), axis, back: (y) => reshape(y, x.shape) };
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

const LOG_SUM_EXP_OPTIONS = { weights: true, axes: true, keepDims: true, where: true } as const;

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
export function logSumExp(x: TensorLike, options: LogSumExpOptions = NO_OPTIONS): Tensor {
  checkOptionNames("logSumExp", options, LOG_SUM_EXP_OPTIONS);
  const { weights, where: mask, ...rest } = options;
  if (weights !== undefined) return weightedLogSumExp(x, weights, options);
  const given = floating("logSumExp", x);
  if (mask !== undefined) return logSumExp(masked("logSumExp", given, mask, -Infinity), rest);
  const tensor = given;
  const axes = normalizeAxes("logSumExp", options.axes, tensor.rank);
  if (axes.length === 0) return tensor;
  const total = areRows(axes) ? logSumExpOfRows(tensor, axes) : logSumExpAcross(tensor, axes);
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

function logSumExpOfRows(x: Tensor, axes: readonly number[]): Tensor {
  const { rows, axis } = asRows(x, axes);
  return apply(logSumExpPrimitive, [rows], { axis });
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
export function softmax(x: TensorLike, options: SoftmaxOptions = NO_OPTIONS): Tensor {
  checkOptionNames("softmax", options, SOFTMAX_OPTIONS);
  const given = floating("softmax", x);
  const tensor = options.where === undefined ? given : masked("softmax", given, options.where, -Infinity);
  const axes = normalizeAxes("softmax", options.axes ?? -1, tensor.rank);
  if (areRows(axes)) {
    const { rows, axis, back } = asRows(tensor, axes);
    return back(apply(softmaxPrimitive, [rows], { axis }));
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
export function logSoftmax(x: TensorLike, options: SoftmaxOptions = NO_OPTIONS): Tensor {
  checkOptionNames("logSoftmax", options, SOFTMAX_OPTIONS);
  const given = floating("logSoftmax", x);
  const tensor = options.where === undefined ? given : masked("logSoftmax", given, options.where, -Infinity);
  const axes = normalizeAxes("logSoftmax", options.axes ?? -1, tensor.rank);
  if (areRows(axes)) {
    const { rows, axis, back } = asRows(tensor, axes);
    return back(apply(logSoftmaxPrimitive, [rows], { axis }));
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

const STANDARDIZE_OPTIONS = { axes: true, eps: true } as const;

/**
 * Elements less their mean, over the square root of their variance plus `eps`, along the axes: the heart of layer
 * normalization. In float32 it is within 4 units in the last place of the result, or of 1 where that is greater, however
 * large the mean is; within 24 where outliers sit at the worst places of a row.
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
export function standardize(x: TensorLike, options: StandardizeOptions = NO_OPTIONS): Tensor {
  checkOptionNames("standardize", options, STANDARDIZE_OPTIONS);
  const tensor = floating("standardize", x);
  const { eps = 1e-5 } = options;
  if (typeof eps !== "number" || !(eps >= 0)) {
    throw new RangeError(`standardize expects eps from 0 on but got ${String(eps)}`);
  }
  const axes = normalizeAxes("standardize", options.axes ?? -1, tensor.rank);
  if (areRows(axes)) {
    const { rows, axis, back } = asRows(tensor, axes);
    return back(applyAll(normalizePrimitive, [rows], { axis, eps })[0]);
  }
  const centered = subtract(tensor, mean(tensor, { axes, keepDims: true }));
  return multiply(centered, rsqrt(add(mean(square(centered), { axes, keepDims: true }), eps)));
}
