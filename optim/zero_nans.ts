/**
 * Zeros in place of NaN.
 *
 * @module
 */

import { any, isNaN, where, zeros } from "../tensor/mod.ts";
import { mapLeaves, type Tree, zipLeaves } from "./leaves.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** The state of {@linkcode zeroNans}. */
export interface ZeroNansState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "zeroNans";
  /** It has none. */
  readonly hyperparameters: Readonly<Record<never, number>>;
  /** For each leaf whether the last updates had a NaN in it: bool scalars in a tree like the params. */
  readonly foundNan: Tree;
}

/**
 * Puts 0 in place of each NaN of the updates, and notes in its state which leaves had one, as `optax.zero_nans`.
 * Infinite updates pass as they are.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { zeroNans } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const params = { x: tensor([0, 0]) };
 * const { updates, state } = zeroNans().update(zeroNans().init(params), { x: tensor([NaN, 1]) }, params);
 * assertEquals(updates.x.toArray(), [0, 1]);
 * assertEquals((state.foundNan as typeof params).x.item(), 1);
 * ```
 */
export function zeroNans(): Transform<unknown, ZeroNansState> {
  return transform<ZeroNansState>({
    name: "zeroNans",
    hyperparameters: {},
    init: (params) => ({ foundNan: mapLeaves(params, () => zeros([], { dtype: "bool" })) }),
    update: ({ state, grads }) => ({
      // A leaf without a gradient in this step keeps what is known of it.
      state: { foundNan: zipLeaves("zeroNans", [state.foundNan, grads], (_, g) => any(isNaN(g))) },
      updates: zipLeaves("zeroNans", [grads], (g) => where(isNaN(g), 0, g)),
    }),
  });
}
