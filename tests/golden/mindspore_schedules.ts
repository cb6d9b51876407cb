/**
 * Replaying MindSpore's lists of learning rates and its schedules.
 *
 * @module
 */

import type { torch } from "../../optim/mod.ts";
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
import { type SchedulerCall, schedulerFromTorch } from "./torch_schedulers.ts";

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

/** A case of the kind "schedule": schedulers of `mindspore.experimental.optim`. */
export interface SchedulerCase {
  readonly name: string;
  readonly options?: GoldenOptions;
  readonly groups: readonly GoldenOptions[];
  readonly schedulers: readonly SchedulerCall[];
  readonly calls?: number;
  readonly arguments?: readonly Golden[];
  readonly expect: { readonly lr: readonly (readonly Golden[])[] };
}

/**
 * Runs a case of the kind "schedule". MindSpore computes in single precision, from one rate to the next: each call may
 * lose 4 units in the last place of the largest rate so far.
 */
export function replayScheduler(golden: SchedulerCase): string {
  const { name, options = {}, expect } = golden;
  const schedulers = golden.schedulers.map(withoutMomentum).map(schedulerFromTorch);
  let groups: readonly torch.SchedulerGroup[] = golden.groups.map((group) =>
    ({ momentum: 0, ...readOptions(options), ...readOptions(group) }) as unknown as torch.SchedulerGroup
  );
  const states = schedulers.map((scheduler) => {
    const scheduled = scheduler.init(groups);
    groups = scheduled.groups;
    return scheduled.state;
  });
  const allowed = groups.map(() => 0);
  const compare = (call: number): string => {
    const expected = expect.lr[call];
    expected.forEach((value, i) => {
      const largest = Math.max(...expect.lr.slice(0, call + 1).map((lr) => Math.abs(number(lr[i]))));
      allowed[i] += 4 * unit(Math.max(largest, Math.abs(number(value))), "float32");
    });
    const rates = groups.map(({ lr }) => Number(lr));
    return compareNumbers(`${name}: call ${call}: lr`, rates, expected, (i) => allowed[i], "float32");
  };
  let message = compare(0);
  const told: readonly (Golden | null)[] = golden.arguments ?? new Array<null>(golden.calls ?? 0).fill(null);
  for (const [call, argument] of told.entries()) {
    for (const [i, scheduler] of schedulers.entries()) {
      const given = argument === null
        ? {}
        : scheduler.name === "ReduceLROnPlateau"
        ? { metrics: number(argument) }
        : { epoch: number(argument) };
      ({ state: states[i], groups } = scheduler.step(states[i], groups, given));
    }
    message ||= compare(call + 1);
  }
  return message;
}

/** MindSpore's schedulers are those of torch, but that they cycle no momentum. */
export function withoutMomentum(call: SchedulerCall): SchedulerCall {
  const schedulers = call.schedulers?.map(withoutMomentum);
  const options = call.type === "CyclicLR" ? { ...call.options, cycle_momentum: false } : call.options;
  return {
    type: call.type,
    ...(options === undefined ? {} : { options }),
    ...(schedulers === undefined ? {} : { schedulers }),
  };
}
