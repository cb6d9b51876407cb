/**
 * Replaying torch's schedulers, call by call.
 *
 * @module
 */

import type { torch } from "../../optim/mod.ts";
import { distance, type GoldenFile, type Replay, replayCases, type Replayer } from "./replay.ts";
import { camelCase, defaultGroup, type SchedulerCall, schedulerFromTorch } from "./torch_schedulers.ts";

type Golden = number | "NaN" | "Infinity" | "-Infinity";

interface ScheduleCase {
  readonly name: string;
  readonly kind: "schedule";
  readonly optimizer: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly groups: readonly Readonly<Record<string, unknown>>[];
  readonly schedulers: readonly SchedulerCall[];
  readonly calls?: number;
  readonly arguments?: readonly Golden[];
  readonly expect: {
    readonly lr: readonly (readonly Golden[])[];
    readonly momentum?: readonly (readonly Golden[])[];
    readonly error?: { readonly call: number; readonly type: string };
  };
}

/** The largest difference, relative to the value: what the powers and cosines of two machines may be apart. */
const TOLERANCE = 1e-12;

/** Cosines that are resumed in the middle divide by small numbers. */
const RESUMED_TOLERANCE = 1e-9;

/** How exactly schedules are replayed. */
export interface ReplayOptions {
  /** The largest difference, relative to the value; by default 1e-12, or 1e-9 for schedules that are resumed. */
  readonly tolerance?: number;
}

/** Files with cases of torch's schedulers. */
export const torchScheduleReplayer: Replayer = {
  match: (file) => file.framework === "torch" && scheduleCases(file).length > 0,
  replay: (file) => replaySchedules(file),
};

function scheduleCases({ cases }: GoldenFile): readonly ScheduleCase[] {
  return (cases as readonly ScheduleCase[]).filter(({ kind }) => kind === "schedule");
}

/** Runs every schedule of a file: learning rates and momenta of all groups after each call, to the last digits. */
export function replaySchedules(file: GoldenFile, options: ReplayOptions = {}): Replay {
  return replayCases(scheduleCases(file), ({ name }) => name, (golden) => {
    const resumed = JSON.stringify(golden.schedulers).includes("last_epoch");
    return replayCase(golden, options.tolerance ?? (resumed ? RESUMED_TOLERANCE : TOLERANCE));
  });
}

function replayCase(golden: ScheduleCase, tolerance: number): string {
  const { name, expect } = golden;
  const schedulers = golden.schedulers.map(schedulerFromTorch);
  let groups: readonly torch.SchedulerGroup[] = golden.groups.map((group) => groupOf(golden, group));
  const states = schedulers.map((scheduler) => {
    const scheduled = scheduler.init(groups);
    groups = scheduled.groups;
    return scheduled.state;
  });
  const compare = (call: number): string => compareGroups(golden, groups, call, tolerance);
  let message = compare(0);
  const told: readonly (Golden | null)[] = golden.arguments ?? new Array(golden.calls ?? 0).fill(null);
  for (const [call, argument] of told.entries()) {
    try {
      for (const [i, scheduler] of schedulers.entries()) {
        const scheduled = scheduler.step(states[i], groups, argumentOf(scheduler.name, argument));
        ({ state: states[i], groups } = scheduled);
      }
    } catch (error) {
      if (expect.error?.call === call && error instanceof RangeError) return message;
      throw error;
    }
    if (expect.error?.call === call) return `${name}: call ${call}: expected an error but got none`;
    message ||= compare(call + 1);
  }
  return message;
}

function groupOf(
  { optimizer, options = {} }: ScheduleCase,
  group: Readonly<Record<string, unknown>>,
): torch.SchedulerGroup {
  const named = Object.entries({ ...options, ...group }).map(([key, value]) => [camelCase(key), value]);
  return { ...defaultGroup(optimizer), ...Object.fromEntries(named) };
}

function argumentOf(scheduler: string, argument: Golden | null): { epoch?: number; metrics?: number } {
  if (argument === null) return {};
  return scheduler === "ReduceLROnPlateau" ? { metrics: Number(argument) } : { epoch: Number(argument) };
}

function compareGroups(
  { name, expect }: ScheduleCase,
  groups: readonly torch.SchedulerGroup[],
  call: number,
  tolerance: number,
): string {
  const got = {
    lr: groups.map(({ lr }) => lr),
    momentum: groups.map(({ betas, momentum = NaN }) => betas?.[0] ?? momentum),
  };
  for (const quantity of ["lr", "momentum"] as const) {
    for (const [i, text] of (expect[quantity]?.[call] ?? []).entries()) {
      const [expected, value] = [Number(text), got[quantity][i]];
      if (Object.is(expected, value) || Math.abs(expected - value) <= tolerance * Math.abs(expected)) {
        continue;
      }
      const apart = distance(expected, value, "float64");
      return `${name}: call ${call}: ${quantity} of group ${i}: expected ${expected} but got ${value}, ${apart} units in the last place apart`;
    }
  }
  return "";
}
