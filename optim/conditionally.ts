/**
 * Transforms that work in some of the steps.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { host, type Tensor } from "../tensor/mod.ts";
import { both, choose, type Condition, truth } from "./choose.ts";
import { type Tree, zerosLikeTree } from "./leaves.ts";
import { transform, type TransformState } from "./transform.ts";
import type { AnyTransform, ExtraOf, ParamsOf, StateOf, Transform } from "./transform_type.ts";
import { wrap } from "./wrap.ts";

/** When a transform works: where several are given, all must hold. */
export interface WhenOptions<Extra = unknown> {
  /** By the number of steps before this one. Pure; inside of `compile` it runs before the program. */
  readonly step?: (count: number) => boolean;
  /** By what the caller gives beside the gradients: a scalar of dtype bool, computed with tensor operations. */
  readonly extra?: (extra: Extra) => Tensor;
}

const WHEN_OPTIONS = { step: true, extra: true } as const;

/** The state of {@linkcode conditionallyTransform}. */
export interface ConditionallyTransformState<S> extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "conditionallyTransform";
  /** It has none. */
  readonly hyperparameters: Readonly<Record<never, number>>;
  /** The state of the transform inside, as of the last step in which it worked. */
  readonly inner: S;
}

/** The state of {@linkcode conditionallyMask}. */
export interface ConditionallyMaskState<S> extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "conditionallyMask";
  /** It has none. */
  readonly hyperparameters: Readonly<Record<never, number>>;
  /** The state of the transform inside, as of the last step in which it worked. */
  readonly inner: S;
}

/**
 * Applies a transform in the steps that fulfil a condition, and passes updates as they come in the others, as
 * `optax.conditionally_transform`. Between its steps the transform's state stays as it is.
 *
 * @throws {TypeError} If the first argument is no transform, or there is no condition.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { conditionallyTransform, scale } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const params = { x: tensor(1) };
 * const late = conditionallyTransform(scale(0.5), { step: (count) => count > 0 });
 * const first = late.update(late.init(params), params, params);
 * const second = late.update(first.state, params, params);
 * assertEquals([first.updates.x.item(), second.updates.x.item()], [1, 0.5]);
 * ```
 */
export function conditionallyTransform<T extends AnyTransform, Extra = unknown>(
  transform: T,
  when: WhenOptions<Extra>,
): Transform<ParamsOf<T>, ConditionallyTransformState<StateOf<T>>, ExtraOf<T> & Extra> {
  checkOptionNames("conditionallyTransform", when, WHEN_OPTIONS);
  const made = conditionally("conditionallyTransform", transform, when, (grads) => grads);
  return made as unknown as Transform<
    ParamsOf<T>,
    ConditionallyTransformState<StateOf<T>>,
    ExtraOf<T> & Extra
  >;
}

/**
 * Applies a transform in the steps that fulfil a condition, and makes updates zero in the others, as
 * `optax.conditionally_mask`. Between its steps the transform's state stays as it is.
 *
 * @throws {TypeError} If the first argument is no transform, or there is no condition.
 *
 * @example Steps while the loss is high
 * ```ts
 * import { greater, tensor, type Tensor } from "@weft/weft";
 * import { conditionallyMask, sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = conditionallyMask(sgd({ learningRate: 1 }), {
 *   extra: ({ value }: { value: Tensor }) => greater(value, 0.5),
 * });
 * const params = { x: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), params, params, { value: tensor(0.1) });
 * assertEquals(next.x.item(), 1);
 * ```
 */
export function conditionallyMask<T extends AnyTransform, Extra = unknown>(
  transform: T,
  when: WhenOptions<Extra>,
): Transform<ParamsOf<T>, ConditionallyMaskState<StateOf<T>>, ExtraOf<T> & Extra> {
  checkOptionNames("conditionallyMask", when, WHEN_OPTIONS);
  const made = conditionally("conditionallyMask", transform, when, zerosLikeTree);
  return made as unknown as Transform<ParamsOf<T>, ConditionallyMaskState<StateOf<T>>, ExtraOf<T> & Extra>;
}

interface State extends TransformState {
  readonly kind: "conditionallyTransform" | "conditionallyMask";
  readonly hyperparameters: Readonly<Record<never, number>>;
  readonly inner: unknown;
}

function conditionally<Extra>(
  name: State["kind"],
  transformInside: AnyTransform,
  when: WhenOptions<Extra>,
  otherwise: (grads: Tree) => Tree,
): Transform<unknown, State, Extra> {
  const { inner, seen } = wrap(name, transformInside);
  const { step, extra: byExtra } = when;
  if (typeof step !== "function" && typeof byExtra !== "function") {
    throw new TypeError(`${name} expects a condition on the step or on the extra but got none`);
  }
  const { parts, frozen } = seen;
  return transform<State, Extra>({
    name,
    hyperparameters: {},
    parts,
    // What passes in the other steps moves the leaves.
    ...(frozen === undefined || name === "conditionallyTransform" ? {} : { frozen }),
    init: (params) => ({ inner: inner.init(params) }),
    update: ({ state, grads, params, count, extra }) => {
      let condition: Condition = 1;
      if (step !== undefined) condition = host((n) => step(n) ? 1 : 0, count);
      if (byExtra !== undefined) {
        const given = truth(byExtra(extra));
        condition = step === undefined ? given : both(condition, given);
      }
      const stepped = choose(
        name,
        condition,
        () => inner.update(state.inner, grads, params, extra),
        () => ({ state: state.inner, updates: otherwise(grads) }),
      );
      return { state: { inner: stepped.state }, updates: stepped.updates as Tree };
    },
  });
}
