/**
 * torch's Adam and AdamW.
 *
 * @module
 */

import { namedChain } from "../chain.ts";
import type { ScalarOrSchedule } from "../scalar.ts";
import { scaleByLearningRate } from "../scale.ts";
import { scaleByLeafwiseAdam } from "../scale_by_leafwise_adam.ts";
import { type Betas, checkBetas, checkFlags, checkNotNegative } from "./checks.ts";
import type { TorchArguments, TorchDefinition, TorchOptimizer } from "./definition.ts";
import { torchOptimizer } from "./optimizer.ts";
import { ascending, decaying, STAGE_OPTIONS } from "./stages.ts";

/** Options of {@linkcode AdamW}. */
export interface AdamWOptions {
  /** The learning rate. @default {1e-3} */
  readonly lr: ScalarOrSchedule;
  /** Decays of the two moments, below 1. @default {[0.9, 0.999]} */
  readonly betas: Betas;
  /** Added to the root of the second moment. @default {1e-8} */
  readonly eps: ScalarOrSchedule;
  /** The weight decay: 0 for Adam and 0.01 for AdamW where it is left out. */
  readonly weightDecay: ScalarOrSchedule;
  /** Divides by the root of the largest second moment so far. @default {false} */
  readonly amsgrad: boolean;
  /** Climbs in place of descending. @default {false} */
  readonly maximize: boolean;
}

/** Options of {@linkcode Adam}. */
export interface AdamOptions extends AdamWOptions {
  /** Decays the params apart from the moments, times the learning rate, as AdamW does. @default {false} */
  readonly decoupledWeightDecay: boolean;
}

const ADAM: AdamOptions = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  maximize: false,
  decoupledWeightDecay: false,
};

function definitionOf<O extends AdamWOptions>(
  className: string,
  defaults: O,
  decouples: (options: O) => boolean,
): TorchDefinition<O> {
  return {
    className,
    defaults,
    check(options) {
      checkNotNegative(className, options, ["lr", "eps", "weightDecay"]);
      checkBetas(className, options.betas);
      checkFlags(className, options, ["amsgrad", "maximize"]);
    },
    chain: (options, given) => {
      const { lr, betas: [beta1, beta2], eps, weightDecay, amsgrad, maximize } = options;
      const [decays, isDecoupled] = [given.weightDecay !== 0, decouples(given)];
      return namedChain(
        className,
        ...ascending(maximize),
        ...decaying(weightDecay, { isOn: decays && !isDecoupled }),
        scaleByLeafwiseAdam({ beta1, beta2, eps, amsgrad }),
        ...decaying(weightDecay, { isOn: decays && isDecoupled }),
        scaleByLearningRate(lr),
      );
    },
    layout: {
      options: {
        ...STAGE_OPTIONS,
        betas: ["scaleByLeafwiseAdam/beta1", "scaleByLeafwiseAdam/beta2"],
        eps: "scaleByLeafwiseAdam/eps",
      },
      state: {
        step: "scaleByLeafwiseAdam/steps",
        exp_avg: "scaleByLeafwiseAdam/firstMoment",
        exp_avg_sq: "scaleByLeafwiseAdam/secondMoment",
        max_exp_avg_sq: "scaleByLeafwiseAdam/largestSecondMoment",
      },
      steps: "scaleByLeafwiseAdam/steps",
    },
  };
}

const adam = definitionOf("Adam", ADAM, ({ decoupledWeightDecay }) => decoupledWeightDecay);
const { decoupledWeightDecay: _, ...withoutSwitch } = ADAM;
const adamW = definitionOf<AdamWOptions>("AdamW", { ...withoutSwitch, weightDecay: 1e-2 }, () => true);

/**
 * `torch.optim.Adam`, to torch's numbers: `w = w - lr m / (1 - beta1^t) / (sqrt(v) / sqrt(1 - beta2^t) + eps)`, where
 * t counts the steps in which a parameter had a gradient, and the decay is added to the gradients unless it is
 * decoupled. Options are those of torch in camel case; see `SGD` for groups.
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
 * const optimizer = torch.Adam({ lr: 0.5, betas: [0.8, 0.99], eps: 0 });
 * const params = { x: tensor(2) };
 * const next = optimizer.step(optimizer.init(params), { x: tensor(3) }, params);
 * assertEquals(next.params.x.item(), 1.5);
 * ```
 */
export function Adam(...args: TorchArguments<AdamOptions>): TorchOptimizer<AdamOptions> {
  return torchOptimizer(adam, args);
}

/**
 * `torch.optim.AdamW`, to torch's numbers: Adam whose decay is `w = w (1 - lr weightDecay)`. Options are those of
 * torch in camel case; see `SGD` for groups.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a number is outside of what torch takes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { rest, torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = torch.AdamW([{ params: "bias", weightDecay: 0 }, { params: rest }], { lr: 0.5, weightDecay: 0.25 });
 * const params = { weight: tensor(4), bias: tensor(4) };
 * const grads = { weight: tensor(0), bias: tensor(0) };
 * const next = optimizer.step(optimizer.init(params), grads, params);
 * assertEquals([next.params.weight.item(), next.params.bias.item()], [3.5, 4]);
 * ```
 */
export function AdamW(...args: TorchArguments<AdamWOptions>): TorchOptimizer<AdamWOptions> {
  return torchOptimizer(adamW, args);
}
