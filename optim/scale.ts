/**
 * Updates times a number.
 *
 * @module
 */

import type { Schedule } from "../schedules/mod.ts";
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { host, multiply } from "../tensor/mod.ts";
import { checkScalar, FINITE, NOT_NEGATIVE } from "./checks.ts";
import { zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { SparseLeaf } from "./sparse_gradient.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** The state of {@linkcode scale}. */
export interface ScaleState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scale";
  /** What the last step used. */
  readonly hyperparameters: { readonly factor: number };
}

/**
 * Updates times a factor: `u = factor * g`, as `optax.scale`.
 *
 * @throws {TypeError} If the factor is neither a number nor a schedule.
 * @throws {RangeError} If it is not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scale } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const params = { x: tensor([0, 0]) };
 * const double = scale(2);
 * const { updates } = double.update(double.init(params), { x: tensor([1, -3]) }, params);
 * assertEquals(updates.x.toArray(), [2, -6]);
 * ```
 */
export function scale(factor: ScalarOrSchedule): Transform<unknown, ScaleState> {
  checkScalar("scale", "factor", factor, FINITE);
  return transform<ScaleState>({
    name: "scale",
    hyperparameters: { factor },
    takesSparse: true,
    init: () => ({}),
    update: ({ grads, hyperparameters }) => ({
      state: {},
      updates: zipLeaves("scale", [grads], (g) => {
        const rows: unknown = g;
        return rows instanceof SparseLeaf
          ? rows.withValues(multiply(rows.values, hyperparameters.factor)) as never
          : multiply(g, hyperparameters.factor);
      }),
    }),
  });
}

/** The state of {@linkcode scaleBySchedule}. */
export interface ScaleByScheduleState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleBySchedule";
  /** What the last step used. */
  readonly hyperparameters: { readonly factor: number };
}

/**
 * Updates times what a schedule says: `u = schedule(count) * g`, counted from 0, as `optax.scale_by_schedule`. The
 * sign is up to the schedule.
 *
 * @throws {TypeError} If the schedule is not a function.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleBySchedule } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const params = { x: tensor([0, 0]) };
 * const halving = scaleBySchedule((count) => 0.5 ** count);
 * const { state } = halving.update(halving.init(params), { x: tensor([1, -3]) }, params);
 * const { updates } = halving.update(state, { x: tensor([1, -3]) }, params);
 * assertEquals(updates.x.toArray(), [0.5, -1.5]);
 * ```
 */
export function scaleBySchedule(schedule: Schedule): Transform<unknown, ScaleByScheduleState> {
  if (typeof schedule !== "function") {
    throw new TypeError(`scaleBySchedule expects a schedule but got ${typeof schedule}`);
  }
  return transform<ScaleByScheduleState>({
    name: "scaleBySchedule",
    hyperparameters: { factor: schedule },
    init: () => ({}),
    update: ({ grads, hyperparameters }) => ({
      state: {},
      updates: zipLeaves("scaleBySchedule", [grads], (g) => multiply(g, hyperparameters.factor)),
    }),
  });
}

/** Options of {@linkcode scaleByLearningRate}. */
export interface ScaleByLearningRateOptions {
  /** Whether the sign turns; false for a chain that turns it elsewhere. @default {true} */
  readonly flipSign?: boolean;
}

const SCALE_BY_LEARNING_RATE_OPTIONS = { flipSign: true } as const;

/** The state of {@linkcode scaleByLearningRate}. */
export interface ScaleByLearningRateState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByLearningRate";
  /** What the last step used. */
  readonly hyperparameters: { readonly learningRate: number };
}

/**
 * Updates times the negative learning rate: `u = -learningRate * g`, as `optax.scale_by_learning_rate`. It is
 * the one place where the sign turns from up the gradient to down, at the end of nearly every optimizer. Without
 * `flipSign` it is `u = learningRate * g`.
 *
 * @throws {TypeError} If the learning rate is neither a number nor a schedule.
 * @throws {RangeError} If it is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByLearningRate } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const params = { x: tensor([0, 0]) };
 * const descend = scaleByLearningRate(0.5);
 * const { updates } = descend.update(descend.init(params), { x: tensor([1, -3]) }, params);
 * assertEquals(updates.x.toArray(), [-0.5, 1.5]);
 * ```
 */
export function scaleByLearningRate(
  learningRate: ScalarOrSchedule,
  options: ScaleByLearningRateOptions = {},
): Transform<unknown, ScaleByLearningRateState> {
  checkOptionNames("scaleByLearningRate", options, SCALE_BY_LEARNING_RATE_OPTIONS);
  const { flipSign = true } = options;
  checkScalar("scaleByLearningRate", "learningRate", learningRate, NOT_NEGATIVE);
  return transform<ScaleByLearningRateState>({
    name: "scaleByLearningRate",
    hyperparameters: { learningRate },
    options: { flipSign },
    init: () => ({}),
    update: ({ grads, hyperparameters }) => {
      const factor = host((rate) => flipSign ? -rate : rate, hyperparameters.learningRate);
      return {
        state: {},
        updates: zipLeaves("scaleByLearningRate", [grads], (g) => multiply(g, factor)),
      };
    },
  });
}
