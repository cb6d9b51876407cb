/**
 * torch's RMSprop.
 *
 * @module
 */

import { namedChain } from "../chain.ts";
import { heavyBall } from "../heavy_ball.ts";
import type { ScalarOrSchedule } from "../scalar.ts";
import { scaleByLearningRate } from "../scale.ts";
import { scaleByRms, scaleByStddev } from "../scale_by_rms.ts";
import { checkFlags, checkNotNegative } from "./checks.ts";
import type { TorchArguments, TorchDefinition, TorchOptimizer } from "./definition.ts";
import { torchOptimizer } from "./optimizer.ts";
import { ascending, decaying, STAGE_OPTIONS } from "./stages.ts";

/** Options of {@linkcode RMSprop}. */
export interface RMSpropOptions {
  /** The learning rate. @default {1e-2} */
  readonly lr: ScalarOrSchedule;
  /** Decay of the mean of squares. @default {0.99} */
  readonly alpha: ScalarOrSchedule;
  /** Added to the root. @default {1e-8} */
  readonly eps: ScalarOrSchedule;
  /** The share of the params that is added to the gradients. @default {0} */
  readonly weightDecay: ScalarOrSchedule;
  /** How much of the buffer of scaled gradients stays at each step. @default {0} */
  readonly momentum: ScalarOrSchedule;
  /** Divides by the standard deviation in place of the root mean square. @default {false} */
  readonly centered: boolean;
  /** Climbs in place of descending. @default {false} */
  readonly maximize: boolean;
}

const definition: TorchDefinition<RMSpropOptions> = {
  className: "RMSprop",
  defaults: {
    lr: 1e-2,
    alpha: 0.99,
    eps: 1e-8,
    weightDecay: 0,
    momentum: 0,
    centered: false,
    maximize: false,
  },
  check(options) {
    checkNotNegative("RMSprop", options, ["lr", "alpha", "eps", "weightDecay", "momentum"]);
    checkFlags("RMSprop", options, ["centered", "maximize"]);
  },
  chain: ({ lr, alpha, eps, weightDecay, momentum, centered, maximize }, given) =>
    namedChain(
      "RMSprop",
      ...ascending(maximize),
      ...decaying(weightDecay, { isOn: given.weightDecay !== 0 }),
      (centered ? scaleByStddev : scaleByRms)({ decay: alpha, eps, epsInSqrt: false }),
      ...(given.momentum === 0 ? [] : [heavyBall({ momentum })]),
      scaleByLearningRate(lr),
    ),
  layout: {
    options: {
      ...STAGE_OPTIONS,
      alpha: "scaleByRms|scaleByStddev/decay",
      eps: "scaleByRms|scaleByStddev/eps",
      momentum: "heavyBall/momentum",
    },
    state: {
      step: "countSteps/steps",
      square_avg: "scaleByRms|scaleByStddev/secondMoment",
      momentum_buffer: "heavyBall/buffer",
      grad_avg: "scaleByStddev/firstMoment",
    },
    steps: "countSteps/steps",
  },
};

/**
 * `torch.optim.RMSprop`, to torch's numbers: `v = alpha v + (1 - alpha) g^2` and `w = w - lr g / (sqrt(v) + eps)`; centered
 * with `v - m^2` in place of v, m being the mean of the gradients; with momentum `b = momentum b + g / (sqrt(v) + eps)`
 * and `w = w - lr b`. Options are those of torch in camel case; see `SGD` for groups.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a number is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = torch.RMSprop({ lr: 0.5, alpha: 0.75, eps: 0 });
 * const params = { x: tensor(2) };
 * const next = optimizer.step(optimizer.init(params), { x: tensor(3) }, params);
 * assertEquals(next.params.x.item(), 1);
 * ```
 */
export function RMSprop(...args: TorchArguments<RMSpropOptions>): TorchOptimizer<RMSpropOptions> {
  return torchOptimizer(definition, args);
}
