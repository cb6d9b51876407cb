/**
 * Sharpness-aware minimization.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, host, negative, subtract } from "../tensor/mod.ts";
import { applyUpdates } from "./apply_updates.ts";
import { erase } from "./assemble.ts";
import { checkNumber, WHOLE } from "./checks.ts";
import { choose } from "./choose.ts";
import { checkGrads, type Tree, zipLeaves } from "./leaves.ts";
import { transform, type TransformState } from "./transform.ts";
import type { AnyTransform, ExtraOf, ParamsOf, Part, StateOf, Transform } from "./transform_type.ts";

/** Options of {@linkcode sam} and {@linkcode opaqueSam}. */
export interface SamOptions {
  /** How many gradients make a step: all but the last move the params against the loss. @default {2} */
  readonly syncPeriod?: number;
  /** Starts the adversary's state anew after each step. @default {true} */
  readonly resetState?: boolean;
}

const SAM_OPTIONS = { syncPeriod: true, resetState: true } as const;

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
  const { outer, inner, syncPeriod, resetState, parts } = prepare("sam", optimizer, adversary, options);
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

/** What {@linkcode opaqueSam} needs beside gradients. */
export interface GradientExtra {
  /** The gradient at other params; the second argument counts the calls of a step from 0. */
  readonly gradient: (params: never, call: number) => unknown;
}

/** The state of {@linkcode opaqueSam}. */
export interface OpaqueSamState<S, A> extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "opaqueSam";
  /** It has none. */
  readonly hyperparameters: Readonly<Record<never, number>>;
  /** The state of the optimizer. */
  readonly optimizer: S;
  /** The state of the adversary. */
  readonly adversary: A;
}

/**
 * Sharpness-aware minimization a whole period a call, as `optax.contrib.sam` in opaque mode: the adversary's moves
 * stay inside, so that every call is a step. It calls the extra `gradient` for the gradients at the adversary's
 * params, `syncPeriod - 1` times.
 *
 * @throws {TypeError} If one of the first two arguments is no transform, or in a step, if there is no `gradient`.
 * @throws {RangeError} If `syncPeriod` is no whole number above 0.
 *
 * @example
 * ```ts
 * import { grad, square, tensor, type Tensor } from "@weft/weft";
 * import { opaqueSam, sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = opaqueSam(sgd({ learningRate: 0.25 }), sgd({ learningRate: 0.5 }));
 * const gradient = grad((x: Tensor) => square(x));
 * const params = tensor(1);
 * const next = optimizer.step(optimizer.init(params), gradient(params), params, { gradient });
 * assertEquals(next.params.item(), 0);
 * ```
 */
export function opaqueSam<T extends AnyTransform, A extends AnyTransform>(
  optimizer: T,
  adversary: A,
  options: SamOptions = {},
): Transform<ParamsOf<T | A>, OpaqueSamState<StateOf<T>, StateOf<A>>, ExtraOf<T | A> & GradientExtra> {
  checkOptionNames("opaqueSam", options, SAM_OPTIONS);
  const { outer, inner, syncPeriod, resetState, parts } = prepare("opaqueSam", optimizer, adversary, options);
  const made = transform<OpaqueSamState<unknown, unknown>, GradientExtra>({
    name: "opaqueSam",
    hyperparameters: {},
    options: { syncPeriod, resetState },
    parts,
    init: (params) => ({ optimizer: outer.init(params), adversary: inner.init(params) }),
    update: ({ state, grads, params, extra }) => {
      const gradient: unknown = (extra as GradientExtra | undefined)?.gradient;
      if (typeof gradient !== "function") {
        throw new TypeError(
          `opaqueSam expects the extra gradient to be a function but got ${typeof gradient}`,
        );
      }
      let [at, found, adversary] = [params, grads, state.adversary];
      for (let call = 0; call < syncPeriod - 1; call++) {
        const moved = inner.update(adversary, found, at, extra);
        adversary = moved.state;
        at = applyUpdates(at, zipLeaves("opaqueSam", [moved.updates as Tree], (u) => negative(u)));
        found = gradient(at, call) as Tree;
        checkGrads("opaqueSam", found, params);
      }
      const { state: next, updates } = outer.update(state.optimizer, found, params, extra);
      return {
        state: { optimizer: next, adversary: resetState ? inner.init(params) : adversary },
        updates: updates as Tree,
      };
    },
  });
  return made as unknown as Transform<
    ParamsOf<T | A>,
    OpaqueSamState<StateOf<T>, StateOf<A>>,
    ExtraOf<T | A> & GradientExtra
  >;
}

function prepare(name: string, optimizer: AnyTransform, adversary: AnyTransform, options: SamOptions): {
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
