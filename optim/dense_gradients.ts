/**
 * Sparse gradients made dense.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { type Tensor, tree } from "../tensor/mod.ts";
import type { Tree } from "./leaves.ts";
import { SparseLeaf, type TakesSparse } from "./sparse_gradient.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode denseGradients}. */
export interface DenseGradientsOptions {
  /** Why sparse gradients are refused, as what follows in the chain does not fit them; by default they are not. */
  readonly refusal?: string;
}

const DENSE_GRADIENTS_OPTIONS = { refusal: true } as const;

/** The state of {@linkcode denseGradients}. */
export interface DenseGradientsState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "denseGradients";
  /** It has none. */
  readonly hyperparameters: Readonly<Record<never, number>>;
}

/**
 * Gradients with each sparse one, a {@linkcode SparseGradient}, written out: rows that are not in it are zero. What
 * follows in a chain then need not know of sparse gradients.
 *
 * @throws {TypeError} When used, if a gradient is sparse and there is a refusal.
 *
 * @example
 * ```ts
 * import { ones, tensor, zeros } from "@weft/weft";
 * import { denseGradients, sparseGradient } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const dense = denseGradients();
 * const params = { table: zeros([2, 2]) };
 * const rows = sparseGradient({ indices: tensor([1], { dtype: "int32" }), values: ones([1, 2]), shape: [2, 2] });
 * const { updates } = dense.update(dense.init(params), { table: rows }, params);
 * assertEquals(updates.table.toArray(), [[0, 0], [1, 1]]);
 * ```
 */
export function denseGradients(
  options: DenseGradientsOptions = {},
): Transform<unknown, DenseGradientsState> & TakesSparse<DenseGradientsState> {
  checkOptionNames("denseGradients", options, DENSE_GRADIENTS_OPTIONS);
  const { refusal } = options;
  const made: unknown = transform<DenseGradientsState>({
    name: "denseGradients",
    hyperparameters: {},
    takesSparse: true,
    init: () => ({}),
    update: ({ grads, params }) => ({
      state: {},
      updates: tree.zip("denseGradients", [grads, params], ([grad, param], path) => {
        const g: unknown = grad;
        if (!(g instanceof SparseLeaf)) return g;
        if (refusal === undefined) return g.dense(param as Tensor);
        throw new TypeError(
          `${refusal} but got a sparse gradient at ${path || "the root"}`,
        );
      }) as Tree,
    }),
  });
  return made as Transform<unknown, DenseGradientsState> & TakesSparse<DenseGradientsState>;
}
