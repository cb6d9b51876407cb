/**
 * What schedulers of schedulers have in common.
 *
 * @module
 */

import { tree } from "../../../tensor/mod.ts";
import type { SchedulerGroup } from "./scheduler_group.ts";
import type { Scheduler, SchedulerState } from "./scheduler.ts";

/**
 * Throws unless schedulers are a list of some that are stepped without a metric.
 *
 * @throws {TypeError} If one is no scheduler, or is ReduceLROnPlateau.
 * @throws {RangeError} If there is none.
 */
export function checkSchedulers(operation: string, schedulers: readonly Scheduler[]): void {
  if (!Array.isArray(schedulers)) {
    throw new TypeError(`${operation} expects a list of schedulers but got ${tree.describe(schedulers)}`);
  }
  if (schedulers.length === 0) {
    throw new RangeError(`${operation} expects at least one scheduler but got none`);
  }
  schedulers.forEach((scheduler: unknown, i) => {
    const { name, step } = (scheduler ?? {}) as Partial<Scheduler>;
    if (typeof step !== "function" || typeof name !== "string") {
      throw new TypeError(
        `${operation} expects scheduler ${i} to be one but got ${tree.describe(scheduler)}`,
      );
    }
    if (name === "ReduceLROnPlateau") {
      throw new TypeError(
        `${operation} expects schedulers that are stepped without a metric but got ${name} at ${i}`,
      );
    }
  });
}

/** The first steps of schedulers one after another. */
export function initAll(
  schedulers: readonly Scheduler[],
  given: readonly SchedulerGroup[],
): { readonly states: readonly SchedulerState[]; readonly groups: readonly SchedulerGroup[] } {
  let groups = given;
  const states = schedulers.map((scheduler) => {
    const scheduled = scheduler.init(groups);
    groups = scheduled.groups;
    return scheduled.state;
  });
  return { states, groups };
}
