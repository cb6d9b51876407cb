/**
 * The norm of a tree, and clipping by it.
 *
 * @module
 */

import {
  add,
  cast,
  divide,
  less,
  multiply,
  sqrt,
  square,
  sum,
  Tensor,
  tensor,
  tree,
  where,
} from "../tensor/mod.ts";
import { checkScalar, POSITIVE } from "./checks.ts";
import { zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/**
 * The Euclidean norm of all elements of a tree, as one vector: `sqrt(sum of squares)`, a scalar. Holes have no
 * part in it; the norm of nothing is 0.
 *
 * @throws {TypeError} If a leaf is not a tensor.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { globalNorm } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(globalNorm({ a: tensor([3]), b: [tensor(4), null] }).item(), 5);
 * ```
 */
export function globalNorm(values: unknown): Tensor {
  let total: Tensor | null = null;
  for (const { path, value } of tree.entries(values)) {
    if (!(value instanceof Tensor)) {
      throw new TypeError(`globalNorm expects tensors but got ${tree.describe(value)} at ${path}`);
    }
    const squares = sum(square(value));
    total = total === null ? squares : add(total, squares);
  }
  return total === null ? tensor(0) : sqrt(total);
}

/** The state of {@linkcode clipByGlobalNorm}. */
export interface ClipByGlobalNormState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "clipByGlobalNorm";
  /** What the last step used. */
  readonly hyperparameters: { readonly maxNorm: number };
}

/**
 * Shrinks updates so that their global norm is not above `maxNorm`: `u = g` where `norm < maxNorm`, else
 * `u = g * maxNorm / norm`, as `optax.clip_by_global_norm`. The norm is over all leaves that the transform sees:
 * inside of a group or a mask, over those of the group. A norm that is NaN makes every update NaN.
 *
 * @throws {TypeError} If `maxNorm` is neither a number nor a schedule.
 * @throws {RangeError} If it is not a finite number above 0.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { clipByGlobalNorm } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const clip = clipByGlobalNorm(2.5);
 * const params = { a: tensor([0, 0]) };
 * const { updates } = clip.update(clip.init(params), { a: tensor([3, -4]) }, params);
 * assertEquals(updates.a.toArray(), [1.5, -2]);
 * ```
 */
export function clipByGlobalNorm(maxNorm: ScalarOrSchedule): Transform<unknown, ClipByGlobalNormState> {
  checkScalar("clipByGlobalNorm", "maxNorm", maxNorm, POSITIVE);
  return transform<ClipByGlobalNormState>({
    name: "clipByGlobalNorm",
    hyperparameters: { maxNorm },
    init: () => ({}),
    update: ({ grads, hyperparameters: { maxNorm } }) => {
      const norm = globalNorm(grads);
      const factor = where(less(norm, maxNorm), 1, divide(maxNorm, norm));
      return {
        state: {},
        updates: zipLeaves("clipByGlobalNorm", [grads], (g) => multiply(g, cast(factor, g.dtype))),
      };
    },
  });
}
