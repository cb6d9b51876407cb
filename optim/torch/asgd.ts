/**
 * torch's averaged stochastic gradient descent.
 *
 * @module
 */

import { averagedSgd } from "../averaged_sgd.ts";
import { namedChain } from "../chain.ts";
import type { ScalarOrSchedule } from "../scalar.ts";
import { scale } from "../scale.ts";
import { checkFlags, checkNotNegative } from "./checks.ts";
import type { TorchArguments, TorchDefinition, TorchOptimizer } from "./definition.ts";
import { torchOptimizer } from "./optimizer.ts";
import { decaying } from "./stages.ts";

/** Options of {@linkcode ASGD}. */
export interface ASGDOptions {
  /** The learning rate, which decays by itself. @default {1e-2} */
  readonly lr: ScalarOrSchedule;
  /** The share of the params that is taken off, times the decayed rate. @default {1e-4} */
  readonly lambd: ScalarOrSchedule;
  /** The power of the decay of the rate. @default {0.75} */
  readonly alpha: ScalarOrSchedule;
  /** The step from which on params are averaged. @default {1e6} */
  readonly t0: ScalarOrSchedule;
  /** The share of the params that is added to the gradients. @default {0} */
  readonly weightDecay: ScalarOrSchedule;
  /** Climbs in place of descending. @default {false} */
  readonly maximize: boolean;
}

const definition: TorchDefinition<ASGDOptions> = {
  className: "ASGD",
  defaults: { lr: 1e-2, lambd: 1e-4, alpha: 0.75, t0: 1e6, weightDecay: 0, maximize: false },
  check(options) {
    checkNotNegative("ASGD", options, ["lr", "weightDecay"]);
    checkFlags("ASGD", options, ["maximize"]);
  },
  chain: ({ lr, lambd, alpha, t0, weightDecay, maximize }, given) =>
    namedChain(
      "ASGD",
      ...(maximize ? [scale(-1)] : []),
      ...decaying(weightDecay, { isOn: given.weightDecay !== 0 }),
      averagedSgd({ learningRate: lr, lambd, alpha, t0 }),
    ),
  layout: {
    options: {
      lr: "averagedSgd/learningRate",
      lambd: "averagedSgd/lambd",
      alpha: "averagedSgd/alpha",
      t0: "averagedSgd/t0",
      weightDecay: "addDecayedWeights/weightDecay",
    },
    state: {
      step: "averagedSgd/steps",
      eta: "averagedSgd/eta",
      mu: "averagedSgd/mu",
      ax: "averagedSgd/average",
    },
    steps: "averagedSgd/steps",
  },
};

/**
 * `torch.optim.ASGD`, to torch's numbers: `w = w (1 - lambd eta) - eta g` with a rate eta that is lr at first and
 * `lr / (1 + lambd lr t)^alpha` after step t. The average of the params, from step t0 on, stands in the state. Options
 * are those of torch in camel case; see `SGD` for groups.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If lr or weightDecay is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = torch.ASGD({ lr: 0.5, lambd: 0.5 });
 * const params = { x: tensor(4) };
 * const next = optimizer.step(optimizer.init(params), { x: tensor(2) }, params);
 * assertEquals(next.params.x.item(), 2);
 * ```
 */
export function ASGD(...args: TorchArguments<ASGDOptions>): TorchOptimizer<ASGDOptions> {
  return torchOptimizer(definition, args);
}
