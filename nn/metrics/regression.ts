/**
 * How far predictions of numbers are off.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  abs,
  add,
  cast,
  divide,
  equal,
  mean,
  multiply,
  square,
  subtract,
  sum,
  type Tensor,
  where,
} from "../../tensor/mod.ts";
import { describe } from "../../tensor/tensor.ts";
import { errorsOf } from "../losses/squared_error.ts";
import {
  WEIGHTED_LOSS_OPTIONS,
  weightedLosses,
  type WeightedLossOptions,
} from "../losses/weighted_losses.ts";
import { nothing, type RunningMetric } from "./running.ts";

/**
 * The mean of `|prediction - target|`, as sklearn.metrics.mean_absolute_error: in the units of the target. It is
 * `l1Loss` but for the gradient at 0; `meanSquaredError` is the metric of squares too.
 *
 * @returns A scalar, or with reduction "none" a tensor of the operands' shape.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, a weight is negative, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { meanAbsoluteError } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(meanAbsoluteError(tensor([1, 2]), tensor([1, 6])).item(), 2);
 * ```
 */
export function meanAbsoluteError(
  prediction: Tensor,
  target: Tensor,
  options: WeightedLossOptions = {},
): Tensor {
  checkOptionNames("meanAbsoluteError", options, WEIGHTED_LOSS_OPTIONS);
  return weightedLosses("meanAbsoluteError", abs(errorsOf("meanAbsoluteError", prediction, target)), options);
}

/** Options of `r2Score`. */
export interface R2ScoreOptions {
  /**
   * How outputs become one number: "uniform" is their mean, "variance" the mean by the variances of their targets, and
   * "none" leaves one number for each output. @default {"uniform"}
   */
  readonly average?: "uniform" | "variance" | "none";
}

const R2_SCORE_OPTIONS = { average: true } as const;

/**
 * `1 - sum of (target - prediction)^2 / sum of (target - mean target)^2`, the share of the variance that predictions
 * explain: 1 is perfect, 0 as good as the mean, and worse ones are negative; as sklearn.metrics.r2_score. Of equal
 * targets it is 1 where all are met, else 0.
 *
 * @param prediction Predictions of shape [n], or [n, outputs] of several outputs.
 * @param target Targets of the same shape.
 * @param options How to average over outputs.
 * @returns A scalar of the prediction's dtype, or with average "none" of several outputs a vector.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ or do not fit, or the average is another word.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { r2Score } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(r2Score(tensor([1, 2, 2]), tensor([1, 2, 3])).item(), 0.5);
 * ```
 */
export function r2Score(prediction: Tensor, target: Tensor, options: R2ScoreOptions = {}): Tensor {
  checkOptionNames("r2Score", options, R2_SCORE_OPTIONS);
  checkAverage("r2Score", options);
  return scoreOf(momentsOf("r2Score", prediction, target), options, prediction.dtype as "float32");
}

/** The state of `runningR2Score`: float64, of shape [] or [outputs]. */
export type R2State = {
  /** How many targets there were. */
  readonly count: Tensor;
  /** Their mean. */
  readonly mean: Tensor;
  /** The sum of their squared distances from the mean. */
  readonly spread: Tensor;
  /** The sum of squared errors. */
  readonly error: Tensor;
};

/**
 * `r2Score` over batches, whose means are merged so that no digits are lost (Chan et al., 1979).
 *
 * @throws {RangeError} If the average is another word, or a batch does not fit.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { runningR2Score } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const metric = runningR2Score();
 * const once = metric.update(metric.init(), tensor([1, 2]), tensor([1, 2]));
 * const twice = metric.update(once, tensor([2]), tensor([3]));
 * assertEquals(metric.value(twice).item(), 0.5);
 * ```
 */
export function runningR2Score(
  options: R2ScoreOptions = {},
): RunningMetric<R2State, readonly [prediction: Tensor, target: Tensor]> {
  checkOptionNames("runningR2Score", options, R2_SCORE_OPTIONS);
  checkAverage("runningR2Score", options);
  return {
    init: () => ({ count: nothing(), mean: nothing(), spread: nothing(), error: nothing() }),
    update: (state, prediction, target) => merged(state, momentsOf("runningR2Score", prediction, target)),
    merge: merged,
    value: (state) => scoreOf(state, options, "float32"),
  };
}

function momentsOf(operation: string, prediction: Tensor, target: Tensor): R2State {
  const errors = errorsOf(operation, cast64(prediction), cast64(target));
  if (errors.rank !== 1 && errors.rank !== 2) {
    throw new RangeError(
      `${operation} expects operands of shape [n] or [n, outputs] but got ${describe(prediction)}`,
    );
  }
  const targets = cast64(target);
  const center = mean(targets, { axes: 0 });
  return {
    count: add(nothing(), errors.shape[0]),
    mean: center,
    spread: sum(square(subtract(targets, center)), { axes: 0 }),
    error: sum(square(errors), { axes: 0 }),
  };
}

/** float32 as float64; what is no such tensor is left to the check. */
function cast64(x: Tensor): Tensor {
  return x?.dtype === "float32" ? cast(x, "float64") : x;
}

function merged(a: R2State, b: R2State): R2State {
  const count = add(a.count, b.count);
  const share = divide(b.count, where(equal(count, 0), 1, count));
  const apart = subtract(b.mean, a.mean);
  return {
    count,
    mean: add(a.mean, multiply(apart, share)),
    spread: add(add(a.spread, b.spread), multiply(multiply(square(apart), a.count), share)),
    error: add(a.error, b.error),
  };
}

function scoreOf(
  { count, spread, error }: R2State,
  { average = "uniform" }: R2ScoreOptions,
  dtype: "float32" | "float64",
): Tensor {
  const constant = equal(spread, 0);
  const varied = subtract(1, divide(error, where(constant, 1, spread)));
  const scores = where(constant, where(equal(error, 0), 1, 0), varied);
  const known = where(equal(count, 0), NaN, scores);
  if (average === "none") return cast(known, dtype);
  if (average === "uniform") return cast(mean(known), dtype);
  const all = sum(spread);
  const flat = equal(all, 0);
  const weighted = divide(sum(multiply(known, spread)), where(flat, 1, all));
  return cast(where(flat, mean(known), weighted), dtype);
}

function checkAverage(operation: string, { average = "uniform" }: R2ScoreOptions): void {
  if (!["uniform", "variance", "none"].includes(average)) {
    throw new RangeError(
      `${operation} expects average "uniform", "variance" or "none" but got ${String(average)}`,
    );
  }
}
