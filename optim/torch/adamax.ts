/**
 * torch's Adamax.
 *
 * @module
 */

import { namedChain } from "../chain.ts";
import type { ScalarOrSchedule } from "../scalar.ts";
import { scaleByLearningRate } from "../scale.ts";
import { scaleByLeafwiseAdamax } from "../scale_by_leafwise_adamax.ts";
import { type Betas, checkBetas, checkFlags, checkNotNegative } from "./checks.ts";
import type { TorchArguments, TorchDefinition, TorchOptimizer } from "./definition.ts";
import { torchOptimizer } from "./optimizer.ts";
import { ascending, decaying, STAGE_OPTIONS } from "./stages.ts";

/** Options of {@linkcode Adamax}. */
export interface AdamaxOptions {
  /** The learning rate. @default {2e-3} */
  readonly lr: ScalarOrSchedule;
  /** Decays of the mean and of the largest size, below 1. @default {[0.9, 0.999]} */
  readonly betas: Betas;
  /** Added to the size of each gradient. @default {1e-8} */
  readonly eps: ScalarOrSchedule;
  /** The share of the params that is added to the gradients. @default {0} */
  readonly weightDecay: ScalarOrSchedule;
  /** Climbs in place of descending. @default {false} */
  readonly maximize: boolean;
}

const definition: TorchDefinition<AdamaxOptions> = {
  className: "Adamax",
  defaults: { lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maximize: false },
  check(options) {
    checkNotNegative("Adamax", options, ["lr", "eps", "weightDecay"]);
    checkBetas("Adamax", options.betas);
    checkFlags("Adamax", options, ["maximize"]);
  },
  chain: ({ lr, betas: [beta1, beta2], eps, weightDecay, maximize }, given) =>
    namedChain(
      "Adamax",
      ...ascending(maximize),
      ...decaying(weightDecay, { isOn: given.weightDecay !== 0 }),
      scaleByLeafwiseAdamax({ beta1, beta2, eps }),
      scaleByLearningRate(lr),
    ),
  layout: {
    options: {
      ...STAGE_OPTIONS,
      betas: ["scaleByLeafwiseAdamax/beta1", "scaleByLeafwiseAdamax/beta2"],
      eps: "scaleByLeafwiseAdamax/eps",
    },
    state: {
      step: "scaleByLeafwiseAdamax/steps",
      exp_avg: "scaleByLeafwiseAdamax/firstMoment",
      exp_inf: "scaleByLeafwiseAdamax/infinityNorm",
    },
    steps: "scaleByLeafwiseAdamax/steps",
  },
};

/**
 * `torch.optim.Adamax`, to torch's numbers: `v = max(beta2 v, |g| + eps)` and `w = w - lr m / (1 - beta1^t) / v`, where t
 * counts the steps in which a parameter had a gradient. Options are those of torch in camel case; see `SGD` for
 * groups.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a number is outside of what torch takes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = torch.Adamax({ lr: 0.5, betas: [0.5, 0.99], eps: 0 });
 * const params = { x: tensor(2) };
 * const next = optimizer.step(optimizer.init(params), { x: tensor(3) }, params);
 * assertEquals(next.params.x.item(), 1.5);
 * ```
 */
export function Adamax(...args: TorchArguments<AdamaxOptions>): TorchOptimizer<AdamaxOptions> {
  return torchOptimizer(definition, args);
}
