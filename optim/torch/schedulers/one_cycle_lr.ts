/**
 * OneCycleLR.
 *
 * @module
 */

import { checkOptionNames } from "../../../tensor/check_option_names.ts";
import { checkChoice, checkNumber, FINITE, POSITIVE, PROPORTION, WHOLE } from "../../checks.ts";
import { ANNEAL } from "./anneal.ts";
import { checkMomentum, startMomenta, withMomenta } from "./momentum.ts";
import { checkPerGroup, type PerGroup, perGroup, type SchedulerGroup } from "./scheduler_group.ts";
import {
  type LastEpochOption,
  recursiveScheduler,
  type RecursiveSchedulerState,
} from "./recursive_scheduler.ts";
import type { Scheduler } from "./scheduler.ts";

/** Options of {@linkcode OneCycleLR}. */
export interface OneCycleLROptions extends LastEpochOption {
  /** The largest learning rate: one, or one for each group. */
  readonly maxLr: PerGroup<number>;
  /** How many steps the cycle has; `epochs stepsPerEpoch` by default. */
  readonly totalSteps?: number | undefined;
  /** See `totalSteps`. */
  readonly epochs?: number | undefined;
  /** See `totalSteps`. */
  readonly stepsPerEpoch?: number | undefined;
  /** The share of the steps that go up. @default {0.3} */
  readonly pctStart?: number;
  /** Along which curve it goes. @default {"cos"} */
  readonly annealStrategy?: "cos" | "linear";
  /** Whether momentum, or beta1, goes down when the learning rate goes up. @default {true} */
  readonly cycleMomentum?: boolean;
  /** The smallest momentum: one, or one for each group. @default {0.85} */
  readonly baseMomentum?: PerGroup<number>;
  /** The largest momentum: one, or one for each group. @default {0.95} */
  readonly maxMomentum?: PerGroup<number>;
  /** The first learning rate is `maxLr / divFactor`. @default {25} */
  readonly divFactor?: number;
  /** The last learning rate is the first one over this. @default {10000} */
  readonly finalDivFactor?: number;
  /** Whether the learning rate comes down to the first one as it went up, and then goes to the last. @default {false} */
  readonly threePhase?: boolean;
}

const ONE_CYCLE_LR_OPTIONS = {
  maxLr: true,
  totalSteps: true,
  epochs: true,
  stepsPerEpoch: true,
  pctStart: true,
  annealStrategy: true,
  cycleMomentum: true,
  baseMomentum: true,
  maxMomentum: true,
  divFactor: true,
  finalDivFactor: true,
  threePhase: true,
  lastEpoch: true,
} as const;

interface Phase {
  readonly end: number;
  readonly lr: readonly [from: LrBound, to: LrBound];
  readonly momentum: readonly [from: MomentumBound, to: MomentumBound];
}
type LrBound = "initialLr" | "maxLr" | "minLr";
type MomentumBound = "baseMomentum" | "maxMomentum";

/**
 * One cycle: the learning rate goes from `maxLr / divFactor` up to `maxLr` and down to
 * `maxLr / (divFactor finalDivFactor)` in `totalSteps` steps, momentum the other way, as
 * torch.optim.lr_scheduler.OneCycleLR. The step numbered `totalSteps`, which torch lets through too, goes on along the
 * last curve. Smith and Topin 2018.
 *
 * @throws {TypeError} If an option is of another type, the number of steps is not given, or groups have neither
 * momentum nor betas to cycle (by `init`).
 * @throws {RangeError} If a number is outside of its range, a list has another length than the groups (by `init`), or
 * there are more steps than `totalSteps` (by `step`).
 *
 * @example
 * ```ts
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scheduler = torch.OneCycleLR({ maxLr: 0.1, totalSteps: 10 });
 * let { state, groups } = scheduler.init([{ lr: 1, betas: [0.9, 0.999] as const }]);
 * const seen = [1, 2, 3].map(() => ({ state, groups } = scheduler.step(state, groups)).groups[0]);
 * assertEquals(seen.map(({ lr }) => lr), [0.052000000000000005, 0.1, 0.09504846320134738]);
 * assertEquals(seen[1].betas, [0.85, 0.999]);
 * ```
 */
