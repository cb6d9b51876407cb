/**
 * Angles between vectors.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  divide,
  maximum,
  multiply,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
  where,
} from "../../tensor/mod.ts";
import { checkFloats } from "./check.ts";
import type { MaskOptions } from "./masked.ts";
import { type ExampleLossOptions, reduceLosses } from "./reduction.ts";

/** Options of `cosineSimilarity` and `cosineDistance`. */
export interface CosineSimilarityOptions extends ExampleLossOptions, MaskOptions {
  /** The least squared norm that vectors are divided by, so that a zero vector does not give NaN. @default {0} */
  readonly eps?: number;
}

const COSINE_SIMILARITY_OPTIONS = {
  eps: true,
  reduction: true,
  mask: true,
  axis: true,
  where: true,
} as const;

/**
 * The cosine of the angle between vectors, `a.b / (|a| |b|)` along the axis, with both squared norms at least `eps`,
 * as `optax.losses.cosine_similarity`. The operands broadcast.
 *
 * @returns One number for each pair of vectors, or with a reduction a scalar.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes do not broadcast, there is no such axis or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { cosineSimilarity } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(cosineSimilarity(tensor([[2, 0], [0, 1]]), tensor([4, 0])).toArray(), [1, 0]);
 * ```
 */
export function cosineSimilarity(a: Tensor, b: Tensor, options: CosineSimilarityOptions = {}): Tensor {
  checkOptionNames("cosineSimilarity", options, COSINE_SIMILARITY_OPTIONS);
  return reduceLosses(
    "cosineSimilarity",
    cosine("cosineSimilarity", a, b, options),
    options,
    "none",
  );
}

/**
 * `1 - cosineSimilarity(prediction, target)`, as `optax.losses.cosine_distance`.
 *
 * @returns One number for each pair of vectors, or with a reduction a scalar.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes do not broadcast, there is no such axis or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { cosineDistance } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(cosineDistance(tensor([0, 3]), tensor([0, -1])).item(), 2);
 * ```
 */
export function cosineDistance(
  prediction: Tensor,
  target: Tensor,
  options: CosineSimilarityOptions = {},
): Tensor {
  checkOptionNames("cosineDistance", options, COSINE_SIMILARITY_OPTIONS);
  const similarity = cosine("cosineDistance", prediction, target, options);
  return reduceLosses("cosineDistance", subtract(1, similarity), options, "none");
}

function cosine(operation: string, a: Tensor, b: Tensor, options: CosineSimilarityOptions): Tensor {
  checkFloats(operation, { prediction: a, target: b });
  const { eps = 0 } = options;
  if (!(eps >= 0)) throw new RangeError(`${operation} expects eps from 0 on but got ${String(eps)}`);
  const { axis = -1, where: mask } = options;
  const unit = (given: Tensor): Tensor => {
    const x = mask === undefined ? given : where(mask, given, 0);
    return divide(x, sqrt(maximum(sum(square(x), { axes: axis, keepDims: true }), eps)));
  };
  return sum(multiply(unit(a), unit(b)), { axes: axis });
}
