/**
 * Losses of yes-or-no scores that are zero from some margin on.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  add,
  clip,
  greater,
  maximum,
  multiply,
  negative,
  square,
  subtract,
  type Tensor,
  where,
} from "../../tensor/mod.ts";
import { checkFloats, checkSameShape, checkTensors } from "./check.ts";
import { EXAMPLE_LOSS_OPTIONS, type ExampleLossOptions, reduceLosses } from "./reduction.ts";

/**
 * `max(0, 1 - score target)` for each element, as `optax.losses.hinge_loss`. Targets are -1 and 1.
 *
 * @returns Losses of the operands' shape, or with a reduction a scalar.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { hingeLoss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(hingeLoss(tensor([2, 0.5, 0.5]), tensor([1, 1, -1])).toArray(), [0, 0.5, 1.5]);
 * ```
 */
export function hingeLoss(scores: Tensor, targets: Tensor, options: ExampleLossOptions = {}): Tensor {
  checkOptionNames("hingeLoss", options, EXAMPLE_LOSS_OPTIONS);
  const losses = maximum(subtract(1, agreement("hingeLoss", scores, targets)), 0);
  return reduceLosses("hingeLoss", losses, options, "none");
}

/**
 * `max(0, -score target)` for each element, as `optax.losses.perceptron_loss`. Targets are -1 and 1.
 *
 * @returns Losses of the operands' shape, or with a reduction a scalar.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { perceptronLoss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(perceptronLoss(tensor([2, 0.5]), tensor([1, -1])).toArray(), [0, 0.5]);
 * ```
 */
export function perceptronLoss(scores: Tensor, targets: Tensor, options: ExampleLossOptions = {}): Tensor {
  checkOptionNames("perceptronLoss", options, EXAMPLE_LOSS_OPTIONS);
  const losses = maximum(negative(agreement("perceptronLoss", scores, targets)), 0);
  return reduceLosses("perceptronLoss", losses, options, "none");
}

function agreement(operation: string, scores: Tensor, targets: Tensor): Tensor {
  checkFloats(operation, { scores, targets });
  checkSameShape(operation, { scores, targets });
  return multiply(scores, targets);
}

/**
 * The sparsemax loss of yes-or-no answers for each element, as `optax.losses.sparsemax_loss`: with `z` the logit for
 * label 0 and its negative for label 1, `z` where `z >= 1`, 0 where `z <= -1`, and `(z + 1)^2 / 4` between. Labels
 * are booleans or integers 0 and 1. After Martins and Astudillo, "From Softmax to Sparsemax" (2016).
 *
 * @returns Losses of the operands' shape, or with a reduction a scalar.
 * @throws {TypeError} If logits are not floating point, or labels not a tensor.
 * @throws {RangeError} If the shapes differ, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { sparsemaxLoss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(sparsemaxLoss(tensor([3, 3, 0]), tensor([true, false, true])).toArray(), [0, 3, 0.25]);
 * ```
 */
export function sparsemaxLoss(logits: Tensor, labels: Tensor, options: ExampleLossOptions = {}): Tensor {
  checkOptionNames("sparsemaxLoss", options, EXAMPLE_LOSS_OPTIONS);
  checkFloats("sparsemaxLoss", { logits });
  checkTensors("sparsemaxLoss", { labels });
  checkSameShape("sparsemaxLoss", { logits, labels });
  const z = where(labels, negative(logits), logits);
  const parabola = multiply(square(add(clip(z, { min: -1, max: 1 }), 1)), 0.25);
  return reduceLosses("sparsemaxLoss", where(greater(z, 1), z, parabola), options, "none");
}
