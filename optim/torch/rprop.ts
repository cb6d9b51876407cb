/**
 * torch's Rprop.
 *
 * @module
 */

import { namedChain } from "../chain.ts";
import type { ScalarOrSchedule } from "../scalar.ts";
import { scale } from "../scale.ts";
import { scaleBySignAgreement } from "../scale_by_sign_agreement.ts";
import { checkFlags, checkNotNegative, checkPair } from "./checks.ts";
import type { TorchArguments, TorchDefinition, TorchOptimizer } from "./definition.ts";
import { torchOptimizer } from "./optimizer.ts";

/** Options of {@linkcode Rprop}. */
export interface RpropOptions {
  /** The size of the first step of each element. @default {1e-2} */
  readonly lr: ScalarOrSchedule;
  /** What sizes are multiplied by where the sign changes, and where it stays. @default {[0.5, 1.2]} */
  readonly etas: readonly [minus: ScalarOrSchedule, plus: ScalarOrSchedule];
  /** The least size and the largest. @default {[1e-6, 50]} */
  readonly stepSizes: readonly [least: ScalarOrSchedule, largest: ScalarOrSchedule];
  /** Climbs in place of descending. @default {false} */
  readonly maximize: boolean;
}

const definition: TorchDefinition<RpropOptions> = {
  className: "Rprop",
  defaults: { lr: 1e-2, etas: [0.5, 1.2], stepSizes: [1e-6, 50], maximize: false },
  check(options) {
    checkNotNegative("Rprop", options, ["lr"]);
    checkPair("Rprop", "etas", options.etas);
    checkPair("Rprop", "stepSizes", options.stepSizes);
    const [minus, plus] = options.etas;
    const numbers = typeof minus === "number" && typeof plus === "number";
    if (numbers && !(minus > 0 && minus < 1 && plus > 1)) {
      throw new RangeError(
        `Rprop expects etas to be a number between 0 and 1 and one above 1 but got ${minus} and ${plus}`,
      );
    }
    checkFlags("Rprop", options, ["maximize"]);
  },
  chain: ({ lr, etas, stepSizes, maximize }) =>
    namedChain(
      "Rprop",
      ...(maximize ? [scale(-1)] : []),
      scaleBySignAgreement({
        learningRate: lr,
        etaMinus: etas[0],
        etaPlus: etas[1],
        minStepSize: stepSizes[0],
        maxStepSize: stepSizes[1],
      }),
      scale(-1),
    ),
  layout: {
    options: {
      lr: "scaleBySignAgreement/learningRate",
      etas: ["scaleBySignAgreement/etaMinus", "scaleBySignAgreement/etaPlus"],
      stepSizes: ["scaleBySignAgreement/minStepSize", "scaleBySignAgreement/maxStepSize"],
    },
    state: {
      step: "scaleBySignAgreement/steps",
      prev: "scaleBySignAgreement/previousGrads",
      step_size: "scaleBySignAgreement/stepSizes",
    },
    steps: "scaleBySignAgreement/steps",
  },
};

/**
 * `torch.optim.Rprop`, to torch's numbers: each element steps against the sign of its gradient, in a size that starts as
 * lr, grows by the larger eta while the sign stays, and shrinks by the smaller where it changes, where there is no step
 * at all. Options are those of torch in camel case; see `SGD` for groups.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If lr is negative, or the etas are not around 1.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = torch.Rprop({ lr: 0.5 });
 * const params = { x: tensor([2, 2]) };
 * const next = optimizer.step(optimizer.init(params), { x: tensor([3, -0.1]) }, params);
 * assertEquals(next.params.x.toArray(), [1.5, 2.5]);
 * ```
 */
export function Rprop(...args: TorchArguments<RpropOptions>): TorchOptimizer<RpropOptions> {
  return torchOptimizer(definition, args);
}
