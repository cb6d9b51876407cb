/**
 * Vectors brought to a length of 1, and distances of vectors.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { broadcastShapes, normalizeAxes } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { add, divide, multiply, square, subtract } from "./arithmetic.ts";
import { greater } from "./comparison.ts";
import { floating, promotedFloats } from "./convert.ts";
import { sqrt } from "./exponential.ts";
import { power } from "./power.ts";
import { max, sum } from "./reduce.ts";
import { maximum, where } from "./selection.ts";
import { sign } from "./sign.ts";
import { stopGradient } from "./stop_gradient.ts";

interface Along {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** The p-norm with the gradient 0 where vectors or elements are 0, as in torch, where `norm` has NaN as JAX has. */
function lengths(operation: string, x: Tensor, order: number, along: Along): Tensor {
  if (typeof order !== "number" || !(order > 0)) {
    throw new RangeError(`${operation} expects an order above 0 but got ${String(order)}`);
  }
  const size = multiply(x, stopGradient(sign(x)));
  if (order === 1) return sum(size, along);
  if (order === Infinity) return max(size, along);
  const root = (total: Tensor, f: (x: Tensor) => Tensor): Tensor => {
    const some = greater(total, 0);
    return where(some, f(where(some, total, 1)), 0);
  };
  if (order === 2) return root(sum(square(x), along), sqrt);
  const powers = root(size, (x) => power(x, order));
  return root(sum(powers, along), (x) => power(x, 1 / order));
}

/** Options of `normalize`. */
export interface NormalizeOptions {
  /** Which norm, a number above 0 or Infinity; 2 by default. */
  readonly order?: number;
  /** The axis of the vectors, or several; the last by default (torch: 1). */
  readonly axes?: number | readonly number[];
  /** What lengths are at least; 1e-12 by default. */
  readonly eps?: number;
}

const NORMALIZE_OPTIONS = { order: true, axes: true, eps: true } as const;

/**
 * `x / max(|x|, eps)` with the norm of the order along the axes, as torch.nn.functional.normalize. The norm of a vector
 * of zeros has the gradient 0, so that of the result is 1 / eps there.
 *
 * @throws {RangeError} If the order is not above 0, or there is no such axis.
 *
 * @example
 * ```ts
 * import { normalize, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(normalize(tensor([3, 1]), { order: 1 }).toArray(), [0.75, 0.25]);
 * ```
 */
export function normalize(x: TensorLike, options: NormalizeOptions = NO_OPTIONS): Tensor {
  checkOptionNames("normalize", options, NORMALIZE_OPTIONS);
  const tensor = floating("normalize", x);
  const { order = 2, eps = 1e-12 } = options;
  const axes = normalizeAxes("normalize", options.axes ?? -1, tensor.rank);
  return divide(tensor, maximum(lengths("normalize", tensor, order, { axes, keepDims: true }), eps));
}

/** Options of `pairwiseDistance`. */
export interface PairwiseDistanceOptions {
  /** Which norm, a number above 0 or Infinity; 2 by default. */
  readonly order?: number;
  /** What is added to each difference; 1e-6 by default. */
  readonly eps?: number;
  /** Whether the last axis stays, with an extent of 1; false by default. */
  readonly keepDims?: boolean;
}

const PAIRWISE_DISTANCE_OPTIONS = { order: true, eps: true, keepDims: true } as const;

/**
 * The norm of `x - y + eps` along the last axis, as torch.nn.functional.pairwise_distance. The operands broadcast.
 *
 * @throws {RangeError} If the shapes do not broadcast, there is no axis, or the order is not above 0.
 *
 * @example
 * ```ts
 * import { pairwiseDistance, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const distance = pairwiseDistance(tensor([[3, 4], [1, 0]]), tensor([0, 0]), { eps: 0 });
 * assertEquals(distance.toArray(), [5, 1]);
 * ```
 */
export function pairwiseDistance(
  x: TensorLike,
  y: TensorLike,
  options: PairwiseDistanceOptions = NO_OPTIONS,
): Tensor {
  checkOptionNames("pairwiseDistance", options, PAIRWISE_DISTANCE_OPTIONS);
  const [a, b] = promotedFloats("pairwiseDistance", x, y);
  const { order = 2, eps = 1e-6, keepDims = false } = options;
  broadcastShapes("pairwiseDistance", a.shape, b.shape);
  const apart = add(subtract(a, b), eps);
  const axes = normalizeAxes("pairwiseDistance", -1, apart.rank);
  return lengths("pairwiseDistance", apart, order, { axes, keepDims });
}
