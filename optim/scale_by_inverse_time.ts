/**
 * A factor that falls with each leaf's own steps.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { host, multiply } from "../tensor/mod.ts";
import { checkScalar, FINITE } from "./checks.ts";
import { countGradients, leafNumbers, type NumberTree, zipNumbers } from "./leaf_numbers.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByInverseTime}. */
export interface ScaleByInverseTimeOptions {
  /** How fast the factor falls. */
  readonly decay: ScalarOrSchedule;
}

const SCALE_BY_INVERSE_TIME_OPTIONS = { decay: true } as const;

/** The state of {@linkcode scaleByInverseTime}. */
export interface ScaleByInverseTimeState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByInverseTime";
  /** What the last step used. */
  readonly hyperparameters: { readonly decay: number };
  /** In how many steps each leaf had a gradient, a tree like the params. */
  readonly steps: NumberTree;
}

/**
 * Divides the updates of a leaf by `1 + (t - 1) decay`, where t counts the steps in which the leaf had a gradient: the
 * `lr_decay` of `torch.optim.Adagrad`.
 *
 * @throws {TypeError} If the option is missing or of another type.
 * @throws {RangeError} If it is not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByInverseTime } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const falling = scaleByInverseTime({ decay: 1 });
 * const params = { x: tensor(3) };
 * const { state } = falling.update(falling.init(params), params, params);
 * assertEquals(falling.update(state, params, params).updates.x.item(), 1.5);
 * ```
 */
export function scaleByInverseTime(
  options: ScaleByInverseTimeOptions,
): Transform<unknown, ScaleByInverseTimeState> {
  checkOptionNames("scaleByInverseTime", options, SCALE_BY_INVERSE_TIME_OPTIONS);
  const name = "scaleByInverseTime";
  checkScalar(name, "decay", options.decay, FINITE);
  return transform<ScaleByInverseTimeState>({
    name,
    hyperparameters: { decay: options.decay },
    init: (params) => ({ steps: leafNumbers(params, 0) }),
    update: ({ state, grads, hyperparameters: { decay } }) => {
      const steps = countGradients(name, state.steps, grads);
      const updates = zipNumbers(
        name,
        [grads],
        steps,
        ([g], t) => multiply(g, host((t, decay) => 1 / (1 + (t - 1) * decay), t, decay)),
      );
      return { state: { steps }, updates };
    },
  });
}
