/**
 * Gumbel distributed numbers, and categories drawn with them.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { add, multiply, negative } from "../ops/arithmetic.ts";
import { greaterEqual } from "../ops/comparison.ts";
import { floating } from "../ops/convert.ts";
import { log, log1p } from "../ops/exponential.ts";
import { argmax } from "../ops/arg_reduce.ts";
import { where } from "../ops/selection.ts";
import { argsort } from "../ops/sort.ts";
import { index, slice } from "../ops/slice.ts";
import { reshape } from "../ops/reshape.ts";
import { transpose } from "../ops/transpose.ts";
import { broadcastShapes, checkShape, formatShape, normalizeAxis, type Shape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { checkKey } from "./key.ts";
import { tiny } from "./laplace.ts";
import { floatingDType, type FloatingOptions, type LayoutOptions } from "./options.ts";
import { uniform } from "./uniform.ts";

/** How many random bits the tail of a distribution has: those of one number, or of two. */
export type TailMode = "low" | "high";

/** Options of `gumbel`. */
export interface GumbelOptions extends FloatingOptions {
  /** "low", the default, or "high", which draws twice the bits so that the tail is as fine as the middle. */
  readonly mode?: TailMode;
}

const GUMBEL_OPTIONS = { mode: true, dtype: true, partitionable: true } as const;

/** Throws unless a mode is one of the two. */
export function checkMode(operation: string, mode: TailMode): void {
  if (mode !== "low" && mode !== "high") {
    throw new RangeError(`${operation} expects mode "low" or "high" but got ${String(mode)}`);
  }
}

/**
 * Numbers with the distribution function `exp(-exp(-x))`, `-log(-log u)`, as `jax.random.gumbel`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.gumbel(random.key(0), [3]).shape, [3]);
 * ```
 */
export function gumbel(key: Tensor, shape: Shape = [], options: GumbelOptions = NO_OPTIONS): Tensor {
  checkOptionNames("gumbel", options, GUMBEL_OPTIONS);
  checkKey("gumbel", key);
  checkShape("gumbel", shape);
  const { mode = "low", ...rest } = options;
  checkMode("gumbel", mode);
  const dtype = floatingDType("gumbel", options);
  if (mode === "low") {
    return negative(log(negative(log(uniform(key, shape, { ...rest, min: tiny(dtype), max: 1 })))));
  }
  const drawn = uniform(key, [2, ...shape], rest);
  const [high, low] = [index(drawn, 0), index(drawn, 1)];
  const fine = add(add(high, multiply(low, dtype === "float32" ? 2 ** -23 : 2 ** -52)), tiny(dtype));
  return negative(log(negative(log1p(negative(where(greaterEqual(high, 0.5), high, fine))))));
}

/** Options of `categorical`. */
export interface CategoricalOptions extends LayoutOptions {
  /** The axis of the categories, negative from the end; the last by default. */
  readonly axis?: number;
  /** The shape of the result, which ends with that of the logits without the axis, the default. */
  readonly shape?: Shape;
  /** Whether a category may come more than once along the axes in front; true by default. */
  readonly replace?: boolean;
  /** See `gumbel`. */
  readonly mode?: TailMode;
}

const CATEGORICAL_OPTIONS = {
  axis: true,
  shape: true,
  replace: true,
  mode: true,
  partitionable: true,
} as const;

/**
 * Categories (int32) with probabilities `softmax(logits)`, as the place of the greatest of `logits + gumbel`, as
 * `jax.random.categorical`.
 *
 * @param logits Logarithms of probabilities, up to a constant.
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If the shapes do not fit, or more are drawn without replacement than there are.
 *
 * @example
 * ```ts
 * import { random, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.categorical(random.key(0), tensor([-1e9, 0, -1e9])).item(), 1);
 * ```
 */
export function categorical(key: Tensor, logits: Tensor, options: CategoricalOptions = NO_OPTIONS): Tensor {
  checkOptionNames("categorical", options, CATEGORICAL_OPTIONS);
  checkKey("categorical", key);
  const { replace = true, mode = "low", shape: asked, axis: given = -1, ...layout } = options;
  checkMode("categorical", mode);
  const tensor = floating("categorical", logits);
  const axis = normalizeAxis("categorical", given, tensor.rank);
  const batch = tensor.shape.filter((_, i) => i !== axis);
  const shape = asked ?? batch;
  const prefix = shape.slice(0, Math.max(0, shape.length - batch.length));
  const rest = shape.slice(prefix.length);
  if (shape.length < batch.length || `${broadcastShapes("categorical", rest, batch)}` !== `${rest}`) {
    throw new RangeError(
      `categorical expects a shape that ends with ${formatShape(batch)} but got ${formatShape(shape)}`,
    );
  }
  const dtype = tensor.dtype === "float64" ? "float64" : "float32";
  const draws = { ...layout, dtype, mode } as const;
  if (replace) {
    const logitsShape = [...rest.slice(0, axis), tensor.shape[axis], ...rest.slice(axis)];
    const noise = gumbel(key, [...prefix, ...logitsShape], draws);
    return argmax(add(noise, tensor), { axis: axis - tensor.rank });
  }
  const count = sizeOf(prefix);
  if (count > tensor.shape[axis]) {
    throw new RangeError(
      `categorical expects at most ${tensor.shape[axis]} draws without replacement but got ${count}`,
    );
  }
  const noisy = swapLast(add(tensor, gumbel(key, tensor.shape, draws)), axis);
  const order = argsort(noisy, { descending: true });
  const first = slice(order, [...batch.map(() => null), [0, count]]);
  const turned = transpose(first, [batch.length, ...batch.map((_, i) => i)]);
  return reshape(turned, [...prefix, ...batch]);
}

/** The axis moved to the end. */
function swapLast(x: Tensor, axis: number): Tensor {
  return transpose(x, [...x.shape.map((_, i) => i).filter((i) => i !== axis), axis]);
}