export function OneCycleLR(options: OneCycleLROptions): Scheduler<RecursiveSchedulerState> {
  checkOptionNames("OneCycleLR", options, ONE_CYCLE_LR_OPTIONS);
  const {
    maxLr,
    totalSteps,
    epochs,
    stepsPerEpoch,
    pctStart = 0.3,
    annealStrategy = "cos",
    cycleMomentum = true,
    baseMomentum = 0.85,
    maxMomentum = 0.95,
    divFactor = 25,
    finalDivFactor = 1e4,
    threePhase = false,
    ...others
  } = options;
  const name = "OneCycleLR";
  checkPerGroup(name, "maxLr", maxLr, FINITE);
  const total = stepsOf(name, totalSteps, epochs, stepsPerEpoch);
  checkNumber(name, "pctStart", pctStart, PROPORTION);
  checkChoice(name, "annealStrategy", annealStrategy, ["cos", "linear"]);
  checkPerGroup(name, "baseMomentum", baseMomentum, FINITE);
  checkPerGroup(name, "maxMomentum", maxMomentum, FINITE);
  checkNumber(name, "divFactor", divFactor, POSITIVE);
  checkNumber(name, "finalDivFactor", finalDivFactor, POSITIVE);
  const phases = phasesOf(total, pctStart, threePhase);
  const anneal = ANNEAL[annealStrategy];
  return recursiveScheduler({
    name,
    ...others,
    prepare(groups) {
      const peaks = perGroup(name, "maxLr", maxLr, groups);
      const starts = others.lastEpoch === undefined || others.lastEpoch === -1;
      const started = starts
        ? groups.map((group, i) => {
          const initialLr = peaks[i] / divFactor;
          return { ...group, initialLr, maxLr: peaks[i], minLr: initialLr / finalDivFactor };
        })
        : groups;
      if (!cycleMomentum) return started;
      checkMomentum(name, groups);
      const low = perGroup(name, "baseMomentum", baseMomentum, groups);
      const high = perGroup(name, "maxMomentum", maxMomentum, groups);
      return starts ? startMomenta(started, low, high) : started;
    },
    lrs({ groups, epoch }) {
      if (epoch > total) {
        throw new RangeError(`${name} expects at most ${total} steps after the first but got step ${epoch}`);
      }
      const { phase: { lr: [from, to] }, share } = placeOf(phases, epoch);
      return groups.map((group) => anneal(bound(name, group, from), bound(name, group, to), share));
    },
    ...(cycleMomentum
      ? {
        momenta(groups, { epoch }) {
          const { phase: { momentum: [from, to] }, share } = placeOf(phases, epoch);
          return withMomenta(
            groups,
            groups.map((group) => anneal(bound(name, group, from), bound(name, group, to), share)),
          );
        },
      }
      : {}),
  });
}

function stepsOf(name: string, totalSteps?: number, epochs?: number, stepsPerEpoch?: number): number {
  if (totalSteps !== undefined) {
    checkNumber(name, "totalSteps", totalSteps, WHOLE);
    return totalSteps;
  }
  if (epochs === undefined || stepsPerEpoch === undefined) {
    throw new TypeError(
      `${name} expects totalSteps, or epochs and stepsPerEpoch, but got none of them whole`,
    );
  }
  checkNumber(name, "epochs", epochs, WHOLE);
  checkNumber(name, "stepsPerEpoch", stepsPerEpoch, WHOLE);
  return epochs * stepsPerEpoch;
}

function phasesOf(total: number, share: number, threePhase: boolean): readonly Phase[] {
  const up: Phase = {
    end: share * total - 1,
    lr: ["initialLr", "maxLr"],
    momentum: ["maxMomentum", "baseMomentum"],
  };
  if (!threePhase) {
    return [up, { end: total - 1, lr: ["maxLr", "minLr"], momentum: ["baseMomentum", "maxMomentum"] }];
  }
  return [
    up,
    { end: 2 * share * total - 2, lr: ["maxLr", "initialLr"], momentum: ["baseMomentum", "maxMomentum"] },
    { end: total - 1, lr: ["initialLr", "minLr"], momentum: ["maxMomentum", "maxMomentum"] },
  ];
}

/** The phase of a step, and which share of it has gone by. */
function placeOf(phases: readonly Phase[], step: number): { readonly phase: Phase; readonly share: number } {
  const index = phases.findIndex(({ end }, i) => step <= end || i === phases.length - 1);
  const start = index === 0 ? 0 : phases[index - 1].end;
  return { phase: phases[index], share: (step - start) / (phases[index].end - start) };
}

function bound(name: string, group: SchedulerGroup, key: LrBound | MomentumBound): number {
  const value = group[key];
  if (typeof value === "number") return value;
  throw new TypeError(`${name} expects groups with the ${key} of its first step but got none`);
}
