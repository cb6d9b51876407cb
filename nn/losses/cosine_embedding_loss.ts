/**
 * The loss of pairs of vectors that are to point alike or apart.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  add,
  divide,
  equal,
  multiply,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
  where,
} from "../../tensor/mod.ts";
import { equalShapes, formatShape } from "../../tensor/shape.ts";
import { checkFinite, checkFloats, checkSameShape, checkTensors } from "./check.ts";
import { hinge } from "./hinge.ts";
import { MARGIN_OPTIONS, type MarginOptions } from "./pair_losses.ts";
import { reduceLosses } from "./reduction.ts";

const LAST = { axes: -1 } as const;

/** What torch adds to squared norms, a float32 also where numbers are float64. */
const LEAST_SQUARE = Math.fround(1e-12);

/**
 * `1 - cos(a, b)` where the target is 1, and `max(0, cos(a, b) - margin)` where it is -1, with the cosines of pairs of
 * vectors along the last axis, as torch.nn.functional.cosine_embedding_loss. The margin is 0 by default.
 *
 * @param pair The vectors, both of shape [..., features].
 * @param target 1 or -1 for each pair, of shape [...].
 * @param options The margin, the mask and the reduction.
 * @returns A scalar, or with reduction "none" one loss for each pair.
 * @throws {TypeError} If a vector is not floating point, or the target not a tensor.
 * @throws {RangeError} If the shapes do not fit, the margin is not finite, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { cosineEmbeddingLoss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [a, b] = [tensor([[1, 0], [1, 0]]), tensor([[0, 2], [2, 0]])];
 * assertEquals(cosineEmbeddingLoss([a, b], tensor([1, -1])).item(), 1);
 * ```
 */
export function cosineEmbeddingLoss(
  pair: readonly [first: Tensor, second: Tensor],
  target: Tensor,
  options: MarginOptions = {},
): Tensor {
  checkOptionNames("cosineEmbeddingLoss", options, MARGIN_OPTIONS);
  const [first, second] = pair;
  const { margin = 0 } = options;
  checkFloats("cosineEmbeddingLoss", { first, second });
  checkSameShape("cosineEmbeddingLoss", { first, second });
  checkTensors("cosineEmbeddingLoss", { target });
  checkFinite("cosineEmbeddingLoss", "margin", margin);
  if (first.rank === 0 || !equalShapes(target.shape, first.shape.slice(0, -1))) {
    throw new RangeError(
      `cosineEmbeddingLoss expects vectors of shape [..., features] and targets of shape [...] but got ${
        formatShape(first.shape)
      } and ${formatShape(target.shape)}`,
    );
  }
  const norm = (x: Tensor): Tensor => sqrt(add(sum(square(x), LAST), LEAST_SQUARE));
  const cosine = divide(sum(multiply(first, second), LAST), multiply(norm(first), norm(second)));
  const losses = add(
    where(equal(target, 1), subtract(1, cosine), 0),
    where(equal(target, -1), hinge(subtract(cosine, margin)), 0),
  );
  return reduceLosses("cosineEmbeddingLoss", losses, options, "mean");
}
