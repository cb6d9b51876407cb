/**
 * torch's RAdam.
 *
 * @module
 */

import { namedChain } from "../chain.ts";
import type { ScalarOrSchedule } from "../scalar.ts";
import { scaleByLearningRate } from "../scale.ts";
import { scaleByLeafwiseRadam } from "../scale_by_leafwise_radam.ts";
import { type Betas, checkBetas, checkFlags, checkNotNegative } from "./checks.ts";
import type { TorchArguments, TorchDefinition, TorchOptimizer } from "./definition.ts";
import { torchOptimizer } from "./optimizer.ts";
import { ascending, decaying, STAGE_OPTIONS } from "./stages.ts";

/** Options of {@linkcode RAdam}. */
export interface RAdamOptions {
  /** The learning rate. @default {1e-3} */
  readonly lr: ScalarOrSchedule;
  /** Decays of the two moments, below 1. @default {[0.9, 0.999]} */
  readonly betas: Betas;
  /** Added to the root of the second moment. @default {1e-8} */
  readonly eps: ScalarOrSchedule;
  /** The share of the params that is added to the gradients, or taken off. @default {0} */
  readonly weightDecay: ScalarOrSchedule;
  /** Decays the params apart from the moments, times the learning rate, as AdamW does. @default {false} */
  readonly decoupledWeightDecay: boolean;
  /** Climbs in place of descending. @default {false} */
  readonly maximize: boolean;
}

const definition: TorchDefinition<RAdamOptions> = {
  className: "RAdam",
  defaults: {
    lr: 1e-3,
    betas: [0.9, 0.999],
    eps: 1e-8,
    weightDecay: 0,
    decoupledWeightDecay: false,
    maximize: false,
  },
  check(options) {
    checkNotNegative("RAdam", options, ["lr", "eps", "weightDecay"]);
    checkBetas("RAdam", options.betas);
    checkFlags("RAdam", options, ["decoupledWeightDecay", "maximize"]);
  },
  chain: (options, given) => {
    const { lr, betas: [beta1, beta2], eps, weightDecay, decoupledWeightDecay, maximize } = options;
    const decays = given.weightDecay !== 0;
    return namedChain(
      "RAdam",
      ...ascending(maximize),
      ...decaying(weightDecay, { isOn: decays && !decoupledWeightDecay }),
      scaleByLeafwiseRadam({ beta1, beta2, eps }),
      ...decaying(weightDecay, { isOn: decays && decoupledWeightDecay }),
      scaleByLearningRate(lr),
    );
  },
  layout: {
    options: {
      ...STAGE_OPTIONS,
      betas: ["scaleByLeafwiseRadam/beta1", "scaleByLeafwiseRadam/beta2"],
      eps: "scaleByLeafwiseRadam/eps",
    },
    state: {
      step: "scaleByLeafwiseRadam/steps",
      exp_avg: "scaleByLeafwiseRadam/firstMoment",
      exp_avg_sq: "scaleByLeafwiseRadam/secondMoment",
    },
    steps: "scaleByLeafwiseRadam/steps",
  },
};

/**
 * `torch.optim.RAdam`, to torch's numbers: Adam without the second moment as long as that is too
 * young, `w = w - lr m / (1 - beta1^t)`, and from then on with its variance rectified by r,
 * `w = w - lr r m / (1 - beta1^t) sqrt(1 - beta2^t) / (sqrt(v) + eps)`.
 * Here t counts the steps in which a parameter had a gradient. Options are those of torch in camel case; see `SGD` for
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
 * const optimizer = torch.RAdam({ lr: 0.5, betas: [0.5, 0.99] });
 * const params = { x: tensor(2) };
 * const next = optimizer.step(optimizer.init(params), { x: tensor(3) }, params);
 * assertEquals(next.params.x.item(), 0.5);
 * ```
 */
export function RAdam(...args: TorchArguments<RAdamOptions>): TorchOptimizer<RAdamOptions> {
  return torchOptimizer(definition, args);
}
