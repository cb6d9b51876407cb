/**
 * Leaves that are not trained.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { erase } from "./assemble.ts";
import { masked, type MaskedState } from "./masked.ts";
import { setToZero, type SetToZeroState } from "./identity.ts";
import { inverted, type Selector } from "./select.ts";
import type { AnyTransform, ExtraOf, ParamsOf, StateOf, Transform } from "./transform_type.ts";

/**
 * Makes the updates of the selected leaves zero, as `optax.freeze`. It does so at its place in a chain, so put it
 * last: weight decay after it still moves the leaves, and moments before it are kept for them. `selectiveTransform`
 * and a group of `setToZero` need neither, for the leaves have no state there.
 *
 * @throws {TypeError} If the selector is malformed, or when used, if a mask does not fit the params.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { chain, freeze, sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = chain(sgd({ learningRate: 1 }), freeze("stem/**"));
 * const params = { stem: { bias: tensor(1) }, head: tensor(1) };
 * const { params: next } = optimizer.step(optimizer.init(params), params, params);
 * assertEquals([next.stem.bias.item(), next.head.item()], [1, 0]);
 * ```
 */
export function freeze(selector: Selector): Transform<unknown, MaskedState<SetToZeroState>> {
  return masked(setToZero(), selector, { rest: "pass" });
}

/** Options of {@linkcode selectiveTransform}. */
export interface SelectiveTransformOptions {
  /** The leaves that stay as they are. */
  readonly freeze: Selector;
}

const SELECTIVE_TRANSFORM_OPTIONS = { freeze: true } as const;

/**
 * A transform for all leaves but the frozen ones, which stay as they are and have no state, as
 * `optax.selective_transform`.
 *
 * @throws {TypeError} If the selector is malformed, or when used, if a mask does not fit the params.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { adam, describe, selectiveTransform } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = selectiveTransform(adam({ learningRate: 0.1 }), { freeze: "stem" });
 * const params = { stem: tensor([1, 2, 3]), head: tensor([1]) };
 * assertEquals(describe(optimizer, params).rows[0].stateBytes, 8);
 * ```
 */
export function selectiveTransform<T extends AnyTransform>(
  transform: T,
  options: SelectiveTransformOptions,
): Transform<ParamsOf<T>, MaskedState<StateOf<T>>, ExtraOf<T>> {
  checkOptionNames("selectiveTransform", options, SELECTIVE_TRANSFORM_OPTIONS);
  erase("selectiveTransform", transform);
  return masked(transform, inverted(options.freeze), { rest: "zero" });
}
