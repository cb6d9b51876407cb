/**
 * torch's SparseAdam.
 *
 * @module
 */

import { namedChain } from "../chain.ts";
import { checkScalar, POSITIVE } from "../checks.ts";
import type { ScalarOrSchedule } from "../scalar.ts";
import { scaleByLearningRate } from "../scale.ts";
import { scaleBySparseAdam } from "../scale_by_sparse_adam.ts";
import { type Betas, checkBetas, checkFlags } from "./checks.ts";
import type { TorchArguments, TorchDefinition, TorchOptimizer } from "./definition.ts";
import { torchOptimizer } from "./optimizer.ts";

/** Options of {@linkcode SparseAdam}. */
export interface SparseAdamOptions {
  /** The learning rate; above 0. @default {1e-3} */
  readonly lr: ScalarOrSchedule;
  /** Decays of the two moments, below 1. @default {[0.9, 0.999]} */
  readonly betas: Betas;
  /** Added to the root of the second moment, which is not corrected before; above 0. @default {1e-8} */
  readonly eps: ScalarOrSchedule;
  /** Climbs in place of descending. @default {false} */
  readonly maximize: boolean;
}

const definition: TorchDefinition<SparseAdamOptions> = {
  className: "SparseAdam",
  takesSparse: true,
  defaults: { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, maximize: false },
  check(options) {
    checkScalar("SparseAdam", "lr", options.lr, POSITIVE);
    checkScalar("SparseAdam", "eps", options.eps, POSITIVE);
    checkBetas("SparseAdam", options.betas);
    checkFlags("SparseAdam", options, ["maximize"]);
  },
  chain: ({ lr, betas: [beta1, beta2], eps, maximize }) =>
    namedChain(
      "SparseAdam",
      scaleBySparseAdam({ beta1, beta2, eps, maximize }),
      scaleByLearningRate(lr),
    ),
  layout: {
    options: {
      lr: "scaleByLearningRate/learningRate",
      betas: ["scaleBySparseAdam/beta1", "scaleBySparseAdam/beta2"],
      eps: "scaleBySparseAdam/eps",
    },
    state: {
      step: "scaleBySparseAdam/steps",
      exp_avg: "scaleBySparseAdam/firstMoment",
      exp_avg_sq: "scaleBySparseAdam/secondMoment",
    },
    steps: "scaleBySparseAdam/steps",
  },
};

/**
 * `torch.optim.SparseAdam`, to torch's numbers: Adam for the rows that a gradient has, each gradient being a
 * `SparseGradient`. Other rows stay, and so do their moments:
 * `w = w - lr sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + eps)`. Options are those of torch in camel case; see `SGD`
 * for groups.
 *
 * @throws {TypeError} If an option is unknown or of another type, or when used, if a gradient is not sparse.
 * @throws {RangeError} If a number is outside of what torch takes.
 *
 * @example
 * ```ts
 * import { tensor, zeros } from "@weft/weft";
 * import { sparseGradient, torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = torch.SparseAdam({ lr: 0.5, betas: [0.5, 0.75], eps: 1e-20 });
 * const params = { table: zeros([2, 1]) };
 * const rows = sparseGradient({ indices: tensor([1], { dtype: "int32" }), values: tensor([[3]]), shape: [2, 1] });
 * const { params: next } = optimizer.step(optimizer.init(params), { table: rows }, params);
 * assertEquals(next.table.toArray(), [[0], [-0.5]]);
 * ```
 */
export function SparseAdam(
  ...args: TorchArguments<SparseAdamOptions>
): TorchOptimizer<SparseAdamOptions> {
  return torchOptimizer(definition, args);
}
