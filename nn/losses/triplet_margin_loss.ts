/**
 * The loss of anchors that are to lie nearer to one vector than to another.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { abs, add, maximum, power, subtract, sum, type Tensor } from "../../tensor/mod.ts";
import { checkFloats } from "./check.ts";
import { type ExampleLossOptions, reduceLosses } from "./reduction.ts";

/** The vectors of `tripletMarginLoss`; their shapes broadcast. */
export interface Triplets {
  /** What the others are compared with. */
  readonly anchors: Tensor;
  /** What is to lie near. */
  readonly positives: Tensor;
  /** What is to lie far. */
  readonly negatives: Tensor;
}

/** Options of `tripletMarginLoss`. */
export interface TripletMarginLossOptions extends ExampleLossOptions {
  /** The axis of the vectors. @default {-1} */
  readonly axis?: number;
  /** The degree of the norm; positive. @default {2} */
  readonly degree?: number;
  /** How much nearer the positives are to be. @default {1} */
  readonly margin?: number;
  /** Added inside of the root, so that it has a gradient at 0. @default {1e-6} */
  readonly eps?: number;
}

const TRIPLET_MARGIN_LOSS_OPTIONS = {
  axis: true,
  degree: true,
  margin: true,
  eps: true,
  reduction: true,
  mask: true,
} as const;

/**
 * `max(0, |anchor - positive| - |anchor - negative| + margin)` with the norm
 * `(sum of |difference|^degree + eps)^(1 / degree)`, as `optax.losses.triplet_margin_loss`, which takes odd powers of
 * signed differences, so that its norms may be NaN; here they are of absolute values.
 *
 * @returns One loss for each vector, or with a reduction a scalar.
 * @throws {TypeError} If one of the tensors is not floating point.
 * @throws {RangeError} If the shapes do not broadcast, `degree` is not positive or the reduction is not known.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { tripletMarginLoss } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const triplets = { anchors: tensor([0, 0]), positives: tensor([3, 4]), negatives: tensor([0, 2]) };
 * assertAlmostEquals(tripletMarginLoss(triplets).item(), 5 - 2 + 1, 1e-5);
 * ```
 */
export function tripletMarginLoss(triplets: Triplets, options: TripletMarginLossOptions = {}): Tensor {
  checkOptionNames("tripletMarginLoss", options, TRIPLET_MARGIN_LOSS_OPTIONS);
  const { anchors, positives, negatives } = triplets;
  checkFloats("tripletMarginLoss", { anchors, positives, negatives });
  const { axis = -1, degree = 2, margin = 1, eps = 1e-6 } = options;
  if (!(degree > 0 && Number.isFinite(degree))) {
    throw new RangeError(`tripletMarginLoss expects degree to be positive but got ${String(degree)}`);
  }
  const distance = (others: Tensor): Tensor => {
    const powers = power(abs(subtract(anchors, others)), degree);
    return power(add(sum(powers, { axes: axis }), eps), 1 / degree);
  };
  const losses = maximum(add(subtract(distance(positives), distance(negatives)), margin), 0);
  return reduceLosses("tripletMarginLoss", losses, options, "none");
}
