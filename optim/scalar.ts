/**
 * Hyperparameters that are numbers or schedules.
 *
 * @module
 */

import { host } from "../tensor/mod.ts";
import type { Schedule } from "../schedules/mod.ts";

/** A number, or a schedule that gives it for each step, counted from 0. */
export type ScalarOrSchedule = number | Schedule;

/** Hyperparameters by name. */
export type Scalars = Readonly<Record<string, ScalarOrSchedule>>;

/** The value of each hyperparameter before the first step: schedules at 0. */
export function initialScalars(scalars: Scalars): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [name, value] of Object.entries(scalars)) {
    values[name] = typeof value === "function" ? host(value, 0) : value;
  }
  return values;
}

/**
 * The value of each hyperparameter in the step after `count` steps: schedules at `count`, numbers as the state
 * holds them, so that a number changed in the state is the one that is used.
 */
export function resolveScalars(
  scalars: Scalars,
  count: number,
  last: Readonly<Record<string, number>>,
): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [name, value] of Object.entries(scalars)) {
    // Only the count goes in, whatever other parameters the schedule declares.
    values[name] = typeof value === "function" ? host((step) => value(step), count) : last[name];
  }
  return values;
}
