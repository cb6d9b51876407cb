/**
 * The squared distance from targets.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { square, subtract, Tensor, tree } from "../../tensor/mod.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { equalShapes, formatShape } from "../../tensor/shape.ts";
import { describe } from "../../tensor/tensor.ts";
import { WEIGHTED_LOSS_OPTIONS, weightedLosses, type WeightedLossOptions } from "./weighted_losses.ts";

/**
 * `(prediction - target)^2`, reduced over all elements, as torch.nn.functional.mse_loss. The shapes must be the
 * same: nothing broadcasts but the weights.
 *
 * @returns A scalar, or with reduction "none" a tensor of the operands' shape.
 * @throws {RangeError} If the shapes differ, or the reduction is not known.
 * @throws {TypeError} If an operand is not a tensor, or the prediction is not floating point.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { meanSquaredError } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [prediction, target] = [tensor([1, 2]), tensor([1, 4])];
 * assertEquals(meanSquaredError(prediction, target).item(), 2);
 * assertEquals(meanSquaredError(prediction, target, { reduction: "none" }).toArray(), [0, 4]);
 * ```
 */
export function meanSquaredError(
  prediction: Tensor,
  target: Tensor,
  options: WeightedLossOptions = {},
): Tensor {
  checkOptionNames("meanSquaredError", options, WEIGHTED_LOSS_OPTIONS);
  if (!(prediction instanceof Tensor) || !(target instanceof Tensor)) {
    throw new TypeError(
      `meanSquaredError expects two tensors but got ${tree.describe(prediction)} and ${
        tree.describe(target)
      }`,
    );
  }
  if (!isFloating(prediction.dtype)) {
    throw new TypeError(
      `meanSquaredError expects a prediction of float32 or float64 but got ${describe(prediction)}`,
    );
  }
  if (!equalShapes(prediction.shape, target.shape)) {
    throw new RangeError(
      `meanSquaredError expects prediction and target of one shape but got ${
        formatShape(prediction.shape)
      } and ${formatShape(target.shape)}`,
    );
  }
  return weightedLosses("meanSquaredError", square(subtract(prediction, target)), options);
}
