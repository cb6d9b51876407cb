/**
 * MoMo: momentum with a step that a model of the loss allows.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, host, multiply, type Tensor, zeros } from "../tensor/mod.ts";
import { checkScalar, FRACTION } from "./checks.ts";
import { innerProduct } from "./inner_product.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { checkMomoOptions, modelledStep, type MomoModelOptions, momoUpdates } from "./momo_model.ts";
import { initialScalars, type ScalarOrSchedule } from "./scalar.ts";
import type { ValueExtra } from "./scale_by_polyak.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";
import { scalarDType } from "./tree_sums.ts";
import { checkValue } from "./value.ts";

/** Options of {@linkcode momo}. */
export interface MomoOptions extends MomoModelOptions {
  /** Decay of the moving means, below 1. @default {0.9} */
  readonly beta?: ScalarOrSchedule;
}

const MOMO_OPTIONS = {
  beta: true,
  learningRate: true,
  lowerBound: true,
  weightDecay: true,
  adaptLowerBound: true,
  decayOf: true,
} as const;

/** The state of {@linkcode momo}. */
export interface MomoState extends TransformState {
  /** The name of the function that made the optimizer. */
  readonly kind: "momo";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly learningRate: number;
    readonly beta: number;
    readonly lowerBound: number;
    readonly weightDecay: number;
  };
  /** The moving mean of the gradients, a tree like the params. */
  readonly firstMoment: Tree;
  /** The moving mean of the losses, a scalar. */
  readonly meanValue: Tensor;
  /** The moving mean of the inner products of gradients and params, a scalar. */
  readonly meanProduct: Tensor;
  /** The lower bound of the loss, a scalar. */
  readonly bound: Tensor;
}

/**
 * MoMo, as `optax.contrib.momo`: momentum, and a step as long as a model of the loss allows. The moving
 * means begin with the values of the first step. With `l` for the lower bound, `a` and `w` for learning
 * rate and weight decay:
 *
 * - `m = beta m + (1 - beta) g`, `f = beta f + (1 - beta) value`, `c = beta c + (1 - beta) <g, p>`
 * - `k = min(a, max((1 + a w) (f - l - c) + <m, p>, 0) / norm(m)^2)`
 * - `u = -(a w p + k m) / (1 + a w)`; optax does not divide `k m`, nor does `decayOf: "params"`
 *
 * The updates descend: no learning rate and no sign come after it. Schaipp et al. 2023.
 *
 * @throws {TypeError} If an option is missing or of another type; in a step, if there is no loss.
 * @throws {RangeError} If beta is outside of [0, 1), or another number is out of its range.
 *
 * @example
 * ```ts
 * import { square, sum, tensor, type Tensor, valueAndGrad } from "@weft/weft";
 * import { momo } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = momo({ learningRate: 10 });
 * const params = { x: tensor([2]) };
 * const { value, gradient } = valueAndGrad((p: { x: Tensor }) => sum(square(p.x)))(params);
 * const { params: next } = optimizer.step(optimizer.init(params), gradient, params, { value });
 * assertAlmostEquals(next.x.at(0).item(), 1);
 * ```
 */
export function momo(options: MomoOptions): Transform<unknown, MomoState, ValueExtra> {
  checkOptionNames("momo", options, MOMO_OPTIONS);
  const { learningRate, beta = 0.9, lowerBound = 0, weightDecay = 0 } = options;
  const { adaptLowerBound = false, decayOf = "paramsAndStep" } = options;
  checkMomoOptions("momo", options);
  checkScalar("momo", "beta", beta, FRACTION);
  return transform<MomoState, ValueExtra>({
    name: "momo",
    hyperparameters: { learningRate, beta, lowerBound, weightDecay },
    init: (params) => {
      const zero = zeros([], { dtype: scalarDType(params) });
      const bound = add(zero, initialScalars({ lowerBound }).lowerBound);
      return { firstMoment: zerosLikeTree(params), meanValue: zero, meanProduct: zero, bound };
    },
    update: ({ state, grads, params, hyperparameters, count, extra }) => {
      const { dtype } = state.bound;
      const inner = (a: Tree, b: Tree): Tensor => cast(innerProduct("momo", a, b), dtype);
      const stay = host((beta, count) => count === 0 ? 0 : beta, hyperparameters.beta, count);
      const gain = host((stay) => 1 - stay, stay);
      const mean = (before: Tensor, now: Tensor): Tensor => add(multiply(before, stay), multiply(now, gain));
      const firstMoment = zipLeaves("momo", [state.firstMoment, grads], mean);
      const meanValue = mean(state.meanValue, checkValue("momo", extra, dtype));
      const meanProduct = mean(state.meanProduct, inner(grads, params));
      const model = {
        meanValue,
        meanProduct,
        product: inner(firstMoment, params),
        squaredNorm: inner(firstMoment, firstMoment),
        bound: state.bound,
        correction: 1,
        hyperparameters,
      };
      const { size, bound } = modelledStep(model, adaptLowerBound);
      const updates = momoUpdates("momo", { grads, direction: firstMoment, params }, size, model, decayOf);
      return { state: { firstMoment, meanValue, meanProduct, bound }, updates };
    },
  });
}
