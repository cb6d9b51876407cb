/**
 * The builder of gradient transforms.
 *
 * @module
 */

import { host, tree } from "../tensor/mod.ts";
import { assemble } from "./assemble.ts";
import type { Tree } from "./leaves.ts";
import { initialScalars, noOverrides, resolveScalars, type ScalarOrSchedule } from "./scalar.ts";
import type { Options, Part, Transform } from "./transform_type.ts";

/** The state of a transform that `transform` makes: these fields and the transform's own. */
export interface TransformState {
  /** The name of the function that made the transform. */
  readonly kind: string;
  /** How many steps were taken. */
  readonly count: number;
  /** Hyperparameters as the last step used them; before the first step as it will. */
  readonly hyperparameters: Readonly<Record<string, number>>;
  /** Numbers that stand in for schedules, as `withHyperparameters` sets them; NaN where there is none. */
  readonly overrides: Readonly<Record<string, number>>;
}

/** The fields that a transform adds to its state. */
export type OwnState<S extends TransformState> = Omit<S, keyof TransformState>;

/** What an update is computed from. */
export interface UpdateContext<S extends TransformState, Extra = unknown> {
  /** The state that the last step returned. */
  readonly state: S;
  /** The gradients, or what the transforms before made of them. */
  readonly grads: Tree;
  /** The params before the step. */
  readonly params: Tree;
  /** The hyperparameters of this step. Inside of `compile` they stand for numbers: compute with `host`. */
  readonly hyperparameters: S["hyperparameters"];
  /** Steps taken before this one; a schedule reads this. Compute with `host`. */
  readonly count: number;
  /** `count + 1`, for bias corrections. Compute with `host`. */
  readonly step: number;
  /** What the caller gave beside the gradients. */
  readonly extra: Extra;
}

/** What `transform` makes a transform from. */
export interface TransformDefinition<S extends TransformState, Extra = unknown> {
  /** The name of the function that makes it. */
  readonly name: S["kind"];
  /** Each hyperparameter, a number or a schedule, checked already. */
  readonly hyperparameters: { readonly [K in keyof S["hyperparameters"]]: ScalarOrSchedule };
  /** Its other options, for tables. */
  readonly options?: Options;
  /** The transforms inside, for tables. */
  readonly parts?: (params: unknown) => readonly Part[];
  /** A tree of booleans, true for leaves whose update is zero whatever comes in. */
  readonly frozen?: (params: unknown) => unknown;
  /** Whether gradients may be sparse ones, which come as leaves of their own; by default they may not. */
  readonly takesSparse?: boolean;
  /** The fields of its own in the state before the first step. */
  readonly init: (params: Tree) => OwnState<S>;
  /** The updates, and the fields of its own in the next state. */
  readonly update: (
    context: UpdateContext<S, Extra>,
  ) => { readonly state: OwnState<S>; readonly updates: Tree };
}

/**
 * Makes a transform from an initial state and an update. It checks params and gradients, counts the steps,
 * gives each hyperparameter its value for the step, and frees what the update leaves behind.
 *
 * @example Updates of one size
 * ```ts
 * import { multiply, sign, tensor } from "@weft/weft";
 * import { transform, type TransformState, zipLeaves } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * interface SignState extends TransformState {
 *   readonly kind: "signDescent";
 *   readonly hyperparameters: { readonly learningRate: number };
 * }
 * const optimizer = transform<SignState>({
 *   name: "signDescent",
 *   hyperparameters: { learningRate: (count) => 0.5 ** count },
 *   init: () => ({}),
 *   update: ({ grads, hyperparameters: { learningRate } }) => ({
 *     state: {},
 *     updates: zipLeaves("signDescent", [grads], (g) => multiply(multiply(sign(g), learningRate), -1)),
 *   }),
 * });
 * const params = { x: tensor([1, 2]) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor([3, -4]) }, params);
 * assertEquals(next.x.toArray(), [0, 3]);
 * ```
 */
export function transform<S extends TransformState, Extra = unknown>(
  definition: TransformDefinition<S, Extra>,
): Transform<unknown, S, Extra> {
  const update: unknown = (definition as Partial<TransformDefinition<S, Extra>> | undefined)?.update;
  if (typeof update !== "function") {
    throw new TypeError(`transform expects a definition with an update but got ${tree.describe(definition)}`);
  }
  const { name, hyperparameters } = definition;
  return assemble<S, Extra>({
    name,
    options: { ...hyperparameters, ...definition.options },
    ...(definition.parts === undefined ? {} : { parts: definition.parts }),
    ...(definition.frozen === undefined ? {} : { frozen: definition.frozen }),
    takesSparse: definition.takesSparse ?? false,
    init: (params) => ({
      kind: name,
      count: 0,
      hyperparameters: initialScalars(hyperparameters),
      overrides: noOverrides(hyperparameters),
      ...definition.init(params as Tree),
    } as TransformState as S),
    update: (state, grads, params, extra) => {
      const { count, overrides } = state;
      const resolved = resolveScalars(hyperparameters, state);
      const step = host((before) => before + 1, count);
      const { state: own, updates } = definition.update({
        state,
        // The checks of every update have made sure of it.
        grads: grads as Tree,
        params: params as Tree,
        hyperparameters: resolved as S["hyperparameters"],
        count,
        step,
        extra,
      });
      return {
        state: {
          kind: name,
          count: step,
          hyperparameters: resolved,
          overrides,
          ...own,
        } as TransformState as S,
        updates,
      };
    },
  });
}
