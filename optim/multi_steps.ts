/**
 * Gradient accumulation.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide, equal, host, multiply, Tensor, where, zeros, zerosLike } from "../tensor/mod.ts";
import { isTracedNumber } from "../tensor/host.ts";
import { formatShape } from "../tensor/shape.ts";
import { assemble } from "./assemble.ts";
import { checkScalar, WHOLE } from "./checks.ts";
import { both, choose, type Condition, not } from "./choose.ts";
import type { SkipPolicy } from "./finite.ts";
import { mapLeaves, type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { initialScalars, noOverrides, resolveScalars, type ScalarOrSchedule } from "./scalar.ts";
import type { TransformState } from "./transform.ts";
import type {
  AnyTransform,
  ExtraArguments,
  ExtraOf,
  ParamsOf,
  StateOf,
  Transform,
  Updated,
} from "./transform_type.ts";
import { wrap } from "./wrap.ts";

/** Options of {@linkcode multiSteps}. */
export interface MultiStepsOptions {
  /** How many micro-batches make a step: a number, or a schedule of the steps that were taken. */
  readonly every: ScalarOrSchedule;
  /** What of the gradients of a window the step is taken with. @default {"mean"} */
  readonly reduction?: "mean" | "sum";
  /** Says which micro-batches to leave out, such as `skipNotFinite()`; none by default. */
  readonly skip?: SkipPolicy;
  /** The type in which gradients are summed; that of each leaf by default. */
  readonly accumulatorDtype?: "float32" | "float64";
}

const MULTI_STEPS_OPTIONS = { every: true, reduction: true, skip: true, accumulatorDtype: true } as const;

/** What {@linkcode multiSteps} takes beside gradients. */
export interface MultiStepsExtra {
  /** The weight of the micro-batch in the mean, such as its number of examples or tokens. @default {1} */
  readonly weight?: number | Tensor;
}

/** The state of {@linkcode multiSteps}. */
export interface MultiStepsState<S> extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "multiSteps";
  /** How many steps were taken, not counting micro-batches. */
  readonly count: number;
  /** What the last micro-batch used. */
  readonly hyperparameters: { readonly every: number };
  /** How many micro-batches are in the window that is open; 0 after a step. */
  readonly miniStep: number;
  /** How many micro-batches were left out so far. */
  readonly skipped: number;
  /** The sum of the weights in the window, a float32 scalar. */
  readonly totalWeight: Tensor;
  /** The weighted sum of the gradients in the window, a tree like the params. */
  readonly accumulated: Tree;
  /** The state of the transform inside, as of the last step. */
  readonly inner: S;
}

/** What {@linkcode multiSteps} returns: a transform, and its two halves by themselves. */
export interface MultiSteps<P, S, Extra> extends Transform<P, S, Extra & MultiStepsExtra> {
  /** Adds the gradients of a micro-batch to the window, and never takes the step. */
  accumulate<Q extends P>(state: S, grads: NoInfer<Q>, params: Q, extra?: MultiStepsExtra): S;
  /** Takes the step with what is in the window, full or not; an empty window makes updates of zero. */
  flush<Q extends P>(state: S, params: Q, ...extra: ExtraArguments<Extra>): Updated<S, Q>;
}

/**
 * Gradient accumulation, as `optax.MultiSteps`: sums the gradients of `every` micro-batches, and steps with their
 * mean. Between steps updates are zero, the params are handed on without a copy, and all that is computed is one
 * addition a leaf: the transform inside runs once a window, and its schedules count windows. Micro-batches of
 * different sizes have their weight in the extra: the mean is `sum(weight * gradient) / sum(weight)`.
 *
 * Unlike in optax a gradient that is not finite spoils its window only; with `skip` it is left out and the window
 * stays open for another one. `flush` steps with a window that is not full, at the end of an epoch.
 *
 * In a compiled step whether a window is full is known when the program runs, so that it computes the inner step
 * each time and chooses afterwards. Where that costs too much, compile `accumulate` and `flush` as two functions, and
 * call the second after every so many of the first: then a micro-batch costs the addition there too.
 *
 * @throws {TypeError} If the first argument is no transform, or an option is missing or of another type.
 * @throws {RangeError} If `every` is no whole number above 0, or `reduction` or `accumulatorDtype` is none.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { multiSteps, sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = multiSteps(sgd({ learningRate: 1 }), { every: 2 });
 * let params = { x: tensor(10) };
 * let state = optimizer.init(params);
 * ({ state, params } = optimizer.step(state, { x: tensor(2) }, params, { weight: 3 }));
 * assertEquals(params.x.item(), 10);
 * ({ state, params } = optimizer.step(state, { x: tensor(6) }, params, { weight: 1 }));
 * assertEquals([params.x.item(), state.count], [7, 1]);
 * ```
 */
