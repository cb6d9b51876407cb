/**
 * Adam's scaling of the rows that a gradient has.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, host, multiply, sqrt, square, subtract, Tensor, tree, where } from "../tensor/mod.ts";
import { describe } from "../tensor/tensor.ts";
import { countGradients, type NumberTree, zipNumbers } from "./leaf_numbers.ts";
import type { Tree } from "./leaves.ts";
import {
  type LeafwiseMoments,
  type LeafwiseMomentsOptions,
  leafwiseOptions,
  noMoments,
} from "./leafwise_moments.ts";
import { SparseLeaf, type TakesSparse } from "./sparse_gradient.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleBySparseAdam}. */
export interface ScaleBySparseAdamOptions extends LeafwiseMomentsOptions {
  /** Turns the sign of the gradients first. @default {false} */
  readonly maximize?: boolean;
}

const SCALE_BY_SPARSE_ADAM_OPTIONS = { maximize: true, beta1: true, beta2: true, eps: true } as const;

/** The state of {@linkcode scaleBySparseAdam}. */
export interface ScaleBySparseAdamState extends TransformState, LeafwiseMoments {
  /** The name of the function that made the transform. */
  readonly kind: "scaleBySparseAdam";
  /** What the last step used. */
  readonly hyperparameters: { readonly beta1: number; readonly beta2: number; readonly eps: number };
}

/**
 * Adam's scaling of sparse gradients, each a {@linkcode SparseGradient}, as `torch.optim.SparseAdam`: only the rows that
 * a gradient has are moved, and only their moments. For those rows, with t counting the steps of the whole table,
 * `m = m + (1 - beta1) (g - m)`, `v = v + (1 - beta2) (g^2 - v)` and
 * `u = sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + eps)`.
 *
 * @throws {TypeError} If an option is of another type; when used, if a gradient is not sparse.
 * @throws {RangeError} If a number is not finite.
 *
 * @example
 * ```ts
 * import { tensor, zeros } from "@weft/weft";
 * import { scaleBySparseAdam, sparseGradient } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scaling = scaleBySparseAdam({ beta1: 0.5, beta2: 0.75, eps: 0 });
 * const params = { table: zeros([2, 1]) };
 * const rows = sparseGradient({ indices: tensor([1], { dtype: "int32" }), values: tensor([[3]]), shape: [2, 1] });
 * const { updates } = scaling.update(scaling.init(params), { table: rows }, params);
 * assertEquals(updates.table.toArray(), [[0], [1]]);
 * ```
 */
export function scaleBySparseAdam(
  options: ScaleBySparseAdamOptions = {},
): Transform<unknown, ScaleBySparseAdamState> & TakesSparse<ScaleBySparseAdamState> {
  checkOptionNames("scaleBySparseAdam", options, SCALE_BY_SPARSE_ADAM_OPTIONS);
  const name = "scaleBySparseAdam";
  const { maximize = false } = options;
  const made: unknown = transform<ScaleBySparseAdamState>({
    name,
    hyperparameters: leafwiseOptions(name, options),
    options: { maximize },
    takesSparse: true,
    init: noMoments,
    update: ({ state, grads, params, hyperparameters: { beta1, beta2, eps } }) => {
      const rows = rowsOf(name, grads, params, maximize);
      const steps: NumberTree = countGradients(name, state.steps, grads);
      const moved = (moments: Tree, beta: number, of: (g: Tensor) => Tensor): Tree => {
        const gain = host((beta) => 1 - beta, beta);
        return tree.zip(name, [moments, rows.dense, rows.touched], ([before, g, touched]) => {
          if (g === null) return before;
          const moment = before as Tensor;
          const towards = multiply(subtract(of(g as Tensor), moment), gain);
          return where(touched as Tensor, add(moment, towards), moment);
        });
      };
      const firstMoment = moved(state.firstMoment, beta1, (g) => g);
      const secondMoment = moved(state.secondMoment, beta2, square);
      const updates = zipNumbers(
        name,
        [rows.dense, rows.touched, firstMoment, secondMoment],
        steps,
        ([_, touched, m, v], t) => {
          const factor = host((b1, b2, t) => Math.sqrt(1 - b2 ** t) / (1 - b1 ** t), beta1, beta2, t);
          return where(touched, multiply(m.divide(add(sqrt(v), eps)), factor), 0);
        },
      );
      return { state: { steps, firstMoment, secondMoment }, updates };
    },
  });
  return made as Transform<unknown, ScaleBySparseAdamState> & TakesSparse<ScaleBySparseAdamState>;
}

/** The gradients written out, and which rows they have. */
function rowsOf(
  operation: string,
  grads: Tree,
  params: Tree,
  maximize: boolean,
): { readonly dense: Tree; readonly touched: Tree } {
  const each = (f: (leaf: SparseLeaf, param: Tensor) => Tensor): Tree =>
    tree.zip(operation, [grads, params], ([grad, param], path) => {
      const g: unknown = grad;
      if (g instanceof SparseLeaf) return f(g, param as Tensor);
      throw new TypeError(
        `${operation} expects sparse gradients but got ${
          g instanceof Tensor ? describe(g) : tree.describe(g)
        } at ${path || "the root"}`,
      );
    });
  return {
    dense: each((leaf, param) => maximize ? multiply(leaf.dense(param), -1) : leaf.dense(param)),
    touched: each((leaf, param) => leaf.touched(param)),
  };
}
