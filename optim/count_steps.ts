/**
 * Counting the steps of each leaf.
 *
 * @module
 */

import { countGradients, leafNumbers, type NumberTree } from "./leaf_numbers.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** The state of {@linkcode countSteps}. */
export interface CountStepsState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "countSteps";
  /** It has none. */
  readonly hyperparameters: Readonly<Record<never, number>>;
  /** In how many steps each leaf had a gradient, a tree like the params. */
  readonly steps: NumberTree;
}

/**
 * Hands on what comes in, and counts for each leaf the steps in which it had a gradient: a hole in the gradients
 * stands for a leaf without one. It is torch's `step` of a parameter.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { countSteps } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const params: { x: ReturnType<typeof tensor>; y: ReturnType<typeof tensor> | null } = { x: tensor(1), y: tensor(2) };
 * const counting = countSteps();
 * const { state } = counting.update(counting.init(params), { x: tensor(1), y: null }, params);
 * assertEquals(state.steps, { x: 1, y: 0 });
 * ```
 */
export function countSteps(): Transform<unknown, CountStepsState> {
  return transform<CountStepsState>({
    name: "countSteps",
    hyperparameters: {},
    init: (params) => ({ steps: leafNumbers(params, 0) }),
    update: ({ state, grads }) => ({
      state: { steps: countGradients("countSteps", state.steps, grads) },
      updates: grads,
    }),
  });
}
