/**
 * Schedule-free learning: the mean of the iterates in the place of a schedule that falls.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, divide, host, multiply, subtract } from "../tensor/mod.ts";
import { erase } from "./assemble.ts";
import { checkScalar, type Domain, FINITE, NOT_NEGATIVE } from "./checks.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { AnyTransform, ExtraOf, ParamsOf, Part, StateOf, Transform } from "./transform_type.ts";

/** Options of {@linkcode scheduleFree}. */
export interface ScheduleFreeOptions {
  /** The learning rate of the optimizer inside, which the weights of the mean are made of; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** The share of the mean in the params at which gradients are taken, above 0 and below 1. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** The power of the largest learning rate so far that is the weight of an iterate. @default {2} */
  readonly weightPower?: ScalarOrSchedule;
  /** How many steps ahead the weights read the learning rate; optax reads 1 ahead. @default {0} */
  readonly lookahead?: number;
}

const SCHEDULE_FREE_OPTIONS = {
  learningRate: true,
  beta1: true,
  weightPower: true,
  lookahead: true,
} as const;

/** The state of {@linkcode scheduleFree}. */
export interface ScheduleFreeState<S = unknown> extends TransformState {
  /** The name of the function that made the optimizer. */
  readonly kind: "scheduleFree";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly learningRate: number;
    readonly beta1: number;
    readonly weightPower: number;
  };
  /** The sum of the weights of the iterates. */
  readonly weightSum: number;
  /** The largest learning rate so far. */
  readonly largestLearningRate: number;
  /** The iterates of the optimizer inside, a tree like the params. */
  readonly iterates: Tree;
  /** The state of the optimizer inside. */
  readonly inner: S;
}

const SHARE: Domain = { text: "above 0 and below 1", includes: (value) => value > 0 && value < 1 };

/** Throws unless the options of schedule-free learning are right, in the name of `operation`. */
export function checkScheduleFreeOptions(operation: string, options: ScheduleFreeOptions): void {
  const { learningRate, beta1 = 0.9, weightPower = 2, lookahead = 0 } = options;
  checkScalar(operation, "learningRate", learningRate, NOT_NEGATIVE);
  checkScalar(operation, "beta1", beta1, SHARE);
  checkScalar(operation, "weightPower", weightPower, FINITE);
  if (!Number.isInteger(lookahead) || lookahead < 0) {
    throw new RangeError(
      `${operation} expects lookahead to be a whole number not below 0 but got ${lookahead}`,
    );
  }
}

/**
 * Makes any optimizer schedule-free, as `optax.contrib.schedule_free`. The params are where gradients are
 * taken: between the iterates `z` of the optimizer inside and their weighted mean `x`, at which to
 * evaluate: see {@linkcode scheduleFreeEvalParams}. With `y` for the params and `a` for the largest
 * learning rate so far:
 *
 * - `z' = z + inner(g)`, `w = a^weightPower`, `c = w / (sum of all w)`, or 0 where that is 0 / 0
 * - `x' = (1 - c) x + c z'`, with `x = (y - (1 - beta1) z) / beta1`
 * - `u = beta1 x' + (1 - beta1) z' - y`
 *
 * The optimizer inside has no momentum of its own, which `beta1` replaces. In optax the weights read the
 * learning rate one step ahead of the optimizer inside; `lookahead: 1` does so too. Defazio et al. 2024.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If `beta1` is not between 0 and 1, or the learning rate is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scheduleFree, scheduleFreeEvalParams, sgd } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = scheduleFree(sgd({ learningRate: 0.5 }), { learningRate: 0.5 });
 * const params = { x: tensor(1) };
 * const { state, params: next } = optimizer.step(optimizer.init(params), { x: tensor(1) }, params);
 * assertAlmostEquals(scheduleFreeEvalParams(state, next).x.item(), 0.5, 1e-6);
 * ```
 */
