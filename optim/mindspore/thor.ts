/**
 * MindSpore's THOR, of second order.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { divide, maximum, type Tensor } from "../../tensor/mod.ts";
import { addDecayedWeights } from "../add_decayed_weights.ts";
import { checkNumber, type Domain, NOT_NEGATIVE, WHOLE } from "../checks.ts";
import { leafNorm } from "../leaf_norm.ts";
import { scaleByLearningRate } from "../scale.ts";
import { type FactorsExtra, scaleByKroneckerFactors } from "../scale_by_kronecker_factors.ts";
import type { Selector } from "../select.ts";
import { statelessLeaves } from "../stateless.ts";
import { trace } from "../trace.ts";
import type { Transform } from "../transform_type.ts";
import { checkBoolean } from "./checks.ts";
import { type LearningRate, resolveRate } from "./hyperparameters.ts";
import {
  makeOptimizer,
  type Optimizer,
  type OptimizerState,
  type ScaledOptions,
  unscaling,
} from "./optimizer.ts";

/** Options of {@linkcode thor}. */
export interface ThorOptions extends Pick<ScaledOptions, "lossScale" | "kernelLayout"> {
  /** The learning rate. */
  readonly learningRate: LearningRate;
  /** How much of the identity is added to the factors, as a square: in any form that a learning rate has. */
  readonly damping: LearningRate;
  /** How much of the running sum of updates stays at each step; not negative. */
  readonly momentum: number;
  /** Share of the params that is added to the scaled gradients; a number, not negative. @default {0} */
  readonly weightDecay?: number;
  /** How many examples the mean of the loss is over; a whole number above 0. @default {32} */
  readonly batchSize?: number;
  /** Nesterov's look ahead. @default {false} */
  readonly useNesterov?: boolean;
  /** The leaves that decay. @default {true} */
  readonly decayFilter?: Selector;
  /** Whether the update of each leaf is clipped to a norm of 1. @default {false} */
  readonly enableClipGrad?: boolean;
  /** Every how many steps the inverses of the factors are computed anew; a whole number above 1. @default {100} */
  readonly frequency?: number;
  /** The kernels that there are factors of. By default leaves called `kernel` or `weight` of two or four axes. */
  readonly layers?: Selector;
}

const THOR_OPTIONS = {
  learningRate: true,
  damping: true,
  momentum: true,
  weightDecay: true,
  batchSize: true,
  useNesterov: true,
  decayFilter: true,
  enableClipGrad: true,
  frequency: true,
  layers: true,
  lossScale: true,
  kernelLayout: true,
} as const;

/** An optimizer that is given the factors of its kernels in the first step and every `frequency` steps after it. */
export type ThorOptimizer =
  & Transform<unknown, OptimizerState, FactorsExtra>
  & Pick<Optimizer, "definition" | "parameters">;

const FROM_TWO: Domain = {
  text: "a whole number above 1",
  includes: (value) => Number.isInteger(value) && value > 1,
};

/**
 * `mindspore.nn.thor`: the gradient of each dense or convolution kernel is multiplied by the inverses of the Kronecker
 * factors of its layer, `g = (G + sqrt(damping / n) I)^-1 g (A + sqrt(damping / n) I)^-1 / n`, then weight decay is
 * added, and Momentum takes it. Other leaves are those of Momentum. Where MindSpore wraps the layers to keep what goes
 * in and the gradients of what comes out, here `denseFactors` and `convFactors` make the factors of them: of the mean
 * loss over the batch, times the loss scale if there is one, which are taken out of G by `batchSize` and `lossScale`.
 *
 * In state dicts the inverses have the names of their parameters, where MindSpore counts layers. It inverts whole
 * factors, as the documentation has it; MindSpore cuts those of more than 128 rows into blocks.
 *
 * @throws {TypeError} If an option is missing, unknown or of another type.
 * @throws {RangeError} If a number is outside of its range; from a step, if the factors that it needs are missing.
 *
 * @example The factors of a dense layer, by gradients with regard to zeros that are added to its outputs
 * ```ts
 * import { add, grad, matmul, mean, square, subtract, tensor, type Tensor, zeros } from "@weft/weft";
 * import { denseFactors, mindspore } from "@weft/weft/optim";
 *
 * const [x, target] = [tensor([[1, 0], [0.5, 2]]), tensor([[1], [-1]])];
 * const loss = ({ params, added }: { params: { kernel: Tensor }; added: Tensor }) =>
 *   mean(square(subtract(add(matmul(x, params.kernel), added), target)));
 * const optimizer = mindspore.thor({ learningRate: 0.1, damping: 0.01, momentum: 0.9, batchSize: 2, frequency: 2 });
 * let params = { kernel: zeros([2, 1]) };
 * let state = optimizer.init(params);
 * for (let step = 0; step < 4; step++) {
 *   const gradient = grad(loss)({ params, added: zeros([2, 1]) });
 *   const factors = step % 2 === 0 ? { kernel: denseFactors(x, gradient.added) } : null;
 *   ({ state, params } = optimizer.step(state, gradient.params, params, { factors }));
 * }
 * ```
 */
export function thor(options: ThorOptions): ThorOptimizer {
  checkOptionNames("thor", options, THOR_OPTIONS);
  const { damping, momentum, batchSize = 32, useNesterov = false, decayFilter = true } = options;
  const { enableClipGrad = false, frequency = 100, lossScale = 1, layers, kernelLayout: layout = "NCHW" } =
    options;
  checkNumber("thor", "momentum", momentum, NOT_NEGATIVE);
  checkNumber("thor", "frequency", frequency, FROM_TWO);
  checkNumber("thor", "batchSize", batchSize, WHOLE);
  checkBoolean("thor", "useNesterov", useNesterov);
  checkBoolean("thor", "enableClipGrad", enableClipGrad);
  const factors = {
    damping: resolveRate("thor", "damping", damping).rate,
    updateInterval: frequency,
    outputScale: (batchSize / lossScale) ** 2,
    layout,
    ...(layers === undefined ? {} : { layers }),
  };
  const clip = statelessLeaves((g: Tensor) => divide(g, maximum(leafNorm(g), 1)));
  const optimizer = makeOptimizer({
    name: "thor",
    options,
    fixedDecay: true,
    before: unscaling,
    rule: ({ learningRate, weightDecay, lossScale }) => [
      scaleByKroneckerFactors(factors),
      ...(weightDecay === 0
        ? []
        : [addDecayedWeights({ weightDecay: Number(weightDecay) / lossScale, mask: decayFilter })]),
      ...(enableClipGrad ? [clip] : []),
      trace({ decay: Math.fround(momentum), nesterov: useNesterov }),
      scaleByLearningRate(learningRate),
    ],
    stateNames: {
      "moments.*": "trace/trace",
      "matrix_a_inv_*": "scaleByKroneckerFactors/inputInverses",
      "matrix_g_inv_*": "scaleByKroneckerFactors/outputInverses",
      momentum: { fill: () => momentum },
      cov_step: { fill: (count) => count },
    },
  });
  return optimizer as ThorOptimizer;
}
