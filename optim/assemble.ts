/**
 * Putting a transform together, and calling one inside of another.
 *
 * @module
 */

import { scope } from "../tensor/mod.ts";
import { applyUpdates } from "./apply_updates.ts";
import { checkGrads, checkParams } from "./leaves.ts";
import { sealSparse, unsealSparse } from "./sparse_gradient.ts";
import type {
  AnyTransform,
  ExtraArguments,
  Options,
  Part,
  Stepped,
  Transform,
  Updated,
} from "./transform_type.ts";

/** The functions that a transform is made of, on trees whose types are not known. */
export interface Assembly<S, Extra> {
  /** The name of the function that made it. */
  readonly name: string;
  /** The state before the first step. */
  readonly init: (params: unknown) => S;
  /** The next state and the updates. */
  readonly update: (state: S, grads: unknown, params: unknown, extra: Extra) => Updated<S, unknown>;
  /** The transforms inside. */
  readonly parts?: (params: unknown) => readonly Part[];
  /** The options of its own, for tables. */
  readonly options?: Options;
  /** A tree of booleans, true for leaves whose update is zero whatever comes in. */
  readonly frozen?: (params: unknown) => unknown;
  /** Whether gradients may be sparse ones, which come as leaves of their own. */
  readonly takesSparse?: boolean;
}

/** Adds `step` to a transform, checks around `init` and `update`, and scopes that free intermediate tensors. */
export function assemble<S, Extra>(assembly: Assembly<S, Extra>): Transform<unknown, S, Extra> {
  const { name } = assembly;
  const checked = (state: S, grads: unknown, params: unknown, extra: Extra): Updated<S, unknown> => {
    const kind = (state as { readonly kind?: unknown } | null | undefined)?.kind;
    if (kind !== name) {
      const got = typeof kind === "string" ? `that of ${kind}` : "none";
      throw new TypeError(`${name} expects the state that its init or last step returned but got ${got}`);
    }
    const sealed = sealSparse(grads, params);
    checkGrads(name, sealed, params, { takesSparse: assembly.takesSparse ?? false });
    return assembly.update(state, sealed, params, extra);
  };
  return {
    name,
    ...(assembly.parts === undefined ? {} : { parts: assembly.parts }),
    ...(assembly.options === undefined ? {} : { options: assembly.options }),
    ...(assembly.frozen === undefined ? {} : { frozen: assembly.frozen }),
    init(params) {
      checkParams(name, params);
      return scope(() => assembly.init(params), { name: `${name}.init` });
    },
    update<Q>(state: S, grads: NoInfer<Q>, params: Q, ...[extra]: ExtraArguments<Extra>): Updated<S, Q> {
      // Updates have the structure of the params.
      return scope(() => {
        const updated = checked(state, grads, params, extra as Extra);
        if (assembly.takesSparse !== true) return updated;
        return { state: updated.state, updates: unsealSparse(updated.updates, params) };
      }, { name }) as Updated<S, Q>;
    },
    step<Q>(state: S, grads: NoInfer<Q>, params: Q, ...[extra]: ExtraArguments<Extra>): Stepped<S, Q> {
      return scope(() => {
        const { state: next, updates } = checked(state, grads, params, extra as Extra);
        return { state: next, params: applyUpdates(params, updates) };
      }, { name });
    },
  };
}

/** A transform with its types forgotten, as combinators call the ones inside of them. */
export interface ErasedTransform {
  /** The name of the function that made it. */
  readonly name: string;
  /** A tree of booleans, true for leaves whose update is zero whatever comes in. */
  readonly frozen?: (params: unknown) => unknown;
  /** The state before the first step. */
  init(params: unknown): unknown;
  /** The next state and the updates. */
  update(state: unknown, grads: unknown, params: unknown, extra?: unknown): Updated<unknown, unknown>;
}

/** Forgets the types of a transform. @throws {TypeError} If it is none. */
export function erase(operation: string, transform: AnyTransform): ErasedTransform {
  if (typeof transform?.init !== "function" || typeof transform.update !== "function") {
    throw new TypeError(`${operation} expects a transform but got ${typeof transform}`);
  }
  return transform as unknown as ErasedTransform;
}
