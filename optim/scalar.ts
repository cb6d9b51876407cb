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

/** No override for any of them. */
export function noOverrides(scalars: Scalars): Record<string, number> {
  return Object.fromEntries(Object.keys(scalars).map((name) => [name, NaN]));
}

/** What of a state says which hyperparameters the next step uses. */
export interface ScalarState {
  /** How many steps were taken. */
  readonly count: number;
  /** Those of the last step. */
  readonly hyperparameters: Readonly<Record<string, number>>;
  /** Numbers that stand in for schedules; NaN where there is none. */
  readonly overrides: Readonly<Record<string, number>>;
}

/**
 * The value of each hyperparameter in the step after `count` steps: schedules at `count` unless they are overridden,
 * numbers as the state holds them, so that a number changed in the state is the one that is used.
 */
export function resolveScalars(scalars: Scalars, state: ScalarState): Record<string, number> {
  const { count, hyperparameters, overrides } = state;
  const values: Record<string, number> = {};
  for (const [name, value] of Object.entries(scalars)) {
    values[name] = typeof value === "function"
      // Only the count goes in, whatever other parameters the schedule declares.
      ? host((step, override) => Number.isNaN(override) ? value(step) : override, count, overrides[name])
      : hyperparameters[name];
  }
  return values;
}
