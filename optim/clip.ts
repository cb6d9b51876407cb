/**
 * Clipping of each element.
 *
 * @module
 */

import { clip as clipElements, host } from "../tensor/mod.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import { zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** The state of {@linkcode clip}. */
export interface ClipState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "clip";
  /** What the last step used. */
  readonly hyperparameters: { readonly maxDelta: number };
}

/**
 * Brings each element of the updates into `[-maxDelta, maxDelta]`, as `optax.clip`. NaN stays NaN.
 *
 * @throws {TypeError} If `maxDelta` is neither a number nor a schedule.
 * @throws {RangeError} If it is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { clip } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const params = { x: tensor([0, 0, 0]) };
 * const { updates } = clip(1).update(clip(1).init(params), { x: tensor([-3, 0.5, 2]) }, params);
 * assertEquals(updates.x.toArray(), [-1, 0.5, 1]);
 * ```
 */
export function clip(maxDelta: ScalarOrSchedule): Transform<unknown, ClipState> {
  checkScalar("clip", "maxDelta", maxDelta, NOT_NEGATIVE);
  return transform<ClipState>({
    name: "clip",
    hyperparameters: { maxDelta },
    init: () => ({}),
    update: ({ grads, hyperparameters: { maxDelta: max } }) => {
      const min = host((bound) => -bound, max);
      return { state: {}, updates: zipLeaves("clip", [grads], (g) => clipElements(g, { min, max })) };
    },
  });
}
