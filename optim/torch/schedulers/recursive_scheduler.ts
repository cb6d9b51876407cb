/**
 * The base of most schedulers: torch's `LRScheduler`.
 *
 * @module
 */

import { checkNumber, type Domain } from "../../checks.ts";
import { type SchedulerGroup, withLrs } from "./scheduler_group.ts";
import {
  assembleScheduler,
  type EpochArgument,
  type Scheduled,
  type Scheduler,
  type SchedulerState,
} from "./scheduler.ts";

/** The option that all schedulers of this kind have. */
export interface LastEpochOption {
  /**
   * The epoch that was reached before: -1 starts at the learning rates of the groups; otherwise groups must have an
   * `initialLr`, and training goes on after that epoch.
   *
   * @default {-1}
   */
  readonly lastEpoch?: number;
}

/** The state of schedulers that count epochs. */
export interface RecursiveSchedulerState extends SchedulerState {
  /** The epoch of the last step, 0 after the first. */
  readonly lastEpoch: number;
  /** How many steps were taken, the first among them. */
  readonly stepCount: number;
  /** The learning rates that the schedule starts from. */
  readonly baseLrs: readonly number[];
}

/** What new learning rates are computed from. */
export interface SchedulerContext {
  /** The epoch of this step. */
  readonly epoch: number;
  /** How many steps were taken, with this one. */
  readonly stepCount: number;
  /** Whether this is the first step, which most schedulers leave the learning rates alone in. */
  readonly initial: boolean;
  /** The learning rates that the schedule starts from. */
  readonly baseLrs: readonly number[];
  /** The groups before this step. */
  readonly groups: readonly SchedulerGroup[];
}

/** What a scheduler that counts epochs is made from. */
export interface SchedulerDefinition {
  /** The name of the function that makes it. */
  readonly name: string;
  /** The epoch that was reached before. */
  readonly lastEpoch?: number;
  /** What the constructor writes to groups before the first step. */
  readonly prepare?: (groups: readonly SchedulerGroup[]) => readonly SchedulerGroup[];
  /** The base learning rates from the first step on, where they are not those of the groups. */
  readonly baseLrs?: (groups: readonly SchedulerGroup[]) => readonly number[];
  /** The learning rates of this step: torch's `get_lr`. */
  readonly lrs: (context: SchedulerContext) => readonly number[];
  /** The momenta of this step, for those that cycle them. */
  readonly momenta?: (
    groups: readonly SchedulerGroup[],
    context: SchedulerContext,
  ) => readonly SchedulerGroup[];
  /** The learning rate of a group at an epoch: torch's `_get_closed_form_lr`. */
  readonly closedForm?: (baseLr: number, epoch: number, group: number) => number;
}

const EPOCH: Domain = {
  text: "a whole number from -1 on",
  includes: (value) => Number.isInteger(value) && value >= -1,
};

/** Makes a scheduler out of what torch's subclasses of `LRScheduler` define. */
export function recursiveScheduler(definition: SchedulerDefinition): Scheduler<RecursiveSchedulerState> {
  const { name, lastEpoch = -1, prepare, lrs, momenta, closedForm } = definition;
  checkNumber(name, "lastEpoch", lastEpoch, EPOCH);
  type State = RecursiveSchedulerState;
  const advance = (
    { baseLrs, ...before }: State,
    groups: readonly SchedulerGroup[],
    { epoch: told, initial = false }: EpochArgument & { readonly initial?: boolean },
  ): Scheduled<State, SchedulerGroup> => {
    const [epoch, stepCount] = [told ?? before.lastEpoch + 1, before.stepCount + 1];
    const context = { epoch, stepCount, initial, baseLrs, groups };
    const rates = told !== undefined && closedForm !== undefined
      ? baseLrs.map((base, i) => closedForm(base, epoch, i))
      : lrs(context);
    const scheduled = withLrs(groups, rates);
    return {
      state: { kind: name, lastLr: scheduled.map(({ lr }) => lr), lastEpoch: epoch, stepCount, baseLrs },
      groups: momenta === undefined ? scheduled : momenta(scheduled, context),
    };
  };
  const restart = (state: State, groups: readonly SchedulerGroup[]): Scheduled<State, SchedulerGroup> =>
    advance({ ...state, stepCount: 0 }, groups, { initial: true });
  return assembleScheduler<State>({
    name,
    ...(closedForm === undefined ? {} : { closedForm }),
    init(given) {
      const groups = startingGroups(name, lastEpoch, prepare?.(given) ?? given);
      const baseLrs = groups.map(({ initialLr }) => initialLr!);
      const lastLr = groups.map(({ lr }) => lr);
      const first = restart({ kind: name, lastLr, lastEpoch, stepCount: 0, baseLrs }, groups);
      return definition.baseLrs === undefined
        ? first
        : { ...first, state: { ...first.state, baseLrs: definition.baseLrs(groups) } };
    },
    step: (state, groups, argument) => advance(state, groups, argument),
    restart,
    undo: (state) => ({ ...state, lastEpoch: state.lastEpoch - 1 }),
  });
}

/**
 * Groups with the learning rate that schedules start from, which the first scheduler sets.
 *
 * @throws {TypeError} If training goes on and a group has none.
 */
export function startingGroups(
  operation: string,
  lastEpoch: number,
  groups: readonly SchedulerGroup[],
): readonly SchedulerGroup[] {
  return groups.map((group, i) => {
    if (group.initialLr === undefined && lastEpoch !== -1) {
      throw new TypeError(
        `${operation} expects groups with an initialLr to go on after epoch ${lastEpoch} but got none in group ${i}`,
      );
    }
    return { initialLr: group.lr, ...group };
  });
}
