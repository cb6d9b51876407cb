/**
 * MindSpore's LazyAdam.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { checkNumber, NOT_NEGATIVE } from "../checks.ts";
import { adamOptimizer, type AdamOptions, SHARED_ADAM_OPTIONS } from "./adam.ts";
import { checkBoolean } from "./checks.ts";
import { BASE_OPTIONS, type Optimizer } from "./optimizer.ts";

/** Options of {@linkcode LazyAdam}. */
export interface LazyAdamOptions
  extends Omit<AdamOptions, "useAmsgrad" | "useLazy" | "useOffload" | "weightDecay"> {
  /** Share of the params that is added to the gradients; a number. @default {0} */
  readonly weightDecay?: number;
}

const LAZY_ADAM_OPTIONS = { ...SHARED_ADAM_OPTIONS, ...BASE_OPTIONS } as const;

/**
 * `mindspore.nn.LazyAdam`, which moves only the rows that a sparse gradient has. Dense gradients are those of {@linkcode Adam}.
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
 * const optimizer = mindspore.LazyAdam({ learningRate: 0.1 });
 * const params = { weight: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { weight: tensor(1) }, params);
 * assertAlmostEquals(next.weight.item(), 0.9, 1e-6);
 * ```
 */
export function LazyAdam(options: LazyAdamOptions = {}): Optimizer {
  checkOptionNames("LazyAdam", options, LAZY_ADAM_OPTIONS);
  checkBoolean("LazyAdam", "useNesterov", options.useNesterov ?? false);
  checkNumber("LazyAdam", "weightDecay", options.weightDecay ?? 0, NOT_NEGATIVE);
  return adamOptimizer("LazyAdam", options, true);
}
