/**
 * Transforms one after the other.
 *
 * @module
 */

import { assemble, erase } from "./assemble.ts";
import type { AnyTransform, ExtraOf, ParamsOf, StateOf, Transform } from "./transform_type.ts";

/**
 * The key of a transform in the state of a chain: its name, with 2, 3, ... after it where others have it. A name
 * that is not known is left as it is.
 */
export type UniqueName<Name extends string, Taken, Suffix extends readonly 0[] = readonly [0, 0]> =
  string extends Name | Taken ? Name
    : Name extends Taken
      ? `${Name}${Suffix["length"]}` extends Taken ? UniqueName<Name, Taken, readonly [...Suffix, 0]>
      : `${Name}${Suffix["length"]}`
    : Name;

/** The name under which a transform's state stands in a chain, before it is made unique. */
export type NameOf<T extends AnyTransform> = StateOf<T> extends { readonly kind: infer Name extends string }
  ? Name
  : string;

/** The states in a chain, each under the key of its transform. */
export type ChainStates<T extends readonly AnyTransform[], Done = unknown> = T extends
  readonly [infer First extends AnyTransform, ...infer Others extends readonly AnyTransform[]]
  ? ChainStates<Others, Done & { readonly [K in UniqueName<NameOf<First>, keyof Done>]: StateOf<First> }>
  : number extends T["length"] ? Done & { readonly [name: string]: StateOf<T[number]> | string }
  : Done;

/** The state of a chain: that of each transform under its name. */
export type ChainState<Name extends string, T extends readonly AnyTransform[]> =
  & { readonly kind: Name }
  & ChainStates<T>;

/**
 * Transforms applied one after the other, each to the updates of the one before, all with the params from before
 * the step. An empty chain is the identity, and a chain in a chain does what its parts would do in its place.
 *
 * The state has that of each transform under its name: `state.scaleByAdam.count`. Of several transforms of one
 * name the second has a 2 after it, and so on. Extras go to all of them; all that any of them needs is needed.
 *
 * @throws {TypeError} If an argument is not a transform.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { chain, clipByGlobalNorm, sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = chain(clipByGlobalNorm(1), sgd({ learningRate: 2 }));
 * const params = { x: tensor([1, 1]) };
 * const next = optimizer.step(optimizer.init(params), { x: tensor([0, 8]) }, params);
 * assertEquals(next.params.x.toArray(), [1, -1]);
 * assertEquals(next.state.sgd.scaleByLearningRate.count, 1);
 * ```
 */
export function chain<const T extends readonly AnyTransform[]>(
  ...transforms: T
): Transform<ParamsOf<T[number]>, ChainState<"chain", T>, ExtraOf<T[number]>> {
  return namedChain<"chain", T>("chain", ...transforms);
}

/**
 * A {@linkcode chain} under a name of its own, which stands in states and tables: what an optimizer that is a
 * chain is made with.
 *
 * @example
 * ```ts
 * import { addDecayedWeights, namedChain, scaleByLearningRate } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const ridge = namedChain("ridge", addDecayedWeights({ weightDecay: 0.1 }), scaleByLearningRate(0.5));
 * assertEquals(ridge.name, "ridge");
 * ```
 */
export function namedChain<Name extends string, const T extends readonly AnyTransform[]>(
  name: Name,
  ...transforms: T
): Transform<ParamsOf<T[number]>, ChainState<Name, T>, ExtraOf<T[number]>> {
  const members = transforms.map((transform) => erase(name, transform));
  const keys: string[] = [];
  for (const member of members) {
    let key = member.name;
    for (let suffix = 2; keys.includes(key) || key === "kind"; suffix++) key = `${member.name}${suffix}`;
    keys.push(key);
  }
  type States = Readonly<Record<string, unknown>>;
  const last = members.at(-1);
  const assembled = assemble<States, unknown>({
    name,
    takesSparse: true,
    // What follows on a zero may add to it again, so that only the last one tells.
    ...(last?.frozen === undefined ? {} : { frozen: last.frozen }),
    parts: (params) => transforms.map((transform, i) => ({ key: keys[i], group: null, transform, params })),
    init(params) {
      const states: Record<string, unknown> = { kind: name };
      members.forEach((member, i) => states[keys[i]] = member.init(params));
      return states;
    },
    update(state, grads, params, extra) {
      const states: Record<string, unknown> = { kind: name };
      let updates = grads;
      members.forEach((member, i) => {
        const updated = member.update(state[keys[i]], updates, params, extra);
        states[keys[i]] = updated.state;
        updates = updated.updates;
      });
      return { state: states, updates };
    },
  });
  return assembled as unknown as Transform<ParamsOf<T[number]>, ChainState<Name, T>, ExtraOf<T[number]>>;
}
