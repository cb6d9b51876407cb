/**
 * An estimate of the diagonal of the Hessian.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { cast, grad, multiply, random, subtract, sum, type Tensor, tree } from "../tensor/mod.ts";
import { mapLeaves, type Tree, zipLeaves } from "./leaves.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** What an estimate of the Hessian needs beside the gradients. */
export interface ObjectiveExtra {
  /** The function of the params whose Hessian is meant: the loss on the batch of the step, a scalar. */
  objective(params: Tree): Tensor;
}

/** Options of {@linkcode hutchinsonDiagonal}. */
export interface HutchinsonDiagonalOptions {
  /** Where the random signs come from. @default {random.key(0)} */
  readonly key?: Tensor;
}

const HUTCHINSON_DIAGONAL_OPTIONS = { key: true } as const;

/** The state of {@linkcode hutchinsonDiagonal}. */
export interface HutchinsonDiagonalState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "hutchinsonDiagonal";
  /** Where the signs of all steps come from, each with its count folded in. */
  readonly key: Tensor;
}

/**
 * Estimates the diagonal of the Hessian of the objective at the params, as
 * `optax.contrib.hutchinson_estimator_diag_hessian`: `u = s * (H s)` with random signs s, whose mean over s
 * is the diagonal. The gradients that come in do not matter. Hutchinson 1990.
 *
 * @throws {TypeError} In a step, if there is no objective.
 *
 * @example The Hessian is diagonal here, so that the estimate is exact
 * ```ts
 * import { multiply, square, sum, tensor, type Tensor } from "@weft/weft";
 * import { hutchinsonDiagonal } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const objective = (p: { x: Tensor }) => sum(multiply(square(p.x), tensor([1, 2])));
 * const estimator = hutchinsonDiagonal();
 * const params = { x: tensor([5, 6]) };
 * const { updates } = estimator.update(estimator.init(params), params, params, { objective });
 * assertEquals(updates.x.toArray(), [2, 4]);
 * ```
 */
export function hutchinsonDiagonal(
  options: HutchinsonDiagonalOptions = {},
): Transform<unknown, HutchinsonDiagonalState, ObjectiveExtra> {
  checkOptionNames("hutchinsonDiagonal", options, HUTCHINSON_DIAGONAL_OPTIONS);
  const { key = random.key(0) } = options;
  return transform<HutchinsonDiagonalState, ObjectiveExtra>({
    name: "hutchinsonDiagonal",
    hyperparameters: {},
    init: () => ({ key }),
    update: ({ state, grads, params, count, extra }) => {
      if (typeof extra?.objective !== "function") {
        const got = typeof extra?.objective;
        throw new TypeError(
          `hutchinsonDiagonal expects a function as objective in its last argument but got ${got}`,
        );
      }
      const ofLeaves = random.split(random.foldIn(state.key, count), Math.max(1, tree.leaves(params).length));
      let leaf = 0;
      const signs = mapLeaves(params, ({ shape, dtype }) => {
        const heads = random.bernoulli(ofLeaves.at(leaf++), { shape });
        return subtract(multiply(cast(heads, dtype), 2), 1);
      });
      const slope = (p: Tree): Tensor => {
        let total: Tensor | null = null;
        zipLeaves("hutchinsonDiagonal", [grad(extra.objective)(p), signs], (g, s) => {
          const product = sum(multiply(g, s));
          total = total === null ? product : total.add(product);
          return g;
        });
        return total!;
      };
      // Where every leaf is masked out there is nothing to differentiate.
      const products = tree.leaves(params).length === 0 ? params : grad(slope)(params);
      return {
        state: { key: state.key },
        updates: zipLeaves("hutchinsonDiagonal", [grads, products, signs], (_, h, s) => multiply(h, s)),
      };
    },
  });
}
