/**
 * What MoMo and MoMo-Adam share: the model of the loss, and the step that it allows.
 *
 * @module
 */

import {
  add,
  cast,
  divide,
  host,
  less,
  lessEqual,
  maximum,
  minimum,
  multiply,
  negative,
  subtract,
  type Tensor,
  where,
} from "../tensor/mod.ts";
import { checkChoice, checkScalar, FINITE, NOT_NEGATIVE } from "./checks.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { timesScalar } from "./tree_sums.ts";

/** Options that `momo` and `momoAdam` share. */
export interface MomoModelOptions {
  /** The largest step; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** A number that the loss is never below. @default {0} */
  readonly lowerBound?: ScalarOrSchedule;
  /** Decay of the params, times the learning rate at each step; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
  /** Estimates a lower bound from the losses; `lowerBound` is the least one then. @default {false} */
  readonly adaptLowerBound?: boolean;
  /**
   * What the weight decay shrinks: the params together with the step, as in the paper, or the params alone,
   * as in optax.
   *
   * @default {"paramsAndStep"}
   */
  readonly decayOf?: "paramsAndStep" | "params";
}

/** Throws unless the options that both share are right. */
export function checkMomoOptions(operation: string, options: MomoModelOptions): void {
  const { learningRate, lowerBound = 0, weightDecay = 0, decayOf = "paramsAndStep" } = options;
  checkScalar(operation, "learningRate", learningRate, NOT_NEGATIVE);
  checkScalar(operation, "lowerBound", lowerBound, FINITE);
  checkScalar(operation, "weightDecay", weightDecay, NOT_NEGATIVE);
  checkChoice(operation, "decayOf", decayOf, ["paramsAndStep", "params"]);
}

/** A model of the loss: what is known of it and of the direction of the step. */
export interface MomoModel {
  /** The moving mean of the losses. */
  readonly meanValue: Tensor;
  /** The moving mean of the inner products of gradients and params. */
  readonly meanProduct: Tensor;
  /** The inner product of the first moment and the params. */
  readonly product: Tensor;
  /** The squared norm of the first moment, in the metric of the step. */
  readonly squaredNorm: Tensor;
  /** The lower bound before the step. */
  readonly bound: Tensor;
  /** What moving means are divided by to be without bias. */
  readonly correction: number;
  /** What the step uses. */
  readonly hyperparameters: {
    readonly learningRate: number;
    readonly lowerBound: number;
    readonly weightDecay: number;
  };
}

/** The length of a step that the model allows, and the next lower bound. */
export function modelledStep(
  model: MomoModel,
  adaptLowerBound: boolean,
): { readonly size: Tensor; readonly bound: Tensor } {
  const { meanValue, meanProduct, product, squaredNorm, correction } = model;
  const { learningRate, lowerBound, weightDecay } = model.hyperparameters;
  const { dtype } = model.bound;
  const growth = host((rate, decay) => 1 + rate * decay, learningRate, weightDecay);
  const gap = subtract(meanValue, meanProduct);
  const cap = add(multiply(gap, growth), product);
  const corrected = host((growth, correction) => growth * correction, growth, correction);
  const twice = host((corrected) => 2 * corrected, corrected);
  const bound = adaptLowerBound
    ? where(
      less(cap, multiply(model.bound, corrected)),
      maximum(divide(cap, twice), lowerBound),
      model.bound,
    )
    : model.bound;
  const above = subtract(cap, multiply(bound, corrected));
  // A gradient that is all but zero leaves the params where they are.
  const longest = where(lessEqual(squaredNorm, 2 ** -52), 0, divide(maximum(above, 0), squaredNorm));
  const most = host((rate, correction) => rate / correction, learningRate, correction);
  const size = cast(minimum(longest, most), dtype);
  if (!adaptLowerBound) return { size, bound: model.bound };
  const reached = subtract(add(gap, product), multiply(multiply(squaredNorm, size), 0.5));
  return { size, bound: cast(maximum(divide(reached, correction), lowerBound), dtype) };
}

/** Descending updates by a step of that size along a direction, with weight decay. */
export function momoUpdates(
  operation: string,
  trees: { readonly grads: Tree; readonly direction: Tree; readonly params: Tree },
  size: Tensor,
  model: MomoModel,
  decayOf: "paramsAndStep" | "params",
): Tree {
  const { learningRate, weightDecay } = model.hyperparameters;
  const shrink = host((rate, decay) => rate * decay / (1 + rate * decay), learningRate, weightDecay);
  const share = decayOf === "params" ? 1 : host((shrink) => 1 - shrink, shrink);
  return zipLeaves(
    operation,
    [trees.grads, trees.direction, trees.params],
    (_, m, p) => negative(add(multiply(p, shrink), multiply(timesScalar(m, size), share))),
  );
}
