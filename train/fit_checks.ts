/**
 * Whether `fit` can do what it is asked for, and what is better.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { tree } from "../tensor/mod.ts";
import type { EarlyStop, EpochReport, FitOptions } from "./fit_options.ts";
import type { Trainer } from "./trainer.ts";

const EARLY_STOP = { monitor: true, mode: true, patience: true, minDelta: true } as const;

/**
 * Throws unless the options are of the right kinds and in their ranges.
 *
 * @throws {TypeError} If a part is missing.
 * @throws {RangeError} If an option is out of range.
 */
export function checkFit(trainer: Trainer, options: FitOptions): void {
  if (typeof trainer?.step !== "function" || typeof trainer.evaluate !== "function") {
    throw new TypeError(
      `fit expects a trainer, as makeTrainer returns it, but got ${tree.describe(trainer)}`,
    );
  }
  const { state, epochs, early = {} } = options;
  if (!tree.isNode(state) || !tree.isNode(state.params)) {
    throw new TypeError(`fit expects a state, as trainer.init returns it, but got ${tree.describe(state)}`);
  }
  if (!Number.isInteger(epochs) || epochs < 1) {
    throw new RangeError(`fit expects epochs to be a positive integer but got ${epochs}`);
  }
  checkOptionNames("early of fit", early, EARLY_STOP);
  const { mode = "min", patience = Infinity, minDelta = 0 } = early;
  if (mode !== "min" && mode !== "max") {
    throw new RangeError(`fit expects mode "min" or "max" but got ${String(mode)}`);
  }
  if (patience !== Infinity && (!Number.isInteger(patience) || patience < 1)) {
    throw new RangeError(`fit expects patience to be a positive integer but got ${patience}`);
  }
  if (!(minDelta >= 0 && minDelta < Infinity)) {
    throw new RangeError(`fit expects minDelta to be a number from 0 on but got ${minDelta}`);
  }
}

/** The number of an epoch that tells which is the best. */
export function monitored({ train, evaluation }: EpochReport, { monitor = "loss" }: EarlyStop): number {
  const value = evaluation?.[monitor] ?? train[monitor];
  if (value === undefined) {
    throw new RangeError(
      `fit expects to monitor one of ${Object.keys(evaluation ?? train).join(", ")} but got ${monitor}`,
    );
  }
  return value;
}

/** Whether a number is better than the best; NaN is worse than all. */
export function isBetter(value: number, best: number, { mode = "min", minDelta = 0 }: EarlyStop): boolean {
  if (Number.isNaN(best)) return !Number.isNaN(value);
  return (mode === "min" ? best - value : value - best) > minDelta;
}
