/**
 * Weight decay relative to the size of the params.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, maximum, multiply } from "../tensor/mod.ts";
import { checkNumber, checkScalar, FINITE, NOT_NEGATIVE } from "./checks.ts";
import { leafRms } from "./leaf_norm.ts";
import { zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode addRelativeDecay}. */
export interface AddRelativeDecayOptions {
  /** The share of the params that is added to the updates, relative to their root mean square. */
  readonly weightDecay: ScalarOrSchedule;
  /** The least that the root mean square counts as; null takes 1 in its place. @default {1e-3} */
  readonly minScale?: number | null;
}

const ADD_RELATIVE_DECAY_OPTIONS = { weightDecay: true, minScale: true } as const;

/** The state of {@linkcode addRelativeDecay}. */
export interface AddRelativeDecayState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "addRelativeDecay";
  /** What the last step used. */
  readonly hyperparameters: { readonly weightDecay: number };
}

/**
 * Adds a share of the params to the updates that goes with their size, leaf by leaf:
 * `u = g + weightDecay max(rms(p), minScale) p`. It is the decay that belongs to updates that `scaleByParamBlockRms`
 * has scaled, as in Adafactor.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If the weight decay is not finite, or `minScale` is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { addRelativeDecay } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const decay = addRelativeDecay({ weightDecay: 0.5 });
 * const params = { x: tensor([2, -2]) };
 * const { updates } = decay.update(decay.init(params), { x: tensor([1, 1]) }, params);
 * assertEquals(updates.x.toArray(), [3, -1]);
 * ```
 */
export function addRelativeDecay(
  options: AddRelativeDecayOptions,
): Transform<unknown, AddRelativeDecayState> {
  checkOptionNames("addRelativeDecay", options, ADD_RELATIVE_DECAY_OPTIONS);
  const { weightDecay, minScale = 1e-3 } = options;
  checkScalar("addRelativeDecay", "weightDecay", weightDecay, FINITE);
  if (minScale !== null) checkNumber("addRelativeDecay", "minScale", minScale, NOT_NEGATIVE);
  return transform<AddRelativeDecayState>({
    name: "addRelativeDecay",
    hyperparameters: { weightDecay },
    options: minScale === null ? {} : { minScale },
    init: () => ({}),
    update: ({ grads, params, hyperparameters: { weightDecay } }) => ({
      state: {},
      updates: zipLeaves("addRelativeDecay", [grads, params], (g, p) => {
        const size = minScale === null ? 1 : maximum(leafRms(p), minScale);
        return add(g, cast(multiply(multiply(p, size), weightDecay), g.dtype));
      }),
    }),
  });
}
