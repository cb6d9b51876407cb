/**
 * MindSpore's AdamOffload.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { adamOptimizer, type AdamOptions, SHARED_ADAM_OPTIONS } from "./adam.ts";
import { checkBoolean } from "./checks.ts";
import { BASE_OPTIONS, type Optimizer } from "./optimizer.ts";

/** Options of {@linkcode AdamOffload}. */
export interface AdamOffloadOptions extends Omit<AdamOptions, "useAmsgrad" | "useLazy" | "useOffload"> {
  /** Looks a step ahead: the numerator is `beta1 m + (1 - beta1) g`. @default {false} */
  readonly useNesterov?: boolean;
}

const ADAM_OFFLOAD_OPTIONS = { ...SHARED_ADAM_OPTIONS, ...BASE_OPTIONS } as const;

/**
 * `mindspore.nn.AdamOffload`, which is {@linkcode Adam}: in MindSpore it does its work on the host.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a beta is not between 0 and 1, or another number outside of its range.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = mindspore.AdamOffload({ learningRate: 0.1 });
 * const params = { weight: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { weight: tensor(1) }, params);
 * assertAlmostEquals(next.weight.item(), 0.9, 1e-6);
 * ```
 */
export function AdamOffload(options: AdamOffloadOptions = {}): Optimizer {
  checkOptionNames("AdamOffload", options, ADAM_OFFLOAD_OPTIONS);
  checkBoolean("AdamOffload", "useNesterov", options.useNesterov ?? false);
  return adamOptimizer("AdamOffload", options, false);
}
