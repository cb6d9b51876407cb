/**
 * What an optimizer of the torch dialect is made from, and what can be read off it.
 *
 * @module
 */

import type { rest } from "../groups.ts";
import type { ScalarOrSchedule } from "../scalar.ts";
import type { Selector } from "../select.ts";
import type { TakesSparse } from "../sparse_gradient.ts";
import type { AnyTransform, Transform } from "../transform_type.ts";

/**
 * Where the numbers and tensors of torch's optimizer stand in the state of a group. A place is the key of a transform
 * in the group's chain and a name in that transform's state, such as `heavyBall/buffer`; of keys with "|" between them,
 * such as `scaleByRms|scaleByStddev/decay`, a chain has one.
 */
export interface TorchLayout {
  /** The hyperparameter of each option, by the option's name; of a pair of options the two hyperparameters. */
  readonly options: Readonly<Record<string, string | readonly string[]>>;
  /** The tree of each entry of a parameter's state, by torch's name of it. */
  readonly state: Readonly<Record<string, string>>;
  /** Places of what torch keeps with the first parameter for all of them, by torch's names. */
  readonly shared?: Readonly<Record<string, string>>;
  /** The tree of numbers that counts each leaf's steps: where it is 0, torch has no state for the parameter. */
  readonly steps: string;
}

/** What an optimizer of the torch dialect is made from. */
export interface TorchDefinition<O extends object> {
  /** The name of torch's class. */
  readonly className: string;
  /** Whether gradients may be sparse. */
  readonly takesSparse?: boolean;
  /** Whether there can be one group of parameters only. */
  readonly hasOneGroup?: boolean;
  /** Every option with torch's default. */
  readonly defaults: O;
  /** Throws unless the options of the constructor are right; those of groups are not checked, as in torch. */
  check(options: O): void;
  /**
   * The chain that a group goes through. Numbers that are hyperparameters of the chain come as the defaults, which
   * stand for any number, and are put into the state at its start; `given` has the group's own, and `constructed` what
   * the constructor got.
   */
  chain(options: O, given: O, constructed: O): AnyTransform;
  /** Where everything stands in the state. */
  readonly layout: TorchLayout;
}

/** A group of parameters: which they are, and any option of its own. */
export type ParamGroup<O extends object> = Partial<O> & {
  /** The leaves, by patterns of paths, a predicate or a tree of booleans; `rest` for all that are left. */
  readonly params: Selector | typeof rest;
};

/** A group with every option, its own or the optimizer's. */
export type FilledGroup<O extends object> = O & {
  /** See {@linkcode ParamGroup}. */
  readonly params: Selector | typeof rest;
};

/** An option as a number, where it may be a schedule. */
export type CurrentOption<T> = T extends ScalarOrSchedule ? number
  : T extends readonly unknown[] ? { readonly [K in keyof T]: CurrentOption<T[K]> }
  : T;

/** A group with every option as it is now. */
export type CurrentGroup<O extends object> =
  & { readonly [K in keyof O]: CurrentOption<O[K]> }
  & Pick<ParamGroup<O>, "params">;

/** The state of an optimizer of the torch dialect: that of the chain of each group, under the group's index. */
export interface TorchState<S = unknown> {
  /** Groups of parameters. */
  readonly kind: "groups";
  /** The state of each group's chain. */
  readonly [group: `${number}`]: S;
}

/** What an optimizer of the torch dialect was made from. */
export interface TorchParts<O extends object = object> {
  /** Every option as the constructor got it, or torch's default. */
  readonly defaults: O;
  /** The groups, each with every option; what changes in the run stands in the state. */
  readonly paramGroups: readonly FilledGroup<O>[];
  /** The groups as their chains were made, of which the numbers that are in the state may have changed since. */
  readonly made: readonly FilledGroup<O>[];
  /** What it was made from. */
  readonly definition: TorchDefinition<O>;
}

/** An optimizer of the torch dialect: a transform, and what it was made from. */
export type TorchOptimizer<O extends object = object, S = unknown, Extra = unknown> =
  & Transform<unknown, TorchState<S>, Extra>
  & TakesSparse<TorchState<S>, Extra>
  & TorchParts<O>;

/** Arguments of an optimizer of the torch dialect: options, or groups and the options that they do not have. */
export type TorchArguments<O extends object> =
  | [options?: Partial<O>]
  | [groups: readonly ParamGroup<O>[], defaults?: Partial<O>];
