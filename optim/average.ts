/**
 * Averages of params over the steps of a run.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, host, multiply, subtract } from "../tensor/mod.ts";
import { checkNumber, checkScalar, COUNT, FRACTION, WHOLE } from "./checks.ts";
import { choose } from "./choose.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";

/** An average so far: plain data. */
export interface AverageState {
  /** Tells it from other states. */
  readonly kind: "average";
  /** How many params were offered. */
  readonly count: number;
  /** How many of them are in the average. */
  readonly taken: number;
  /** What the sum is multiplied by to give the average. */
  readonly correction: number;
  /** The average before the correction, a tree like the params. */
  readonly sum: Tree;
}

/** A way to average params, as pure functions of a state. */
export interface ParamsAverage {
  /** The state before the first step. */
  init(params: unknown): AverageState;
  /** The state with the params of one more step. */
  update(state: AverageState, params: unknown): AverageState;
}

/** An average that nothing was offered to, but for where its sum starts. */
const NOTHING_YET = { kind: "average", count: 0, taken: 0, correction: 1 } as const;

/** Options of {@linkcode exponentialAverage}. */
export interface ExponentialAverageOptions {
  /** How much of the average stays at each step; a number below 1, or a schedule of the step. */
  readonly decay: ScalarOrSchedule;
  /**
   * Starts at 0 and corrects the average for it, as Adam does its moments; otherwise the average starts at the
   * params that it was made with.
   *
   * @default {true}
   */
  readonly debias?: boolean;
}

const EXPONENTIAL_AVERAGE_OPTIONS = { decay: true, debias: true } as const;

/**
 * The exponential moving average of params: `a = decay a + (1 - decay) p`, with `debias` over `1 - decay^t`.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If `decay` is outside of [0, 1).
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { averagedParams, exponentialAverage } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const average = exponentialAverage({ decay: 0.75 });
 * const state = average.update(average.init({ x: tensor(0) }), { x: tensor(4) });
 * assertEquals(averagedParams(state, { x: tensor(4) }).x.item(), 4);
 * ```
 */
export function exponentialAverage(options: ExponentialAverageOptions): ParamsAverage {
  checkOptionNames("exponentialAverage", options, EXPONENTIAL_AVERAGE_OPTIONS);
  const { decay, debias = true } = options;
  checkScalar("exponentialAverage", "decay", decay, FRACTION);
  return {
    init: (params) => ({ ...NOTHING_YET, sum: debias ? zerosLikeTree(params as Tree) : params as Tree }),
    update: ({ kind, count, taken, correction, sum }, params) => {
      const kept = typeof decay === "function" ? host((n) => decay(n), count) : decay;
      const gain = host((d) => 1 - d, kept);
      // One over the share of the sum that is not its start, which is 1 - decay^t where decay is a number.
      const next = debias
        ? host((n, c, d) => 1 / (1 - d * (n === 0 ? 1 : 1 - 1 / c)), count, correction, kept)
        : correction;
      return {
        kind,
        count: host((n) => n + 1, count),
        taken: host((n) => n + 1, taken),
        correction: next,
        sum: zipLeaves(
          "exponentialAverage",
          [sum, params],
          (a, p) => cast(add(multiply(a, kept), multiply(p, gain)), a.dtype),
        ),
      };
    },
  };
}

/** Options of {@linkcode uniformAverage}. */
export interface UniformAverageOptions {
  /** How many steps go by before the first params are taken. @default {0} */
  readonly start?: number;
  /** Takes the params of every so many steps from then on. @default {1} */
  readonly every?: number;
}

const UNIFORM_AVERAGE_OPTIONS = { start: true, every: true } as const;

/**
 * The plain mean of the params of several steps: Polyak's average of all from some step on, and with `every` the
 * length of a cycle of the learning rate stochastic weight averaging. Polyak and Juditsky 1992, Izmailov et al. 2018.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If `start` is no whole number from 0 on, or `every` none above 0.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { averagedParams, uniformAverage } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const average = uniformAverage({ start: 1 });
 * let state = average.init({ x: tensor(0) });
 * for (const x of [100, 1, 3]) state = average.update(state, { x: tensor(x) });
 * assertEquals(averagedParams(state, { x: tensor(3) }).x.item(), 2);
 * ```
 */
export function uniformAverage(options: UniformAverageOptions = {}): ParamsAverage {
  checkOptionNames("uniformAverage", options, UNIFORM_AVERAGE_OPTIONS);
  const { start = 0, every = 1 } = options;
  checkNumber("uniformAverage", "start", start, COUNT);
  checkNumber("uniformAverage", "every", every, WHOLE);
  return {
    init: (params) => ({ ...NOTHING_YET, sum: zerosLikeTree(params as Tree) }),
    update: (state, params) => {
      const { kind, correction, sum } = state;
      const count = host((n) => n + 1, state.count);
      return choose<AverageState>(
        "uniformAverage",
        host((n) => n >= start && (n - start) % every === 0 ? 1 : 0, state.count),
        () => {
          const taken = host((n) => n + 1, state.taken);
          const share = host((n) => 1 / n, taken);
          return {
            kind,
            count,
            taken,
            correction,
            sum: zipLeaves(
              "uniformAverage",
              [sum, params],
              (a, p) => cast(add(a, multiply(subtract(p, a), share)), a.dtype),
            ),
          };
        },
        () => ({ kind, count, taken: state.taken, correction, sum }),
      );
    },
  };
}

/**
 * The average of a state: params to evaluate with. Before anything was taken it is the params that are given.
 *
 * @throws {TypeError} If the state is none of an average, or the params differ from it in structure.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { averaged, averagedParams, sgd, uniformAverage } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = averaged(sgd({ learningRate: 1 }), uniformAverage());
 * let params = { x: tensor(4) };
 * let state = optimizer.init(params);
 * for (let i = 0; i < 3; i++) ({ state, params } = optimizer.step(state, { x: tensor(1) }, params));
 * assertEquals([params.x.item(), averagedParams(state.average, params).x.item()], [1, 2]);
 * ```
 */
export function averagedParams<P>(state: AverageState, params: P): P {
  if (state?.kind !== "average") {
    throw new TypeError(`averagedParams expects the state of an average but got ${String(state?.kind)}`);
  }
  const { taken, correction, sum } = state;
  return choose(
    "averagedParams",
    host((n) => n > 0 ? 1 : 0, taken),
    () => zipLeaves("averagedParams", [params, sum], (p, a) => cast(multiply(a, correction), p.dtype)),
    () => params,
  );
}
