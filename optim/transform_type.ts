/**
 * The type of a gradient transform, and what can be read off it.
 *
 * @module
 */

/** The last argument of `update` and `step`: it may be left out where nothing in it is required. */
export type ExtraArguments<Extra> = object extends Extra ? [extra?: Extra] : [extra: Extra];

/** What `update` returns. */
export interface Updated<S, P> {
  /** The state for the next step. */
  readonly state: S;
  /** What is added to the params, a tree of the same structure. */
  readonly updates: P;
}

/** What `step` returns. */
export interface Stepped<S, P> {
  /** The state for the next step. */
  readonly state: S;
  /** The params after the step. */
  readonly params: P;
}

/** The options that a transform was made with, for tables: numbers, schedules, texts and booleans. */
export type Options = Readonly<Record<string, number | boolean | string | ((count: number) => number)>>;

/** A transform inside of another one, for tables of them. */
export interface Part {
  /** Its key in the state of the transform around it. */
  readonly key: string;
  /** The name of its group of params; null where it has none of its own. */
  readonly group: string | null;
  /** The transform. */
  readonly transform: AnyTransform;
  /** The params that it sees, with holes for the others. */
  readonly params: unknown;
}

/**
 * A pure transform of gradients into updates, with its state carried by the caller. An optimizer is one too.
 * Updates are added to the params. State comes first in every call.
 *
 * `P` bounds the params that it takes (any tree of tensors by default), `S` is its state: plain data with a
 * `kind`. `Extra` is what it needs beside the gradients, such as `{ value: Tensor }`: a transform that needs
 * something cannot be called without it, and by default nothing is needed.
 */
export interface Transform<P = unknown, S = unknown, Extra = unknown> {
  /** The name of the function that made it; also the `kind` of its state. */
  readonly name: string;
  /** The state before the first step. */
  init(params: P): S;
  /** The updates for these gradients, and the next state. */
  update<Q extends P>(
    state: S,
    grads: NoInfer<Q>,
    params: Q,
    ...extra: ExtraArguments<Extra>
  ): Updated<S, Q>;
  /** `update`, then the updates added to the params. */
  step<Q extends P>(
    state: S,
    grads: NoInfer<Q>,
    params: Q,
    ...extra: ExtraArguments<Extra>
  ): Stepped<S, Q>;
  /** The transforms inside of a combinator, given the params; absent in others. */
  readonly parts?: (params: unknown) => readonly Part[];
  /** The options of its own, by their names. */
  readonly options?: Options;
  /** A tree of booleans, true for leaves whose update is zero whatever comes in; absent where there are none. */
  readonly frozen?: (params: unknown) => unknown;
  /** Never there: it makes `Extra` visible to the types of combinators. */
  readonly needs?: (extra: Extra) => void;
}

/** A transform of whatever params, state and extra. */
export interface AnyTransform {
  /** The name of the function that made it. */
  readonly name: string;
  /** See {@linkcode Transform}. */
  init(params: never): unknown;
  /** See {@linkcode Transform}. */
  update(state: never, grads: never, params: never, ...extra: never[]): Updated<unknown, unknown>;
  /** See {@linkcode Transform}. */
  step(state: never, grads: never, params: never, ...extra: never[]): Stepped<unknown, unknown>;
  /** See {@linkcode Transform}. */
  readonly parts?: (params: unknown) => readonly Part[];
  /** See {@linkcode Transform}. */
  readonly options?: Options;
  /** See {@linkcode Transform}. */
  readonly frozen?: (params: unknown) => unknown;
}

/** The state of a transform. */
export type StateOf<T extends AnyTransform> = T extends { init(params: never): infer S } ? S : never;

/** The params that every one of several transforms takes. */
export type ParamsOf<T extends AnyTransform> = [T] extends [{ init: (params: infer P) => unknown }]
  ? [P] extends [never] ? unknown : P
  : unknown;

/** All that several transforms need together. */
export type ExtraOf<T extends AnyTransform> = [T] extends [{ needs?: (extra: infer E) => void }] ? E
  : unknown;
