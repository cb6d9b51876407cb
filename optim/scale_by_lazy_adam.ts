/**
 * The scaling that Adam does, for the rows that gradients have.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  cast,
  divide,
  host,
  multiply,
  sqrt,
  square,
  type Tensor,
  tree,
  where,
  zerosLike,
} from "../tensor/mod.ts";
import { checkScalar, FRACTION, NOT_NEGATIVE } from "./checks.ts";
import { type Tree, zerosLikeTree } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { SparseLeaf } from "./sparse_gradient.ts";
import { type SparseRound, sparseRounds } from "./sparse_rounds.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByLazyAdam}. */
export interface ScaleByLazyAdamOptions {
  /** Decay of the first moment, below 1. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the second moment, below 1. @default {0.999} */
  readonly beta2?: ScalarOrSchedule;
  /** Added to the root of the second moment as it is, without correction. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
  /** Looks a step ahead. @default {false} */
  readonly nesterov?: boolean;
  /**
   * Whether rows that a gradient names more than once add up; else each of them is computed from the moments before,
   * their updates add up, and the last moments stay. That needs rows that are known and so does not go into `compile`.
   *
   * @default {true}
   */
  readonly mergesRows?: boolean;
}

const SCALE_BY_LAZY_ADAM_OPTIONS = {
  beta1: true,
  beta2: true,
  eps: true,
  nesterov: true,
  mergesRows: true,
} as const;

/** The state of {@linkcode scaleByLazyAdam}. */
export interface ScaleByLazyAdamState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByLazyAdam";
  /** What the last step used. */
  readonly hyperparameters: { readonly beta1: number; readonly beta2: number; readonly eps: number };
  /** The moving mean of the updates, a tree like the params. */
  readonly firstMoment: Tree;
  /** The moving mean of their squares, a tree like the params. */
  readonly secondMoment: Tree;
}

/** What a leaf has of a transform's step. */
type Part = "firstMoment" | "secondMoment" | "update";

/**
 * {@linkcode scaleByAdamHat} for gradients that may be sparse: rows that a sparse gradient does not have stay, and so do
 * their moments. Leaves with dense gradients are as there.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or eps is negative.
 *
 * @example
 * ```ts
 * import { tensor, zeros } from "@weft/weft";
 * import { scaleByLazyAdam, sparseGradient } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const adam = scaleByLazyAdam({ beta1: 0.5, beta2: 0.75, eps: 0 });
 * const params = { table: zeros([2, 1]) };
 * const rows = sparseGradient({ indices: tensor([1], { dtype: "int32" }), values: tensor([[3]]), shape: [2, 1] });
 * const { updates } = adam.update(adam.init(params), { table: rows } as never, params);
 * assertEquals(updates.table.toArray(), [[0], [1]]);
 * ```
 */
export function scaleByLazyAdam(
  options: ScaleByLazyAdamOptions = {},
): Transform<unknown, ScaleByLazyAdamState> {
  checkOptionNames("scaleByLazyAdam", options, SCALE_BY_LAZY_ADAM_OPTIONS);
  const name = "scaleByLazyAdam";
  const { beta1 = 0.9, beta2 = 0.999, eps = 1e-8, nesterov = false, mergesRows: merges = true } = options;
  checkScalar(name, "beta1", beta1, FRACTION);
  checkScalar(name, "beta2", beta2, FRACTION);
  checkScalar(name, "eps", eps, NOT_NEGATIVE);
  return transform<ScaleByLazyAdamState>({
    name,
    hyperparameters: { beta1, beta2, eps },
    options: { nesterov, mergesRows: merges },
    takesSparse: true,
    init: (params) => ({ firstMoment: zerosLikeTree(params), secondMoment: zerosLikeTree(params) }),
    update: ({ state, grads, params, hyperparameters: { beta1, beta2, eps } }) => {
      const [gain1, gain2] = [beta1, beta2].map((beta) => host((b) => 1 - b, beta));
      const stepOf = (g: Tensor, m: Tensor, v: Tensor): Record<Part, Tensor> => {
        const firstMoment = add(multiply(m, beta1), multiply(g, gain1));
        const secondMoment = add(multiply(v, beta2), multiply(square(g), gain2));
        const numerator = nesterov ? add(multiply(firstMoment, beta1), multiply(g, gain1)) : firstMoment;
        return { firstMoment, secondMoment, update: divide(numerator, add(sqrt(secondMoment), eps)) };
      };
      const part = (wanted: Part): Tree =>
        tree.zip(name, [grads, state.firstMoment, state.secondMoment, params], ([grad, m, v, param]) => {
          const [g, first, second, p] = [grad as unknown, m as Tensor, v as Tensor, param as Tensor];
          if (!(g instanceof SparseLeaf)) {
            const moved = stepOf(g as Tensor, first, second)[wanted];
            return wanted === "update" ? cast(moved, (g as Tensor).dtype) : moved;
          }
          const rounds = sparseRounds(name, g, p, { merges });
          const before = { firstMoment: first, secondMoment: second, update: zerosLike(p) };
          return takeRounds(rounds, wanted, before[wanted], (dense) => stepOf(dense, first, second)[wanted]);
        });
      const kept = (moments: Tree, before: Tree): Tree =>
        tree.zip(
          name,
          [before, moments],
          ([old, moment]) => moment === null ? old : cast(moment as Tensor, (old as Tensor).dtype),
        );
      return {
        state: {
          firstMoment: kept(part("firstMoment"), state.firstMoment),
          secondMoment: kept(part("secondMoment"), state.secondMoment),
        },
        updates: part("update"),
      };
    },
  });
}

/** Updates of all rounds add up, moments are those of the last round that has the row. */
function takeRounds(
  rounds: readonly SparseRound[],
  wanted: Part,
  before: Tensor,
  step: (dense: Tensor) => Tensor,
): Tensor {
  return rounds.reduce((value, { dense, touched }) => {
    const next = step(dense);
    return where(touched, wanted === "update" ? add(value, next) : next, value);
  }, before);
}
