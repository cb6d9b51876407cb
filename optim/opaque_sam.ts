/**
 * Sharpness-aware minimization that takes its gradients itself.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { negative } from "../tensor/mod.ts";
import { applyUpdates } from "./apply_updates.ts";
import { checkGrads, type Tree, zipLeaves } from "./leaves.ts";
import { prepareSam, SAM_OPTIONS, type SamOptions } from "./sam.ts";
import { transform, type TransformState } from "./transform.ts";
import type { AnyTransform, ExtraOf, ParamsOf, StateOf, Transform } from "./transform_type.ts";

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
  const { outer, inner, syncPeriod, resetState, parts } = prepareSam(
    "opaqueSam",
    optimizer,
    adversary,
    options,
  );
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
