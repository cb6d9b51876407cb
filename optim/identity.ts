/**
 * The transforms that pass everything, and nothing.
 *
 * @module
 */

import { tree } from "../tensor/mod.ts";
import { zerosLikeTree } from "./leaves.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** The state of {@linkcode identity}. */
export interface IdentityState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "identity";
  /** It has none. */
  readonly hyperparameters: Readonly<Record<never, number>>;
}

/**
 * Passes updates as they come: `u = g`.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { identity } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const params = { x: tensor([1, 2]) };
 * const { updates } = identity().update(identity().init(params), { x: tensor([3, 4]) }, params);
 * assertEquals(updates.x.toArray(), [3, 4]);
 * ```
 */
export function identity(): Transform<unknown, IdentityState> {
  return transform<IdentityState>({
    name: "identity",
    hyperparameters: {},
    takesSparse: true,
    init: () => ({}),
    update: ({ grads }) => ({ state: {}, updates: grads }),
  });
}

/** The state of {@linkcode setToZero}. */
export interface SetToZeroState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "setToZero";
  /** It has none. */
  readonly hyperparameters: Readonly<Record<never, number>>;
}

/**
 * Makes every update zero, which freezes the leaves of a group: they have no state, and their params are handed
 * on without a copy.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { setToZero } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const params = { x: tensor([1, 2]) };
 * const { params: next } = setToZero().step(setToZero().init(params), { x: tensor([3, 4]) }, params);
 * assertEquals(next.x.toArray(), [1, 2]);
 * ```
 */
export function setToZero(): Transform<unknown, SetToZeroState> {
  const zero = transform<SetToZeroState>({
    name: "setToZero",
    hyperparameters: {},
    init: () => ({}),
    update: ({ grads }) => ({ state: {}, updates: zerosLikeTree(grads) }),
  });
  return { ...zero, frozen: (params) => tree.map(params, () => true) };
}
