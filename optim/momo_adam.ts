/**
 * MoMo-Adam: Adam with a step that a model of the loss allows.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide, host, multiply, sqrt, square, type Tensor, zeros } from "../tensor/mod.ts";
import { checkScalar, FRACTION, POSITIVE } from "./checks.ts";
import { innerProduct } from "./inner_product.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { checkMomoOptions, modelledStep, type MomoModelOptions, momoUpdates } from "./momo_model.ts";
import { initialScalars, type ScalarOrSchedule } from "./scalar.ts";
import type { ValueExtra } from "./scale_by_polyak.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";
import { scalarDType } from "./tree_sums.ts";
import { checkValue } from "./value.ts";

/** Options of {@linkcode momoAdam}. */
export interface MomoAdamOptions extends MomoModelOptions {
  /** Decay of the first moment and of the means of the model, below 1. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the second moment, below 1. @default {0.999} */
  readonly beta2?: ScalarOrSchedule;
  /** Added to the root of the second moment; above 0. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
}

const MOMO_ADAM_OPTIONS = {
  beta1: true,
  beta2: true,
  eps: true,
  learningRate: true,
  lowerBound: true,
  weightDecay: true,
  adaptLowerBound: true,
  decayOf: true,
} as const;

/** The state of {@linkcode momoAdam}. */
export interface MomoAdamState extends TransformState {
  /** The name of the function that made the optimizer. */
  readonly kind: "momoAdam";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly learningRate: number;
    readonly beta1: number;
    readonly beta2: number;
    readonly eps: number;
    readonly lowerBound: number;
    readonly weightDecay: number;
  };
  /** The moving mean of the gradients, a tree like the params. */
  readonly firstMoment: Tree;
  /** The moving mean of their squares, a tree like the params. */
  readonly secondMoment: Tree;
  /** The moving mean of the losses, a scalar. */
  readonly meanValue: Tensor;
  /** The moving mean of the inner products of gradients and params, a scalar. */
  readonly meanProduct: Tensor;
  /** The lower bound of the loss, a scalar. */
  readonly bound: Tensor;
}

/**
 * MoMo-Adam, as `optax.contrib.momo_adam`: Adam, with a step as long as a model of the loss allows. With
 * `l` for the lower bound, `a` and `w` for learning rate and weight decay, `b = 1 - beta1^t` at step t,
 * from 1:
 *
 * - `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) g^2`, `d = m / (sqrt(v / (1 - beta2^t)) + eps)`
 * - `f = beta1 f + (1 - beta1) value`, `c = beta1 c + (1 - beta1) <g, p>`
 * - `k = min(a / b, max((1 + a w) (f - b l - c) + <m, p>, 0) / <m, d>)`
 * - `u = -(a w p + k d) / (1 + a w)`; optax does not divide `k d`, nor does `decayOf: "params"`
 *
 * The updates descend: no learning rate and no sign come after it. Schaipp et al. 2023.
 *
 * @throws {TypeError} If an option is missing or of another type; in a step, if there is no loss.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is out of its range.
 *
 * @example
 * ```ts
 * import { square, sum, tensor, type Tensor, valueAndGrad } from "@weft/weft";
 * import { momoAdam } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = momoAdam({ learningRate: 0.1 });
 * const params = { x: tensor([2]) };
 * const { value, gradient } = valueAndGrad((p: { x: Tensor }) => sum(square(p.x)))(params);
 * const { params: next } = optimizer.step(optimizer.init(params), gradient, params, { value });
 * assertAlmostEquals(next.x.at(0).item(), 1.9, 1e-6);
 * ```
 */
export function momoAdam(options: MomoAdamOptions): Transform<unknown, MomoAdamState, ValueExtra> {
  checkOptionNames("momoAdam", options, MOMO_ADAM_OPTIONS);
  const { learningRate, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, lowerBound = 0, weightDecay = 0 } = options;
  const { adaptLowerBound = false, decayOf = "paramsAndStep" } = options;
  checkMomoOptions("momoAdam", options);
  checkScalar("momoAdam", "beta1", beta1, FRACTION);
  checkScalar("momoAdam", "beta2", beta2, FRACTION);
  checkScalar("momoAdam", "eps", eps, POSITIVE);
  return transform<MomoAdamState, ValueExtra>({
    name: "momoAdam",
    hyperparameters: { learningRate, beta1, beta2, eps, lowerBound, weightDecay },
    init: (params) => {
      const zero = zeros([], { dtype: scalarDType(params) });
      return {
        firstMoment: zerosLikeTree(params),
        secondMoment: zerosLikeTree(params),
        meanValue: zero,
        meanProduct: zero,
        bound: add(zero, initialScalars({ lowerBound }).lowerBound),
      };
    },
    update: ({ state, grads, params, hyperparameters, step, extra }) => {
      const { beta1, beta2, eps } = hyperparameters;
      const { dtype } = state.bound;
      const inner = (a: Tree, b: Tree): Tensor => cast(innerProduct("momoAdam", a, b), dtype);
      const [gain1, gain2] = [beta1, beta2].map((beta) => host((beta) => 1 - beta, beta));
      const ofSecond = host((beta, t) => 1 / (1 - beta ** t), beta2, step);
      const mean = (before: Tensor, now: Tensor): Tensor =>
        add(multiply(before, beta1), multiply(now, gain1));
      const firstMoment = zipLeaves("momoAdam", [state.firstMoment, grads], mean);
      const secondMoment = zipLeaves(
        "momoAdam",
        [state.secondMoment, grads],
        (v, g) => add(multiply(v, beta2), multiply(square(g), gain2)),
      );
      const direction = zipLeaves(
        "momoAdam",
        [firstMoment, secondMoment],
        (m, v) => divide(m, add(sqrt(multiply(v, ofSecond)), eps)),
      );
      const meanValue = mean(state.meanValue, checkValue("momoAdam", extra, dtype));
      const meanProduct = mean(state.meanProduct, inner(grads, params));
      const model = {
        meanValue,
        meanProduct,
        product: inner(firstMoment, params),
        squaredNorm: inner(firstMoment, direction),
        bound: state.bound,
        correction: host((beta, t) => 1 - beta ** t, beta1, step),
        hyperparameters,
      };
      const { size, bound } = modelledStep(model, adaptLowerBound);
      const updates = momoUpdates("momoAdam", { grads, direction, params }, size, model, decayOf);
      return { state: { firstMoment, secondMoment, meanValue, meanProduct, bound }, updates };
    },
  });
}
