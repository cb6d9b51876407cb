/**
 * ReduceLROnPlateau.
 *
 * @module
 */

import { checkOptionNames } from "../../../tensor/check_option_names.ts";
import { hostValue, Tensor, tree } from "../../../tensor/mod.ts";
import { isTracedNumber } from "../../../tensor/host.ts";
import { checkChoice, checkNumber, FINITE, NOT_NEGATIVE } from "../../checks.ts";
import { BELOW_ONE } from "./domains.ts";
import { checkPerGroup, type PerGroup, perGroup, type SchedulerGroup, withLrs } from "./scheduler_group.ts";
import { assembleScheduler, type Scheduled, type Scheduler, type SchedulerState } from "./scheduler.ts";

/** Options of {@linkcode ReduceLROnPlateau}. */
export interface ReduceLROnPlateauOptions {
  /** Whether a smaller or a larger metric is better. @default {"min"} */
  readonly mode?: "min" | "max";
  /** What the learning rate is multiplied by; below 1. @default {0.1} */
  readonly factor?: number;
  /** How many metrics in a row may be no better. @default {10} */
  readonly patience?: number;
  /** By how much a metric must be better. @default {0.0001} */
  readonly threshold?: number;
  /** Whether the threshold is a share of the best metric or a difference to it. @default {"rel"} */
  readonly thresholdMode?: "rel" | "abs";
  /** How many metrics are passed over after the learning rate was reduced. @default {0} */
  readonly cooldown?: number;
  /** The smallest learning rate: one, or one for each group. @default {0} */
  readonly minLr?: PerGroup<number>;
  /** A reduction by no more than this is left out. @default {1e-8} */
  readonly eps?: number;
}

const REDUCE_LR_ON_PLATEAU_OPTIONS = {
  mode: true,
  factor: true,
  patience: true,
  threshold: true,
  thresholdMode: true,
  cooldown: true,
  minLr: true,
  eps: true,
} as const;

/** The state of {@linkcode ReduceLROnPlateau}. */
export interface ReduceLROnPlateauState extends SchedulerState {
  /** How many metrics there were. */
  readonly lastEpoch: number;
  /** The best metric so far. */
  readonly best: number;
  /** How many metrics in a row were no better. */
  readonly numBadEpochs: number;
  /** How many metrics are still passed over. */
  readonly cooldownCounter: number;
}

/** What a step of {@linkcode ReduceLROnPlateau} is told. */
export interface MetricsArgument {
  /** The metric of this epoch: a number, or a scalar. */
  readonly metrics: number | Tensor;
  /** The number of this epoch, instead of the next one. */
  readonly epoch?: number | undefined;
}

/**
 * Multiplies the learning rate by `factor` when more than `patience` metrics in a row were no better than the best, as
 * torch.optim.lr_scheduler.ReduceLROnPlateau. Better is, with mode "min" and "rel",
 * `metric < best (1 - threshold)`, with "abs" `metric < best - threshold`; with "max" the other way. NaN is never
 * better.
 *
 * @throws {TypeError} If an option is of another type, or the metric is no number and no scalar (by `step`).
 * @throws {RangeError} If a number is outside of its range, or a list has another length than the groups.
 *
 * @example
 * ```ts
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scheduler = torch.ReduceLROnPlateau({ patience: 1, factor: 0.5 });
 * let { state, groups } = scheduler.init([{ lr: 1 }]);
 * const seen = [3, 3, 3, 2].map((metrics) => {
 *   ({ state, groups } = scheduler.step(state, groups, { metrics }));
 *   return groups[0].lr;
 * });
 * assertEquals(seen, [1, 1, 0.5, 0.5]);
 * ```
 */
export function ReduceLROnPlateau(
  options: ReduceLROnPlateauOptions = {},
): Scheduler<ReduceLROnPlateauState, MetricsArgument> {
  checkOptionNames("ReduceLROnPlateau", options, REDUCE_LR_ON_PLATEAU_OPTIONS);
  const name = "ReduceLROnPlateau";
  const {
    mode = "min",
    factor = 0.1,
    patience = 10,
    threshold = 1e-4,
    thresholdMode = "rel",
    cooldown = 0,
    minLr = 0,
    eps = 1e-8,
  } = options;
  checkChoice(name, "mode", mode, ["min", "max"]);
  checkNumber(name, "factor", factor, BELOW_ONE);
  checkNumber(name, "patience", patience, NOT_NEGATIVE);
  checkNumber(name, "threshold", threshold, FINITE);
  checkChoice(name, "thresholdMode", thresholdMode, ["rel", "abs"]);
  checkNumber(name, "cooldown", cooldown, NOT_NEGATIVE);
  checkPerGroup(name, "minLr", minLr, FINITE);
  checkNumber(name, "eps", eps, FINITE);
  const isBetter = (value: number, best: number): boolean => {
    if (mode === "min") return value < (thresholdMode === "rel" ? best * (1 - threshold) : best - threshold);
    return value > (thresholdMode === "rel" ? best * (threshold + 1) : best + threshold);
  };
  type State = ReduceLROnPlateauState;
  const step = (
    state: State,
    groups: readonly SchedulerGroup[],
    { metrics, epoch = state.lastEpoch + 1 }: MetricsArgument,
  ): Scheduled<State, SchedulerGroup> => {
    const value = metrics as number;
    const better = isBetter(value, state.best);
    const cooling = state.cooldownCounter > 0;
    const bad = better || cooling ? 0 : state.numBadEpochs + 1;
    const reduces = bad > patience;
    const smallest = perGroup(name, "minLr", minLr, groups);
    const reduced = (lr: number, i: number): number => {
      const next = Math.max(lr * factor, smallest[i]);
      return lr - next > eps ? next : lr;
    };
    const lastLr = groups.map(({ lr }, i) => reduces ? reduced(lr, i) : lr);
    return {
      state: {
        kind: name,
        lastLr,
        lastEpoch: epoch,
        best: better ? value : state.best,
        numBadEpochs: reduces ? 0 : bad,
        cooldownCounter: reduces ? cooldown : Math.max(0, state.cooldownCounter - (cooling ? 1 : 0)),
      },
      groups: withLrs(groups, lastLr),
    };
  };
  const refuse = (): never => {
    throw new TypeError(
      `${name} expects to be stepped with a metric, so it cannot stand in another scheduler`,
    );
  };
  return assembleScheduler<State, MetricsArgument>({
    name,
    told: ({ epoch, metrics }) => ({ epoch, metrics: metricOf(name, metrics) }),
    init(groups) {
      perGroup(name, "minLr", minLr, groups);
      const best = mode === "min" ? Infinity : -Infinity;
      const lastLr = groups.map(({ lr }) => lr);
      return {
        state: { kind: name, lastLr, lastEpoch: 0, best, numBadEpochs: 0, cooldownCounter: 0 },
        groups,
      };
    },
    step,
    restart: refuse,
    undo: refuse,
  });
}

function metricOf(name: string, metrics: unknown): number {
  if (typeof metrics === "number" || isTracedNumber(metrics)) return metrics as number;
  if (metrics instanceof Tensor && metrics.rank === 0) return hostValue(metrics);
  throw new TypeError(
    `${name} expects metrics to be a number or a scalar but got ${
      metrics instanceof Tensor ? `${metrics.dtype}[${metrics.shape}]` : tree.describe(metrics)
    }`,
  );
}
