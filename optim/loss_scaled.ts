/**
 * Steps that are left out where gradients of a scaled loss are not finite.
 *
 * @module
 */

import { choose, conditionNumber } from "./choose.ts";
import { type Tree, zerosLikeTree } from "./leaves.ts";
import { type LossScale, type LossScaleState, unscale } from "./loss_scale.ts";
import { transform, type TransformState } from "./transform.ts";
import type { AnyTransform, ExtraOf, ParamsOf, StateOf, Transform } from "./transform_type.ts";
import { wrap } from "./wrap.ts";

/** The state of {@linkcode lossScaled}. */
export interface LossScaledState<S> extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "lossScaled";
  /** It has none. */
  readonly hyperparameters: Readonly<Record<never, number>>;
  /** The scale of the next loss, which {@linkcode scaleLoss} takes. */
  readonly lossScale: LossScaleState;
  /** The state of the transform inside, as of the last step that was taken. */
  readonly inner: S;
}

/**
 * An optimizer that takes gradients of a scaled loss: it divides them by the scale in float32, and steps if they are
 * all finite. Otherwise updates are zero and the state inside stays as it is, its counts too. Then the scale is
 * adapted. A clip belongs inside, where gradients have their own size.
 *
 * @throws {TypeError} If an argument is no transform or no scale.
 *
 * @example
 * ```ts
 * import { grad, square, tensor, type Tensor } from "@weft/weft";
 * import { dynamicLossScale, lossScaled, scaleLoss, sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = lossScaled(sgd({ learningRate: 0.25 }), dynamicLossScale({ initialScale: 1024 }));
 * let params = tensor(4);
 * let state = optimizer.init(params);
 * const gradient = grad((x: Tensor) => scaleLoss(state.lossScale, square(x)))(params);
 * ({ state, params } = optimizer.step(state, gradient, params));
 * assertEquals([params.item(), state.lossScale.goodSteps], [2, 1]);
 * ```
 */
export function lossScaled<T extends AnyTransform>(
  transformInside: T,
  lossScale: LossScale,
): Transform<ParamsOf<T>, LossScaledState<StateOf<T>>, ExtraOf<T>> {
  const { inner, seen } = wrap("lossScaled", transformInside);
  if (typeof lossScale?.init !== "function" || typeof lossScale.next !== "function") {
    throw new TypeError(`lossScaled expects a loss scale but got ${typeof lossScale}`);
  }
  const made = transform<LossScaledState<unknown>>({
    name: "lossScaled",
    hyperparameters: {},
    ...seen,
    init: (params) => ({ lossScale: lossScale.init(), inner: inner.init(params) }),
    update: ({ state, grads, params, extra }) => {
      const { grads: unscaled, finite } = unscale(state.lossScale, grads);
      const stepped = choose(
        "lossScaled",
        finite,
        () => inner.update(state.inner, unscaled, params, extra),
        () => ({ state: state.inner, updates: zerosLikeTree(unscaled) }),
      );
      return {
        state: {
          lossScale: lossScale.next(state.lossScale, conditionNumber(finite)),
          inner: stepped.state,
        },
        updates: stepped.updates as Tree,
      };
    },
  });
  return made as unknown as Transform<ParamsOf<T>, LossScaledState<StateOf<T>>, ExtraOf<T>>;
}