export function multiSteps<T extends AnyTransform>(
  transformInside: T,
  options: MultiStepsOptions,
): MultiSteps<ParamsOf<T>, MultiStepsState<StateOf<T>>, ExtraOf<T>> {
  checkOptionNames("multiSteps", options, MULTI_STEPS_OPTIONS);
  const { inner, seen } = wrap("multiSteps", transformInside);
  const { every, reduction = "mean", skip, accumulatorDtype } = options;
  checkScalar("multiSteps", "every", every, WHOLE);
  checkOptions(options);
  type State = MultiStepsState<unknown>;
  const scalars = { every };

  /** The state with a micro-batch in its window, or left out. */
  const enter = (state: State, grads: Tree, { weight }: MultiStepsExtra, skipped: Condition): State => {
    const { miniStep, totalWeight, accumulated } = state;
    return choose<State>(
      "multiSteps",
      skipped,
      () => ({ ...state, skipped: host((n) => n + 1, state.skipped) }),
      () => ({
        ...state,
        miniStep: host((n) => n + 1, miniStep),
        totalWeight: add(totalWeight, weight instanceof Tensor ? cast(weight, "float32") : weight ?? 1),
        accumulated: zipLeaves("multiSteps", [accumulated, grads], (total, g) => {
          const term = cast(g, total.dtype);
          return add(
            total,
            weight === undefined
              ? term
              : multiply(term, weight instanceof Tensor ? cast(weight, term.dtype) : weight),
          );
        }),
      }),
    );
  };
  /** The step with what is in the window. */
  const leave = (state: State, grads: Tree, params: Tree, extra: unknown): Updated<State, Tree> => {
    const { totalWeight, accumulated } = state;
    // A window in which every weight is 0 has a mean of 0.
    const divisor = where(equal(totalWeight, 0), 1, totalWeight);
    const reduced = zipLeaves(
      "multiSteps",
      [grads, accumulated],
      (g, total) => cast(reduction === "sum" ? total : divide(total, cast(divisor, total.dtype)), g.dtype),
    );
    const { state: next, updates } = inner.update(state.inner, reduced, params, extra);
    return {
      state: {
        ...state,
        count: host((n) => n + 1, state.count),
        miniStep: 0,
        totalWeight: zerosLike(totalWeight),
        accumulated: zerosLikeTree(accumulated),
        inner: next,
      },
      updates: updates as Tree,
    };
  };
  const part = (
    update: (state: State, grads: Tree, params: Tree, extra: MultiStepsExtra) => Updated<State, Tree>,
  ): Transform<unknown, State, MultiStepsExtra> =>
    assemble<State, MultiStepsExtra>({
      name: "multiSteps",
      options: { every, reduction },
      ...seen,
      init: (params) => ({
        kind: "multiSteps",
        count: 0,
        hyperparameters: initialScalars(scalars) as State["hyperparameters"],
        overrides: noOverrides(scalars),
        miniStep: 0,
        skipped: 0,
        totalWeight: zeros([]),
        accumulated: mapLeaves(
          params as Tree,
          (leaf) => zeros(leaf.shape, { dtype: accumulatorDtype ?? leaf.dtype }),
        ),
        inner: inner.init(params),
      }),
      update: (state, grads, params, extra) => {
        const hyperparameters = resolveScalars(scalars, state) as State["hyperparameters"];
        checkWeight(extra?.weight);
        return update({ ...state, hyperparameters }, grads as Tree, params as Tree, extra ?? {});
      },
    });
  const skips = (grads: Tree): Condition => skip === undefined ? 0 : skip(grads);

  const whole = part((state, grads, params, extra) => {
    const skipped = skips(grads);
    const isLast = host((n, every) => n + 1 >= every ? 1 : 0, state.miniStep, state.hyperparameters.every);
    const entered = enter(state, grads, extra, skipped);
    return choose(
      "multiSteps",
      both(isLast, not(skipped)),
      () => leave(entered, grads, params, extra),
      () => ({ state: entered, updates: zerosLikeTree(grads) }),
    );
  });
  const accumulating = part((state, grads, _, extra) => ({
    state: enter(state, grads, extra, skips(grads)),
    updates: grads,
  }));
  const flushing = part((state, grads, params, extra) =>
    choose(
      "multiSteps",
      host((n) => n > 0 ? 1 : 0, state.miniStep),
      () => leave(state, grads, params, extra),
      () => ({ state, updates: zerosLikeTree(grads) }),
    )
  );
  return {
    ...whole,
    accumulate: (state: State, grads: unknown, params: unknown, extra?: MultiStepsExtra) =>
      accumulating.update(state, grads, params, extra).state,
    flush: (state: State, params: unknown, extra?: MultiStepsExtra) =>
      flushing.update(state, zerosLikeTree(params), params, extra),
  } as unknown as MultiSteps<ParamsOf<T>, MultiStepsState<StateOf<T>>, ExtraOf<T>>;
}

function checkOptions({ reduction = "mean", skip, accumulatorDtype }: MultiStepsOptions): void {
  if (reduction !== "mean" && reduction !== "sum") {
    throw new RangeError(`multiSteps expects reduction to be "mean" or "sum" but got ${String(reduction)}`);
  }
  if (skip !== undefined && typeof skip !== "function") {
    throw new TypeError(`multiSteps expects skip to be a policy but got ${typeof skip}`);
  }
  if (accumulatorDtype !== undefined && accumulatorDtype !== "float32" && accumulatorDtype !== "float64") {
    throw new RangeError(
      `multiSteps expects accumulatorDtype to be "float32" or "float64" but got ${String(accumulatorDtype)}`,
    );
  }
}

function checkWeight(weight: unknown): void {
  if (weight === undefined || isTracedNumber(weight)) return;
  if (weight instanceof Tensor) {
    if (weight.rank === 0) return;
    throw new RangeError(
      `multiSteps expects weight to be a scalar but got shape ${formatShape(weight.shape)}`,
    );
  }
  if (typeof weight !== "number") {
    throw new TypeError(`multiSteps expects weight to be a number or a scalar but got ${typeof weight}`);
  }
  if (!Number.isFinite(weight) || weight < 0) {
    throw new RangeError(`multiSteps expects weight to be a finite number not below 0 but got ${weight}`);
  }
}
