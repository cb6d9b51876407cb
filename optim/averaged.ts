/**
 * An optimizer that averages the params as it goes.
 *
 * @module
 */

import { applyUpdates } from "./apply_updates.ts";
import type { AverageState, ParamsAverage } from "./average.ts";
import type { Tree } from "./leaves.ts";
import { transform, type TransformState } from "./transform.ts";
import type { AnyTransform, ExtraOf, ParamsOf, StateOf, Transform } from "./transform_type.ts";
import { wrap } from "./wrap.ts";

/** The state of {@linkcode averaged}. */
export interface AveragedState<S> extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "averaged";
  /** It has none. */
  readonly hyperparameters: Readonly<Record<never, number>>;
  /** The average of the params after each step, which {@linkcode averagedParams} reads. */
  readonly average: AverageState;
  /** The state of the optimizer. */
  readonly inner: S;
}

/**
 * An optimizer that keeps an average of the params that it returns. Nothing may change its updates afterwards. Params
 * that change outside of steps, such as the statistics of a batch norm, have to be computed for the average anew.
 *
 * @throws {TypeError} If an argument is no transform or no average.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { averaged, averagedParams, exponentialAverage, sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = averaged(sgd({ learningRate: 1 }), exponentialAverage({ decay: 0.5, debias: false }));
 * const params = { x: tensor(4) };
 * const next = optimizer.step(optimizer.init(params), { x: tensor(2) }, params);
 * assertEquals(averagedParams(next.state.average, next.params).x.item(), 3);
 * ```
 */
export function averaged<T extends AnyTransform>(
  optimizer: T,
  average: ParamsAverage,
): Transform<ParamsOf<T>, AveragedState<StateOf<T>>, ExtraOf<T>> {
  const { inner, seen } = wrap("averaged", optimizer);
  if (typeof average?.init !== "function" || typeof average.update !== "function") {
    throw new TypeError(`averaged expects an average of params but got ${typeof average}`);
  }
  const made = transform<AveragedState<unknown>>({
    name: "averaged",
    hyperparameters: {},
    ...seen,
    init: (params) => ({ average: average.init(params), inner: inner.init(params) }),
    update: ({ state, grads, params, extra }) => {
      const { state: next, updates } = inner.update(state.inner, grads, params, extra);
      return {
        state: { average: average.update(state.average, applyUpdates(params, updates)), inner: next },
        updates: updates as Tree,
      };
    },
  });
  return made as unknown as Transform<ParamsOf<T>, AveragedState<StateOf<T>>, ExtraOf<T>>;
}
