/**
 * torch's Adadelta.
 *
 * @module
 */

import { scaleByAdadelta } from "../adadelta.ts";
import { namedChain } from "../chain.ts";
import { checkScalar, PROPORTION } from "../checks.ts";
import type { ScalarOrSchedule } from "../scalar.ts";
import { scaleByLearningRate } from "../scale.ts";
import { checkFlags, checkNotNegative } from "./checks.ts";
import type { TorchArguments, TorchDefinition, TorchOptimizer } from "./definition.ts";
import { torchOptimizer } from "./optimizer.ts";
import { ascending, decaying, STAGE_OPTIONS } from "./stages.ts";

/** Options of {@linkcode Adadelta}. */
export interface AdadeltaOptions {
  /** The learning rate. @default {1} */
  readonly lr: ScalarOrSchedule;
  /** Decay of both means of squares. @default {0.9} */
  readonly rho: ScalarOrSchedule;
  /** Added to both under the root. @default {1e-6} */
  readonly eps: ScalarOrSchedule;
  /** The share of the params that is added to the gradients. @default {0} */
  readonly weightDecay: ScalarOrSchedule;
  /** Climbs in place of descending. @default {false} */
  readonly maximize: boolean;
}

const definition: TorchDefinition<AdadeltaOptions> = {
  className: "Adadelta",
  defaults: { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false },
  check(options) {
    checkNotNegative("Adadelta", options, ["lr", "eps", "weightDecay"]);
    checkScalar("Adadelta", "rho", options.rho, PROPORTION);
    checkFlags("Adadelta", options, ["maximize"]);
  },
  chain: ({ lr, rho, eps, weightDecay, maximize }, given) =>
    namedChain(
      "Adadelta",
      ...ascending(maximize),
      ...decaying(weightDecay, { isOn: given.weightDecay !== 0 }),
      scaleByAdadelta({ rho, eps }),
      scaleByLearningRate(lr),
    ),
  layout: {
    options: { ...STAGE_OPTIONS, rho: "scaleByAdadelta/rho", eps: "scaleByAdadelta/eps" },
    state: {
      step: "countSteps/steps",
      square_avg: "scaleByAdadelta/meanSquareOfGrads",
      acc_delta: "scaleByAdadelta/meanSquareOfUpdates",
    },
    steps: "countSteps/steps",
  },
};

/**
 * `torch.optim.Adadelta`, to torch's numbers: `v = rho v + (1 - rho) g^2`, `u = sqrt(d + eps) / sqrt(v + eps) g`,
 * `d = rho d + (1 - rho) u^2` and `w = w - lr u`. Options are those of torch in camel case; see `SGD` for groups.
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
 * const optimizer = torch.Adadelta({ lr: 0.5, rho: 0, eps: 16 });
 * const params = { x: tensor(2) };
 * const next = optimizer.step(optimizer.init(params), { x: tensor(3) }, params);
 * assertEquals(next.params.x.item().toFixed(4), "0.8000");
 * ```
 */
export function Adadelta(...args: TorchArguments<AdadeltaOptions>): TorchOptimizer<AdadeltaOptions> {
  return torchOptimizer(definition, args);
}
