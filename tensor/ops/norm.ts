/**
 * Norms of vectors and matrices.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { normalizeAxes, normalizeAxis, type Shape } from "../shape.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { abs } from "./sign.ts";
import { multiply } from "./arithmetic.ts";
import { power } from "./power.ts";
import { cast } from "./cast.ts";
import { notEqual } from "./comparison.ts";
import { floating } from "./convert.ts";
import { sqrt } from "./exponential.ts";
import { svdvals } from "./linalg/svd.ts";
import { max, min, sum } from "./reduce.ts";
import { reshape } from "./reshape.ts";
import { transpose } from "./transpose.ts";

/** Options of `norm`. */
export interface NormOptions {
  /**
   * Which norm: of vectors the order p, 0 for the number of elements that are not 0; of matrices 1 (columns), 2
   * (singular values), Infinity (rows), each also negative for the least in place of the greatest, "fro" or "nuc".
   * The square root of the sum of squares by default.
   */
  readonly order?: number | "fro" | "nuc";
  /** One axis of vectors, or two of matrices; all of them by default. */
  readonly axes?: number | readonly number[];
  /** Keeps the reduced axes with extent 1; false by default. */
  readonly keepDims?: boolean;
}

const NORM_OPTIONS = { order: true, axes: true, keepDims: true } as const;

/**
 * The norm of vectors or matrices, as `jnp.linalg.norm`. Without an order it is the root of the sum of squares over any
 * axes; its gradient at 0 is NaN.
 *
 * @throws {RangeError} If there is an order but neither one axis nor two, or the order is none of matrices.
 *
 * @example
 * ```ts
 * import { norm, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(norm(tensor([3, 4])).item(), 5);
 * assertEquals(norm(tensor([[1, -2], [3, 4]]), { order: 1 }).item(), 6);
 * ```
 */
export function norm(x: TensorLike, options: NormOptions = NO_OPTIONS): Tensor {
  checkOptionNames("norm", options, NORM_OPTIONS);
  const tensor = floating("norm", x);
  const { order, keepDims = false } = options;
  const axes = normalizeAxes("norm", options.axes, tensor.rank);
  if (order === undefined) return sqrt(sum(multiply(tensor, tensor), { axes, keepDims }));
  if (axes.length === 1 && typeof order === "number") return vectorNorm(tensor, order, { axes, keepDims });
  if (axes.length !== 2) {
    throw new RangeError(
      `norm expects one axis of vectors or two of matrices for the order ${order} but got ${axes.length} of ${
        describe(tensor)
      }`,
    );
  }
  // The order of the given axes tells rows from columns.
  const [rows, columns] = options.axes === undefined
    ? axes
    : (options.axes as readonly number[]).map((axis) => normalizeAxis("norm", axis, tensor.rank));
  const last = tensor.shape.flatMap((_, i) => i === rows || i === columns ? [] : [i]);
  const result = matrixNorm(transpose(tensor, [...last, rows, columns]), order);
  return keepDims
    ? reshape(result, tensor.shape.map((extent, i) => axes.includes(i) ? 1 : extent) as Shape)
    : result;
}

interface Reduced {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

function vectorNorm(x: Tensor, order: number, options: Reduced): Tensor {
  if (order === 0) return sum(cast(notEqual(x, 0), x.dtype), options);
  const size = abs(x);
  if (order === 1) return sum(size, options);
  if (order === 2) return sqrt(sum(multiply(x, x), options));
  if (order === Infinity) return max(size, options);
  if (order === -Infinity) return min(size, options);
  if (Number.isNaN(order)) throw new RangeError("norm expects a number as order but got NaN");
  return power(sum(power(size, order), options), 1 / order);
}

function matrixNorm(x: Tensor, order: number | "fro" | "nuc"): Tensor {
  const extreme = (sizes: Tensor): Tensor =>
    (order as number) > 0 ? max(sizes, { axes: -1 }) : min(sizes, { axes: -1 });
  switch (order) {
    case "fro":
      return sqrt(sum(multiply(x, x), { axes: [-2, -1] }));
    case "nuc":
      return sum(svdvals(x), { axes: -1 });
    case 1:
    case -1:
      return extreme(sum(abs(x), { axes: -2 }));
    case 2:
    case -2:
      return extreme(svdvals(x));
    case Infinity:
    case -Infinity:
      return extreme(sum(abs(x), { axes: -1 }));
    default:
      throw new RangeError(
        `norm expects 1, 2, Infinity, "fro" or "nuc" as order of matrices but got ${String(order)}`,
      );
  }
}
