/**
 * Negative logarithms of likelihoods of yes-or-no answers.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  add,
  less,
  log,
  log1p,
  maximum,
  multiply,
  negative,
  stopGradient,
  subtract,
  type Tensor,
  where,
} from "../../tensor/mod.ts";
import { checkFloats, checkSameShape, checkWeights } from "./check.ts";
import { type LossOptions, reduceLosses } from "./reduction.ts";

/** What torch holds `p (1 - p)` at, a float32 also where numbers are float64. */
const LEAST_SLOPE = Math.fround(1e-12);

/** Options of `binaryCrossEntropy`. */
export interface BinaryCrossEntropyOptions extends LossOptions {
  /** Weights that broadcast to the losses; 1 by default. */
  readonly weight?: Tensor;
}

const BINARY_CROSS_ENTROPY_OPTIONS = { weight: true, reduction: true, mask: true } as const;

/**
 * `-target log(p) - (1 - target) log(1 - p)` of probabilities p, with logarithms of at least -100 and `p (1 - p)` of at
 * least 1e-12 below the gradient, as torch.nn.functional.binary_cross_entropy. Of logits take
 * `sigmoidBinaryCrossEntropy`, which keeps its precision.
 *
 * @returns A scalar, or with reduction "none" a tensor of the operands' shape.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { binaryCrossEntropy } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(binaryCrossEntropy(tensor([1, 0]), tensor([1, 1])).item(), 50);
 * ```
 */
export function binaryCrossEntropy(
  probabilities: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyOptions = {},
): Tensor {
  checkOptionNames("binaryCrossEntropy", options, BINARY_CROSS_ENTROPY_OPTIONS);
  checkFloats("binaryCrossEntropy", { probabilities, target });
  checkSameShape("binaryCrossEntropy", { probabilities, target });
  const saturated = less(multiply(probabilities, subtract(1, probabilities)), LEAST_SLOPE);
  const between = where(saturated, 0.5, probabilities);
  const fixed = stopGradient(probabilities);
  const slope = multiply(stopGradient(subtract(probabilities, target)), 1 / LEAST_SLOPE);
  const edge = add(
    mixed(target, maximum(log(fixed), -100), maximum(log1p(negative(fixed)), -100)),
    multiply(subtract(probabilities, fixed), slope),
  );
  const inside = mixed(target, log(between), log1p(negative(between)));
  const losses = where(saturated, edge, inside);
  const { weight } = options;
  checkWeights("binaryCrossEntropy", "weight", weight);
  return reduceLosses(
    "binaryCrossEntropy",
    weight === undefined ? losses : multiply(losses, weight),
    options,
    "mean",
  );
}

function mixed(target: Tensor, yes: Tensor, no: Tensor): Tensor {
  return negative(add(multiply(target, yes), multiply(subtract(1, target), no)));
}
