/**
 * Losses that grow linearly with large errors.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { abs, add, exp, log1p, minimum, multiply, square, subtract, type Tensor } from "../../tensor/mod.ts";
import { checkWeights } from "./check.ts";
import { EXAMPLE_LOSS_OPTIONS, type ExampleLossOptions, reduceLosses } from "./reduction.ts";
import { errorsOf } from "./squared_error.ts";

/** Options of `huberLoss`. */
export interface HuberLossOptions extends ExampleLossOptions {
  /** The error at which the parabola goes over into a straight line; positive. @default {1} */
  readonly delta?: number;
  /** Weights that broadcast to the losses; 1 by default. A mean is divided by the number of losses, as in torch. */
  readonly weight?: Tensor;
}

const HUBER_LOSS_OPTIONS = { delta: true, weight: true, reduction: true, mask: true } as const;

/**
 * `e^2 / 2` where `|e| <= delta`, else `delta (|e| - delta / 2)`, of the errors `e = prediction - target`, as
 * `optax.losses.huber_loss`; after Huber, "Robust Estimation of a Location Parameter" (1964).
 *
 * @returns Losses of the operands' shape, or with a reduction a scalar.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, `delta` is not positive or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { huberLoss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(huberLoss(tensor([1, 5]), tensor([0, 0])).toArray(), [0.5, 4.5]);
 * ```
 */
export function huberLoss(prediction: Tensor, target: Tensor, options: HuberLossOptions = {}): Tensor {
  checkOptionNames("huberLoss", options, HUBER_LOSS_OPTIONS);
  const { delta = 1, weight } = options;
  checkWeights("huberLoss", "weight", weight);
  if (!(delta > 0 && Number.isFinite(delta))) {
    throw new RangeError(`huberLoss expects delta to be positive but got ${String(delta)}`);
  }
  const errors = abs(errorsOf("huberLoss", prediction, target));
  const quadratic = minimum(errors, delta);
  const linear = subtract(errors, quadratic);
  const losses = add(multiply(square(quadratic), 0.5), multiply(linear, delta));
  return reduceLosses("huberLoss", weight === undefined ? losses : multiply(losses, weight), options, "none");
}

/**
 * `log(cosh(prediction - target))` for each element, as `optax.losses.log_cosh`: nearly a parabola for small errors
 * and nearly straight for large ones, whose size is no matter.
 *
 * @returns Losses of the operands' shape, or with a reduction a scalar.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { logCosh } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const losses = logCosh(tensor([0, 1e4]), tensor([0, 0])).data();
 * assertAlmostEquals(losses[1], 1e4 - Math.LN2, 1e-2);
 * ```
 */
export function logCosh(prediction: Tensor, target: Tensor, options: ExampleLossOptions = {}): Tensor {
  checkOptionNames("logCosh", options, EXAMPLE_LOSS_OPTIONS);
  const errors = abs(errorsOf("logCosh", prediction, target));
  const losses = add(subtract(errors, Math.LN2), log1p(exp(multiply(errors, -2))));
  return reduceLosses("logCosh", losses, options, "none");
}
