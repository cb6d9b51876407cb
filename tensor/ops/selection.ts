/**
 * Choosing between elements: where, maximum, minimum and clip.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames } from "../check_option_names.ts";
import { defineElementwise } from "../elementwise.ts";
import { binary, select } from "../kernels/expression.ts";
import type { Primitive } from "../primitive.ts";
import { constantTensor } from "../make_tensor.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { multiply } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { equal, less, notEqual } from "./comparison.ts";
import { numbers, numeric, promoted, together } from "./convert.ts";
import { stopGradient } from "./stop_gradient.ts";

const NONE = {};

const wherePrimitive: Primitive = defineElementwise({
  name: "where",
  arity: 3,
  expression: ([condition, x, y]) => select(condition, x, y),
  dtype: ([_, dtype]) => dtype,
  pullback: [
    null,
    (g, [condition]) => where(condition, g, 0),
    (g, [condition]) => where(condition, 0, g),
  ],
});

/**
 * `condition ? x : y`, elementwise with broadcasting. No gradient flows to the side not taken, but a NaN in its
 * own gradient still spreads: make the other side safe first.
 *
 * @example
 * ```ts
 * import { less, tensor, where } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = tensor([-1, 2]);
 * assertEquals(where(less(x, 0), 0, x).toArray(), [0, 2]);
 * ```
 */
export function where(condition: TensorLike, x: TensorLike, y: TensorLike): Tensor {
  const tensor = numbers("where", condition);
  const mask = tensor.dtype === "bool" ? tensor : notEqual(tensor, constantTensor(tensor.dtype, [], 0));
  const [a, b] = promoted("where", x, y);
  return apply(wherePrimitive, [mask, a, b], NONE);
}

/** The share of a tie that each side's gradient takes: 1 where it won, 1/2 where both did. */
function share(g: Tensor, x: Tensor, y: Tensor, output: Tensor): Tensor {
  const won = cast(equal(x, output), g.dtype);
  return multiply(multiply(g, won), where(equal(x, y), 0.5, 1));
}

const maximumPrimitive: Primitive = defineElementwise({
  name: "maximum",
  arity: 2,
  expression: ([x, y]) => binary("maximum", x, y),
  dtype: ([dtype]) => dtype,
  pullback: [(g, [x, y], output) => share(g, x, y, output), (g, [x, y], output) => share(g, y, x, output)],
});

const minimumPrimitive: Primitive = defineElementwise({
  name: "minimum",
  arity: 2,
  expression: ([x, y]) => binary("minimum", x, y),
  dtype: ([dtype]) => dtype,
  pullback: [(g, [x, y], output) => share(g, x, y, output), (g, [x, y], output) => share(g, y, x, output)],
});

/**
 * The larger of two elements, with broadcasting; NaN wins. Ties share the gradient in halves, as in JAX.
 *
 * @example
 * ```ts
 * import { maximum, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(maximum(tensor([-1, 2]), 0).toArray(), [0, 2]);
 * ```
 */
export function maximum(x: TensorLike, y: TensorLike): Tensor {
  return apply(maximumPrimitive, promoted("maximum", x, y), NONE);
}

/** The smaller of two elements, with broadcasting; NaN wins. Ties share the gradient in halves, as in JAX. */
export function minimum(x: TensorLike, y: TensorLike): Tensor {
  return apply(minimumPrimitive, promoted("minimum", x, y), NONE);
}

/** The bounds of `clip`. */
export interface ClipOptions {
  /** The smallest value that stays; no bound by default. */
  readonly min?: TensorLike;
  /** The largest value that stays; no bound by default. */
  readonly max?: TensorLike;
}

/** The names of `ClipOptions`. */
export const CLIP_OPTIONS = { min: true, max: true } as const;

/**
 * Elements brought into `[min, max]`.
 *
 * @example
 * ```ts
 * import { clip, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(clip(tensor([-3, 0, 3]), { min: -1, max: 1 }).toArray(), [-1, 0, 1]);
 * ```
 */
export function clip(x: TensorLike, options: ClipOptions): Tensor {
  checkOptionNames("clip", options, CLIP_OPTIONS);
  let result = numeric("clip", x);
  if (options.min !== undefined) result = maximum(result, options.min);
  if (options.max !== undefined) result = minimum(result, options.max);
  return result;
}

/**
 * Elements brought into `[min, max]` as `jax.lax.clamp` does: no gradient flows through an element at a bound, while
 * `clip` shares it.
 *
 * @example
 * ```ts
 * import { clamp, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(clamp(tensor([-3, 0, 3]), { min: -1, max: 1 }).toArray(), [-1, 0, 1]);
 * ```
 */
export function clamp(x: TensorLike, options: ClipOptions): Tensor {
  checkOptionNames("clamp", options, CLIP_OPTIONS);
  const tensor = numeric("clamp", x);
  let result = tensor;
  for (const bound of [options.min, options.max]) {
    if (bound === undefined) continue;
    const [value, other] = together("clamp", promoted("clamp", tensor, bound));
    const [low, high] = bound === options.min ? [other, value] : [value, other];
    result = where(less(high, low), other, where(less(low, high), result, stopGradient(result)));
  }
  return result;
}
