/**
 * Poisson distributed numbers.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames } from "../check_option_names.ts";
import { poissonKernels } from "../kernels/random/poisson.ts";
import { broadcastTo } from "../ops/broadcast_to.ts";
import type { Primitive } from "../primitive.ts";
import type { Shape } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { checkKey } from "./key.ts";
import type { LayoutOptions } from "./options.ts";
import { parameters } from "./parameter.ts";
import { defineRejection, type Drawing } from "./rejection.ts";

const poissonPrimitive: Primitive<Drawing> = defineRejection("poisson", "int32", poissonKernels);

/** Options of `poisson`. */
export interface PoissonOptions extends LayoutOptions {
  /** The mean, not negative. */
  readonly rate: TensorLike;
  /** The shape; that of the rate by default. */
  readonly shape?: Shape;
}

const POISSON_OPTIONS = { rate: true, shape: true, partitionable: true } as const;

/**
 * Counts (int32) of independent events of a given mean: Knuth's method below 10, transformed rejection (Hörmann, 1993)
 * from there on, as `jax.random.poisson`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If the rate is negative, or does not broadcast to the shape.
 *
 * @example
 * ```ts
 * import { mean, random } from "@weft/weft";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * assertAlmostEquals(mean(random.poisson(random.key(0), { rate: 3, shape: [10000] })).item(), 3, 0.1);
 * ```
 */
export function poisson(key: Tensor, options: PoissonOptions): Tensor {
  checkOptionNames("poisson", options, POISSON_OPTIONS);
  const { rate, partitionable = true } = options;
  if (typeof rate === "number" && !(rate >= 0)) {
    throw new RangeError(`poisson expects a rate of at least 0 but got ${rate}`);
  }
  const { shape, tensors: [rates] } = parameters("poisson", [rate], options.shape, "float32");
  return apply(poissonPrimitive, [checkKey("poisson", key), broadcastTo(rates, shape)], { partitionable });
}
