/**
 * Follow the regularized leader.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  abs,
  add,
  cast,
  divide,
  greater,
  host,
  multiply,
  power,
  sign,
  square,
  subtract,
  type Tensor,
  tree,
  where,
} from "../tensor/mod.ts";
import { checkNumber, checkScalar, type Domain, NOT_NEGATIVE, POSITIVE } from "./checks.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { fullLikeTree } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { SparseLeaf } from "./sparse_gradient.ts";
import { sparseRounds } from "./sparse_rounds.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode ftrl}. */
export interface FtrlOptions {
  /** The learning rate; above 0. */
  readonly learningRate: ScalarOrSchedule;
  /** The power with which rates fall as squares add up; not above 0, and 0 for a fixed rate. @default {-0.5} */
  readonly learningRatePower?: ScalarOrSchedule;
  /** What the sums of squares start from; not negative. @default {0.1} */
  readonly initialAccumulatorValue?: number;
  /** The strength of the penalty on sizes, which makes params exactly 0; not negative. @default {0} */
  readonly l1?: ScalarOrSchedule;
  /** The strength of the penalty on squares; not negative. @default {0} */
  readonly l2?: ScalarOrSchedule;
  /**
   * Whether rows that a sparse gradient names more than once add up; else they come one after another, which needs rows
   * that are known and so does not go into `compile`. @default {true}
   */
  readonly mergesRows?: boolean;
  /** Leaves the sign out of `sign(z) l1 - z`, as MindSpore's kernel for dense gradients. @default {false} */
  readonly unsigned?: boolean;
}

const FTRL_OPTIONS = {
  learningRate: true,
  learningRatePower: true,
  initialAccumulatorValue: true,
  l1: true,
  l2: true,
  mergesRows: true,
  unsigned: true,
} as const;

/** The state of {@linkcode ftrl}. */
export interface FtrlState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "ftrl";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly learningRate: number;
    readonly learningRatePower: number;
    readonly l1: number;
    readonly l2: number;
  };
  /** The sums of the squares of gradients, a tree like the params. */
  readonly sumOfSquares: Tree;
  /** The linear part of what the params minimize, a tree like the params. */
  readonly linear: Tree;
}

/** 0 and below. */
export const NOT_POSITIVE: Domain = {
  text: "a finite number not above 0",
  includes: (value) => Number.isFinite(value) && value <= 0,
};

/**
 * Params that minimize a sum of all gradients so far and penalties. It descends by itself: no learning rate comes
 * after it. With `q = -learningRatePower`:
 *
 * - `n' = n + g^2`, `z = z + g - (n'^q - n^q) / learningRate * p`
 * - `p = (sign(z) l1 - z) / (n'^q / learningRate + 2 l2)` where `|z| > l1`, and 0 elsewhere
 *
 * Rows of a table that a sparse gradient does not have stay. McMahan et al. 2013.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If the learning rate is not above 0, the power above 0, or another number negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { ftrl } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = ftrl({ learningRate: 1, initialAccumulatorValue: 0, l1: 1 });
 * const params = { x: tensor([0, 0]) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor([2, 0.5]) }, params);
 * assertEquals(next.x.toArray(), [-0.5, 0]);
 * ```
 */
export function ftrl(options: FtrlOptions): Transform<unknown, FtrlState> {
  checkOptionNames("ftrl", options, FTRL_OPTIONS);
  const { learningRate, learningRatePower = -0.5, initialAccumulatorValue = 0.1, l1 = 0, l2 = 0 } = options;
  const { unsigned = false, mergesRows: merges = true } = options;
  checkScalar("ftrl", "learningRate", learningRate, POSITIVE);
  checkScalar("ftrl", "learningRatePower", learningRatePower, NOT_POSITIVE);
  checkNumber("ftrl", "initialAccumulatorValue", initialAccumulatorValue, NOT_NEGATIVE);
  checkScalar("ftrl", "l1", l1, NOT_NEGATIVE);
  checkScalar("ftrl", "l2", l2, NOT_NEGATIVE);
  return transform<FtrlState>({
    name: "ftrl",
    hyperparameters: { learningRate, learningRatePower, l1, l2 },
    options: { initialAccumulatorValue, unsigned, mergesRows: merges },
    takesSparse: true,
    init: (params) => ({
      sumOfSquares: fullLikeTree(params, initialAccumulatorValue),
      linear: zerosLikeTree(params),
    }),
    update: ({ state, grads, params, hyperparameters }) => {
      const rule = ruleOf(hyperparameters);
      const part = (wanted: keyof Leaf): Tree =>
        tree.zip("ftrl", [grads, state.sumOfSquares, state.linear, params], ([grad, sum, z, param]) => {
          const g: unknown = grad;
          const before = { sumOfSquares: sum as Tensor, linear: z as Tensor, param: param as Tensor };
          if (!(g instanceof SparseLeaf)) return rule(before, g as Tensor, unsigned)[wanted];
          const rounds = sparseRounds("ftrl", g, before.param, { merges });
          return rounds.reduce((leaf, { dense, touched }) => {
            const next = rule(leaf, dense, false);
            const chosen = (name: keyof Leaf): Tensor => where(touched, next[name], leaf[name]);
            return { sumOfSquares: chosen("sumOfSquares"), linear: chosen("linear"), param: chosen("param") };
          }, before)[wanted];
        });
      const kept = (moments: Tree, before: Tree): Tree =>
        tree.zip(
          "ftrl",
          [before, moments],
          ([old, moment]) => moment === null ? old : cast(moment as Tensor, (old as Tensor).dtype),
        );
      const updates = zipLeaves("ftrl", [part("param"), params, grads], (next, p, g) => {
        const rows: unknown = g;
        return cast(subtract(next, p), rows instanceof SparseLeaf ? p.dtype : g.dtype);
      });
      return {
        state: {
          sumOfSquares: kept(part("sumOfSquares"), state.sumOfSquares),
          linear: kept(part("linear"), state.linear),
        },
        updates,
      };
    },
  });
}

/** What a leaf is made of. */
interface Leaf {
  readonly sumOfSquares: Tensor;
  readonly linear: Tensor;
  readonly param: Tensor;
}

/** The rule for one leaf. */
function ruleOf(
  { learningRate, learningRatePower, l1, l2 }: FtrlState["hyperparameters"],
): (before: Leaf, g: Tensor, unsigned: boolean) => Leaf {
  const q = host((p) => -p, learningRatePower);
  const twice = host((l2) => 2 * l2, l2);
  return ({ sumOfSquares: n, linear, param }, g, unsigned) => {
    const sumOfSquares = add(n, square(g));
    const [root, rootBefore] = [power(sumOfSquares, q), power(n, q)];
    const rise = divide(subtract(root, rootBefore), learningRate);
    const z = subtract(add(linear, g), multiply(rise, param));
    const shrunk = subtract(unsigned ? l1 : multiply(sign(z), l1), z);
    const next = divide(shrunk, add(divide(root, learningRate), twice));
    return { sumOfSquares, linear: z, param: cast(where(greater(abs(z), l1), next, 0), param.dtype) };
  };
}
