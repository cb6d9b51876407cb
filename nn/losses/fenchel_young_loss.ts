/**
 * Losses made of a maximum function.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { multiply, subtract, sum, type Tensor } from "../../tensor/mod.ts";
import { checkFloats, checkSameShape } from "./check.ts";
import { EXAMPLE_LOSS_OPTIONS, type ExampleLossOptions, reduceLosses } from "./reduction.ts";

/** A loss of scores and targets of shape [..., n], one for each row unless reduced. */
export type FenchelYoungLoss = (scores: Tensor, targets: Tensor, options?: ExampleLossOptions) => Tensor;

/**
 * Makes the loss `maximum(scores) - scores.targets` of the rows along the last axis, as
 * `optax.losses.make_fenchel_young_loss`; after Blondel et al., "Learning with Fenchel-Young Losses" (2020). With
 * `logSumExp` as maximum it is the softmax cross entropy, with `max` the perceptron loss.
 *
 * @param maximum A smooth or hard maximum: from rows of shape [..., n] to one number each, of shape [...].
 * @returns The loss. It throws a TypeError for operands that are not floating point and a RangeError where the
 * shapes differ.
 * @throws {TypeError} If `maximum` is not a function.
 *
 * @example
 * ```ts
 * import { logSumExp, tensor } from "@weft/weft";
 * import { fenchelYoungLoss } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const crossEntropy = fenchelYoungLoss((scores) => logSumExp(scores, { axes: -1 }));
 * assertAlmostEquals(crossEntropy(tensor([0, 0]), tensor([1, 0])).item(), Math.LN2, 1e-6);
 * ```
 */
export function fenchelYoungLoss(maximum: (scores: Tensor) => Tensor): FenchelYoungLoss {
  if (typeof maximum !== "function") {
    throw new TypeError(`fenchelYoungLoss expects a function but got ${typeof maximum}`);
  }
  return (scores, targets, options = {}) => {
    checkOptionNames("fenchelYoungLoss", options, EXAMPLE_LOSS_OPTIONS);
    checkFloats("fenchelYoungLoss", { scores, targets });
    checkSameShape("fenchelYoungLoss", { scores, targets });
    const losses = subtract(maximum(scores), sum(multiply(scores, targets), { axes: -1 }));
    return reduceLosses("fenchelYoungLoss", losses, options, "none");
  };
}
