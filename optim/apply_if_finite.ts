/**
 * Steps that are left out where gradients are not finite.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { host } from "../tensor/mod.ts";
import { checkScalar, COUNT } from "./checks.ts";
import { choose, conditionNumber, either } from "./choose.ts";
import { allFinite } from "./finite.ts";
import { zerosLikeTree } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { AnyTransform, ExtraOf, ParamsOf, StateOf, Transform } from "./transform_type.ts";
import { wrap } from "./wrap.ts";

/** Options of {@linkcode applyIfFinite}. */
export interface ApplyIfFiniteOptions {
  /** How many bad steps in a row are left out; the one after them is taken as it is. */
  readonly maxConsecutiveErrors: ScalarOrSchedule;
}

const APPLY_IF_FINITE_OPTIONS = { maxConsecutiveErrors: true } as const;

/** The state of {@linkcode applyIfFinite}. */
export interface ApplyIfFiniteState<S> extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "applyIfFinite";
  /** What the last step used. */
  readonly hyperparameters: { readonly maxConsecutiveErrors: number };
  /** How many steps in a row, up to the last one, had gradients that are not finite. */
  readonly notFiniteCount: number;
  /** How many steps had such gradients. */
  readonly totalNotFinite: number;
  /** 1 if the gradients of the last step were finite, else 0. */
  readonly lastFinite: number;
  /** The state of the transform inside, as of the last step that was taken. */
  readonly inner: S;
}

/**
 * Leaves out steps whose gradients have a NaN or an infinite element, as `optax.apply_if_finite`: updates are zero,
 * and the state of the transform inside stays as it was, its counts too. After more than `maxConsecutiveErrors` bad
 * steps in a row it gives up and lets the gradients through. It looks at what comes in, not at the updates.
 *
 * In a compiled step, what the transform would do is computed in any case and thrown away where it is left out.
 *
 * @throws {TypeError} If the first argument is no transform, or the option is missing or of another type.
 * @throws {RangeError} If the option is no whole number from 0 on.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { adam, applyIfFinite } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = applyIfFinite(adam({ learningRate: 0.1 }), { maxConsecutiveErrors: 5 });
 * const params = { x: tensor(1) };
 * const { state, params: next } = optimizer.step(optimizer.init(params), { x: tensor(NaN) }, params);
 * assertEquals([next.x.item(), state.notFiniteCount, state.inner.scaleByAdam.count], [1, 1, 0]);
 * ```
 */
export function applyIfFinite<T extends AnyTransform>(
  transformInside: T,
  options: ApplyIfFiniteOptions,
): Transform<ParamsOf<T>, ApplyIfFiniteState<StateOf<T>>, ExtraOf<T>> {
  checkOptionNames("applyIfFinite", options, APPLY_IF_FINITE_OPTIONS);
  const { inner, seen } = wrap("applyIfFinite", transformInside);
  const { maxConsecutiveErrors } = options;
  checkScalar("applyIfFinite", "maxConsecutiveErrors", maxConsecutiveErrors, COUNT);
  const made = transform<ApplyIfFiniteState<unknown>>({
    name: "applyIfFinite",
    hyperparameters: { maxConsecutiveErrors },
    ...seen,
    init: (params) => ({ notFiniteCount: 0, totalNotFinite: 0, lastFinite: 1, inner: inner.init(params) }),
    update: ({ state, grads, params, hyperparameters, extra }) => {
      const finite = allFinite(grads);
      const errors = host((count) => count + 1, state.notFiniteCount);
      const givesUp = host((n, most) => n > most ? 1 : 0, errors, hyperparameters.maxConsecutiveErrors);
      const stepped = choose(
        "applyIfFinite",
        either(finite, givesUp),
        () => inner.update(state.inner, grads, params, extra),
        () => ({ state: state.inner, updates: zerosLikeTree(grads) }),
      );
      const lastFinite = conditionNumber(finite);
      return {
        state: {
          notFiniteCount: host((good, n) => good !== 0 ? 0 : n, lastFinite, errors),
          totalNotFinite: host((good, n) => good !== 0 ? n : n + 1, lastFinite, state.totalNotFinite),
          lastFinite,
          inner: stepped.state,
        },
        updates: stepped.updates as typeof grads,
      };
    },
  });
  return made as unknown as Transform<ParamsOf<T>, ApplyIfFiniteState<StateOf<T>>, ExtraOf<T>>;
}
