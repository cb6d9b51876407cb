/**
 * Reductions over any axes: sums, products, extremes, means, variances and positions.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { type DType, greatestOf, leastOf } from "../dtype.ts";
import { positionLoopOf } from "../kernel_choice.ts";
import { type Expression, input } from "../kernels/expression.ts";
import type { Reduction } from "../kernels/reduce_form.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { asNeighbours } from "../operand.ts";
import { axesOf, launchReduction } from "../reduction.ts";
import {
  broadcastShapes,
  equalShapes,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  reducedShape,
  type Shape,
  sizeOf,
} from "../shape.ts";
import {
  ARG_REDUCE_OPTIONS,
  type ArgReduceOptions,
  describe,
  REDUCE_OPTIONS,
  type ReduceOptions,
  type Tensor,
  type TensorLike,
} from "../tensor.ts";
import { constantTensor } from "../make_tensor.ts";
import { divide, multiply, square, subtract } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { equal } from "./comparison.ts";
import { floating, numbers, numeric } from "./convert.ts";
import { cumprod } from "./cumulative.ts";
import { sqrt } from "./exponential.ts";
import { shifted } from "./linear_recurrence.ts";
import { maximum, where } from "./selection.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { ravel, reshape } from "./reshape.ts";
import { transpose } from "./transpose.ts";

interface Axes {
  readonly axes: readonly number[];
}

const IDENTITY: Expression = input(0);

function defineReduction(
  reduction: Reduction,
  pullback: ((g: Tensor, x: Tensor, output: Tensor) => Tensor) | null,
): Primitive<Axes> {
  return definePrimitive<Axes>({
    name: reduction,
    infer: ([x], { axes }) => [{ dtype: x.dtype, shape: reducedShape(x.shape, axes, false) }],
    execute: ([x], [output], { axes }, machine) =>
      launchReduction(
        { name: "input", reduction, expression: IDENTITY, inputs: [x], axes },
        x.shape,
        output,
        machine,
      ),
    reduction,
    pullback: pullback === null ? null : {
      rule([g], { inputs: [x], outputs: [output], attributes: { axes } }) {
        const kept = reducedShape(x.shape, axes, true);
        return [pullback(reshape(g, kept), x, reshape(output, kept))];
      },
    },
    batch: {
      rule: ({ inputs, attributes: { axes }, apply }) =>
        apply(inputs, { axes: axes.map((axis) => axis + 1) }),
    },
  });
}

const sumPrimitive: Primitive<Axes> = defineReduction("sum", (g, x) => broadcastTo(g, x.shape));
const prodPrimitive: Primitive<Axes> = defineReduction("prod", (g, x) => {
  // The product of the elements before times that of those after, which holds with zeros too, to any order.
  const axes = x.shape.flatMap((extent, i) => extent !== g.shape[i] ? [i] : []);
  const order = [...x.shape.keys()].filter((axis) => !axes.includes(axis)).concat(axes);
  const moved = transpose(x, order);
  const kept = x.rank - axes.length;
  const rows = reshape(moved, [...moved.shape.slice(0, kept), sizeOf(moved.shape.slice(kept))]);
  const ahead = shifted(cumprod(rows, { reverse: true }), false, 1);
  const others = reshape(multiply(shifted(cumprod(rows), true, 1), ahead), moved.shape);
  return multiply(g, transpose(others, order.map((_, axis) => order.indexOf(axis))));
});
const extreme = (g: Tensor, x: Tensor, output: Tensor): Tensor => {
  const tied = cast(equal(x, output), g.dtype);
  const axes = x.shape.flatMap((extent, i) => extent !== g.shape[i] ? [i] : []);
  return multiply(divide(g, sum(tied, { axes, keepDims: true })), tied);
};
const maxPrimitive: Primitive<Axes> = defineReduction("max", extreme);
const minPrimitive: Primitive<Axes> = defineReduction("min", extreme);
const allPrimitive: Primitive<Axes> = defineReduction("all", null);
const anyPrimitive: Primitive<Axes> = defineReduction("any", null);

/** Reduces an operand, with `neutral` in the place of what takes no part. */
function reduce(primitive: Primitive<Axes>, given: Tensor, options: ReduceOptions, neutral: number): Tensor {
  const x = options.where === undefined ? given : masked(primitive.name, given, options.where, neutral);
  const axes = normalizeAxes(primitive.name, options.axes, x.rank);
  const result = axes.length === 0 ? x : apply(primitive, [x], { axes });
  return options.keepDims === true ? reshape(result, reducedShape(x.shape, axes, true)) : result;
}

/** The elements where a mask is true, and `neutral` elsewhere. */
export function masked(operation: string, x: Tensor, mask: TensorLike, neutral: number): Tensor {
  return where(maskOf(operation, x, mask), x, constantTensor(x.dtype, [], neutral));
}

