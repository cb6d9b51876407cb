/**
 * Sharpness-aware minimization.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, host, negative, subtract } from "../tensor/mod.ts";
import { erase } from "./assemble.ts";
import { checkNumber, WHOLE } from "./checks.ts";
import { choose } from "./choose.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import { transform, type TransformState } from "./transform.ts";
import type { AnyTransform, ExtraOf, ParamsOf, Part, StateOf, Transform } from "./transform_type.ts";

/** Options of {@linkcode sam} and {@linkcode opaqueSam}. */
export interface SamOptions {
  /** How many gradients make a step: all but the last move the params against the loss. @default {2} */
  readonly syncPeriod?: number;
  /** Starts the adversary's state anew after each step. @default {true} */
  readonly resetState?: boolean;
}

/** The names of `SamOptions`. */
export const SAM_OPTIONS = { syncPeriod: true, resetState: true } as const;

/** The state of {@linkcode sam}. */
export interface SamState<S, A> extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "sam";
  /** It has none. */
  readonly hyperparameters: Readonly<Record<never, number>>;
  /** How many gradients of the period there were. */
  readonly stepsSinceSync: number;
  /** The params that the adversary started from. */
  readonly outerParams: Tree;
  /** The state of the optimizer. */
  readonly optimizer: S;
  /** The state of the adversary. */
  readonly adversary: A;
}

/**
 * Sharpness-aware minimization, as `optax.contrib.sam`. Of every `syncPeriod` calls the first ones move the params up
 * the loss, by the negative of the adversary's updates, and the last one goes back and steps with the gradient found
 * there. The params between are the adversary's: evaluate after whole periods. A call needs a gradient at the params
 * of the one before; {@linkcode opaqueSam} does a whole period in a call. Foret et al. 2020.
 *
 * @param optimizer What the step is taken with.
 * @param adversary What moves the params up: in the paper the gradient, normalized, times a radius.
 * @throws {TypeError} If one of the first two arguments is no transform.
 * @throws {RangeError} If `syncPeriod` is no whole number above 0.
 *
 * @example
 * ```ts
 * import { grad, square, tensor, type Tensor } from "@weft/weft";
 * import { sam, sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = sam(sgd({ learningRate: 0.25 }), sgd({ learningRate: 0.5 }));
 * const gradient = grad((x: Tensor) => square(x));
 * let params = tensor(1);
 * let state = optimizer.init(params);
 * ({ state, params } = optimizer.step(state, gradient(params), params));
 * assertEquals(params.item(), 2);
 * ({ state, params } = optimizer.step(state, gradient(params), params));
 * assertEquals(params.item(), 0);
 * ```
 */
export function sam<T extends AnyTransform, A extends AnyTransform>(
  optimizer: T,
  adversary: A,
  options: SamOptions = {},
): Transform<ParamsOf<T | A>, SamState<StateOf<T>, StateOf<A>>, ExtraOf<T | A>> {
  checkOptionNames("sam", options, SAM_OPTIONS);
  const { outer, inner, syncPeriod, resetState, parts } = prepareSam("sam", optimizer, adversary, options);
  const made = transform<SamState<unknown, unknown>>({
    name: "sam",
    hyperparameters: {},
    options: { syncPeriod, resetState },
    parts,
    init: (params) => ({
      stepsSinceSync: 0,
      outerParams: params,
      optimizer: outer.init(params),
      adversary: inner.init(params),
    }),
    update: ({ state, grads, params, extra }) => {
      const { stepsSinceSync } = state;
      const outerParams = choose(
        "sam",
        host((n) => n === 0 ? 1 : 0, stepsSinceSync),
        () => params,
        () => state.outerParams,
      );
      return choose(
        "sam",
        host((n) => n + 1 >= syncPeriod ? 1 : 0, stepsSinceSync),
        () => {
          const { state: next, updates } = outer.update(state.optimizer, grads, outerParams, extra);
          return {
            state: {
              stepsSinceSync: 0,
              outerParams,
              optimizer: next,
              adversary: resetState ? inner.init(params) : state.adversary,
            },
            updates: zipLeaves(
              "sam",
              [updates as Tree, outerParams, params],
              (u, start, p) => add(subtract(start, p), u),
            ),
          };
        },
        () => {
          const { state: next, updates } = inner.update(state.adversary, grads, params, extra);
          return {
            state: {
              stepsSinceSync: host((n) => n + 1, stepsSinceSync),
              outerParams,
              optimizer: state.optimizer,
              adversary: next,
            },
            updates: zipLeaves("sam", [updates as Tree], (u) => negative(u)),
          };
        },
      );
    },
  });
  return made as unknown as Transform<ParamsOf<T | A>, SamState<StateOf<T>, StateOf<A>>, ExtraOf<T | A>>;
}

/** The optimizer, the adversary and the options of a sharpness-aware step, checked. */
export function prepareSam(
  name: string,
  optimizer: AnyTransform,
  adversary: AnyTransform,
  options: SamOptions,
): {
  readonly outer: ReturnType<typeof erase>;
  readonly inner: ReturnType<typeof erase>;
  readonly syncPeriod: number;
  readonly resetState: boolean;
  readonly parts: (params: unknown) => readonly Part[];
} {
  const { syncPeriod = 2, resetState = true } = options;
  checkNumber(name, "syncPeriod", syncPeriod, WHOLE);
  return {
    outer: erase(name, optimizer),
    inner: erase(name, adversary),
    syncPeriod,
    resetState,
    parts: (params) => [
      { key: "optimizer", group: null, transform: optimizer, params },
      { key: "adversary", group: null, transform: adversary, params },
    ],
  };
}
