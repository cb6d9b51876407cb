/**
 * Updates saved up over several steps.
 *
 * @module
 */

import { add, greater, host, where, zerosLike } from "../tensor/mod.ts";
import { checkScalar, type Domain } from "./checks.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** The state of {@linkcode applyEvery}. */
export interface ApplyEveryState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "applyEvery";
  /** What the last step used. */
  readonly hyperparameters: { readonly steps: number };
  /** How many updates were saved up since the last that went out. */
  readonly saved: number;
  /** Their sum, a tree like the params. */
  readonly sum: Tree;
}

const STEPS: Domain = {
  text: "an integer above 0",
  includes: (value) => Number.isInteger(value) && value > 0,
};

/**
 * Sums updates and lets the sum out every so many steps; in between updates are zero, as `optax.apply_every`. The
 * transforms around it take a step each time all the same, with zeros after it. A NaN in a sum leaves with it.
 *
 * @param steps How many updates a sum has.
 * @throws {TypeError} If `steps` is neither a number nor a schedule.
 * @throws {RangeError} If it is not an integer above 0.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { applyEvery } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const every = applyEvery(2);
 * const params = { x: tensor(0) };
 * const first = every.update(every.init(params), { x: tensor(1) }, params);
 * const second = every.update(first.state, { x: tensor(2) }, params);
 * assertEquals([first.updates.x.item(), second.updates.x.item()], [0, 3]);
 * ```
 */
export function applyEvery(steps: ScalarOrSchedule): Transform<unknown, ApplyEveryState> {
  checkScalar("applyEvery", "steps", steps, STEPS);
  return transform<ApplyEveryState>({
    name: "applyEvery",
    hyperparameters: { steps },
    init: (params) => ({ saved: 0, sum: zerosLikeTree(params) }),
    update: ({ state, grads, hyperparameters: { steps } }) => {
      const isOut = host((saved, every) => saved + 1 >= every ? 1 : 0, state.saved, steps);
      const total = zipLeaves("applyEvery", [state.sum, grads], add);
      return {
        state: {
          saved: host((saved, out) => out === 1 ? 0 : saved + 1, state.saved, isOut),
          sum: zipLeaves("applyEvery", [total], (t) => where(greater(isOut, 0), zerosLike(t), t)),
        },
        updates: zipLeaves("applyEvery", [grads, total], (_, t) => where(greater(isOut, 0), t, zerosLike(t))),
      };
    },
  });
}
