/**
 * Averaged stochastic gradient descent.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, host, multiply, subtract, type Tensor } from "../tensor/mod.ts";
import { checkScalar, FINITE, NOT_NEGATIVE } from "./checks.ts";
import { choose } from "./choose.ts";
import { countGradients, leafNumbers, mapNumbers, type NumberTree, zipNumbers } from "./leaf_numbers.ts";
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

const AVERAGED_SGD_OPTIONS = {
  learningRate: true,
  lambd: true,
  alpha: true,
  t0: true,
  single: true,
} as const;

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
  /** In how many steps each leaf had a gradient, a tree like the params. */
  readonly steps: NumberTree;
  /** Each leaf's decayed rate of its next step; 0 before the first, which takes the learning rate. */
  readonly eta: NumberTree;
  /** The share of each leaf in its average of the next step. */
  readonly mu: NumberTree;
  /** The average of the params, a tree like them. */
  readonly average: Tree;
}

/**
 * Gradient descent with a decaying rate, and the average of its params. It descends by itself: no learning rate
 * comes after it. At step t of a leaf, from 1, with `eta` being the learning rate at first and `mu` 1:
 *
 * - `p' = p (1 - lambd eta) - eta g`, the params after the step
 * - `average = p'` while mu is 1, then `average + mu (p' - average)`
 * - `eta = learningRate / (1 + lambd learningRate t)^alpha` and `mu = 1 / max(1, t - t0)` for the next step, rounded
 *   to single precision as torch and MindSpore keep them
 *
 * A leaf without a gradient, a hole, keeps its average and its t.
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
  checkOptionNames("averagedSgd", options, AVERAGED_SGD_OPTIONS);
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
    init: (params) => ({
      steps: leafNumbers(params, 0),
      eta: leafNumbers(params, 0),
      mu: leafNumbers(params, 1),
      average: zerosLikeTree(params),
    }),
    update: ({ state, grads, params, hyperparameters: { learningRate, lambd, alpha, t0 } }) => {
      const steps = countGradients("averagedSgd", state.steps, grads);
      const eta = mapNumbers(
        [state.eta, state.steps],
        ([eta, before]) =>
          host((eta, t, rate) => t === 0 ? Math.fround(rate) : eta, eta, before, learningRate),
      );
      const after = zipNumbers("averagedSgd", [grads, params], eta, ([g, p], eta) => {
        const share = host((eta, lambd) => round(1 - round(lambd * eta)), eta, lambd);
        return cast(subtract(multiply(narrow(p), share), multiply(narrow(g), eta)), p.dtype);
      });
      const average = zipNumbers("averagedSgd", [state.average, after], state.mu, ([mean, p], mu) => {
        const towards = (): Tensor =>
          add(mean, cast(multiply(subtract(narrow(p), narrow(mean)), mu), mean.dtype));
        const isCopy = host((mu) => mu === 1 ? 1 : 0, mu);
        return choose("averagedSgd", isCopy, () => cast(p, mean.dtype), towards);
      });
      const next = mapNumbers([eta, state.steps, steps], ([eta, before, t]) =>
        host(
          (eta, before, t, rate, lambd, alpha) => {
            if (t === before) return eta;
            const growth = round(1 + round(round(lambd * rate) * t));
            return Math.fround(rate / round(growth ** alpha));
          },
          eta,
          before,
          t,
          learningRate,
          lambd,
          alpha,
        ));
      const mu = mapNumbers([state.mu, state.steps, steps], ([mu, before, t]) =>
        host(
          (mu, before, t, t0) => t === before ? mu : Math.fround(1 / Math.max(1, t - t0)),
          mu,
          before,
          t,
          t0,
        ));
      const updates = zipLeaves(
        "averagedSgd",
        [grads, after, params],
        (g, after, p) => cast(subtract(after, p), g.dtype),
      );
      return { state: { steps, eta: next, mu, average }, updates };
    },
  });
}
