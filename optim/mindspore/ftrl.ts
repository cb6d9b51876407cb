/**
 * MindSpore's FTRL.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { checkNumber, NOT_NEGATIVE, POSITIVE } from "../checks.ts";
import { ftrl, NOT_POSITIVE } from "../ftrl.ts";
import { BASE_OPTIONS, makeOptimizer, type Optimizer, type ScaledOptions } from "./optimizer.ts";

/** Options of {@linkcode FTRL}. */
export interface FTRLOptions extends ScaledOptions {
  /** The learning rate, a number above 0. @default {0.001} */
  readonly learningRate?: number;
  /** What the sums of squares start from; not negative. @default {0.1} */
  readonly initialAccum?: number;
  /** The power with which rates fall; not above 0. @default {-0.5} */
  readonly lrPower?: number;
  /** The strength of the penalty on sizes; not negative. @default {0} */
  readonly l1?: number;
  /** The strength of the penalty on squares; not negative. @default {0} */
  readonly l2?: number;
  /** Without effect: nothing else writes to a tensor here. @default {false} */
  readonly useLocking?: boolean;
}

const FTRL_OPTIONS = {
  learningRate: true,
  initialAccum: true,
  lrPower: true,
  l1: true,
  l2: true,
  useLocking: true,
  lossScale: true,
  ...BASE_OPTIONS,
} as const;

/**
 * `mindspore.nn.FTRL`. With `q = -lrPower`: `n' = n + g^2`, `z = z + g - (n'^q - n^q) / learningRate * p`, and
 * `p = (sign(z) l1 - z) / (n'^q / learningRate + 2 l2)` where `|z| > l1`, else 0. Weight decay without groups reaches
 * all leaves, whatever their names.
 *
 * With the kernel "cpu" it is `l1 - z` for dense gradients, without the sign, which is another thing where z is negative
 * and l1 not 0; and rows that a sparse gradient names more than once come one after another in place of their sum.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a number is outside of its range, the learning rate is a list or a schedule, or a group has one of its own.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = mindspore.FTRL({ learningRate: 1, initialAccum: 0.5625 });
 * const params = { weight: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { weight: tensor(1) }, params);
 * assertAlmostEquals(next.weight.item(), -0.4, 1e-6);
 * ```
 */
export function FTRL(options: FTRLOptions = {}): Optimizer {
  checkOptionNames("FTRL", options, FTRL_OPTIONS);
  const { learningRate = 0.001, initialAccum = 0.1, lrPower = -0.5, l1 = 0, l2 = 0, kernel } = options;
  if (typeof learningRate !== "number" || options.params?.some((group) => "lr" in group) === true) {
    throw new RangeError(
      "FTRL expects one number as learningRate but got a list, a schedule or that of a group",
    );
  }
  checkNumber("FTRL", "learningRate", learningRate, POSITIVE);
  checkNumber("FTRL", "lrPower", lrPower, NOT_POSITIVE);
  for (const [name, value] of Object.entries({ initialAccum, l1, l2 })) {
    checkNumber("FTRL", name, value, NOT_NEGATIVE);
  }
  return makeOptimizer({
    name: "FTRL",
    options,
    learningRate: 0.001,
    filters: false,
    rule: ({ learningRate }) => [
      ftrl({
        learningRate,
        learningRatePower: Math.fround(lrPower),
        initialAccumulatorValue: initialAccum,
        l1: Math.fround(l1),
        l2: Math.fround(l2),
        unsigned: kernel === "cpu",
        mergesRows: kernel !== "cpu",
      }),
    ],
    stateNames: { "moments.*": "ftrl/sumOfSquares", "linear.*": "ftrl/linear" },
  });
}
