/**
 * Proximal steps: penalties that are applied to the params after the step instead of through the gradient.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  abs,
  add,
  divide,
  greater,
  host,
  lessEqual,
  multiply,
  negative,
  subtract,
  where,
} from "../tensor/mod.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import { zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { keep, selection, type Selector } from "./select.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode proximalL1} and {@linkcode proximalL2}. */
export interface ProximalOptions {
  /** The weight of the penalty; not negative. */
  readonly strength: ScalarOrSchedule;
  /** The learning rate of the step before, which the penalty is multiplied by; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** The leaves that are penalized: patterns, a predicate or a tree of booleans. @default {true} */
  readonly mask?: Selector;
}

const PROXIMAL_OPTIONS = { strength: true, learningRate: true, mask: true } as const;

/** The state of {@linkcode proximalL1}. */
export interface ProximalL1State extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "proximalL1";
  /** What the last step used. */
  readonly hyperparameters: { readonly strength: number; readonly learningRate: number };
}

/** The state of {@linkcode proximalL2}. */
export interface ProximalL2State extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "proximalL2";
  /** What the last step used. */
  readonly hyperparameters: { readonly strength: number; readonly learningRate: number };
}

/**
 * The proximal step of the penalty `strength * sum |p|`: with `z = p + g` and `t = learningRate * strength`, params
 * become `sign(z) * max(|z| - t, 0)`, so that small ones are exactly zero. It stands last in a chain, where updates
 * are what would be added to the params. After `sgd` it makes the method ISTA. Parikh and Boyd 2014.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { chain, proximalL1, sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = chain(sgd({ learningRate: 0.5 }), proximalL1({ strength: 2, learningRate: 0.5 }));
 * const params = { x: tensor([5, -0.5]) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor([2, 0.5]) }, params);
 * assertEquals(next.x.toArray(), [3, 0]);
 * ```
 */
export function proximalL1(options: ProximalOptions): Transform<unknown, ProximalL1State> {
  checkOptionNames("proximalL1", options, PROXIMAL_OPTIONS);
  const { strength, learningRate } = options;
  const restrict = checkProximal("proximalL1", options);
  return transform<ProximalL1State>({
    name: "proximalL1",
    hyperparameters: { strength, learningRate },
    init: () => ({}),
    update: ({ grads, params, hyperparameters: { strength, learningRate } }) => {
      const threshold = host((rate, weight) => rate * weight, learningRate, strength);
      const opposite = host((t) => -t, threshold);
      const updates = zipLeaves("proximalL1", [grads, restrict(params)], (g, p) => {
        const z = add(p, g);
        // The update is made from g and not from the new params, which would round it as coarsely as those.
        const shrunk = subtract(g, where(greater(z, 0), threshold, opposite));
        return where(lessEqual(abs(z), threshold), negative(p), shrunk);
      });
      return { state: {}, updates };
    },
  });
}

/**
 * The proximal step of the penalty `strength / 2 * sum p^2`: params become `(p + g) / (1 + learningRate * strength)`.
 * Unlike weight decay it is stable for every strength. It stands last in a chain, where updates are what would be
 * added to the params. Parikh and Boyd 2014.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { chain, proximalL2, sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = chain(sgd({ learningRate: 0.5 }), proximalL2({ strength: 2, learningRate: 0.5 }));
 * const params = { x: tensor([5, -1]) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor([2, 2]) }, params);
 * assertEquals(next.x.toArray(), [2, -1]);
 * ```
 */
export function proximalL2(options: ProximalOptions): Transform<unknown, ProximalL2State> {
  checkOptionNames("proximalL2", options, PROXIMAL_OPTIONS);
  const { strength, learningRate } = options;
  const restrict = checkProximal("proximalL2", options);
  return transform<ProximalL2State>({
    name: "proximalL2",
    hyperparameters: { strength, learningRate },
    init: () => ({}),
    update: ({ grads, params, hyperparameters: { strength, learningRate } }) => {
      const penalty = host((rate, weight) => rate * weight, learningRate, strength);
      const divisor = host((t) => 1 + t, penalty);
      const updates = zipLeaves(
        "proximalL2",
        [grads, restrict(params)],
        (g, p) => divide(subtract(g, multiply(p, penalty)), divisor),
      );
      return { state: {}, updates };
    },
  });
}

/** Checks the options and returns what puts holes for the params without penalty. */
function checkProximal(operation: string, options: ProximalOptions): <P>(params: P) => P {
  const { strength, learningRate, mask = true } = options;
  checkScalar(operation, "strength", strength, NOT_NEGATIVE);
  checkScalar(operation, "learningRate", learningRate, NOT_NEGATIVE);
  const select = selection(operation, mask);
  return (params) => mask === true ? params : keep(operation, params, select(params));
}
