/**
 * Distances between distributions.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { add, equal, exp, log, multiply, subtract, type Tensor, where } from "../../tensor/mod.ts";
import { withoutInfinity } from "./without_infinity.ts";
import { checkFloats, checkSameShape } from "./check.ts";
import { maskedSum, type MaskOptions } from "./masked.ts";
import { type ExampleLossOptions, reduceLosses } from "./reduction.ts";

/** Options of the divergences. */
export interface KlDivergenceOptions extends ExampleLossOptions, MaskOptions {}

const KL_DIVERGENCE_OPTIONS = { reduction: true, mask: true, axis: true, where: true } as const;

/**
 * The Kullback-Leibler divergence `sum of target (log target - log prediction)` along the axis, as
 * `optax.losses.kl_divergence`. A target of 0 counts nothing.
 *
 * @param logPredictions The logarithms of the predicted probabilities.
 * @param targets The probabilities.
 * @returns One number for each distribution, or with a reduction a scalar.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, there is no such axis or the reduction is not known.
 *
 * @example
 * ```ts
 * import { log, tensor } from "@weft/weft";
 * import { klDivergence } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const divergence = klDivergence(log(tensor([0.5, 0.5])), tensor([1, 0]));
 * assertAlmostEquals(divergence.item(), Math.LN2, 1e-6);
 * ```
 */
export function klDivergence(
  logPredictions: Tensor,
  targets: Tensor,
  options: KlDivergenceOptions = {},
): Tensor {
  checkOptionNames("klDivergence", options, KL_DIVERGENCE_OPTIONS);
  const divergence = maskedSum(divergences("klDivergence", logPredictions, targets), options);
  return reduceLosses("klDivergence", divergence, options, "none");
}

/**
 * `klDivergence` of targets that are logarithms of probabilities themselves, as
 * `optax.losses.kl_divergence_with_log_targets`.
 *
 * @returns One number for each distribution, or with a reduction a scalar.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, there is no such axis or the reduction is not known.
 *
 * @example
 * ```ts
 * import { log, tensor } from "@weft/weft";
 * import { klDivergenceWithLogTargets } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const [predictions, targets] = [log(tensor([0.5, 0.5])), log(tensor([0.25, 0.75]))];
 * assertAlmostEquals(klDivergenceWithLogTargets(predictions, targets).item(), 0.1308, 1e-4);
 * ```
 */
export function klDivergenceWithLogTargets(
  logPredictions: Tensor,
  logTargets: Tensor,
  options: KlDivergenceOptions = {},
): Tensor {
  checkOptionNames("klDivergenceWithLogTargets", options, KL_DIVERGENCE_OPTIONS);
  const parts = logDivergences("klDivergenceWithLogTargets", logPredictions, logTargets);
  const divergence = maskedSum(parts, options);
  return reduceLosses("klDivergenceWithLogTargets", divergence, options, "none");
}

/**
 * `klDivergence` plus the difference of the sums, `sum of prediction - target`, so that it is never negative where
 * the operands do not sum to 1; as `optax.losses.generalized_kl_divergence`, once `convex_kl_divergence`.
 *
 * @returns One number for each pair, or with a reduction a scalar.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, there is no such axis or the reduction is not known.
 *
 * @example
 * ```ts
 * import { log, tensor } from "@weft/weft";
 * import { generalizedKlDivergence } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const divergence = generalizedKlDivergence(log(tensor([2, 1])), tensor([1, 1]));
 * assertAlmostEquals(divergence.item(), 1 - Math.LN2, 1e-6);
 * ```
 */
export function generalizedKlDivergence(
  logPredictions: Tensor,
  targets: Tensor,
  options: KlDivergenceOptions = {},
): Tensor {
  checkOptionNames("generalizedKlDivergence", options, KL_DIVERGENCE_OPTIONS);
  const parts = divergences("generalizedKlDivergence", logPredictions, targets);
  const excess = maskedSum(subtract(exp(logPredictions), targets), options);
  const divergence = add(maskedSum(parts, options), excess);
  return reduceLosses("generalizedKlDivergence", divergence, options, "none");
}

/** `t (log t - x)` for each element of targets t and logarithms x, 0 where t is 0. */
export function divergences(operation: string, logPredictions: Tensor, targets: Tensor): Tensor {
  checkFloats(operation, { logPredictions, targets });
  checkSameShape(operation, { logPredictions, targets });
  const empty = equal(targets, 0);
  // The logarithm of 0 is kept out of the gradient, where it would be NaN.
  const logTargets = where(empty, 0, log(where(empty, 1, targets)));
  return multiply(targets, subtract(logTargets, withoutInfinity(logPredictions, targets)));
}

/** `e^t (t - x)` for each element of logarithms t and x, 0 where t is -Infinity. */
export function logDivergences(operation: string, logPredictions: Tensor, logTargets: Tensor): Tensor {
  checkFloats(operation, { logPredictions, logTargets });
  checkSameShape(operation, { logPredictions, logTargets });
  const empty = equal(logTargets, -Infinity);
  const gap = subtract(where(empty, 0, logTargets), where(empty, 0, logPredictions));
  return multiply(exp(logTargets), gap);
}
