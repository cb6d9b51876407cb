/**
 * AdaGrad.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide, greater, multiply, rsqrt, sqrt, square, where } from "../tensor/mod.ts";
import { namedChain } from "./chain.ts";
import { checkNumber, checkScalar, NOT_NEGATIVE } from "./checks.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import { castLike, fullLikeTree } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByRss}. */
export interface ScaleByRssOptions {
  /** What the sums of squares start from; not negative. @default {0.1} */
  readonly initialAccumulatorValue?: number;
  /** Added to the sum under the root. @default {1e-7} */
  readonly eps?: ScalarOrSchedule;
  /** Whether `eps` stands under the root, or beside it as in torch. @default {true} */
  readonly epsInSqrt?: boolean;
  /** Whether squares are added; without it updates are scaled by what the sums start from. @default {true} */
  readonly accumulates?: boolean;
}

const SCALE_BY_RSS_OPTIONS = {
  initialAccumulatorValue: true,
  eps: true,
  epsInSqrt: true,
  accumulates: true,
} as const;

/** The state of {@linkcode scaleByRss}. */
export interface ScaleByRssState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByRss";
  /** What the last step used. */
  readonly hyperparameters: { readonly eps: number };
  /** The sum of the squares of all updates, a tree like the params. */
  readonly sumOfSquares: Tree;
}

/** Throws unless the options of AdaGrad are right, in the name of `operation`. */
function checkRssOptions(operation: string, options: ScaleByRssOptions): void {
  const { initialAccumulatorValue = 0.1, eps = 1e-7 } = options;
  checkNumber(operation, "initialAccumulatorValue", initialAccumulatorValue, NOT_NEGATIVE);
  checkScalar(operation, "eps", eps, NOT_NEGATIVE);
}

/**
 * Scales updates by the root of the sum of all their squares, as `optax.scale_by_rss`: `s = s + g^2` and
 * `u = g / sqrt(s + eps)`, 0 where s is 0. Duchi et al. 2011.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If an option is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByRss } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const rss = scaleByRss({ initialAccumulatorValue: 0, eps: 0 });
 * const params = { x: tensor([0, 0]) };
 * const first = rss.update(rss.init(params), { x: tensor([3, 0]) }, params);
 * const second = rss.update(first.state, { x: tensor([4, 0]) }, params);
 * assertEquals([first.updates.x.toArray(), second.updates.x.toArray()], [[1, 0], [Math.fround(0.8), 0]]);
 * ```
 */
export function scaleByRss(options: ScaleByRssOptions = {}): Transform<unknown, ScaleByRssState> {
  checkOptionNames("scaleByRss", options, SCALE_BY_RSS_OPTIONS);
  checkRssOptions("scaleByRss", options);
  const { initialAccumulatorValue = 0.1, eps = 1e-7, accumulates = true, epsInSqrt = true } = options;
  return transform<ScaleByRssState>({
    name: "scaleByRss",
    hyperparameters: { eps },
    options: { initialAccumulatorValue, accumulates, epsInSqrt },
    init: (params) => ({ sumOfSquares: fullLikeTree(params, initialAccumulatorValue) }),
    update: ({ state, grads, hyperparameters: { eps } }) => {
      const sums = zipLeaves(
        "scaleByRss",
        [state.sumOfSquares, grads],
        (s, g) => accumulates ? add(s, square(g)) : s,
      );
      const updates = zipLeaves(
        "scaleByRss",
        [grads, sums],
        (g, s) => {
          const scaled = epsInSqrt
            ? where(greater(s, 0), multiply(g, rsqrt(add(s, eps))), 0)
            : divide(g, add(sqrt(s), eps));
          return cast(scaled, g.dtype);
        },
      );
      return { state: { sumOfSquares: castLike("scaleByRss", sums, state.sumOfSquares) }, updates };
    },
  });
}

/** Options of {@linkcode adagrad}. */
export interface AdagradOptions extends ScaleByRssOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
}

const ADAGRAD_OPTIONS = { learningRate: true, ...SCALE_BY_RSS_OPTIONS } as const;

/** The state of {@linkcode adagrad}. */
export interface AdagradState {
  /** The name of the function that made the optimizer. */
  readonly kind: "adagrad";
  /** The sums of squares. */
  readonly scaleByRss: ScaleByRssState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * AdaGrad, as `optax.adagrad`: `scaleByRss`, then `scaleByLearningRate`. Duchi et al. 2011.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If an option is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { adagrad } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = adagrad({ learningRate: 0.1, initialAccumulatorValue: 0 });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor(30) }, params);
 * assertAlmostEquals(next.x.item(), 0.9, 1e-6);
 * ```
 */
export function adagrad(options: AdagradOptions): Transform<unknown, AdagradState> {
  checkOptionNames("adagrad", options, ADAGRAD_OPTIONS);
  const { learningRate, ...rest } = options;
  checkScalar("adagrad", "learningRate", learningRate, NOT_NEGATIVE);
  checkRssOptions("adagrad", options);
  return namedChain("adagrad", scaleByRss(rest), scaleByLearningRate(learningRate));
}
