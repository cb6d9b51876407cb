/**
 * torch's Muon.
 *
 * @module
 */

import { namedChain } from "../chain.ts";
import { checkNumber, FINITE, NOT_NEGATIVE, WHOLE } from "../checks.ts";
import { countSteps } from "../count_steps.ts";
import type { DimensionNumbersOf } from "../dimension_numbers.ts";
import { ema } from "../ema.ts";
import type { Coefficients } from "../newton_schulz.ts";
import { orthogonalize } from "../orthogonalize.ts";
import type { ScalarOrSchedule } from "../scalar.ts";
import { scaleByLearningRate } from "../scale.ts";
import { scaleByShape } from "../scale_by_shape.ts";
import { checkFlags, checkNotNegative } from "./checks.ts";
import type { TorchArguments, TorchDefinition, TorchOptimizer } from "./definition.ts";
import { torchOptimizer } from "./optimizer.ts";
import { decaying, STAGE_OPTIONS } from "./stages.ts";

/** Options of {@linkcode Muon}. */
export interface MuonOptions {
  /** The learning rate. @default {1e-3} */
  readonly lr: ScalarOrSchedule;
  /** Decay of the params, times lr at each step. @default {0.1} */
  readonly weightDecay: ScalarOrSchedule;
  /** Decay of the mean of the gradients. @default {0.95} */
  readonly momentum: ScalarOrSchedule;
  /** Nesterov's look ahead. @default {true} */
  readonly nesterov: boolean;
  /** The polynomial of the Newton-Schulz iteration. @default {[3.4445, -4.775, 2.0315]} */
  readonly nsCoefficients: Coefficients;
  /** The least norm that a matrix is divided by. @default {1e-7} */
  readonly eps: number;
  /** The number of Newton-Schulz iterations, below 100. @default {5} */
  readonly nsSteps: number;
  /**
   * How the rate follows the shape: "original" by `sqrt(max(1, rows / columns))`, "match_rms_adamw" by
   * `0.2 sqrt(max(rows, columns))`; null is "original". @default {null}
   */
  readonly adjustLrFn: "original" | "match_rms_adamw" | null;
}

/** torch's weights have outputs for rows. */
const WEIGHTS: DimensionNumbersOf = (_, { rank }) => rank === 2 ? { reductionAxes: 1, outputAxes: 0 } : null;

const definition: TorchDefinition<MuonOptions> = {
  className: "Muon",
  defaults: {
    lr: 1e-3,
    weightDecay: 0.1,
    momentum: 0.95,
    nesterov: true,
    nsCoefficients: [3.4445, -4.775, 2.0315],
    eps: 1e-7,
    nsSteps: 5,
    adjustLrFn: null,
  },
  check(options) {
    const { nsCoefficients, eps, nsSteps, adjustLrFn } = options;
    checkNotNegative("Muon", options, ["lr", "weightDecay", "momentum"]);
    checkFlags("Muon", options, ["nesterov"]);
    checkNumber("Muon", "eps", eps, NOT_NEGATIVE);
    checkNumber("Muon", "nsSteps", nsSteps, WHOLE);
    if (nsSteps >= 100) throw new RangeError(`Muon expects nsSteps to be below 100 but got ${nsSteps}`);
    if (!Array.isArray(nsCoefficients) || nsCoefficients.length !== 3) {
      throw new RangeError(`Muon expects nsCoefficients to be three numbers but got ${nsCoefficients}`);
    }
    for (const one of nsCoefficients) checkNumber("Muon", "nsCoefficients", one, FINITE);
    if (adjustLrFn !== null && adjustLrFn !== "original" && adjustLrFn !== "match_rms_adamw") {
      throw new RangeError(
        `Muon expects adjustLrFn to be "original", "match_rms_adamw" or null but got ${String(adjustLrFn)}`,
      );
    }
  },
  chain: ({ lr, weightDecay, momentum, nesterov, nsCoefficients, eps, nsSteps, adjustLrFn }, given) =>
    namedChain(
      "Muon",
      countSteps(),
      ema({ decay: momentum, nesterov, debias: false }),
      orthogonalize({ coefficients: nsCoefficients, iterations: nsSteps, eps, precision: "bfloat16" }),
      scaleByShape({
        ...(adjustLrFn === "match_rms_adamw" ? { consistentRms: 0.2 } : {}),
        dimensionNumbers: WEIGHTS,
      }),
      ...decaying(weightDecay, { isOn: given.weightDecay !== 0 }),
      scaleByLearningRate(lr),
    ),
  layout: {
    options: { ...STAGE_OPTIONS, momentum: "ema/decay" },
    state: { momentum_buffer: "ema/ema" },
    steps: "countSteps/steps",
  },
};

/**
 * `torch.optim.Muon` of torch 2.9, to torch's numbers up to roundings of bfloat16: `b = momentum b + (1 - momentum) g`,
 * made orthogonal (with nesterov, `momentum b + (1 - momentum) g` is), then
 * `w = w (1 - lr weightDecay) - lr r O` with a factor r by the shape. As in torch the iteration rounds to bfloat16 after
 * each product. All parameters have two axes. Options are those of torch in camel case; see `SGD` for groups.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a number is outside of what torch takes, or when used, if a parameter has not two axes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = torch.Muon({ lr: 1, weightDecay: 0, nsCoefficients: [1.5, -0.5, 0], nsSteps: 20 });
 * const params = { weight: tensor([[0, 0], [0, 0]]) };
 * const next = optimizer.step(optimizer.init(params), { weight: tensor([[0, 3], [-1, 0]]) }, params);
 * assertEquals(next.params.weight.data().map(Math.round), new Float32Array([0, -1, 1, 0]));
 * ```
 */
export function Muon(...args: TorchArguments<MuonOptions>): TorchOptimizer<MuonOptions> {
  return torchOptimizer(definition, args);
}
