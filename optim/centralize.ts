/**
 * Gradient centralization.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { mean, subtract } from "../tensor/mod.ts";
import { mapLeaves } from "./leaves.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";
import { unitAxes, type UnitOptions } from "./units.ts";

/** Options of {@linkcode centralize}. */
export type CentralizeOptions = UnitOptions;

const CENTRALIZE_OPTIONS = { layout: true, axes: true } as const;

/** The state of {@linkcode centralize}. */
export interface CentralizeState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "centralize";
  /** It has none. */
  readonly hyperparameters: Readonly<Record<never, number>>;
}

/**
 * Subtracts from the updates of each unit, the part of a kernel that makes one output, their mean:
 * `u = g - mean(g)`. Leaves of rank 0 and 1 pass as they are. Yong et al. 2020.
 *
 * `optax.centralize` takes every axis but the first for a unit, as torch lays kernels out, whatever the layout:
 * that is the layout "outputFirst". By default dense kernels here are `[in, out]`, and the mean is over the inputs.
 *
 * @throws {RangeError} If the layout is unknown.
 * @throws {TypeError} If `axes` is neither a list nor a function.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { centralize } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const params = { kernel: tensor([[0, 0], [0, 0]]), bias: tensor([0, 0]) };
 * const grads = { kernel: tensor([[1, 2], [3, 6]]), bias: tensor([1, 2]) };
 * const { updates } = centralize().update(centralize().init(params), grads, params);
 * assertEquals(updates.kernel.toArray(), [[-1, -2], [1, 2]]);
 * assertEquals(updates.bias.toArray(), [1, 2]);
 * ```
 */
export function centralize(options: CentralizeOptions = {}): Transform<unknown, CentralizeState> {
  checkOptionNames("centralize", options, CENTRALIZE_OPTIONS);
  const axesOf = unitAxes("centralize", options);
  return transform<CentralizeState>({
    name: "centralize",
    hyperparameters: {},
    init: () => ({}),
    update: ({ grads }) => ({
      state: {},
      updates: mapLeaves(
        grads,
        (g, path) => g.rank < 2 ? g : subtract(g, mean(g, { axes: axesOf(g, path), keepDims: true })),
      ),
    }),
  });
}
