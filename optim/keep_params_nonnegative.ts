/**
 * Params that do not go below zero.
 *
 * @module
 */

import { add, less, negative, where } from "../tensor/mod.ts";
import { zipLeaves } from "./leaves.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** The state of {@linkcode keepParamsNonnegative}. */
export interface KeepParamsNonnegativeState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "keepParamsNonnegative";
  /** It has none. */
  readonly hyperparameters: Readonly<Record<never, number>>;
}

/**
 * Stops params at zero: `u = -p` where `p + g < 0`, else `u = g`, as `optax.keep_params_nonnegative`. It stands
 * last in a chain. A param that is negative already is brought to zero, unless its update alone lifts it above.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { chain, keepParamsNonnegative, sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = chain(sgd({ learningRate: 1 }), keepParamsNonnegative());
 * const params = { x: tensor([1, 1]) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor([0.25, 3]) }, params);
 * assertEquals(next.x.toArray(), [0.75, 0]);
 * ```
 */
export function keepParamsNonnegative(): Transform<unknown, KeepParamsNonnegativeState> {
  return transform<KeepParamsNonnegativeState>({
    name: "keepParamsNonnegative",
    hyperparameters: {},
    init: () => ({}),
    update: ({ grads, params }) => ({
      state: {},
      updates: zipLeaves(
        "keepParamsNonnegative",
        [grads, params],
        (g, p) => where(less(add(p, g), 0), negative(p), g),
      ),
    }),
  });
}
