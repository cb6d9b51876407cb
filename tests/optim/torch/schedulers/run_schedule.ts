/**
 * Running schedulers for tests.
 *
 * @module
 */

import type { torch } from "../../../../optim/mod.ts";

/** A scheduler that is stepped without an argument. */
export type Plain = torch.Scheduler;

/** The groups before each of `count` steps of several schedulers, one after another. */
export function groupsOf(
  schedulers: readonly Plain[],
  start: readonly torch.SchedulerGroup[],
  count: number,
): (readonly torch.SchedulerGroup[])[] {
  let groups = start;
  const states = schedulers.map((scheduler) => {
    const scheduled = scheduler.init(groups);
    groups = scheduled.groups;
    return scheduled.state;
  });
  const seen: (readonly torch.SchedulerGroup[])[] = [];
  for (let i = 0; i < count; i++) {
    seen.push(groups);
    schedulers.forEach((scheduler, j) => {
      ({ state: states[j], groups } = scheduler.step(states[j], groups));
    });
  }
  return seen;
}

/** The learning rates of two groups, 0.05 and 0.5, before each step. */
export function lrsOf(
  schedulers: readonly Plain[],
  count: number,
  start: readonly number[] = [0.05, 0.5],
): number[][] {
  return groupsOf(schedulers, start.map((lr) => ({ lr })), count).map((groups) => groups.map(({ lr }) => lr));
}

/** What the groups' learning rates are, given those of a group of 0.05. */
export function targets(first: readonly number[]): number[][] {
  return first.map((lr) => [lr, lr * 10]);
}

/** A number several times. */
export function times(count: number, value: number): number[] {
  return new Array(count).fill(value);
}
