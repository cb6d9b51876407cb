/**
 * Losses of pairs that are told apart by targets of -1 and 1.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { add, equal, multiply, negative, softplus, subtract, type Tensor, where } from "../../tensor/mod.ts";
import { checkFloats, checkSameShape } from "./check.ts";
import { hinge } from "./hinge.ts";
import { LOSS_OPTIONS, type LossOptions, reduceLosses } from "./reduction.ts";

/** Options of losses with a margin. */
export interface MarginOptions extends LossOptions {
  /** How far apart pairs are to be; 0 for `marginRankingLoss`, 1 for `hingeEmbeddingLoss`. */
  readonly margin?: number;
}

/** The names of `MarginOptions`. */
export const MARGIN_OPTIONS = { margin: true, reduction: true, mask: true } as const;

/**
 * `max(0, -target (first - second) + margin)`, as torch.nn.functional.margin_ranking_loss: a target of 1 wants the
 * first higher, -1 the second.
 *
 * @returns A scalar, or with reduction "none" a tensor of the operands' shape.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { marginRankingLoss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(marginRankingLoss([tensor([1, 1]), tensor([3, 3])], tensor([1, -1])).item(), 1);
 * ```
 */
export function marginRankingLoss(
  pair: readonly [first: Tensor, second: Tensor],
  target: Tensor,
  options: MarginOptions = {},
): Tensor {
  checkOptionNames("marginRankingLoss", options, MARGIN_OPTIONS);
  const [first, second] = pair;
  checkFloats("marginRankingLoss", { first, second, target });
  checkSameShape("marginRankingLoss", { first, second, target });
  const { margin = 0 } = options;
  const losses = hinge(add(multiply(negative(target), subtract(first, second)), margin));
  return reduceLosses("marginRankingLoss", losses, options, "mean");
}

/**
 * The distance where the target is 1, and `max(0, margin - distance)` where it is -1, as
 * torch.nn.functional.hinge_embedding_loss.
 *
 * @returns A scalar, or with reduction "none" a tensor of the operands' shape.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { hingeEmbeddingLoss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(hingeEmbeddingLoss(tensor([2, 0.5]), tensor([1, -1]), { reduction: "sum" }).item(), 2.5);
 * ```
 */
export function hingeEmbeddingLoss(distance: Tensor, target: Tensor, options: MarginOptions = {}): Tensor {
  checkOptionNames("hingeEmbeddingLoss", options, MARGIN_OPTIONS);
  checkFloats("hingeEmbeddingLoss", { distance, target });
  checkSameShape("hingeEmbeddingLoss", { distance, target });
  const { margin = 1 } = options;
  const losses = add(
    where(equal(target, 1), 0, hinge(subtract(margin, distance))),
    where(equal(target, -1), 0, distance),
  );
  return reduceLosses("hingeEmbeddingLoss", losses, options, "mean");
}

/**
 * `log(1 + e^(-target score))`, as torch.nn.functional.soft_margin_loss, stable at any size. Targets are -1 and 1.
 *
 * @returns A scalar, or with reduction "none" a tensor of the operands' shape.
 * @throws {TypeError} If an operand is not a floating-point tensor.
 * @throws {RangeError} If the shapes differ, or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { softMarginLoss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(softMarginLoss(tensor([1e4]), tensor([-1])).item(), 1e4);
 * ```
 */
export function softMarginLoss(scores: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkOptionNames("softMarginLoss", options, LOSS_OPTIONS);
  checkFloats("softMarginLoss", { scores, target });
  checkSameShape("softMarginLoss", { scores, target });
  return reduceLosses(
    "softMarginLoss",
    softplus(negative(multiply(scores, target))),
    options,
    "mean",
  );
}
