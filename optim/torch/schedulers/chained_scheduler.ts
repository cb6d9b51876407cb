/**
 * ChainedScheduler.
 *
 * @module
 */

import { checkOptionNames } from "../../../tensor/check_option_names.ts";
import { checkSchedulers, initAll } from "./composite.ts";
import {
  assembleScheduler,
  type EpochArgument,
  type Scheduled,
  type Scheduler,
  type SchedulerState,
} from "./scheduler.ts";
import type { SchedulerGroup } from "./scheduler_group.ts";

/** Options of {@linkcode ChainedScheduler}. */
export interface ChainedSchedulerOptions {
  /** What is stepped one after another. */
  readonly schedulers: readonly Scheduler[];
}

const CHAINED_SCHEDULER_OPTIONS = { schedulers: true } as const;

/** The state of {@linkcode ChainedScheduler}. */
export interface ChainedSchedulerState extends SchedulerState {
  /** The states of the schedulers inside. */
  readonly schedulers: readonly SchedulerState[];
}

/**
 * Steps several schedulers one after another, so that their factors multiply, as
 * torch.optim.lr_scheduler.ChainedScheduler.
 *
 * @throws {TypeError} If one is no scheduler, or is ReduceLROnPlateau, which needs a metric.
 * @throws {RangeError} If there is none.
 *
 * @example
 * ```ts
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scheduler = torch.ChainedScheduler({
 *   schedulers: [torch.ConstantLR({ factor: 0.5, totalIters: 2 }), torch.ExponentialLR({ gamma: 0.5 })],
 * });
 * let { state, groups } = scheduler.init([{ lr: 1 }]);
 * const seen = [1, 2].map(() => ({ state, groups } = scheduler.step(state, groups)).groups[0].lr);
 * assertEquals(seen, [0.25, 0.25]);
 * ```
 */
export function ChainedScheduler(options: ChainedSchedulerOptions): Scheduler<ChainedSchedulerState> {
  checkOptionNames("ChainedScheduler", options, CHAINED_SCHEDULER_OPTIONS);
  const name = "ChainedScheduler";
  const { schedulers } = options;
  checkSchedulers(name, schedulers);
  type State = ChainedSchedulerState;
  const step = (
    { schedulers: before }: State,
    given: readonly SchedulerGroup[],
    argument: EpochArgument,
  ): Scheduled<State, SchedulerGroup> => {
    if (argument.epoch !== undefined) {
      throw new TypeError(`${name} expects to be stepped without an epoch but got ${argument.epoch}`);
    }
    let groups = given;
    const states = schedulers.map((scheduler, i) => {
      const scheduled = scheduler.step(before[i], groups);
      groups = scheduled.groups;
      return scheduled.state;
    });
    return { state: { kind: name, lastLr: groups.map(({ lr }) => lr), schedulers: states }, groups };
  };
  return assembleScheduler<State>({
    name,
    init(given) {
      const { states, groups } = initAll(schedulers, given);
      return { state: { kind: name, lastLr: groups.map(({ lr }) => lr), schedulers: states }, groups };
    },
    step,
    restart: (state, groups) => step(state, groups, {}),
    undo: (state) => ({ ...state, schedulers: state.schedulers.map((one, i) => schedulers[i].undo(one)) }),
  });
}
