/**
 * Averaged stochastic gradient descent.
 *
 * @module
 */

import { add, cast, host, multiply, subtract, type Tensor } from "../tensor/mod.ts";
import { checkScalar, FINITE, NOT_NEGATIVE } from "./checks.ts";
import { choose } from "./choose.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode averagedSgd}. */
export interface AveragedSgdOptions {
  /** The learning rate, which decays by itself; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** The share of the params that is taken off, times the decayed rate. @default {1e-4} */
  readonly lambd?: ScalarOrSchedule;
  /** The power of the decay of the rate. @default {0.75} */
  readonly alpha?: ScalarOrSchedule;
  /** The step from which on params are averaged. @default {1e6} */
  readonly t0?: ScalarOrSchedule;
  /** Computes in float32 whatever the params are, and rounds after each operation, as MindSpore. @default {false} */
  readonly single?: boolean;
}

/** The state of {@linkcode averagedSgd}. */
export interface AveragedSgdState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "averagedSgd";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly learningRate: number;
    readonly lambd: number;
    readonly alpha: number;
    readonly t0: number;
  };
  /** The decayed rate of the next step, in single precision; 0 before the first, which takes the learning rate. */
  readonly eta: number;
  /** The share of the params in the average of the next step, in single precision. */
  readonly mu: number;
  /** The average of the params, a tree like them. */
  readonly average: Tree;
}

/**
 * Gradient descent with a decaying rate, and the average of its params. It descends by itself: no learning rate
 * comes after it. At step t, from 1, with `eta` being the learning rate at first and `mu` 1:
 *
 * - `p' = p (1 - lambd eta) - eta g`, the params after the step
 * - `average = p'` while mu is 1, then `average + mu (p' - average)`
 * - `eta = learningRate / (1 + lambd learningRate t)^alpha` and `mu = 1 / max(1, t - t0)` for the next step, rounded
 *   to single precision as torch and MindSpore keep them
 *
 * Polyak and Juditsky 1992.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If the learning rate is negative, or a number is not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { averagedSgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = averagedSgd({ learningRate: 0.5, lambd: 0.5 });
 * const params = { x: tensor(4) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(2) }, params);
 * assertEquals(next.x.item(), 2);
 * ```
 */
export function averagedSgd(options: AveragedSgdOptions): Transform<unknown, AveragedSgdState> {
  const { learningRate, lambd = 1e-4, alpha = 0.75, t0 = 1e6, single = false } = options;
  checkScalar("averagedSgd", "learningRate", learningRate, NOT_NEGATIVE);
  checkScalar("averagedSgd", "lambd", lambd, FINITE);
  checkScalar("averagedSgd", "alpha", alpha, FINITE);
  checkScalar("averagedSgd", "t0", t0, FINITE);
  const round = single ? Math.fround : (x: number): number => x;
  const narrow = (x: Tensor): Tensor => single ? cast(x, "float32") : x;
  return transform<AveragedSgdState>({
    name: "averagedSgd",
    hyperparameters: { learningRate, lambd, alpha, t0 },
    options: { single },
    init: (params) => ({ eta: 0, mu: 1, average: zerosLikeTree(params) }),
    update: ({ state, grads, params, hyperparameters: { learningRate, lambd, alpha, t0 }, count, step }) => {
      const eta = host((c, eta, rate) => c === 0 ? round(rate) : eta, count, state.eta, learningRate);
      const share = host((eta, lambd) => round(1 - round(lambd * eta)), eta, lambd);
      const after = zipLeaves(
        "averagedSgd",
        [params, grads],
        (p, g) => cast(subtract(multiply(narrow(p), share), multiply(narrow(g), eta)), p.dtype),
      );
      const average = choose(
        "averagedSgd",
        host((mu) => mu === 1 ? 1 : 0, state.mu),
        () => zipLeaves("averagedSgd", [state.average, after], (mean, p) => cast(p, mean.dtype)),
        () =>
          zipLeaves("averagedSgd", [state.average, after], (mean, p) => {
            const towards = multiply(subtract(narrow(p), narrow(mean)), state.mu);
            return cast(add(mean, cast(towards, mean.dtype)), mean.dtype);
          }),
      );
      const nextEta = host(
        (rate, lambd, alpha, t) => {
          const growth = round(1 + round(round(lambd * rate) * t));
          return Math.fround(rate / round(growth ** alpha));
        },
        learningRate,
        lambd,
        alpha,
        step,
      );
      const mu = host((t, t0) => Math.fround(1 / Math.max(1, t - t0)), step, t0);
      const updates = zipLeaves(
        "averagedSgd",
        [grads, after, params],
        (g, after, p) => cast(subtract(after, p), g.dtype),
      );
      return { state: { eta: nextEta, mu, average }, updates };
    },
  });
}
