/**
 * What the chains of several of torch's optimizers begin and end with.
 *
 * @module
 */

import { addDecayedWeights } from "../add_decayed_weights.ts";
import { countSteps } from "../count_steps.ts";
import { denseGradients } from "../dense_gradients.ts";
import type { ScalarOrSchedule } from "../scalar.ts";
import { scale } from "../scale.ts";
import type { AnyTransform } from "../transform_type.ts";

/** Where the hyperparameters of these stages stand. */
export const STAGE_OPTIONS = {
  lr: "scaleByLearningRate/learningRate",
  weightDecay: "addDecayedWeights/weightDecay",
} as const;

/** Counts steps, and turns the sign of gradients that are to be climbed. */
export function ascending(maximize: boolean): readonly AnyTransform[] {
  return maximize ? [countSteps(), scale(-1)] : [countSteps()];
}

/** Writes sparse gradients out, unless there is a weight decay, which would move all rows. */
export function denseOf(className: string, weightDecay: ScalarOrSchedule): AnyTransform {
  return denseGradients(
    weightDecay === 0 ? {} : { refusal: `${className} expects dense gradients with a weightDecay` },
  );
}

/** The decay of the params, unless it is the number 0. */
export function decaying(
  weightDecay: ScalarOrSchedule,
  { isOn }: { readonly isOn: boolean },
): readonly AnyTransform[] {
  return isOn ? [addDecayedWeights({ weightDecay })] : [];
}
