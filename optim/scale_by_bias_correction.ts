/**
 * The corrections of Adam's moments as a step of their own.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { host, multiply } from "../tensor/mod.ts";
import { checkScalar, FRACTION } from "./checks.ts";
import { zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByBiasCorrection}. */
export interface ScaleByBiasCorrectionOptions {
  /** Decay of a first moment, below 1; 0 corrects nothing. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of a second moment, below 1; 0 corrects nothing. @default {0.999} */
  readonly beta2?: ScalarOrSchedule;
}

const SCALE_BY_BIAS_CORRECTION_OPTIONS = { beta1: true, beta2: true } as const;

/** The state of {@linkcode scaleByBiasCorrection}. */
export interface ScaleByBiasCorrectionState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByBiasCorrection";
  /** What the last step used. */
  readonly hyperparameters: { readonly beta1: number; readonly beta2: number };
  /** The product of all `beta1` so far, in single precision. */
  readonly beta1Power: number;
  /** The product of all `beta2` so far, in single precision. */
  readonly beta2Power: number;
}

/**
 * Updates without the bias of moments that start from 0: `u = sqrt(1 - p2) / (1 - p1) * g`, where `p1` and `p2` are
 * the products of `beta1` and `beta2` over the steps. The products are in the state, rounded to single precision
 * at each step as MindSpore keeps them, which differs from powers by about `1e-8 / (1 - p)`.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a beta is outside of [0, 1).
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByBiasCorrection } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const corrected = scaleByBiasCorrection({ beta1: 0.5, beta2: 0.75 });
 * const params = { x: tensor(0) };
 * const { updates, state } = corrected.update(corrected.init(params), { x: tensor(3) }, params);
 * assertEquals([updates.x.item(), state.beta1Power], [3, 0.5]);
 * ```
 */
export function scaleByBiasCorrection(
  options: ScaleByBiasCorrectionOptions = {},
): Transform<unknown, ScaleByBiasCorrectionState> {
  checkOptionNames("scaleByBiasCorrection", options, SCALE_BY_BIAS_CORRECTION_OPTIONS);
  const { beta1 = 0.9, beta2 = 0.999 } = options;
  checkScalar("scaleByBiasCorrection", "beta1", beta1, FRACTION);
  checkScalar("scaleByBiasCorrection", "beta2", beta2, FRACTION);
  return transform<ScaleByBiasCorrectionState>({
    name: "scaleByBiasCorrection",
    hyperparameters: { beta1, beta2 },
    init: () => ({ beta1Power: 1, beta2Power: 1 }),
    update: ({ state, grads, hyperparameters: { beta1, beta2 } }) => {
      const next = (power: number, beta: number): number => Math.fround(power * beta);
      const beta1Power = host(next, state.beta1Power, beta1);
      const beta2Power = host(next, state.beta2Power, beta2);
      const factor = host((p1, p2) => Math.sqrt(1 - p2) / (1 - p1), beta1Power, beta2Power);
      return {
        state: { beta1Power, beta2Power },
        updates: zipLeaves("scaleByBiasCorrection", [grads], (g) => multiply(g, factor)),
      };
    },
  });
}