/** A mask that broadcasts to the shape of `x`. */
function maskOf(operation: string, x: Tensor, mask: TensorLike): Tensor {
  const bools = cast(numbers(operation, mask), "bool");
  if (!equalShapes(broadcastShapes(operation, x.shape, bools.shape), x.shape)) {
    throw new RangeError(
      `${operation} expects a mask that broadcasts to ${describe(x)} but got ${describe(bools)}`,
    );
  }
  return bools;
}

/** Numbers to add up: bytes become uint32, as in JAX. */
function widened(operation: string, x: TensorLike): Tensor {
  const tensor = numeric(operation, x);
  return tensor.dtype === "uint8" ? cast(tensor, "uint32") : tensor;
}

/**
 * The sum over `axes`, all by default; bools count as int32. Floats are accumulated in double precision.
 *
 * @example
 * ```ts
 * import { sum, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = tensor([[1, 2], [3, 4]]);
 * assertEquals(sum(x).item(), 10);
 * assertEquals(sum(x, { axes: 0 }).toArray(), [4, 6]);
 * ```
 */
export function sum(x: TensorLike, options: ReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("sum", options, REDUCE_OPTIONS);
  return reduce(sumPrimitive, widened("sum", x), options, 0);
}

/** The product over `axes`, all by default; bools count as int32. */
export function prod(x: TensorLike, options: ReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("prod", options, REDUCE_OPTIONS);
  return reduce(prodPrimitive, widened("prod", x), options, 1);
}

function nonEmpty(operation: string, x: Tensor, axes: ReduceOptions["axes"]): Tensor {
  if (normalizeAxes(operation, axes, x.rank).some((axis) => x.shape[axis] === 0)) {
    throw new RangeError(
      `${operation} expects at least one element to reduce but got shape ${formatShape(x.shape)}`,
    );
  }
  return x;
}

/**
 * The greatest element over `axes`, all by default; NaN wins. Ties share the gradient. The least value of the dtype
 * where no element takes part.
 *
 * @throws {RangeError} If a reduced axis is empty.
 */
export function max(x: TensorLike, options: ReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("max", options, REDUCE_OPTIONS);
  const tensor = nonEmpty("max", numbers("max", x), options.axes);
  return reduce(maxPrimitive, tensor, options, leastOf(tensor.dtype));
}

/**
 * The least element over `axes`, all by default; NaN wins. Ties share the gradient. The greatest value of the dtype
 * where no element takes part.
 *
 * @throws {RangeError} If a reduced axis is empty.
 */
export function min(x: TensorLike, options: ReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("min", options, REDUCE_OPTIONS);
  const tensor = nonEmpty("min", numbers("min", x), options.axes);
  return reduce(minPrimitive, tensor, options, greatestOf(tensor.dtype));
}

function bools(operation: string, x: TensorLike): Tensor {
  return cast(numbers(operation, x), "bool");
}

/** Whether all elements over `axes` are true (non-zero); true for none. */
export function all(x: TensorLike, options: ReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("all", options, REDUCE_OPTIONS);
  return reduce(allPrimitive, bools("all", x), options, 1);
}

/** Whether any element over `axes` is true (non-zero); false for none. */
export function any(x: TensorLike, options: ReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("any", options, REDUCE_OPTIONS);
  return reduce(anyPrimitive, bools("any", x), options, 0);
}

/** The number of elements that take part in each reduction. */
function countOf(operation: string, x: Tensor, options: ReduceOptions): Tensor | number {
  if (options.where !== undefined) {
    const mask = broadcastTo(maskOf(operation, x, options.where), x.shape);
    return sum(cast(mask, x.dtype), { ...options, where: 1 });
  }
  return normalizeAxes(operation, options.axes, x.rank).reduce((count, axis) => count * x.shape[axis], 1);
}

/**
 * The mean over `axes`, all by default; integers are averaged as float32. NaN for none.
 *
 * @example
 * ```ts
 * import { mean, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(mean(tensor([[1, 2], [3, 6]]), { axes: 1 }).toArray(), [1.5, 4.5]);
 * ```
 */
export function mean(x: TensorLike, options: ReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("mean", options, REDUCE_OPTIONS);
  const tensor = floating("mean", x);
  const count = countOf("mean", tensor, options);
  return divide(sum(tensor, options), count);
}

/** Options of `variance` and `standardDeviation`. */
export interface VarianceOptions extends ReduceOptions {
  /** What is subtracted from the count in the divisor: 0 for the population's, 1 for the sample's. 0 by default. */
  readonly correction?: number;
}

/** The names of `VarianceOptions`. */
export const VARIANCE_OPTIONS = { correction: true, axes: true, keepDims: true, where: true } as const;

