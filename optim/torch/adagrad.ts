/**
 * torch's Adagrad.
 *
 * @module
 */

import { scaleByRss } from "../adagrad.ts";
import { namedChain } from "../chain.ts";
import { checkNumber, NOT_NEGATIVE } from "../checks.ts";
import type { ScalarOrSchedule } from "../scalar.ts";
import { scaleByLearningRate } from "../scale.ts";
import { scaleByInverseTime } from "../scale_by_inverse_time.ts";
import { checkFlags, checkNotNegative } from "./checks.ts";
import type { TorchArguments, TorchDefinition, TorchOptimizer } from "./definition.ts";
import { torchOptimizer } from "./optimizer.ts";
import { ascending, decaying, denseOf, STAGE_OPTIONS } from "./stages.ts";

/** Options of {@linkcode Adagrad}. */
export interface AdagradOptions {
  /** The learning rate. @default {1e-2} */
  readonly lr: ScalarOrSchedule;
  /** How fast the learning rate falls with the steps. @default {0} */
  readonly lrDecay: ScalarOrSchedule;
  /** The share of the params that is added to the gradients. @default {0} */
  readonly weightDecay: ScalarOrSchedule;
  /** What the sums of squares start from, in every group. @default {0} */
  readonly initialAccumulatorValue: number;
  /** Added to the root. @default {1e-10} */
  readonly eps: ScalarOrSchedule;
  /** Climbs in place of descending. @default {false} */
  readonly maximize: boolean;
}

const definition: TorchDefinition<AdagradOptions> = {
  className: "Adagrad",
  takesSparse: true,
  defaults: {
    lr: 1e-2,
    lrDecay: 0,
    weightDecay: 0,
    initialAccumulatorValue: 0,
    eps: 1e-10,
    maximize: false,
  },
  check(options) {
    checkNotNegative("Adagrad", options, ["lr", "lrDecay", "weightDecay", "eps"]);
    const { initialAccumulatorValue } = options;
    checkNumber("Adagrad", "initialAccumulatorValue", initialAccumulatorValue, NOT_NEGATIVE);
    checkFlags("Adagrad", options, ["maximize"]);
  },
  chain: ({ lr, lrDecay, weightDecay, eps, maximize }, given, { initialAccumulatorValue }) =>
    namedChain(
      "Adagrad",
      denseOf("Adagrad", given.weightDecay),
      ...ascending(maximize),
      ...decaying(weightDecay, { isOn: given.weightDecay !== 0 }),
      scaleByRss({ initialAccumulatorValue, eps, epsInSqrt: false }),
      ...(given.lrDecay === 0 ? [] : [scaleByInverseTime({ decay: lrDecay })]),
      scaleByLearningRate(lr),
    ),
  layout: {
    options: { ...STAGE_OPTIONS, eps: "scaleByRss/eps", lrDecay: "scaleByInverseTime/decay" },
    state: { step: "countSteps/steps", sum: "scaleByRss/sumOfSquares" },
    steps: "countSteps/steps",
  },
};

/**
 * `torch.optim.Adagrad`, to torch's numbers: `s = s + g^2` and `w = w - lr / (1 + (t - 1) lrDecay) g / (sqrt(s) + eps)`,
 * where t counts the steps in which a parameter had a gradient. Options are those of torch in camel case; see `SGD`
 * for groups.
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
 * const optimizer = torch.Adagrad({ lr: 0.5, initialAccumulatorValue: 7, eps: 0 });
 * const params = { x: tensor(2) };
 * const next = optimizer.step(optimizer.init(params), { x: tensor(3) }, params);
 * assertEquals(next.params.x.item(), 1.625);
 * ```
 */
export function Adagrad(...args: TorchArguments<AdagradOptions>): TorchOptimizer<AdagradOptions> {
  return torchOptimizer(definition, args);
}
