/**
 * torch's L-BFGS.
 *
 * @module
 */

import { namedChain } from "../chain.ts";
import { checkNumber, COUNT, FINITE, WHOLE } from "../checks.ts";
import { countSteps } from "../count_steps.ts";
import { iteratedLbfgs, type ObjectiveValueExtra } from "../iterated_lbfgs.ts";
import type { ScalarOrSchedule } from "../scalar.ts";
import { checkNotNegative } from "./checks.ts";
import type { TorchArguments, TorchDefinition, TorchOptimizer } from "./definition.ts";
import { torchOptimizer } from "./optimizer.ts";

/** Options of {@linkcode LBFGS}. */
export interface LBFGSOptions {
  /** The length of an iteration along its direction. @default {1} */
  readonly lr: ScalarOrSchedule;
  /** The largest number of iterations in a step. @default {20} */
  readonly maxIter: number;
  /** The number of evaluations in a step that ends it; null for a quarter more than iterations. @default {null} */
  readonly maxEval: number | null;
  /** The largest entry of a gradient that is taken for zero. @default {1e-7} */
  readonly toleranceGrad: number;
  /** The change of the objective or of the params that is taken for none. @default {1e-9} */
  readonly toleranceChange: number;
  /** How many past iterations the inverse Hessian is made from. @default {100} */
  readonly historySize: number;
  /** How the length along a direction is found; null for lr. @default {null} */
  readonly lineSearchFn: "strong_wolfe" | null;
}

const definition: TorchDefinition<LBFGSOptions> = {
  className: "LBFGS",
  hasOneGroup: true,
  defaults: {
    lr: 1,
    maxIter: 20,
    maxEval: null,
    toleranceGrad: 1e-7,
    toleranceChange: 1e-9,
    historySize: 100,
    lineSearchFn: null,
  },
  check(options) {
    const { maxIter, maxEval, toleranceGrad, toleranceChange, historySize, lineSearchFn } = options;
    checkNotNegative("LBFGS", options, ["lr"]);
    checkNumber("LBFGS", "maxIter", maxIter, COUNT);
    if (maxEval !== null) checkNumber("LBFGS", "maxEval", maxEval, COUNT);
    checkNumber("LBFGS", "toleranceGrad", toleranceGrad, FINITE);
    checkNumber("LBFGS", "toleranceChange", toleranceChange, FINITE);
    checkNumber("LBFGS", "historySize", historySize, WHOLE);
    if (lineSearchFn !== null && lineSearchFn !== "strong_wolfe") {
      throw new RangeError(
        `LBFGS expects lineSearchFn to be "strong_wolfe" or null but got ${String(lineSearchFn)}`,
      );
    }
  },
  chain: ({ lr, maxIter, maxEval, toleranceGrad, toleranceChange, historySize, lineSearchFn }) =>
    namedChain(
      "LBFGS",
      countSteps(),
      iteratedLbfgs({
        learningRate: lr,
        maxIterations: maxIter,
        ...(maxEval === null ? {} : { maxEvaluations: maxEval }),
        toleranceGrad,
        toleranceChange,
        historySize,
        lineSearch: lineSearchFn === null ? null : "strongWolfe",
      }),
    ),
  layout: {
    options: { lr: "iteratedLbfgs/learningRate" },
    state: {},
    shared: {
      func_evals: "iteratedLbfgs/evaluations",
      n_iter: "iteratedLbfgs/iterations",
      d: "iteratedLbfgs/direction",
      t: "iteratedLbfgs/length",
      old_dirs: "iteratedLbfgs/gradientChanges",
      old_stps: "iteratedLbfgs/paramsChanges",
      ro: "iteratedLbfgs/weights",
      H_diag: "iteratedLbfgs/diagonal",
      prev_flat_grad: "iteratedLbfgs/previousGradient",
      prev_loss: "iteratedLbfgs/previousValue",
    },
    steps: "countSteps/steps",
  },
};

/**
 * `torch.optim.LBFGS`, to torch's numbers. torch's closure is here `valueFn`, a function of the params, beside its value
 * at the params: `step(state, gradient, params, { value, valueFn })`, which counts as the first evaluation. Options are
 * those of torch in camel case. It has one group of params only, and looks at values, so that it does not compile;
 * compile the objective instead.
 *
 * @throws {TypeError} If an option is unknown or of another type; when used, if the value or the objective is missing,
 * or inside of `compile`.
 * @throws {RangeError} If a number is outside of its domain, or there is more than one group.
 *
 * @example
 * ```ts
 * import { square, sum, tensor, type Tensor, valueAndGrad } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const valueFn = (p: { x: Tensor }) => sum(square(p.x.subtract(tensor([1, 2]))));
 * const optimizer = torch.LBFGS({ lineSearchFn: "strong_wolfe" });
 * const params = { x: tensor([5, -3]) };
 * const { value, gradient } = valueAndGrad(valueFn)(params);
 * const next = optimizer.step(optimizer.init(params), gradient, params, { value, valueFn });
 * assertAlmostEquals(next.params.x.at(1).item(), 2, 1e-5);
 * ```
 */
export function LBFGS(
  ...args: TorchArguments<LBFGSOptions>
): TorchOptimizer<LBFGSOptions, unknown, ObjectiveValueExtra> {
  return torchOptimizer(definition, args);
}
