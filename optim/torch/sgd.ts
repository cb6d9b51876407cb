/**
 * torch's stochastic gradient descent.
 *
 * @module
 */

import { namedChain } from "../chain.ts";
import { heavyBall } from "../heavy_ball.ts";
import type { ScalarOrSchedule } from "../scalar.ts";
import { scaleByLearningRate } from "../scale.ts";
import { checkFlags, checkNotNegative } from "./checks.ts";
import type { TorchArguments, TorchDefinition, TorchOptimizer } from "./definition.ts";
import { torchOptimizer } from "./optimizer.ts";
import { ascending, decaying, denseOf, STAGE_OPTIONS } from "./stages.ts";

/** Options of {@linkcode SGD}. */
export interface SGDOptions {
  /** The learning rate. @default {1e-3} */
  readonly lr: ScalarOrSchedule;
  /** How much of the momentum buffer stays at each step. @default {0} */
  readonly momentum: ScalarOrSchedule;
  /** How much of each gradient after the first is left out of the buffer. @default {0} */
  readonly dampening: ScalarOrSchedule;
  /** The share of the params that is added to the gradients. @default {0} */
  readonly weightDecay: ScalarOrSchedule;
  /** Nesterov's look ahead. @default {false} */
  readonly nesterov: boolean;
  /** Climbs in place of descending. @default {false} */
  readonly maximize: boolean;
}

const definition: TorchDefinition<SGDOptions> = {
  className: "SGD",
  takesSparse: true,
  defaults: { lr: 1e-3, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false },
  check(options) {
    checkNotNegative("SGD", options, ["lr", "momentum", "weightDecay"]);
    checkFlags("SGD", options, ["nesterov", "maximize"]);
    if (options.nesterov && (options.momentum === 0 || options.dampening !== 0)) {
      throw new RangeError(
        `SGD expects a momentum and no dampening for nesterov but got momentum ${options.momentum} and dampening ${options.dampening}`,
      );
    }
  },
  chain: ({ lr, momentum, dampening, weightDecay, nesterov, maximize }, given) =>
    namedChain(
      "SGD",
      denseOf("SGD", given.weightDecay),
      ...ascending(maximize),
      ...decaying(weightDecay, { isOn: given.weightDecay !== 0 }),
      ...(given.momentum === 0 ? [] : [heavyBall({ momentum, dampening, nesterov })]),
      scaleByLearningRate(lr),
    ),
  layout: {
    options: { ...STAGE_OPTIONS, momentum: "heavyBall/momentum", dampening: "heavyBall/dampening" },
    state: { momentum_buffer: "heavyBall/buffer" },
    steps: "countSteps/steps",
  },
};

/**
 * `torch.optim.SGD`, to torch's numbers: with momentum `b = momentum b + (1 - dampening) g`, where the first gradient
 * is the first b, then `w = w - lr b`, or with nesterov `w = w - lr (g + momentum b)`.
 *
 * Options are those of torch in camel case. A list of groups before them gives groups of params options of their own:
 * a group has the leaves in `params`, and any option. As in torch only the options of the constructor are checked,
 * not those of groups. Every leaf is in one group: those that torch would not be given are holes in the params, get no
 * gradient, or are masked out by `masked(optimizer, mask, { rest: "zero" })`.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a number is negative, or nesterov stands without momentum or with dampening; when used, if a
 * leaf is in two groups or in none, or a group has none.
 *
 * @example Groups with options of their own
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { rest, torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = torch.SGD(
 *   [{ params: "conv/**", lr: 0.5 }, { params: rest, nesterov: true }],
 *   { lr: 0.25, momentum: 0.5 },
 * );
 * const params = { conv: { weight: tensor(1) }, bias: tensor(1) };
 * const next = optimizer.step(optimizer.init(params), params, params);
 * assertEquals([next.params.conv.weight.item(), next.params.bias.item()], [0.5, 0.625]);
 * ```
 */
export function SGD(...args: TorchArguments<SGDOptions>): TorchOptimizer<SGDOptions> {
  return torchOptimizer(definition, args);
}
