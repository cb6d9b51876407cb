/**
 * Numbers with a triangle as their density.
 *
 * @module
 */
import { checkOptionNames } from "../check_option_names.ts";
import { add, divide, multiply, subtract } from "../ops/arithmetic.ts";
import { less } from "../ops/comparison.ts";
import { sqrt } from "../ops/exponential.ts";
import { where } from "../ops/selection.ts";
import type { Shape } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { checkKey } from "./key.ts";
import { floatingDType, type FloatingOptions } from "./options.ts";
import { parameters } from "./parameter.ts";
import { uniform } from "./uniform.ts";

/** Options of `triangular`. */
export interface TriangularOptions extends FloatingOptions {
  /** Where the triangle begins. */
  readonly left: TensorLike;
  /** Where it is highest. */
  readonly mode: TensorLike;
  /** Where it ends. */
  readonly right: TensorLike;
}

const TRIANGULAR_OPTIONS = { left: true, mode: true, right: true, dtype: true, partitionable: true } as const;

/**
 * Numbers between `left` and `right` whose density rises to `mode` and falls from there, as `jax.random.triangular`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If a parameter does not broadcast to the shape.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = random.triangular(random.key(0), [100], { left: 1, mode: 2, right: 3 });
 * assertEquals(x.min().item() >= 1 && x.max().item() <= 3, true);
 * ```
 */
export function triangular(key: Tensor, shape: Shape, options: TriangularOptions): Tensor {
  checkOptionNames("triangular", options, TRIANGULAR_OPTIONS);
  checkKey("triangular", key);
  const { left, mode, right, ...rest } = options;
  const dtype = floatingDType("triangular", options);
  const { tensors: [low, middle, high] } = parameters("triangular", [left, mode, right], shape, dtype);
  const u = uniform(key, shape, rest);
  const width = subtract(high, low);
  const rising = add(low, sqrt(multiply(multiply(u, width), subtract(middle, low))));
  const falling = subtract(high, sqrt(multiply(multiply(subtract(1, u), width), subtract(high, middle))));
  return where(less(u, divide(subtract(middle, low), width)), rising, falling);
}
