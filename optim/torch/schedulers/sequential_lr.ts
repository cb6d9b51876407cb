/**
 * SequentialLR.
 *
 * @module
 */

import { checkOptionNames } from "../../../tensor/check_option_names.ts";
import { checkMilestones } from "./milestones.ts";
import { checkSchedulers, initAll } from "./composite.ts";
import type { SchedulerGroup } from "./scheduler_group.ts";
import {
  assembleScheduler,
  type EpochArgument,
  type Scheduled,
  type Scheduler,
  type SchedulerState,
} from "./scheduler.ts";

/** Options of {@linkcode SequentialLR}. */
export interface SequentialLROptions {
  /** One after another; a SequentialLR or a ChainedScheduler can stand first only, as in torch. */
  readonly schedulers: readonly Scheduler[];
  /** The epochs at which the next scheduler takes over, one fewer than there are schedulers; not decreasing. */
  readonly milestones: readonly number[];
}

const SEQUENTIAL_LR_OPTIONS = { schedulers: true, milestones: true } as const;

/** The state of {@linkcode SequentialLR}. */
export interface SequentialLRState extends SchedulerState {
  /** The epoch of the last step. */
  readonly lastEpoch: number;
  /** The states of the schedulers inside. */
  readonly schedulers: readonly SchedulerState[];
}

/**
 * Schedulers one after another, as torch.optim.lr_scheduler.SequentialLR: at a milestone the next one starts at its
 * epoch 0 from the first learning rates.
 *
 * @throws {TypeError} If one is no scheduler, is ReduceLROnPlateau, which needs a metric, or is a scheduler of schedulers
 * that stands not first.
 * @throws {RangeError} If there is none, or there is another number of milestones.
 *
 * @example
 * ```ts
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scheduler = torch.SequentialLR({
 *   schedulers: [torch.ConstantLR({ factor: 0.5, totalIters: 9 }), torch.ExponentialLR({ gamma: 0.5 })],
 *   milestones: [2],
 * });
 * let { state, groups } = scheduler.init([{ lr: 1 }]);
 * const seen = [1, 2, 3].map(() => ({ state, groups } = scheduler.step(state, groups)).groups[0].lr);
 * assertEquals(seen, [0.5, 1, 0.5]);
 * ```
 */
export function SequentialLR(options: SequentialLROptions): Scheduler<SequentialLRState> {
  checkOptionNames("SequentialLR", options, SEQUENTIAL_LR_OPTIONS);
  const name = "SequentialLR";
  const { schedulers, milestones } = options;
  checkSchedulers(name, schedulers);
  checkMilestones(name, milestones);
  if (milestones.length !== schedulers.length - 1) {
    throw new RangeError(
      `${name} expects one milestone fewer than its ${schedulers.length} schedulers but got ${milestones.length}`,
    );
  }
  schedulers.forEach(({ name: inside }, i) => {
    if (i > 0 && (inside === "SequentialLR" || inside === "ChainedScheduler")) {
      throw new TypeError(
        `${name} expects a scheduler of schedulers to stand first but got ${inside} at ${i}`,
      );
    }
  });
  type State = SequentialLRState;
  const run = (
    state: State,
    lastEpoch: number,
    index: number,
    step: (inside: SchedulerState) => Scheduled<SchedulerState, SchedulerGroup>,
  ): Scheduled<State, SchedulerGroup> => {
    const scheduled = step(state.schedulers[index]);
    const states = state.schedulers.with(index, scheduled.state);
    return {
      state: { kind: name, lastLr: scheduled.state.lastLr, lastEpoch, schedulers: states },
      groups: scheduled.groups,
    };
  };
  const step = (
    state: State,
    groups: readonly SchedulerGroup[],
    argument: EpochArgument,
  ): Scheduled<State, SchedulerGroup> => {
    if (argument.epoch !== undefined) {
      throw new TypeError(`${name} expects to be stepped without an epoch but got ${argument.epoch}`);
    }
    const epoch = state.lastEpoch + 1;
    const index = milestones.filter((milestone) => milestone <= epoch).length;
    const starts = index > 0 && milestones[index - 1] === epoch;
    return run(
      state,
      epoch,
      index,
      (inside) => schedulers[index].step(inside, groups, starts ? { epoch: 0 } : {}),
    );
  };
  return assembleScheduler<State>({
    name,
    init(given) {
      // Each scheduler takes its first step when it is made; SequentialLR takes all of them back but for the first.
      const { states, groups } = initAll(schedulers, given);
      const undone = states.map((state, i) => schedulers[i].undo(state));
      const reset = groups.map((group) => ({ ...group, lr: group.initialLr ?? group.lr }));
      const lastLr = reset.map(({ lr }) => lr);
      return run(
        { kind: name, lastLr, lastEpoch: 0, schedulers: undone },
        0,
        0,
        (inside) => schedulers[0].restart(inside, reset),
      );
    },
    step,
    restart: (state, groups) => step(state, groups, {}),
    undo: (state) => ({ ...state, schedulers: state.schedulers.map((one, i) => schedulers[i].undo(one)) }),
  });
}
