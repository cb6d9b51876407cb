/**
 * Params that stay in a set.
 *
 * @module
 */

import { add, subtract } from "../../tensor/mod.ts";
import { type Tree, zipLeaves } from "../leaves.ts";
import { transform, type TransformState } from "../transform.ts";
import type { Transform } from "../transform_type.ts";

/** The state of {@linkcode projected}. */
export interface ProjectedState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "projected";
  /** It has none. */
  readonly hyperparameters: Readonly<Record<never, number>>;
}

/**
 * Projects params after a step: `u = projection(p + g) - p`. It stands last in a chain, and projects all leaves that it
 * sees together: inside of a group or a mask, those of the group. What comes out of `p + u` is the projection up to a
 * rounding.
 *
 * @param projection What brings a tree of params into the set, such as `projectionL2Ball`.
 * @throws {TypeError} If the projection is not a function.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { chain, projected, projectionL2Ball, sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = chain(sgd({ learningRate: 1 }), projected((params) => projectionL2Ball(params, 5)));
 * const params = { x: tensor([0, 0]) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor([-6, 8]) }, params);
 * assertEquals(next.x.toArray(), [3, -4]);
 * ```
 */
export function projected(projection: (params: Tree) => Tree): Transform<unknown, ProjectedState> {
  if (typeof projection !== "function") {
    throw new TypeError(`projected expects a function but got ${typeof projection}`);
  }
  return transform<ProjectedState>({
    name: "projected",
    hyperparameters: {},
    init: () => ({}),
    update: ({ grads, params }) => {
      const moved = zipLeaves("projected", [grads, params], (g, p) => add(p, g));
      const updates = zipLeaves("projected", [projection(moved), params], (x, p) => subtract(x, p));
      return { state: {}, updates };
    },
  });
}
