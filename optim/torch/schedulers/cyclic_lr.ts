/**
 * CyclicLR.
 *
 * @module
 */

import { checkOptionNames } from "../../../tensor/check_option_names.ts";
import { checkChoice, checkNumber, FINITE, POSITIVE } from "../../checks.ts";
import { checkMomentum, startMomenta, withMomenta } from "./momentum.ts";
import { checkPerGroup, type PerGroup, perGroup } from "./scheduler_group.ts";
import {
  type LastEpochOption,
  recursiveScheduler,
  type RecursiveSchedulerState,
} from "./recursive_scheduler.ts";
import type { Scheduler } from "./scheduler.ts";

/** Options of {@linkcode CyclicLR}. */
export interface CyclicLROptions extends LastEpochOption {
  /** The smallest learning rate, where a cycle starts: one, or one for each group. */
  readonly baseLr: PerGroup<number>;
  /** The largest learning rate of the first cycle: one, or one for each group. */
  readonly maxLr: PerGroup<number>;
  /** How many steps go up. @default {2000} */
  readonly stepSizeUp?: number;
  /** How many steps go down; as many as go up by default. */
  readonly stepSizeDown?: number | undefined;
  /**
   * How the height of cycles changes: it stays, halves each cycle, or is `gamma` to the power of the step.
   *
   * @default {"triangular"}
   */
  readonly mode?: "triangular" | "triangular2" | "exp_range";
  /** See `mode`. @default {1} */
  readonly gamma?: number;
  /** The height at a cycle (from 1 on) or a step (from 0 on), instead of `mode`. */
  readonly scaleFn?: ((x: number) => number) | undefined;
  /** What `scaleFn` is given. @default {"cycle"} */
  readonly scaleMode?: "cycle" | "iterations";
  /** Whether momentum, or beta1, goes down when the learning rate goes up. @default {true} */
  readonly cycleMomentum?: boolean;
  /** The smallest momentum: one, or one for each group. @default {0.8} */
  readonly baseMomentum?: PerGroup<number>;
  /** The largest momentum: one, or one for each group. @default {0.9} */
  readonly maxMomentum?: PerGroup<number>;
}

const CYCLIC_LR_OPTIONS = {
  baseLr: true,
  maxLr: true,
  stepSizeUp: true,
  stepSizeDown: true,
  mode: true,
  gamma: true,
  scaleFn: true,
  scaleMode: true,
  cycleMomentum: true,
  baseMomentum: true,
  maxMomentum: true,
  lastEpoch: true,
} as const;

/**
 * Moves the learning rate up and down between two bounds, as torch.optim.lr_scheduler.CyclicLR:
 * `lr = baseLr + (maxLr - baseLr) h scale`, where h goes from 0 to 1 and back along straight lines; momentum is
 * `maxMomentum - (maxMomentum - baseMomentum) h scale`. Smith 2017.
 *
 * @throws {TypeError} If an option is of another type, or groups have neither momentum nor betas to cycle (by `init`).
 * @throws {RangeError} If a number is outside of its range, or a list has another length than the groups (by `init`).
 *
 * @example
 * ```ts
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scheduler = torch.CyclicLR({ baseLr: 1, maxLr: 5, stepSizeUp: 2, baseMomentum: 0.5, maxMomentum: 1 });
 * let { state, groups } = scheduler.init([{ lr: 1, momentum: 0 }]);
 * const seen = [1, 2, 3].map(() => ({ state, groups } = scheduler.step(state, groups)).groups[0]);
 * assertEquals(seen.map(({ lr, momentum }) => [lr, momentum]), [[3, 0.75], [5, 0.5], [3, 0.75]]);
 * ```
 */
export function CyclicLR(options: CyclicLROptions): Scheduler<RecursiveSchedulerState> {
  checkOptionNames("CyclicLR", options, CYCLIC_LR_OPTIONS);
  const {
    baseLr,
    maxLr,
    stepSizeUp = 2000,
    stepSizeDown = stepSizeUp,
    mode = "triangular",
    gamma = 1,
    scaleFn,
    scaleMode = "cycle",
    cycleMomentum = true,
    baseMomentum = 0.8,
    maxMomentum = 0.9,
    ...others
  } = options;
  const name = "CyclicLR";
  for (const [option, value] of Object.entries({ baseLr, maxLr, baseMomentum, maxMomentum })) {
    checkPerGroup(name, option, value, FINITE);
  }
  checkNumber(name, "stepSizeUp", stepSizeUp, POSITIVE);
  checkNumber(name, "stepSizeDown", stepSizeDown, POSITIVE);
  checkNumber(name, "gamma", gamma, FINITE);
  if (scaleFn === undefined) checkChoice(name, "mode", mode, ["triangular", "triangular2", "exp_range"]);
  else checkChoice(name, "scaleMode", scaleMode, ["cycle", "iterations"]);
  const total = stepSizeUp + stepSizeDown;
  const ratio = stepSizeUp / total;
  const scale = scaleFn ?? SCALES[mode];
  const byCycle = scaleFn === undefined ? mode !== "exp_range" : scaleMode === "cycle";
  const height = (epoch: number): { readonly up: number; readonly scaled: number } => {
    const cycle = Math.floor(1 + epoch / total);
    const x = 1 + epoch / total - cycle;
    return {
      up: x <= ratio ? x / ratio : (x - 1) / (ratio - 1),
      scaled: scale(byCycle ? cycle : epoch, gamma),
    };
  };
  return recursiveScheduler({
    name,
    ...others,
    prepare(groups) {
      const base = perGroup(name, "baseLr", baseLr, groups);
      perGroup(name, "maxLr", maxLr, groups);
      const starts = others.lastEpoch === undefined || others.lastEpoch === -1;
      const started = starts ? groups.map((group, i) => ({ ...group, lr: base[i] })) : groups;
      if (!cycleMomentum) return started;
      checkMomentum(name, groups);
      const [low, high] = [
        perGroup(name, "baseMomentum", baseMomentum, groups),
        perGroup(name, "maxMomentum", maxMomentum, groups),
      ];
      return starts ? startMomenta(started, low, high) : started;
    },
    baseLrs: (groups) => perGroup(name, "baseLr", baseLr, groups),
    lrs({ baseLrs, epoch }) {
      const { up, scaled } = height(epoch);
      const max = perGroup(name, "maxLr", maxLr, baseLrs);
      return baseLrs.map((base, i) => base + (max[i] - base) * up * scaled);
    },
    ...(cycleMomentum
      ? {
        momenta(groups, { baseLrs, epoch }) {
          const { up, scaled } = height(epoch);
          const low = perGroup(name, "baseMomentum", baseMomentum, baseLrs);
          const high = perGroup(name, "maxMomentum", maxMomentum, baseLrs);
          return withMomenta(groups, high.map((max, i) => max - (max - low[i]) * up * scaled));
        },
      }
      : {}),
  });
}

const SCALES: Readonly<Record<string, (x: number, gamma: number) => number>> = {
  triangular: () => 1,
  triangular2: (cycle) => 1 / 2 ** (cycle - 1),
  exp_range: (step, gamma) => gamma ** step,
};
