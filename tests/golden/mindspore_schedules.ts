/**
 * Replaying MindSpore's lists of learning rates and its schedules.
 *
 * @module
 */

import { mindspore } from "../../schedules/mod.ts";
import {
  camelCase,
  compareNumbers,
  type Golden,
  type GoldenOptions,
  number,
  readOptions,
  readSchedule,
  unit,
} from "./mindspore_reader.ts";
import { UnsupportedError } from "./replay.ts";

/** A case of the kind "dynamicLr". */
export interface ListCase {
  readonly name: string;
  readonly function: string;
  readonly options: GoldenOptions;
  readonly expect: readonly Golden[];
}

/** Runs a case of the kind "dynamicLr": numbers of double precision, which may differ by 1e-12 of their size. */
export function replayList(golden: ListCase): string {
  const make = (mindspore as unknown as Readonly<Record<string, unknown>>)[camelCase(golden.function)];
  if (typeof make !== "function") throw new UnsupportedError(golden.function);
  const options = readOptions(golden.options);
  // The one function that takes no options but two lists.
  const given = "milestone" in options ? [options.milestone, options.learningRates] : [options];
  const got = (make as (...given: unknown[]) => readonly number[])(...given);
  const allowed = (i: number): number => 1e-12 * Math.abs(number(golden.expect[i]));
  return compareNumbers(golden.name, got, golden.expect, allowed, "float64");
}

/** A case of the kind "learningRateSchedule". */
export interface ScheduleCase {
  readonly name: string;
  readonly schedule: string;
  readonly options: GoldenOptions;
  readonly expect: readonly Golden[];
}

/**
 * Runs a case of the kind "learningRateSchedule": 4 units in the last place of the largest term, which is the rate at
 * the start, for a rate that is a difference of such terms, and else of the rate itself.
 */
export function replayScheduleClass({ name, schedule, options, expect }: ScheduleCase): string {
  const rate = readSchedule(schedule, options);
  const largest = Math.max(...expect.map((value) => Math.abs(number(value))));
  const isDifference = "min_lr" in options || "end_learning_rate" in options;
  return compareNumbers(
    name,
    expect.map((_, step) => rate(step)),
    expect,
    (step) => 4 * unit(isDifference ? largest : number(expect[step]), "float32"),
    "float32",
  );
}
