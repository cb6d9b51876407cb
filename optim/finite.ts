/**
 * Whether gradients are fit for a step.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  all,
  cast,
  isFinite,
  less,
  logicalAnd,
  logicalNot,
  square,
  sum,
  type Tensor,
  tensor,
} from "../tensor/mod.ts";
import { checkNumber, POSITIVE } from "./checks.ts";
import { tensorsOf } from "./tensors_of.ts";

/**
 * Whether every element of a tree is finite, a scalar of dtype bool. Holes have no part in it; nothing is finite.
 *
 * @throws {TypeError} If a leaf is not a tensor.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { allFinite } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(allFinite({ a: tensor([1, NaN]), b: null }).item(), 0);
 * ```
 */
export function allFinite(values: unknown): Tensor {
  let finite: Tensor | null = null;
  for (const leaf of tensorsOf("allFinite", values)) {
    const one = all(isFinite(leaf));
    finite = finite === null ? one : logicalAnd(finite, one);
  }
  return finite ?? tensor(1, { dtype: "bool" });
}

/** Says of the gradients of a step whether to skip them: a scalar of dtype bool. */
export type SkipPolicy = (grads: unknown) => Tensor;

/**
 * A policy that skips gradients with a NaN or an infinite element, as `optax.skip_not_finite`.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { skipNotFinite } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(skipNotFinite()({ x: tensor([1, Infinity]) }).item(), 1);
 * ```
 */
export function skipNotFinite(): SkipPolicy {
  return (grads) => logicalNot(allFinite(grads));
}

/** Options of {@linkcode skipLargeUpdates}. */
export interface SkipLargeUpdatesOptions {
  /** The squared global norm from which on gradients are skipped; above 0. */
  readonly maxSquaredNorm: number;
}

const SKIP_LARGE_UPDATES_OPTIONS = { maxSquaredNorm: true } as const;

/**
 * A policy that skips gradients whose squared global norm is not below a limit, or NaN, as
 * `optax.skip_large_updates`.
 *
 * @throws {TypeError} If the limit is not a number.
 * @throws {RangeError} If it is not a finite number above 0.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { skipLargeUpdates } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(skipLargeUpdates({ maxSquaredNorm: 26 })({ x: tensor([3, 4]) }).item(), 0);
 * ```
 */
export function skipLargeUpdates(options: SkipLargeUpdatesOptions): SkipPolicy {
  checkOptionNames("skipLargeUpdates", options, SKIP_LARGE_UPDATES_OPTIONS);
  const limit = options.maxSquaredNorm;
  checkNumber("skipLargeUpdates", "maxSquaredNorm", limit, POSITIVE);
  return (grads) => {
    let total: Tensor | null = null;
    for (const leaf of tensorsOf("skipLargeUpdates", grads)) {
      const squares = sum(square(leaf));
      total = total === null ? squares : add(total, cast(squares, total.dtype));
    }
    // A norm that is NaN is not below the limit.
    return logicalNot(less(total ?? tensor(0), limit));
  };
}
