/**
 * Schedulers that change the groups of an optimizer.
 *
 * @module
 */

import type { TorchOptimizer, TorchState } from "./definition.ts";
import { paramGroups } from "./param_groups.ts";
import { groupState, placeIn, withOptions } from "./places.ts";
import type { Scheduler, SchedulerState } from "./schedulers/scheduler.ts";
import type { SchedulerGroup } from "./schedulers/scheduler_group.ts";

/** What schedulers carry from step to step: plain data. */
export interface ScheduleState {
  /** Tells it from other states. */
  readonly kind: "schedule";
  /** The state of each scheduler. */
  readonly schedulers: readonly SchedulerState[];
  /** The groups of the optimizer, with what schedulers have written to them. */
  readonly groups: readonly SchedulerGroup[];
}

/** The states after a step of schedulers. */
export interface Rescheduled<S> {
  /** The state of the schedulers. */
  readonly schedule: ScheduleState;
  /** The state of the optimizer, with other learning rates and momenta. */
  readonly state: TorchState<S>;
}

/** What a step of schedulers may be told: the metric of ReduceLROnPlateau, or an epoch. */
export interface ScheduleArgument {
  /** The metric, for those that take one. */
  readonly metrics?: number;
  /** The epoch to go to, for those that take one. */
  readonly epoch?: number;
}

/** Schedulers of an optimizer, as pure functions of both states. */
export interface AttachedSchedulers<S> {
  /** What the constructors of the schedulers do in torch. */
  init(state: TorchState<S>): Rescheduled<S>;
  /** What `scheduler.step()` of each does in torch, one after another. */
  step(schedule: ScheduleState, state: TorchState<S>, argument?: ScheduleArgument): Rescheduled<S>;
}

/** Any scheduler, whatever it may be told. */
export type AnyScheduler = Scheduler<SchedulerState, never>;

/**
 * Schedulers that read and write the learning rates and momenta in the state of an optimizer, as in torch
 * `ExponentialLR(optimizer, 0.9)` does. A learning rate that was set in between is the one that they go on from. A step
 * of a compiled program may step them too.
 *
 * @param optimizer An optimizer of this dialect.
 * @param schedulers One or several, which are stepped one after another.
 * @throws {RangeError} If a momentum is cycled (by `init` and `step`) of which the optimizer has none in its state, such
 * as that of SGD without momentum.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = torch.SGD({ lr: 0.1, momentum: 0.9 });
 * const scheduler = torch.attachSchedulers(optimizer, torch.ExponentialLR({ gamma: 0.9 }));
 * let params = { x: tensor(1) };
 * let { state, schedule } = scheduler.init(optimizer.init(params));
 * for (let epoch = 0; epoch < 5; epoch++) {
 *   ({ state, params } = optimizer.step(state, params, params));
 *   ({ state, schedule } = scheduler.step(schedule, state));
 * }
 * assertEquals(torch.paramGroups(optimizer, state)[0].lr, 0.05904900000000002);
 * ```
 */
export function attachSchedulers<O extends object, S, Extra>(
  optimizer: TorchOptimizer<O, S, Extra>,
  schedulers: AnyScheduler | readonly AnyScheduler[],
): AttachedSchedulers<S> {
  // What each may be told is in the hands of the caller; those that take something else pass it over.
  const list = [schedulers].flat() as unknown as readonly Scheduler<SchedulerState, ScheduleArgument>[];
  const current = (state: TorchState<S>): readonly SchedulerGroup[] =>
    paramGroups(optimizer, state).map(({ params: _, ...group }) => group as unknown as SchedulerGroup);
  return {
    init(state) {
      let groups = current(state);
      const states = list.map((scheduler) => {
        const scheduled = scheduler.init(groups);
        groups = scheduled.groups;
        return scheduled.state;
      });
      return {
        schedule: { kind: "schedule", schedulers: states, groups },
        state: withSchedulerGroups(optimizer, state, groups),
      };
    },
    step(schedule, state, argument = {}) {
      let groups: readonly SchedulerGroup[] = current(state).map((group, i) => ({
        ...schedule.groups[i],
        ...group,
      }));
      const states = list.map((scheduler, i) => {
        const told = scheduler.name === "ReduceLROnPlateau" ? argument : epochOnly(argument);
        const scheduled = scheduler.step(schedule.schedulers[i], groups, told);
        groups = scheduled.groups;
        return scheduled.state;
      });
      return {
        schedule: { kind: "schedule", schedulers: states, groups },
        state: withSchedulerGroups(optimizer, state, groups),
      };
    },
  };
}

function epochOnly({ epoch }: ScheduleArgument): ScheduleArgument {
  return epoch === undefined ? {} : { epoch };
}

/**
 * The state of an optimizer with the learning rates and momenta of groups that a scheduler returned.
 *
 * @throws {RangeError} If there is another number of groups, or a momentum of which the optimizer has none in its state.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = torch.Adam({ lr: 0.1 });
 * const state = torch.withSchedulerGroups(optimizer, optimizer.init({ x: tensor(1) }), [{ lr: 0.5, betas: [0.8, 0.9] }]);
 * assertEquals(torch.paramGroups(optimizer, state)[0].betas, [0.8, 0.9]);
 * ```
 */
export function withSchedulerGroups<O extends object, S, Extra>(
  optimizer: TorchOptimizer<O, S, Extra>,
  state: TorchState<S>,
  groups: readonly SchedulerGroup[],
): TorchState<S> {
  const { layout, className } = optimizer.definition;
  if (groups.length !== optimizer.paramGroups.length) {
    throw new RangeError(
      `withSchedulerGroups expects ${optimizer.paramGroups.length} groups but got ${groups.length}`,
    );
  }
  const states = groups.map(({ lr, momentum, betas, maxMomentum }, i) => {
    const before = groupState(state, i);
    const place = layout.options.momentum;
    const cycles = betas === undefined && maxMomentum !== undefined;
    if (cycles && (typeof place !== "string" || placeIn(before, place) === null)) {
      throw new RangeError(
        `withSchedulerGroups expects a momentum above 0 where it is cycled but ${className} got none in group ${i}`,
      );
    }
    const changes = {
      lr,
      ...(momentum === undefined ? {} : { momentum }),
      ...(betas === undefined ? {} : { betas }),
    };
    return [i, withOptions(layout, before, changes)];
  });
  return { ...state, ...Object.fromEntries(states) };
}
