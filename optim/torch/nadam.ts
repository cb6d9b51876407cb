/**
 * torch's NAdam.
 *
 * @module
 */

import { namedChain } from "../chain.ts";
import type { ScalarOrSchedule } from "../scalar.ts";
import { scaleByLearningRate } from "../scale.ts";
import { scaleByLeafwiseNadam } from "../scale_by_leafwise_nadam.ts";
import { type Betas, checkBetas, checkFlags, checkNotNegative } from "./checks.ts";
import type { TorchArguments, TorchDefinition, TorchOptimizer } from "./definition.ts";
import { torchOptimizer } from "./optimizer.ts";
import { ascending, decaying, STAGE_OPTIONS } from "./stages.ts";

/** Options of {@linkcode NAdam}. */
export interface NAdamOptions {
  /** The learning rate. @default {2e-3} */
  readonly lr: ScalarOrSchedule;
  /** Decays of the two moments, below 1. @default {[0.9, 0.999]} */
  readonly betas: Betas;
  /** Added to the root of the second moment. @default {1e-8} */
  readonly eps: ScalarOrSchedule;
  /** The share of the params that is added to the gradients, or taken off. @default {0} */
  readonly weightDecay: ScalarOrSchedule;
  /** How fast the momentum grows to the first beta. @default {4e-3} */
  readonly momentumDecay: ScalarOrSchedule;
  /** Decays the params apart from the moments, times the learning rate, as AdamW does. @default {false} */
  readonly decoupledWeightDecay: boolean;
  /** Climbs in place of descending. @default {false} */
  readonly maximize: boolean;
}

const definition: TorchDefinition<NAdamOptions> = {
  className: "NAdam",
  defaults: {
    lr: 2e-3,
    betas: [0.9, 0.999],
    eps: 1e-8,
    weightDecay: 0,
    momentumDecay: 4e-3,
    decoupledWeightDecay: false,
    maximize: false,
  },
  check(options) {
    checkNotNegative("NAdam", options, ["lr", "eps", "weightDecay", "momentumDecay"]);
    checkBetas("NAdam", options.betas);
    checkFlags("NAdam", options, ["decoupledWeightDecay", "maximize"]);
  },
  chain: (options, given) => {
    const { lr, betas: [beta1, beta2], eps, weightDecay, momentumDecay, decoupledWeightDecay, maximize } =
      options;
    const decays = given.weightDecay !== 0;
    return namedChain(
      "NAdam",
      ...ascending(maximize),
      ...decaying(weightDecay, { isOn: decays && !decoupledWeightDecay }),
      scaleByLeafwiseNadam({ beta1, beta2, eps, momentumDecay }),
      ...decaying(weightDecay, { isOn: decays && decoupledWeightDecay }),
      scaleByLearningRate(lr),
    );
  },
  layout: {
    options: {
      ...STAGE_OPTIONS,
      betas: ["scaleByLeafwiseNadam/beta1", "scaleByLeafwiseNadam/beta2"],
      eps: "scaleByLeafwiseNadam/eps",
      momentumDecay: "scaleByLeafwiseNadam/momentumDecay",
    },
    state: {
      step: "scaleByLeafwiseNadam/steps",
      mu_product: "scaleByLeafwiseNadam/muProduct",
      exp_avg: "scaleByLeafwiseNadam/firstMoment",
      exp_avg_sq: "scaleByLeafwiseNadam/secondMoment",
    },
    steps: "scaleByLeafwiseNadam/steps",
  },
};

/**
 * `torch.optim.NAdam`, to torch's numbers: Adam with Nesterov's momentum, which grows by a schedule:
 * with `mu_t = beta1 (1 - 0.96^(t momentumDecay) / 2)`, the product `M` of all so far and
 * `d = sqrt(v / (1 - beta2^t)) + eps`, it is
 * `w = w - lr ((1 - mu_t) / (1 - M) g / d + mu_(t+1) / (1 - M mu_(t+1)) m / d)`.
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
 * const optimizer = torch.NAdam({ lr: 0.5, betas: [0, 0.5], eps: 0 });
 * const params = { x: tensor(2) };
 * const next = optimizer.step(optimizer.init(params), { x: tensor(3) }, params);
 * assertEquals(next.params.x.item(), 1.5);
 * ```
 */
export function NAdam(...args: TorchArguments<NAdamOptions>): TorchOptimizer<NAdamOptions> {
  return torchOptimizer(definition, args);
}
