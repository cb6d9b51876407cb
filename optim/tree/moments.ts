/**
 * Moments of gradients.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { abs, add, divide, host, maximum, multiply, power } from "../../tensor/mod.ts";
import { mapLeaves, zipLeaves } from "../leaves.ts";

/** Options of `updateMoment`. */
export interface UpdateMomentOptions {
  /** How much of the moment stays. */
  readonly decay: number;
  /** The power of the updates: 1 for the mean, 2 for the mean of squares. */
  readonly order: number;
}

const UPDATE_MOMENT_OPTIONS = { decay: true, order: true } as const;

/**
 * `(1 - decay) update^order + decay moment`, as `optax.tree.update_moment`.
 *
 * @throws {TypeError} If the trees differ in structure, naming the path.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const moment = optimTree.updateMoment({ a: tensor([2]) }, { a: tensor([1]) }, { decay: 0.5, order: 2 });
 * assertEquals(moment.a.toArray(), [2.5]);
 * ```
 */
export function updateMoment<T>(updates: T, moments: unknown, options: UpdateMomentOptions): T {
  checkOptionNames("updateMoment", options, UPDATE_MOMENT_OPTIONS);
  const { decay, order } = options;
  const gain = host((d) => 1 - d, decay);
  return zipLeaves(
    "optimTree.updateMoment",
    [updates, moments],
    (g, m) => add(multiply(order === 1 ? g : power(g, order), gain), multiply(m, decay)),
  );
}

/** Options of `updateInfinityMoment`. */
export interface UpdateInfinityMomentOptions {
  /** How much of the moment stays. */
  readonly decay: number;
  /** Added to the absolute value of each update. */
  readonly eps: number;
}

const UPDATE_INFINITY_MOMENT_OPTIONS = { decay: true, eps: true } as const;

/**
 * `max(|update| + eps, decay moment)`, as `optax.tree.update_infinity_moment`.
 *
 * @throws {TypeError} If the trees differ in structure, naming the path.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const moment = optimTree.updateInfinityMoment({ a: tensor([-1]) }, { a: tensor([4]) }, { decay: 0.5, eps: 0 });
 * assertEquals(moment.a.toArray(), [2]);
 * ```
 */
export function updateInfinityMoment<T>(
  updates: T,
  moments: unknown,
  options: UpdateInfinityMomentOptions,
): T {
  checkOptionNames("updateInfinityMoment", options, UPDATE_INFINITY_MOMENT_OPTIONS);
  const { decay, eps } = options;
  return zipLeaves(
    "optimTree.updateInfinityMoment",
    [updates, moments],
    (g, m) => maximum(add(abs(g), eps), multiply(m, decay)),
  );
}

/** Options of `biasCorrection`. */
export interface BiasCorrectionOptions {
  /** The decay of the moments. */
  readonly decay: number;
  /** How many updates they are made of, from 1 on. */
  readonly count: number;
}

const BIAS_CORRECTION_OPTIONS = { decay: true, count: true } as const;

/**
 * `moment / (1 - decay^count)`, as `optax.tree.bias_correction`, with the divisor in double precision.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(optimTree.biasCorrection({ a: tensor([3]) }, { decay: 0.5, count: 2 }).a.toArray(), [4]);
 * ```
 */
export function biasCorrection<T>(moments: T, options: BiasCorrectionOptions): T {
  checkOptionNames("biasCorrection", options, BIAS_CORRECTION_OPTIONS);
  const correction = host((decay, count) => 1 - decay ** count, options.decay, options.count);
  return mapLeaves(moments, (m) => divide(m, correction));
}
