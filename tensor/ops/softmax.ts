/**
 * Softmax and its logarithm, stable at any size of their input.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { input } from "../kernels/expression.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import type { PullbackContext } from "../rules.ts";
import { normalizeAxes, sizeOf } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { divide, multiply, subtract } from "./arithmetic.ts";
import { floating } from "./convert.ts";
import { exp, log } from "./exponential.ts";
import { masked, sum } from "./reduce.ts";
import {
  areRows,
  asRows,
  batchRows,
  checkRows,
  launchStep,
  type RowAttributes,
  shiftOf,
} from "./row_steps.ts";

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

/** Which axis a distribution runs along. */
export interface SoftmaxOptions {
  /** The axis, or several that share one sum; the last by default. */
  readonly axes?: number | readonly number[];
  /** Bools that broadcast to the tensor: elements where they are false take no part; all do by default. */
  readonly where?: TensorLike;
}

/** The names of `SoftmaxOptions`. */
export const SOFTMAX_OPTIONS = { axes: true, where: true } as const;

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
  if (axes.length > 0) {
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
