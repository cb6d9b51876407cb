/**
 * Follow the regularized leader.
 *
 * @module
 */

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
  where,
} from "../tensor/mod.ts";
import { checkNumber, checkScalar, type Domain, NOT_NEGATIVE, POSITIVE } from "./checks.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { castLike, fullLikeTree } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
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
  /** Leaves the sign out of `sign(z) l1 - z`, as MindSpore's kernel for dense gradients. @default {false} */
  readonly unsigned?: boolean;
}

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
 * McMahan et al. 2013.
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
  const { learningRate, learningRatePower = -0.5, initialAccumulatorValue = 0.1, l1 = 0, l2 = 0 } = options;
  const { unsigned = false } = options;
  checkScalar("ftrl", "learningRate", learningRate, POSITIVE);
  checkScalar("ftrl", "learningRatePower", learningRatePower, NOT_POSITIVE);
  checkNumber("ftrl", "initialAccumulatorValue", initialAccumulatorValue, NOT_NEGATIVE);
  checkScalar("ftrl", "l1", l1, NOT_NEGATIVE);
  checkScalar("ftrl", "l2", l2, NOT_NEGATIVE);
  return transform<FtrlState>({
    name: "ftrl",
    hyperparameters: { learningRate, learningRatePower, l1, l2 },
    options: { initialAccumulatorValue, unsigned },
    init: (params) => ({
      sumOfSquares: fullLikeTree(params, initialAccumulatorValue),
      linear: zerosLikeTree(params),
    }),
    update: ({ state, grads, params, hyperparameters: { learningRate, learningRatePower, l1, l2 } }) => {
      const q = host((p) => -p, learningRatePower);
      const twice = host((l2) => 2 * l2, l2);
      const sums = zipLeaves("ftrl", [state.sumOfSquares, grads], (n, g) => add(n, square(g)));
      const linear = zipLeaves(
        "ftrl",
        [state.linear, grads, sums, state.sumOfSquares, params],
        (z, g, next, n, p) => {
          const rise = divide(subtract(power(next, q), power(n, q)), learningRate);
          return subtract(add(z, g), multiply(rise, p));
        },
      );
      const updates = zipLeaves("ftrl", [grads, linear, sums, params], (g, z, n, p) => {
        const shrunk = subtract(unsigned ? l1 : multiply(sign(z), l1), z);
        const next = divide(shrunk, add(divide(power(n, q), learningRate), twice));
        return cast(subtract(where(greater(abs(z), l1), next, 0), p), g.dtype);
      });
      return {
        state: {
          sumOfSquares: castLike("ftrl", sums, state.sumOfSquares),
          linear: castLike("ftrl", linear, state.linear),
        },
        updates,
      };
    },
  });
}
