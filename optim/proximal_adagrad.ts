/**
 * AdaGrad with penalties that params are projected by.
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
  maximum,
  multiply,
  rsqrt,
  sign,
  square,
  subtract,
  where,
} from "../tensor/mod.ts";
import { checkNumber, checkScalar, NOT_NEGATIVE } from "./checks.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import { castLike, fullLikeTree } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode proximalAdagrad}. */
export interface ProximalAdagradOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** What the sums of squares start from; not negative. @default {0.1} */
  readonly initialAccumulatorValue?: number;
  /** The strength of the penalty on sizes, which makes params exactly 0; not negative. @default {0} */
  readonly l1?: ScalarOrSchedule;
  /** The strength of the penalty on squares; not negative. @default {0} */
  readonly l2?: ScalarOrSchedule;
}

const PROXIMAL_ADAGRAD_OPTIONS = {
  learningRate: true,
  initialAccumulatorValue: true,
  l1: true,
  l2: true,
} as const;

/** The state of {@linkcode proximalAdagrad}. */
export interface ProximalAdagradState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "proximalAdagrad";
  /** What the last step used. */
  readonly hyperparameters: { readonly learningRate: number; readonly l1: number; readonly l2: number };
  /** The sum of the squares of all gradients, a tree like the params. */
  readonly sumOfSquares: Tree;
}

/**
 * AdaGrad followed by the proximal step of two penalties. It descends by itself: no learning rate comes after it.
 *
 * - `n = n + g^2`, `a = learningRate / sqrt(n)`, `x = p - a g`
 * - `p = sign(x) max(|x| - a l1, 0) / (1 + a l2)`
 *
 * Duchi and Singer 2009, Duchi et al. 2011.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If an option is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { proximalAdagrad } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = proximalAdagrad({ learningRate: 1, initialAccumulatorValue: 0, l1: 1 });
 * const params = { x: tensor([4, 0.5]) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor([2, 4]) }, params);
 * assertEquals(next.x.toArray(), [2.5, -0.25]);
 * ```
 */
export function proximalAdagrad(options: ProximalAdagradOptions): Transform<unknown, ProximalAdagradState> {
  checkOptionNames("proximalAdagrad", options, PROXIMAL_ADAGRAD_OPTIONS);
  const { learningRate, initialAccumulatorValue = 0.1, l1 = 0, l2 = 0 } = options;
  checkScalar("proximalAdagrad", "learningRate", learningRate, NOT_NEGATIVE);
  checkNumber("proximalAdagrad", "initialAccumulatorValue", initialAccumulatorValue, NOT_NEGATIVE);
  checkScalar("proximalAdagrad", "l1", l1, NOT_NEGATIVE);
  checkScalar("proximalAdagrad", "l2", l2, NOT_NEGATIVE);
  return transform<ProximalAdagradState>({
    name: "proximalAdagrad",
    hyperparameters: { learningRate, l1, l2 },
    options: { initialAccumulatorValue },
    init: (params) => ({ sumOfSquares: fullLikeTree(params, initialAccumulatorValue) }),
    update: ({ state, grads, params, hyperparameters: { learningRate, l1, l2 } }) => {
      const sums = zipLeaves("proximalAdagrad", [state.sumOfSquares, grads], (n, g) => add(n, square(g)));
      const updates = zipLeaves("proximalAdagrad", [grads, sums, params], (g, n, p) => {
        // Where there never was a gradient the root is of 0, and nothing moves.
        const rate = multiply(where(greater(n, 0), rsqrt(n), 0), learningRate);
        const x = subtract(p, multiply(rate, g));
        const size = maximum(subtract(abs(x), multiply(rate, l1)), 0);
        const next = divide(multiply(sign(x), size), add(multiply(rate, l2), 1));
        return cast(subtract(next, p), g.dtype);
      });
      return { state: { sumOfSquares: castLike("proximalAdagrad", sums, state.sumOfSquares) }, updates };
    },
  });
}
