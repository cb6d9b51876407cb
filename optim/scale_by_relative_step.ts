/**
 * A learning rate that is bounded by each leaf's own steps.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, host, multiply } from "../tensor/mod.ts";
import { checkScalar, FINITE } from "./checks.ts";
import { countGradients, leafNumbers, type NumberTree, zipNumbers } from "./leaf_numbers.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByRelativeStep}. */
export interface ScaleByRelativeStepOptions {
  /** The largest learning rate. */
  readonly learningRate: ScalarOrSchedule;
  /** Decay of the params, times the largest learning rate at each step. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
}

const SCALE_BY_RELATIVE_STEP_OPTIONS = { learningRate: true, weightDecay: true } as const;

/** The state of {@linkcode scaleByRelativeStep}. */
export interface ScaleByRelativeStepState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByRelativeStep";
  /** What the last step used. */
  readonly hyperparameters: { readonly learningRate: number; readonly weightDecay: number };
  /** In how many steps each leaf had a gradient, a tree like the params. */
  readonly steps: NumberTree;
}

/**
 * Makes updates descend with the learning rate `min(learningRate, 1 / sqrt(t))`, where t counts the steps in which a leaf
 * had a gradient, and takes the share `learningRate weightDecay` off the params: the last stage of
 * `torch.optim.Adafactor`. Shazeer and Stern 2018.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a number is not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByRelativeStep } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const descent = scaleByRelativeStep({ learningRate: 2, weightDecay: 0.25 });
 * const params = { x: tensor(4) };
 * const { updates } = descent.update(descent.init(params), { x: tensor(3) }, params);
 * assertEquals(updates.x.item(), -5);
 * ```
 */
export function scaleByRelativeStep(
  options: ScaleByRelativeStepOptions,
): Transform<unknown, ScaleByRelativeStepState> {
  checkOptionNames("scaleByRelativeStep", options, SCALE_BY_RELATIVE_STEP_OPTIONS);
  const name = "scaleByRelativeStep";
  const { learningRate, weightDecay = 0 } = options;
  checkScalar(name, "learningRate", learningRate, FINITE);
  checkScalar(name, "weightDecay", weightDecay, FINITE);
  return transform<ScaleByRelativeStepState>({
    name,
    hyperparameters: { learningRate, weightDecay },
    init: (params) => ({ steps: leafNumbers(params, 0) }),
    update: ({ state, grads, params, hyperparameters: { learningRate, weightDecay } }) => {
      const steps = countGradients(name, state.steps, grads);
      const share = host((rate, decay) => -rate * decay, learningRate, weightDecay);
      const updates = zipNumbers(name, [grads, params], steps, ([g, p], t) => {
        const rate = host((rate, t) => -Math.min(rate, 1 / Math.sqrt(t)), learningRate, t);
        return add(multiply(g, rate), multiply(p, share));
      });
      return { state: { steps }, updates };
    },
  });
}