export function scheduleFree<T extends AnyTransform>(
  inner: T,
  options: ScheduleFreeOptions,
): Transform<ParamsOf<T>, ScheduleFreeState<StateOf<T>>, ExtraOf<T>> {
  checkOptionNames("scheduleFree", options, SCHEDULE_FREE_OPTIONS);
  checkScheduleFreeOptions("scheduleFree", options);
  const { learningRate, beta1 = 0.9, weightPower = 2, lookahead = 0 } = options;
  const member = erase("scheduleFree", inner);
  const ahead = typeof learningRate === "function" && lookahead > 0
    ? (count: number) => learningRate(count + lookahead)
    : learningRate;
  const made = transform<ScheduleFreeState, unknown>({
    name: "scheduleFree",
    hyperparameters: { learningRate: ahead, beta1, weightPower },
    init: (params) => ({
      weightSum: 0,
      largestLearningRate: 0,
      iterates: params,
      inner: member.init(params),
    }),
    update: ({ state, grads, params, hyperparameters, extra }) => {
      const { beta1 } = hyperparameters;
      const largestLearningRate = host(
        (before, now) => Math.max(before, now),
        state.largestLearningRate,
        hyperparameters.learningRate,
      );
      const weight = host((rate, power) => rate ** power, largestLearningRate, hyperparameters.weightPower);
      const weightSum = host((sum, weight) => sum + weight, state.weightSum, weight);
      const share = host((weight, sum) => sum === 0 ? 0 : weight / sum, weight, weightSum);
      const others = host((share) => 1 - share, share);
      const ofIterates = host((beta) => 1 - beta, beta1);
      const updated = member.update(state.inner, grads, params, extra);
      const iterates = zipLeaves(
        "scheduleFree",
        [state.iterates, updated.updates as Tree],
        (z, u) => add(z, u),
      );
      const updates = zipLeaves(
        "scheduleFree",
        [grads, params, state.iterates, iterates],
        (_, y, z, next) => {
          const mean = divide(subtract(y, multiply(z, ofIterates)), beta1);
          const nextMean = add(multiply(mean, others), multiply(next, share));
          return subtract(add(multiply(nextMean, beta1), multiply(next, ofIterates)), y);
        },
      );
      return {
        state: { weightSum, largestLearningRate, iterates, inner: updated.state },
        updates,
      };
    },
  });
  const parts = (
    params: unknown,
  ): readonly Part[] => [{ key: "inner", group: null, transform: inner, params }];
  return { ...made, parts } as unknown as Transform<
    ParamsOf<T>,
    ScheduleFreeState<StateOf<T>>,
    ExtraOf<T>
  >;
}

/**
 * The params at which a schedule-free optimizer is evaluated, as `optax.contrib.schedule_free_eval_params`:
 * the mean of the iterates, `(y - (1 - beta1) z) / beta1`.
 *
 * @param state The state of {@linkcode scheduleFree} after a step.
 * @param params The params after the same step.
 * @throws {TypeError} If the state is another one.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scheduleFreeEvalParams, scheduleFreeSgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = scheduleFreeSgd({ learningRate: 0.5, beta1: 0.5 });
 * const params = { x: tensor(1) };
 * const { state, params: next } = optimizer.step(optimizer.init(params), { x: tensor(1) }, params);
 * assertEquals(scheduleFreeEvalParams(state, next).x.item(), 0.5);
 * ```
 */
export function scheduleFreeEvalParams<P>(state: ScheduleFreeState, params: P): P {
  if (state?.kind !== "scheduleFree") {
    throw new TypeError(
      "scheduleFreeEvalParams expects the state of a schedule-free optimizer but got another",
    );
  }
  const { hyperparameters: { beta1 }, iterates } = state;
  const ofIterates = host((beta) => 1 - beta, beta1);
  return zipLeaves(
    "scheduleFreeEvalParams",
    [params, iterates],
    (y, z) => divide(subtract(y, multiply(z, ofIterates)), beta1),
  );
}
