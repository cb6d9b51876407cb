/**
 * Schedulers of the torch dialect from the calls that golden files hold.
 *
 * @module
 */

import { torch } from "../../optim/mod.ts";
import { UnsupportedError } from "./replay.ts";

/** How a golden file writes a scheduler. */
export interface SchedulerCall {
  /** The name of torch's class. */
  readonly type: string;
  /** Its arguments by torch's names. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** The schedulers inside. */
  readonly schedulers?: readonly SchedulerCall[];
}

/** A scheduler of any kind: a step takes an epoch, or a metric. */
export type AnyScheduler = torch.Scheduler<
  torch.SchedulerState,
  { readonly epoch?: number; readonly metrics?: number }
>;

/**
 * The scheduler that a call of torch makes.
 *
 * @throws {UnsupportedError} If there is none of that name.
 */
export function schedulerFromTorch({ type, options = {}, schedulers }: SchedulerCall): AnyScheduler {
  const make = (torch as unknown as Record<string, (options: unknown) => AnyScheduler>)[type];
  if (typeof make !== "function") throw new UnsupportedError(`torch ${type}`);
  const given = Object.entries(options).map(([name, value]) => [camelCase(name), argument(name, value)]);
  return make({
    ...Object.fromEntries(given),
    ...(schedulers === undefined ? {} : { schedulers: schedulers.map(schedulerFromTorch) }),
  });
}

/** A name of Python as the dialects write it: `weight_decay` as `weightDecay`. */
export function camelCase(name: string): string {
  return name.replace(/(?<=.)_([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
}

function argument(name: string, value: unknown): unknown {
  if (name === "lr_lambda") {
    return Array.isArray(value) ? value.map((text) => formula(text, "epoch")) : formula(value, "epoch");
  }
  if (name === "scale_fn" && typeof value === "string") return formula(value, "x");
  return value;
}

// Formulas are part of golden files, and are read alike in Python and JavaScript.
function formula(text: unknown, variable: string): (x: number) => number {
  return new Function("min", "max", `return (${variable}) => ${text}`)(Math.min, Math.max);
}

/** What the groups of an optimizer hold by default of what schedulers look at. */
export function defaultGroup(optimizer: string): Readonly<Record<string, unknown>> {
  if (["SGD", "RMSprop"].includes(optimizer)) return { momentum: 0 };
  if (optimizer === "Muon") return { momentum: 0.95 };
  if (["Adam", "AdamW", "Adamax", "NAdam", "RAdam", "SparseAdam"].includes(optimizer)) {
    return { betas: [0.9, 0.999] };
  }
  return {};
}
