/**
 * Categories drawn so that gradients flow.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { add, divide, subtract } from "../ops/arithmetic.ts";
import { floating } from "../ops/convert.ts";
import { oneHot } from "../ops/one_hot.ts";
import { argmax } from "../ops/arg_reduce.ts";
import { softmax } from "../ops/softmax.ts";
import { stopGradient } from "../ops/stop_gradient.ts";
import { normalizeAxis } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { gumbel } from "./gumbel.ts";
import { checkKey } from "./key.ts";

/** Options of `gumbelSoftmax`. */
export interface GumbelSoftmaxOptions {
  /** What the logits are divided by; towards 0 the result becomes one-hot. 1 by default. */
  readonly temperature?: number;
  /** Whether the result is one-hot, with the gradient of the soft one; false by default. */
  readonly hard?: boolean;
  /** The axis of the categories; the last by default. */
  readonly axis?: number;
}

const GUMBEL_SOFTMAX_OPTIONS = { temperature: true, hard: true, axis: true } as const;

/**
 * `softmax((logits + gumbel) / temperature)`: a category drawn with the probabilities `softmax(logits)`, softened so that
 * it has a gradient, as torch.nn.functional.gumbel_softmax (Jang et al., "Categorical Reparameterization", 2017). With
 * `hard` it is the category that `categorical` draws with the same key, one-hot, and the gradient goes straight through.
 *
 * @param logits Logarithms of probabilities, up to a constant.
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If the temperature is not above 0, or there is no such axis.
 *
 * @example
 * ```ts
 * import { random, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const drawn = random.gumbelSoftmax(random.key(0), tensor([-1e9, 0]), { hard: true });
 * assertEquals(drawn.toArray(), [0, 1]);
 * ```
 */
export function gumbelSoftmax(
  key: Tensor,
  logits: Tensor,
  options: GumbelSoftmaxOptions = NO_OPTIONS,
): Tensor {
  checkOptionNames("gumbelSoftmax", options, GUMBEL_SOFTMAX_OPTIONS);
  checkKey("gumbelSoftmax", key);
  const tensor = floating("gumbelSoftmax", logits);
  const { temperature = 1, hard = false, axis: given = -1 } = options;
  if (typeof temperature !== "number" || !(temperature > 0)) {
    throw new RangeError(`gumbelSoftmax expects a temperature above 0 but got ${String(temperature)}`);
  }
  const axis = normalizeAxis("gumbelSoftmax", given, tensor.rank);
  const dtype = tensor.dtype === "float64" ? "float64" : "float32";
  const noisy = add(tensor, gumbel(key, tensor.shape, { dtype }));
  const soft = softmax(divide(noisy, temperature), { axes: axis });
  if (!hard) return soft;
  const one = oneHot(argmax(noisy, { axis }), tensor.shape[axis], { dtype, axis });
  return add(one, subtract(soft, stopGradient(soft)));
}
