/**
 * Squared distances, one for each element.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { multiply, square, subtract, type Tensor } from "../../tensor/mod.ts";
import { checkFloats, checkSameShape } from "./check.ts";
import { EXAMPLE_LOSS_OPTIONS, type ExampleLossOptions, reduceLosses } from "./reduction.ts";

/**
 * `(prediction - target)^2` for each element, as `optax.losses.squared_error`. `meanSquaredError` takes the mean.
 *
 * @returns Losses of the operands' shape, or with a reduction a scalar.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { squaredError } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(squaredError(tensor([1, 2]), tensor([1, 4])).toArray(), [0, 4]);
 * ```
 */
export function squaredError(prediction: Tensor, target: Tensor, options: ExampleLossOptions = {}): Tensor {
  checkOptionNames("squaredError", options, EXAMPLE_LOSS_OPTIONS);
  const errors = errorsOf("squaredError", prediction, target);
  return reduceLosses("squaredError", square(errors), options, "none");
}

/**
 * `(prediction - target)^2 / 2` for each element, as `optax.losses.l2_loss`: its gradient is the error.
 *
 * @returns Losses of the operands' shape, or with a reduction a scalar.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { l2Loss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(l2Loss(tensor([1, 2]), tensor([1, 4])).toArray(), [0, 2]);
 * ```
 */
export function l2Loss(prediction: Tensor, target: Tensor, options: ExampleLossOptions = {}): Tensor {
  checkOptionNames("l2Loss", options, EXAMPLE_LOSS_OPTIONS);
  const errors = errorsOf("l2Loss", prediction, target);
  return reduceLosses("l2Loss", multiply(square(errors), 0.5), options, "none");
}

/** `prediction - target`, checked. */
export function errorsOf(operation: string, prediction: Tensor, target: Tensor): Tensor {
  checkFloats(operation, { prediction, target });
  checkSameShape(operation, { prediction, target });
  return subtract(prediction, target);
}
