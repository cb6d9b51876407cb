/**
 * CosineAnnealingWarmRestarts.
 *
 * @module
 */

import { checkOptionNames } from "../../../tensor/check_option_names.ts";
import { checkNumber, FINITE, NOT_NEGATIVE, WHOLE } from "../../checks.ts";
import { type SchedulerGroup, withLrs } from "./scheduler_group.ts";
import { type LastEpochOption, startingGroups } from "./recursive_scheduler.ts";
import {
  assembleScheduler,
  type EpochArgument,
  type Scheduled,
  type Scheduler,
  type SchedulerState,
} from "./scheduler.ts";

/** Options of {@linkcode CosineAnnealingWarmRestarts}. */
export interface CosineAnnealingWarmRestartsOptions extends LastEpochOption {
  /** How many epochs there are up to the first restart. */
  readonly T0: number;
  /** What that number is multiplied by at each restart; a whole number. @default {1} */
  readonly TMult?: number;
  /** The smallest learning rate. @default {0} */
  readonly etaMin?: number;
}

const COSINE_ANNEALING_WARM_RESTARTS_OPTIONS = {
  T0: true,
  TMult: true,
  etaMin: true,
  lastEpoch: true,
} as const;

/** The state of {@linkcode CosineAnnealingWarmRestarts}. */
export interface CosineAnnealingWarmRestartsState extends SchedulerState {
  /** The epoch of the last step, rounded down. */
  readonly lastEpoch: number;
  /** How many epochs there were since the last restart. */
  readonly TCur: number;
  /** How many epochs there are between this restart and the next. */
  readonly TI: number;
  /** The learning rates at a restart. */
  readonly baseLrs: readonly number[];
}

/**
 * A cosine from the first learning rate to `etaMin` that starts again after `T0` epochs, then after `T0 TMult`, and so
 * on, as torch.optim.lr_scheduler.CosineAnnealingWarmRestarts:
 * `lr = etaMin + (baseLr - etaMin) (1 + cos(pi TCur / TI)) / 2`. A step may be told any epoch from 0 on, a fraction
 * too. Loshchilov and Hutter 2017.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is outside of its range, or an epoch below 0.
 *
 * @example
 * ```ts
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scheduler = torch.CosineAnnealingWarmRestarts({ T0: 2, TMult: 2 });
 * let { state, groups } = scheduler.init([{ lr: 1 }]);
 * const seen = [1, 2, 3].map(() => ({ state, groups } = scheduler.step(state, groups)).groups[0].lr);
 * assertEquals(seen.map((lr) => lr.toFixed(4)), ["0.5000", "1.0000", "0.8536"]);
 * ({ state, groups } = scheduler.step(state, groups, { epoch: 0.5 }));
 * assertEquals(groups[0].lr.toFixed(4), "0.8536");
 * ```
 */
export function CosineAnnealingWarmRestarts(
  options: CosineAnnealingWarmRestartsOptions,
): Scheduler<CosineAnnealingWarmRestartsState> {
  checkOptionNames("CosineAnnealingWarmRestarts", options, COSINE_ANNEALING_WARM_RESTARTS_OPTIONS);
  const name = "CosineAnnealingWarmRestarts";
  const { T0, TMult = 1, etaMin = 0, lastEpoch = -1 } = options;
  checkNumber(name, "T0", T0, WHOLE);
  checkNumber(name, "TMult", TMult, WHOLE);
  checkNumber(name, "etaMin", etaMin, FINITE);
  checkNumber(name, "lastEpoch", lastEpoch, FINITE);
  type State = CosineAnnealingWarmRestartsState;
  const step = (
    state: State,
    groups: readonly SchedulerGroup[],
    { epoch }: EpochArgument,
  ): Scheduled<State, SchedulerGroup> => {
    const told = epoch ?? (state.lastEpoch < 0 ? 0 : undefined);
    if (told !== undefined) checkNumber(name, "epoch", told, NOT_NEGATIVE);
    const { TCur, TI } = told === undefined ? next(state, TMult) : at(told, T0, TMult, state.TI);
    const { baseLrs } = state;
    const rates = baseLrs.map((base) => etaMin + (base - etaMin) * (1 + Math.cos(Math.PI * TCur / TI)) / 2);
    const reached = Math.floor(told ?? state.lastEpoch + 1);
    const scheduled = withLrs(groups, rates);
    const lastLr = scheduled.map(({ lr }) => lr);
    return { state: { kind: name, lastLr, lastEpoch: reached, TCur, TI, baseLrs }, groups: scheduled };
  };
  return assembleScheduler<State>({
    name,
    init(given) {
      const groups = startingGroups(name, lastEpoch, given);
      const lastLr = groups.map(({ lr }) => lr);
      const baseLrs = groups.map(({ initialLr }) => initialLr!);
      return step({ kind: name, lastLr, lastEpoch, TCur: lastEpoch, TI: T0, baseLrs }, groups, {});
    },
    step,
    restart: (state, groups) => step(state, groups, {}),
    undo: (state) => ({ ...state, lastEpoch: state.lastEpoch - 1 }),
  });
}

interface Place {
  readonly TCur: number;
  readonly TI: number;
}

function next({ TCur, TI }: Place, TMult: number): Place {
  return TCur + 1 >= TI ? { TCur: (TCur + 1) % TI, TI: TI * TMult } : { TCur: TCur + 1, TI };
}

// With equal cycles torch leaves the length as it is, which is T0 then.
function at(epoch: number, T0: number, TMult: number, TI: number): Place {
  if (epoch < T0) return { TCur: epoch, TI: T0 };
  if (TMult === 1) return { TCur: epoch % T0, TI };
  const restarts = Math.trunc(Math.log(epoch / T0 * (TMult - 1) + 1) / Math.log(TMult));
  return {
    TCur: epoch - T0 * (TMult ** restarts - 1) / (TMult - 1),
    TI: T0 * TMult ** restarts,
  };
}
