/**
 * Clipping each leaf by its root mean square.
 *
 * @module
 */

import { cast, divide, maximum, mean, sqrt, square } from "../tensor/mod.ts";
import { checkScalar, POSITIVE } from "./checks.ts";
import { zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** The state of {@linkcode clipByBlockRms}. */
export interface ClipByBlockRmsState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "clipByBlockRms";
  /** What the last step used. */
  readonly hyperparameters: { readonly threshold: number };
}

/**
 * Shrinks each leaf whose root mean square is above `threshold`: `u = g / max(1, sqrt(mean(g^2)) / threshold)`, as
 * `optax.clip_by_block_rms`. Every leaf is on its own. It is part of Adafactor, Shazeer and Stern 2018.
 *
 * @throws {TypeError} If the threshold is neither a number nor a schedule.
 * @throws {RangeError} If it is not a finite number above 0.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { clipByBlockRms } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const clip = clipByBlockRms(2.5);
 * const params = { a: tensor([0, 0]), b: tensor([0, 0]) };
 * const { updates } = clip.update(clip.init(params), { a: tensor([5, -5]), b: tensor([2, -2]) }, params);
 * assertEquals([updates.a.toArray(), updates.b.toArray()], [[2.5, -2.5], [2, -2]]);
 * ```
 */
export function clipByBlockRms(threshold: ScalarOrSchedule): Transform<unknown, ClipByBlockRmsState> {
  checkScalar("clipByBlockRms", "threshold", threshold, POSITIVE);
  return transform<ClipByBlockRmsState>({
    name: "clipByBlockRms",
    hyperparameters: { threshold },
    init: () => ({}),
    update: ({ grads, hyperparameters: { threshold } }) => ({
      state: {},
      updates: zipLeaves("clipByBlockRms", [grads], (g) => {
        const excess = maximum(1, divide(sqrt(mean(square(g))), threshold));
        return divide(g, cast(excess, g.dtype));
      }),
    }),
  });
}
