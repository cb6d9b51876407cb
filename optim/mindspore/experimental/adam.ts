/**
 * Adam of `mindspore.experimental.optim`.
 *
 * @module
 */

import { namedChain } from "../../chain.ts";
import { scaleByLearningRate } from "../../scale.ts";
import { scaleByAdamHat } from "../../scale_by_adam_hat.ts";
import { scaleByBiasCorrection } from "../../scale_by_bias_correction.ts";
import type { AdamWOptions } from "../../torch/adam.ts";
import { checkBetas, checkFlags, checkNotNegative } from "../../torch/checks.ts";
import type { TorchArguments, TorchDefinition, TorchOptimizer } from "../../torch/definition.ts";
import { torchOptimizer } from "../../torch/optimizer.ts";
import { ascending, decaying, STAGE_OPTIONS } from "../../torch/stages.ts";
import { inSingle } from "./in_single.ts";

const definition: TorchDefinition<AdamWOptions> = {
  className: "Adam",
  defaults: { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, amsgrad: false, maximize: false },
  check(options) {
    checkNotNegative("Adam", options, ["lr", "eps", "weightDecay"]);
    checkBetas("Adam", options.betas);
    checkFlags("Adam", options, ["amsgrad", "maximize"]);
  },
  chain: ({ lr, betas: [beta1, beta2], eps, weightDecay, maximize }, { betas, weightDecay: decay }) =>
    namedChain(
      "Adam",
      ...ascending(maximize),
      ...decaying(weightDecay, { isOn: decay !== 0 }),
      scaleByAdamHat({ beta1, beta2, eps }),
      scaleByBiasCorrection({ beta1: betas[0], beta2: betas[1] }),
      scaleByLearningRate(lr),
    ),
  layout: {
    options: {
      ...STAGE_OPTIONS,
      betas: ["scaleByAdamHat/beta1", "scaleByAdamHat/beta2"],
      eps: "scaleByAdamHat/eps",
    },
    state: { exp_avg: "scaleByAdamHat/firstMoment", exp_avg_sq: "scaleByAdamHat/secondMoment" },
    steps: "countSteps/steps",
  },
};

/**
 * `mindspore.experimental.optim.Adam`: the options of torch's, and the arithmetic of `mindspore.nn.Adam`,
 * `w = w - lr sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + eps)`, in which eps is not corrected. `amsgrad` does
 * nothing, as in MindSpore, whose documentation says that its formula is not that of the paper.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a number is outside of what torch takes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = mindspore.experimental.Adam({ lr: 0.5 });
 * const params = { x: tensor(2) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(3) }, params);
 * assertAlmostEquals(next.x.item(), 1.5, 1e-6);
 * ```
 */
export function Adam(...args: TorchArguments<AdamWOptions>): TorchOptimizer<AdamWOptions> {
  return inSingle((...args: TorchArguments<AdamWOptions>) => torchOptimizer(definition, args), args);
}
