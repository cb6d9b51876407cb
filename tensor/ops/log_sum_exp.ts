/**
 * Logarithms of sums of exponentials, stable at any size of their input.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { input } from "../kernels/expression.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { broadcastShapes, normalizeAxes, reducedShape, sizeOf } from "../shape.ts";
import type { ReduceOptions, Tensor, TensorLike } from "../tensor.ts";
import { add, multiply, subtract } from "./arithmetic.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { equal, isFinite } from "./comparison.ts";
import { floating, promotedFloats, together } from "./convert.ts";
import { exp, log } from "./exponential.ts";
import { masked, sum } from "./reduce.ts";
import { expandDims, reshape } from "./reshape.ts";
import {
  areRows,
  asRows,
  batchRows,
  checkRows,
  launchStep,
  type RowAttributes,
  shiftOf,
} from "./row_steps.ts";
import { where } from "./selection.ts";

const logSumExpPrimitive: Primitive<RowAttributes> = definePrimitive<RowAttributes>({
  name: "logSumExp",
  infer([x], { axis }) {
    checkRows("logSumExp", x);
    return [{ dtype: x.dtype, shape: reducedShape(x.shape, [axis], false) }];
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
