/**
 * Reductions over any axes: sums, products, extremes, means, and whether all or any are true.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { greatestOf, leastOf } from "../dtype.ts";
import { type Expression, input } from "../kernels/expression.ts";
import type { Reduction } from "../kernels/reduce_form.ts";
import { constantTensor } from "../make_tensor.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { launchReduction } from "../reduction.ts";
import { broadcastShapes, equalShapes, formatShape, normalizeAxes, reducedShape, sizeOf } from "../shape.ts";
import { describe, REDUCE_OPTIONS, type ReduceOptions, type Tensor, type TensorLike } from "../tensor.ts";
import { divide, multiply } from "./arithmetic.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { cast } from "./cast.ts";
import { equal } from "./comparison.ts";
import { floating, numbers, numeric } from "./convert.ts";
import { cumprod } from "./cumulative.ts";
import { shifted } from "./linear_recurrence.ts";
import { reshape } from "./reshape.ts";
import { where } from "./selection.ts";
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
export function countOf(operation: string, x: Tensor, options: ReduceOptions): Tensor | number {
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
