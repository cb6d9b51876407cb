/**
 * Slow params that follow fast ones.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, host, multiply, subtract } from "../tensor/mod.ts";
import { applyUpdates } from "./apply_updates.ts";
import { checkScalar, FINITE, WHOLE } from "./checks.ts";
import { choose } from "./choose.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { AnyTransform, ExtraOf, ParamsOf, StateOf, Transform } from "./transform_type.ts";
import { wrap } from "./wrap.ts";

/** Options of {@linkcode lookahead}. */
export interface LookaheadOptions {
  /** After how many steps the slow params follow. */
  readonly syncPeriod: ScalarOrSchedule;
  /** Which share of the way they go. */
  readonly slowStepSize: ScalarOrSchedule;
  /** Starts the fast optimizer's state anew at each meeting. @default {false} */
  readonly resetState?: boolean;
}

const LOOKAHEAD_OPTIONS = { syncPeriod: true, slowStepSize: true, resetState: true } as const;

/** The state of {@linkcode lookahead}. */
export interface LookaheadState<S> extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "lookahead";
  /** What the last step used. */
  readonly hyperparameters: { readonly syncPeriod: number; readonly slowStepSize: number };
  /** How many steps the fast params are ahead. */
  readonly stepsSinceSync: number;
  /** The slow params, to evaluate with. */
  readonly slow: Tree;
  /** The state of the fast optimizer. */
  readonly inner: S;
}

/**
 * Lookahead: every `syncPeriod` steps the slow params go `slowStepSize` of the way to where the fast ones are, and
 * the fast ones start again from there: `slow = slow + slowStepSize (fast - slow)`, `fast = slow`. As
 * `optax.lookahead`, but the params that are trained are the fast ones, as with any other optimizer, and the slow
 * ones are in the state. It wants the params that it returned, so nothing may change the updates after it. Zhang et
 * al. 2019.
 *
 * @throws {TypeError} If the first argument is no transform, or an option is missing or of another type.
 * @throws {RangeError} If `syncPeriod` is no whole number above 0, or `slowStepSize` is not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { lookahead, sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = lookahead(sgd({ learningRate: 1 }), { syncPeriod: 2, slowStepSize: 0.5 });
 * const grads = { x: tensor(1) };
 * const first = optimizer.step(optimizer.init({ x: tensor(3) }), grads, { x: tensor(3) });
 * const second = optimizer.step(first.state, grads, first.params);
 * assertEquals([first.params.x.item(), second.params.x.item()], [2, 2]);
 * ```
 */
export function lookahead<T extends AnyTransform>(
  fast: T,
  options: LookaheadOptions,
): Transform<ParamsOf<T>, LookaheadState<StateOf<T>>, ExtraOf<T>> {
  checkOptionNames("lookahead", options, LOOKAHEAD_OPTIONS);
  const { inner, seen } = wrap("lookahead", fast);
  const { syncPeriod, slowStepSize, resetState = false } = options;
  checkScalar("lookahead", "syncPeriod", syncPeriod, WHOLE);
  checkScalar("lookahead", "slowStepSize", slowStepSize, FINITE);
  const made = transform<LookaheadState<unknown>>({
    name: "lookahead",
    hyperparameters: { syncPeriod, slowStepSize },
    options: { resetState },
    ...seen,
    init: (params) => ({ stepsSinceSync: 0, slow: params, inner: inner.init(params) }),
    update: ({ state, grads, params, hyperparameters: { syncPeriod, slowStepSize }, extra }) => {
      const updated = inner.update(state.inner, grads, params, extra);
      const updates = updated.updates as Tree;
      const steps = host((n) => n + 1, state.stepsSinceSync);
      return choose(
        "lookahead",
        host((n, period) => n >= period ? 1 : 0, steps, syncPeriod),
        () => {
          const slow = zipLeaves(
            "lookahead",
            [state.slow, applyUpdates(params, updates)],
            (slow, fast) => cast(add(slow, multiply(subtract(fast, slow), slowStepSize)), slow.dtype),
          );
          return {
            state: { stepsSinceSync: 0, slow, inner: resetState ? inner.init(params) : updated.state },
            updates: zipLeaves("lookahead", [updates, slow, params], (_, slow, p) => subtract(slow, p)),
          };
        },
        () => ({ state: { stepsSinceSync: steps, slow: state.slow, inner: updated.state }, updates }),
      );
    },
  });
  return made as unknown as Transform<ParamsOf<T>, LookaheadState<StateOf<T>>, ExtraOf<T>>;
}
