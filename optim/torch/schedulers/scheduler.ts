/**
 * What a scheduler is: pure functions of a state and of parameter groups.
 *
 * @module
 */

import { tree } from "../../../tensor/mod.ts";
import type { ExtraArguments } from "../../transform_type.ts";
import { hostTree } from "./host_tree.ts";
import { checkGroups, type SchedulerGroup } from "./scheduler_group.ts";

/** The state of a scheduler: plain data. */
export interface SchedulerState {
  /** The name of the function that made the scheduler. */
  readonly kind: string;
  /** The learning rates that the last step gave, one a group: what `get_last_lr()` returns in torch. */
  readonly lastLr: readonly number[];
}

/** What a step of most schedulers may be told. */
export interface EpochArgument {
  /** The epoch to go to, instead of the next one; the closed form is used then, where there is one, as in torch. */
  readonly epoch?: number | undefined;
}

/** What a scheduler returns. */
export interface Scheduled<S, G> {
  /** The state for the next step. */
  readonly state: S;
  /** The parameter groups with their new learning rates and momenta. */
  readonly groups: readonly G[];
}

/**
 * A learning-rate scheduler of torch, as pure functions. A scheduler reads the learning rates in parameter groups and
 * returns groups with others, as torch's write to `optimizer.param_groups`; so several schedulers may be stepped one
 * after another. Inside of `compile` a step goes through `host`.
 */
export interface Scheduler<S extends SchedulerState = SchedulerState, Argument = EpochArgument> {
  /** The name of the function that made it; also the `kind` of its state. */
  readonly name: string;
  /** What its constructor does in torch: the first learning rates. */
  init<G extends SchedulerGroup>(groups: readonly G[]): Scheduled<S, G>;
  /** What `step()` does in torch. */
  step<G extends SchedulerGroup>(
    state: S,
    groups: readonly G[],
    ...argument: ExtraArguments<Argument>
  ): Scheduled<S, G>;
  /** The learning rate at an epoch without the steps before it, up to rounding; absent where there is no such form. */
  readonly closedForm?: (baseLr: number, epoch: number, group?: number) => number;
  /** The first step once more, as SequentialLR does with its first scheduler. */
  restart<G extends SchedulerGroup>(state: S, groups: readonly G[]): Scheduled<S, G>;
  /** The state with the first step taken back, as SequentialLR does with all of its schedulers. */
  undo(state: S): S;
}

/** The functions that a scheduler is made of. */
export interface SchedulerAssembly<S extends SchedulerState, Argument> {
  /** The name of the function that makes it. */
  readonly name: string;
  /** The first step; groups are checked already. */
  readonly init: (groups: readonly SchedulerGroup[]) => Scheduled<S, SchedulerGroup>;
  /** A step. */
  readonly step: (
    state: S,
    groups: readonly SchedulerGroup[],
    argument: Argument,
  ) => Scheduled<S, SchedulerGroup>;
  /** The argument of a step as plain data. */
  readonly told?: (argument: Argument) => Argument;
  /** See {@linkcode Scheduler}. */
  readonly closedForm?: (baseLr: number, epoch: number, group: number) => number;
  /** See {@linkcode Scheduler}. */
  readonly restart: (state: S, groups: readonly SchedulerGroup[]) => Scheduled<S, SchedulerGroup>;
  /** See {@linkcode Scheduler}. */
  readonly undo: (state: S) => S;
}

/** Adds checks and `host` around the functions of a scheduler. */
export function assembleScheduler<S extends SchedulerState, Argument = EpochArgument>(
  assembly: SchedulerAssembly<S, Argument>,
): Scheduler<S, Argument> {
  const { name, init, step, restart, undo, closedForm, told = (argument) => argument } = assembly;
  const check = (state: S, groups: readonly SchedulerGroup[]): void => {
    if (!tree.isNode(state) || state.kind !== name) {
      const got = tree.isNode(state) && typeof (state as { readonly kind?: unknown }).kind === "string"
        ? `that of ${(state as { readonly kind: string }).kind}`
        : "none";
      throw new TypeError(`${name} expects the state that its init or last step returned but got ${got}`);
    }
    checkGroups(name, groups);
    // Groups may have been added since.
    if (state.lastLr.length > groups.length) {
      throw new RangeError(
        `${name} expects the ${state.lastLr.length} groups of its last step, or more, but got ${groups.length}`,
      );
    }
  };
  // Groups keep whatever else is in them, which the functions on bare groups cannot express.
  type Typed<G> = Scheduled<S, G>;
  return {
    name,
    ...(closedForm === undefined
      ? {}
      : { closedForm: (baseLr, epoch, group = 0) => closedForm(baseLr, epoch, group) }),
    init: <G extends SchedulerGroup>(groups: readonly G[]) => {
      checkGroups(name, groups);
      return init(groups) as Typed<G>;
    },
    step: <G extends SchedulerGroup>(
      state: S,
      groups: readonly G[],
      ...[argument]: ExtraArguments<Argument>
    ) => {
      check(state, groups);
      return hostTree<Scheduled<S, SchedulerGroup>, [Argument]>(
        (before, plain) => step(before.state, before.groups, plain),
        { state, groups },
        told((argument ?? {}) as Argument),
      ) as Typed<G>;
    },
    restart: <G extends SchedulerGroup>(state: S, groups: readonly G[]) => restart(state, groups) as Typed<G>,
    undo,
  };
}
