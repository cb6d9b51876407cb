/**
 * Clipping gradients by their norm, as torch.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  abs,
  add,
  cast,
  divide,
  max,
  min,
  minimum,
  multiply,
  notEqual,
  power,
  sqrt,
  square,
  stack,
  sum,
  Tensor,
  tensor,
  tree,
} from "../../tensor/mod.ts";
import { knownValue } from "../../tensor/tensor.ts";
import { checkNumber, type Domain } from "../checks.ts";
import { zipLeaves } from "../leaves.ts";

/** Options of {@linkcode clipGradNorm}. */
export interface ClipGradNormOptions {
  /** The largest norm. */
  readonly maxNorm: number;
  /** The order p of the norm `(sum |g|^p)^(1/p)`; `Infinity` is the largest |g|, 0 the number of those that are not 0. @default {2} */
  readonly normType?: number;
  /** Throws where the norm is NaN or infinite, instead of making gradients NaN or 0. @default {false} */
  readonly errorIfNonfinite?: boolean;
}

const CLIP_GRAD_NORM_OPTIONS = { maxNorm: true, normType: true, errorIfNonfinite: true } as const;

/** What {@linkcode clipGradNorm} returns. */
export interface ClippedGrads<P> {
  /** The gradients, times the factor. */
  readonly grads: P;
  /** The norm before, of all gradients together: a scalar. */
  readonly totalNorm: Tensor;
}

const NUMBER: Domain = { text: "a number", includes: (value) => !Number.isNaN(value) };

/**
 * Gradients times `min(1, maxNorm / (norm + 1e-6))`, where the norm is that of all of them together, as
 * torch.nn.utils.clip_grad_norm_. Holes have no part in it; without gradients the norm is 0.
 *
 * @throws {TypeError} If an option is of another type, a leaf is not a tensor, or `errorIfNonfinite` stands inside of
 * `compile`, where a norm is not known yet: look at `totalNorm` there.
 * @throws {RangeError} If the norm is not finite, with `errorIfNonfinite`, or an option is NaN.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { grads, totalNorm } = torch.clipGradNorm({ x: tensor([3, -4]) }, { maxNorm: 1 });
 * assertEquals(totalNorm.item(), 5);
 * assertEquals(Array.from(grads.x.data(), (g) => g.toFixed(5)), ["0.60000", "-0.80000"]);
 * ```
 */
export function clipGradNorm<P>(grads: P, options: ClipGradNormOptions): ClippedGrads<P> {
  checkOptionNames("clipGradNorm", options, CLIP_GRAD_NORM_OPTIONS);
  const { maxNorm, normType = 2, errorIfNonfinite = false } = options;
  checkNumber("clipGradNorm", "maxNorm", maxNorm, NUMBER);
  checkNumber("clipGradNorm", "normType", normType, NUMBER);
  const leaves = tree.entries(grads).map(({ path, value }) => {
    if (value instanceof Tensor) return value;
    throw new TypeError(
      `clipGradNorm expects tensors but got ${tree.describe(value)} at ${path || "the root"}`,
    );
  });
  const totalNorm = leaves.length === 0
    ? tensor(0)
    : vectorNorm(stack(leaves.map((leaf) => vectorNorm(leaf, normType))), normType);
  if (errorIfNonfinite) checkFinite(totalNorm, normType);
  const factor = minimum(divide(maxNorm, add(totalNorm, 1e-6)), 1);
  return { grads: zipLeaves("clipGradNorm", [grads], (g) => multiply(g, cast(factor, g.dtype))), totalNorm };
}

/** The norm of all elements. */
function vectorNorm(x: Tensor, order: number): Tensor {
  if (order === 2) return sqrt(sum(square(x)));
  const sizes = abs(x);
  if (order === Infinity) return max(sizes);
  if (order === -Infinity) return min(sizes);
  if (order === 0) return sum(cast(notEqual(x, 0), x.dtype));
  if (order === 1) return sum(sizes);
  return power(sum(power(sizes, order)), 1 / order);
}

function checkFinite(norm: Tensor, order: number): void {
  if (knownValue(norm) === null) {
    throw new TypeError(
      "clipGradNorm with errorIfNonfinite expects gradients that are known but got traced ones: look at totalNorm",
    );
  }
  const value = norm.item();
  if (!Number.isFinite(value)) {
    throw new RangeError(
      `clipGradNorm expects gradients with a finite norm of order ${order} but got ${value}`,
    );
  }
}