/**
 * The mean squared distance from the mean over `axes`, in two passes.
 *
 * @example
 * ```ts
 * import { tensor, variance } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(variance(tensor([1, 2, 3, 6])).item(), 3.5);
 * ```
 */
export function variance(x: TensorLike, options: VarianceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("variance", options, VARIANCE_OPTIONS);
  return varianceOf("variance", x, options);
}

function varianceOf(operation: string, x: TensorLike, options: VarianceOptions): Tensor {
  const tensor = floating(operation, x);
  const { correction = 0, ...rest } = options;
  const count = countOf(operation, tensor, rest);
  const centered = subtract(tensor, mean(tensor, { ...rest, keepDims: true }));
  const divisor = typeof count === "number"
    ? Math.max(0, count - correction)
    : maximum(subtract(count, correction), 0);
  return divide(sum(square(centered), rest), divisor);
}

/** The square root of `variance`. */
export function standardDeviation(x: TensorLike, options: VarianceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("standardDeviation", options, VARIANCE_OPTIONS);
  return sqrt(varianceOf("standardDeviation", x, options));
}

interface Axis {
  readonly axis: number;
}

function definePosition(name: string, greatest: boolean): Primitive<Axis> {
  return definePrimitive<Axis>({
    name,
    infer: ([x], { axis }) => [{ dtype: "int32", shape: reducedShape(x.shape, [axis], false) }],
    execute([given], [output], { axis }, machine) {
      const x = asNeighbours(given, machine);
      const kept = axesOf(x.shape, [x.strides], (i) => i !== axis);
      const outputs = sizeOf(kept.shape);
      const numbers = [x.shape[axis], x.strides[axis], ...kept.shape, ...kept.strides[0]];
      // Outputs whose elements are neighbours go along together.
      const together = kept.strides[0].at(-1) === 1 ? 16 : 1;
      const grain = Math.max(together, Math.round(32768 / x.shape[axis]));
      machine.launch(
        positionLoopOf(greatest, x.dtype, x.strides[axis], x.shape[axis], kept.strides[0]),
        [x, output],
        numbers,
        outputs,
        grain,
      );
    },
    pullback: null,
    batch: { rule: ({ inputs, attributes: { axis }, apply }) => apply(inputs, { axis: axis + 1 }) },
  });
}

const argmaxPrimitive: Primitive<Axis> = definePosition("argmax", true);
const argminPrimitive: Primitive<Axis> = definePosition("argmin", false);

function position(primitive: Primitive<Axis>, x: Tensor, options: ArgReduceOptions): Tensor {
  const flat = options.axis === undefined ? ravel(x) : x;
  const axis = normalizeAxis(primitive.name, options.axis ?? 0, flat.rank);
  if (flat.shape[axis] === 0) {
    throw new RangeError(
      `${primitive.name} expects at least one element but got shape ${formatShape(x.shape)}`,
    );
  }
  const result = apply(primitive, [flat], { axis });
  if (options.keepDims !== true) return result;
  return reshape(
    result,
    options.axis === undefined ? x.shape.map(() => 1) : reducedShape(x.shape, [axis], true),
  );
}

/**
 * The position of the greatest element along an axis (int32), or in the flattened tensor; the first NaN if there
 * is one, else the first of equals.
 *
 * @throws {RangeError} If there is no element.
 *
 * @example
 * ```ts
 * import { argmax, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(argmax(tensor([[1, 5], [7, 2]]), { axis: 1 }).toArray(), [1, 0]);
 * ```
 */
export function argmax(x: TensorLike, options: ArgReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("argmax", options, ARG_REDUCE_OPTIONS);
  return position(argmaxPrimitive, numbers("argmax", x), options);
}

/** The position of the least element, as `argmax` finds the greatest. */
export function argmin(x: TensorLike, options: ArgReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("argmin", options, ARG_REDUCE_OPTIONS);
  return position(argminPrimitive, numbers("argmin", x), options);
}

/** The sum over the axes along which a shape was broadcast, which undoes the broadcasting of its cotangent. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const lead = x.rank - shape.length;
  const axes: number[] = [];
  for (let i = 0; i < x.rank; i++) if (i < lead || (shape[i - lead] === 1 && x.shape[i] !== 1)) axes.push(i);
  if (axes.length === 0) return x;
  return reshape(sum(x, { axes }), shape);
}

/** Zeros of a tensor's shape and dtype, without storage. */
export function zerosOf(x: { readonly dtype: DType; readonly shape: Shape }): Tensor {
  return constantTensor(x.dtype, x.shape, 0);
}

/** Whether a tensor is known to hold nothing but zeros, as those of `zerosOf`. */
export function isZero(x: Tensor): boolean {
  return x.node === null && x.storage === null && x.constant === 0;
}
