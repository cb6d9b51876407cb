/**
 * Transforms made of one function.
 *
 * @module
 */

import type { Tensor } from "../tensor/mod.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** The state of {@linkcode stateless} and {@linkcode statelessLeaves}. */
export interface StatelessState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "stateless";
  /** It has none. */
  readonly hyperparameters: Readonly<Record<never, number>>;
}

/**
 * A transform that is a function of updates and params, as `optax.stateless`.
 *
 * @throws {TypeError} If the argument is no function.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { stateless } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const params = { x: tensor(2) };
 * const { updates } = stateless((_, params) => params).update(stateless((u) => u).init(params), { x: tensor(1) }, params);
 * assertEquals(updates.x.item(), 2);
 * ```
 */
export function stateless(f: (updates: Tree, params: Tree) => Tree): Transform<unknown, StatelessState> {
  checkFunction("stateless", f);
  return transform<StatelessState>({
    name: "stateless",
    hyperparameters: {},
    init: () => ({}),
    update: ({ grads, params }) => ({ state: {}, updates: f(grads, params) }),
  });
}

/**
 * A transform that is a function of the update and the param of each leaf, as `optax.stateless_with_tree_map`.
 *
 * @throws {TypeError} If the argument is no function.
 *
 * @example
 * ```ts
 * import { multiply, tensor } from "@weft/weft";
 * import { statelessLeaves } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const double = statelessLeaves((update) => multiply(update, 2));
 * const params = { x: tensor(0) };
 * assertEquals(double.update(double.init(params), { x: tensor(1) }, params).updates.x.item(), 2);
 * ```
 */
export function statelessLeaves(
  f: (update: Tensor, param: Tensor) => Tensor,
): Transform<unknown, StatelessState> {
  checkFunction("statelessLeaves", f);
  return stateless((updates, params) => zipLeaves("statelessLeaves", [updates, params], (u, p) => f(u, p)));
}

function checkFunction(operation: string, f: unknown): void {
  if (typeof f !== "function") throw new TypeError(`${operation} expects a function but got ${typeof f}`);
}
