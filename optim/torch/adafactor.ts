/**
 * torch's Adafactor.
 *
 * @module
 */

import { namedChain } from "../chain.ts";
import { checkScalar, type Domain } from "../checks.ts";
import { clipByBlockRms } from "../clip_by_block_rms.ts";
import type { ScalarOrSchedule } from "../scalar.ts";
import { scale } from "../scale.ts";
import { scaleByParamBlockRms } from "../scale_by_param_block.ts";
import { scaleByRelativeStep } from "../scale_by_relative_step.ts";
import { scaleByRowColumnVariance } from "../scale_by_row_column_variance.ts";
import { checkFlags, checkNotNegative, checkPair } from "./checks.ts";
import type { TorchArguments, TorchDefinition, TorchOptimizer } from "./definition.ts";
import { torchOptimizer } from "./optimizer.ts";

/** Options of {@linkcode Adafactor}. */
export interface AdafactorOptions {
  /** The largest learning rate, which falls with the root of the steps. @default {1e-2} */
  readonly lr: ScalarOrSchedule;
  /** The power of the step that new squares are weighed with; not positive. @default {-0.8} */
  readonly beta2Decay: ScalarOrSchedule;
  /** The least mean of squares, null for the epsilon of the dtype, and the least size of the params. @default {[null, 1e-3]} */
  readonly eps: readonly [least: ScalarOrSchedule | null, leastParams: ScalarOrSchedule];
  /** The root mean square at which updates are clipped; at least 1. @default {1} */
  readonly d: ScalarOrSchedule;
  /** Decay of the params, times lr at each step. @default {0} */
  readonly weightDecay: ScalarOrSchedule;
  /** Climbs in place of descending. @default {false} */
  readonly maximize: boolean;
}

const FROM_ONE: Domain = { text: "a finite number not below 1", includes: (value) => value >= 1 };
const NOT_POSITIVE: Domain = { text: "a finite number not above 0", includes: (value) => value <= 0 };

const definition: TorchDefinition<AdafactorOptions> = {
  className: "Adafactor",
  defaults: { lr: 1e-2, beta2Decay: -0.8, eps: [null, 1e-3], d: 1, weightDecay: 0, maximize: false },
  check(options) {
    const { beta2Decay, eps, d } = options;
    checkNotNegative("Adafactor", options, ["lr", "weightDecay"]);
    checkScalar("Adafactor", "beta2Decay", beta2Decay, NOT_POSITIVE);
    checkPair("Adafactor", "eps", eps);
    if (eps[0] !== null) checkNotNegative("Adafactor", { "eps[0]": eps[0] }, ["eps[0]"]);
    checkNotNegative("Adafactor", { "eps[1]": eps[1] }, ["eps[1]"]);
    checkScalar("Adafactor", "d", d, FROM_ONE);
    checkFlags("Adafactor", options, ["maximize"]);
  },
  chain: ({ lr, beta2Decay, eps, d, weightDecay, maximize }, given) =>
    namedChain(
      "Adafactor",
      ...(maximize ? [scale(-1)] : []),
      scaleByRowColumnVariance({ beta2Decay, eps: given.eps[0] }),
      clipByBlockRms(d),
      scaleByParamBlockRms({ minScale: eps[1] }),
      scaleByRelativeStep({ learningRate: lr, weightDecay }),
    ),
  layout: {
    options: {
      lr: "scaleByRelativeStep/learningRate",
      beta2Decay: "scaleByRowColumnVariance/beta2Decay",
      eps: ["scaleByRowColumnVariance/eps", "scaleByParamBlockRms/minScale"],
      d: "clipByBlockRms/threshold",
      weightDecay: "scaleByRelativeStep/weightDecay",
    },
    state: {
      step: "scaleByRowColumnVariance/steps",
      row_var: "scaleByRowColumnVariance/rows",
      col_var: "scaleByRowColumnVariance/columns",
      variance: "scaleByRowColumnVariance/secondMoment",
    },
    steps: "scaleByRowColumnVariance/steps",
  },
};

/**
 * `torch.optim.Adafactor`, to torch's numbers: with second moments V, kept as rows and columns where a parameter has two
 * axes and more, `u = g / sqrt(V)`, clipped at a root mean square of d, and
 * `w = w (1 - lr weightDecay) - max(eps[1], rms(w)) min(lr, 1 / sqrt(t)) u`, where t counts the steps in which a parameter
 * had a gradient. Options are those of torch in camel case; see `SGD` for groups.
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
 * const optimizer = torch.Adafactor({ lr: 0.25 });
 * const params = { x: tensor([2, -2]) };
 * const next = optimizer.step(optimizer.init(params), { x: tensor([4, -0.5]) }, params);
 * assertEquals(next.params.x.toArray(), [1.5, -1.5]);
 * ```
 */
export function Adafactor(...args: TorchArguments<AdafactorOptions>): TorchOptimizer<AdafactorOptions> {
  return torchOptimizer(definition, args);
}
