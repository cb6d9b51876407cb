/**
 * Replaying optax's schedules, value by value.
 *
 * @module
 */

import type { Schedule } from "../../schedules/mod.ts";
import { type OptaxOptions, scheduleFromOptax } from "../schedules/optax.ts";
import {
  distance,
  type GoldenFile,
  type Replay,
  replayCases,
  type Replayer,
  UnsupportedError,
} from "./replay.ts";

interface ScheduleCase {
  readonly name: string;
  readonly schedule: string;
  readonly options: OptaxOptions;
  readonly dtype?: string;
  readonly steps?: readonly number[];
  readonly values?: readonly number[];
  readonly raises?: string;
}

/** Files of optax's schedules. */
export const scheduleReplayer: Replayer = {
  match: ({ framework, cases }) =>
    framework === undefined && typeof (cases[0] as Partial<ScheduleCase> | undefined)?.schedule === "string",
  replay: replaySchedules,
};

/**
 * Runs every case of a file of schedules. Ours are double: values may differ by 1e-12 of their size, and from
 * those that optax computed in float32 by 1e-6 of the largest.
 */
export function replaySchedules(file: GoldenFile): Replay {
  return replayCases(file.cases as readonly ScheduleCase[], nameOf, replayCase);
}

/**
 * The schedule of ours that a call of optax makes.
 *
 * @throws {UnsupportedError} If there is none.
 */
export function schedule(call: string, options: OptaxOptions): Schedule {
  try {
    return scheduleFromOptax(call.replace(/^optax\./, ""), options);
  } catch (error) {
    if (error instanceof TypeError && error.message.startsWith("No schedule")) {
      throw new UnsupportedError(call);
    }
    throw error;
  }
}

function nameOf({ name, dtype }: ScheduleCase): string {
  return dtype === undefined ? name : `${name} ${dtype}`;
}

function replayCase(golden: ScheduleCase): string {
  const { options, steps = [], values = [], raises } = golden;
  const name = nameOf(golden);
  const call = /^optax\.\w+/.exec(golden.schedule)![0];
  if (raises !== undefined) {
    try {
      schedule(call, options);
    } catch (error) {
      if (error instanceof UnsupportedError) throw error;
      return error instanceof RangeError ? "" : `${name}: expected a RangeError but got ${error}`;
    }
    return `${name}: expected an error as optax raises ${raises} but got none`;
  }
  const ours = schedule(call, options);
  const largest = Math.max(...values.map(Math.abs));
  for (const [index, step] of steps.entries()) {
    const [expected, got] = [values[index], ours(step)];
    const single = golden.dtype === "float32";
    const tolerance = single ? 1e-6 * largest : 1e-12 * Math.max(1, Math.abs(expected));
    if (Math.abs(expected - got) <= tolerance) continue;
    const apart = distance(expected, got, single ? "float32" : "float64");
    return `${name}: step ${step}: expected ${expected} but got ${got}, ${apart} units in the last place apart`;
  }
  return "";
}
