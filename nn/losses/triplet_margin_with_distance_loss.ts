/**
 * The loss of triplets with a distance of one's own.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  abs,
  add,
  max,
  minimum,
  multiply,
  power,
  sign,
  sqrt,
  square,
  subtract,
  sum,
  Tensor,
  tree,
} from "../../tensor/mod.ts";
import { checkFinite, checkFloats } from "./check.ts";
import { hinge } from "./hinge.ts";
import { type LossOptions, reduceLosses } from "./reduction.ts";
import type { Triplets } from "./triplet_margin_loss.ts";

/** Options of `tripletMarginWithDistanceLoss`. */
export interface TripletMarginWithDistanceLossOptions extends LossOptions {
  /**
   * The distance of vectors, one number for each pair: by default the norm of `difference + eps` of the given degree
   * along the last axis, as torch.nn.functional.pairwise_distance.
   */
  readonly distance?: (a: Tensor, b: Tensor) => Tensor;
  /** How much nearer the positives are to be. @default {1} */
  readonly margin?: number;
  /** Whether the negative counts from the positive where it is nearer to that than to the anchor. @default {false} */
  readonly swap?: boolean;
  /** The degree of the norm where no distance is given; positive, Infinity for the largest difference. @default {2} */
  readonly degree?: number;
  /** Added to differences where no distance is given. @default {1e-6} */
  readonly eps?: number;
}

const TRIPLET_MARGIN_WITH_DISTANCE_LOSS_OPTIONS = {
  distance: true,
  margin: true,
  swap: true,
  degree: true,
  eps: true,
  reduction: true,
  mask: true,
} as const;

/**
 * `max(0, distance(anchor, positive) - distance(anchor, negative) + margin)`, as
 * torch.nn.functional.triplet_margin_with_distance_loss, and with the distance of default as
 * torch.nn.functional.triplet_margin_loss, whose `p` is `degree`. `swap` is after Balntas et al., "Learning shallow
 * convolutional feature descriptors with triplet losses" (2016). {@linkcode tripletMarginLoss} is optax's.
 *
 * @returns A scalar, or with reduction "none" one loss for each triplet.
 * @throws {TypeError} If one of the tensors is not floating point, or `distance` is no function to tensors.
 * @throws {RangeError} If the shapes do not broadcast, an option is out of range or the reduction is not known.
 *
 * @example
 * ```ts
 * import { abs, subtract, sum, tensor } from "@weft/weft";
 * import { tripletMarginWithDistanceLoss } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const triplets = { anchors: tensor([[0, 0]]), positives: tensor([[3, 4]]), negatives: tensor([[0, 2]]) };
 * const loss = tripletMarginWithDistanceLoss(triplets, {
 *   distance: (a, b) => sum(abs(subtract(a, b)), { axes: -1 }),
 * });
 * assertEquals(loss.item(), 7 - 2 + 1);
 * ```
 */
export function tripletMarginWithDistanceLoss(
  triplets: Triplets,
  options: TripletMarginWithDistanceLossOptions = {},
): Tensor {
  checkOptionNames("tripletMarginWithDistanceLoss", options, TRIPLET_MARGIN_WITH_DISTANCE_LOSS_OPTIONS);
  const name = "tripletMarginWithDistanceLoss";
  const { anchors, positives, negatives } = triplets;
  checkFloats(name, { anchors, positives, negatives });
  const { margin = 1, swap = false, degree = 2, eps = 1e-6 } = options;
  checkFinite(name, "margin", margin);
  checkFinite(name, "eps", eps);
  if (!(degree > 0)) throw new RangeError(`${name} expects degree to be positive but got ${String(degree)}`);
  const { distance = (a, b) => norm(add(subtract(a, b), eps), degree) } = options;
  const apart = (a: Tensor, b: Tensor): Tensor => {
    if (typeof distance !== "function") {
      throw new TypeError(`${name} expects distance to be a function but got ${tree.describe(distance)}`);
    }
    const result = distance(a, b);
    if (result instanceof Tensor) return result;
    throw new TypeError(`${name} expects distance to give a tensor but got ${tree.describe(result)}`);
  };
  const far = apart(anchors, negatives);
  const nearest = swap ? minimum(far, apart(positives, negatives)) : far;
  return reduceLosses(
    name,
    hinge(add(subtract(apart(anchors, positives), nearest), margin)),
    options,
    "mean",
  );
}

/** The norm along the last axis. */
function norm(x: Tensor, degree: number): Tensor {
  const last = { axes: -1 } as const;
  if (degree === 2) return sqrt(sum(square(x), last));
  const sizes = multiply(x, sign(x));
  if (degree === 1) return sum(sizes, last);
  if (degree === Infinity) return max(sizes, last);
  return power(sum(power(abs(x), degree), last), 1 / degree);
}
