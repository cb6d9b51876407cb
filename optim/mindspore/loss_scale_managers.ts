/**
 * MindSpore's loss scale managers, as pure functions of a state.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { host } from "../../tensor/mod.ts";
import { checkNumber, type Domain, POSITIVE, WHOLE } from "../checks.ts";
import type { LossScale, LossScaleState } from "../loss_scale.ts";
import { checkBoolean } from "./checks.ts";

/** The state of a {@linkcode LossScaleManager}: plain data. */
export interface LossScaleManagerState extends LossScaleState {
  /** The number of the next update, from 1. */
  readonly iteration: number;
  /** The number of the last update with an overflow, or of the last one that counting began anew with; 0 at first. */
  readonly lastOverflow: number;
  /** How many updates in a row had an overflow. */
  readonly badSteps: number;
}

/**
 * A loss scale of MindSpore's: `lossScaled(optimizer, manager)` is a training step with it that leaves out updates
 * whose gradients overflow, as `TrainOneStepWithLossScaleCell`.
 */
export interface LossScaleManager extends LossScale {
  /** Whether steps whose gradients overflow are left out; if not, the optimizer has to have the `lossScale`. */
  readonly dropOverflowUpdate: boolean;
  /** The state before the first step. */
  init(): LossScaleManagerState;
  /** The state after a step whose gradients were finite (1) or not (0). */
  next(state: LossScaleManagerState, finite: number): LossScaleManagerState;
  /** The state after a step that had an overflow or not, as `update_loss_scale`. */
  updateLossScale(state: LossScaleManagerState, overflow: boolean): LossScaleManagerState;
}

/** From 1 on. */
export const FROM_ONE: Domain = {
  text: "a finite number not below 1",
  includes: (value) => Number.isFinite(value) && value >= 1,
};

const TOO_MANY = 1000;

/** What a manager is made from. */
export interface ManagerDefinition {
  /** The scale to start with. */
  readonly scale: number;
  /** Whether steps whose gradients overflow are left out. */
  readonly dropOverflowUpdate: boolean;
  /** The state after a step whose gradients were finite (1) or not (0). */
  readonly update: (state: LossScaleManagerState, finite: number) => LossScaleManagerState;
}

/** Makes a manager. */
export function manager({ scale, dropOverflowUpdate, update }: ManagerDefinition): LossScaleManager {
  return {
    dropOverflowUpdate,
    init: () => ({
      kind: "lossScale",
      scale,
      goodSteps: 0,
      overflows: 0,
      iteration: 1,
      lastOverflow: 0,
      badSteps: 0,
    }),
    next: update,
    updateLossScale: (state, overflow) => update(state, overflow ? 0 : 1),
  };
}

/** What every update counts, given the scale after it. */
export function counted(
  state: LossScaleManagerState,
  finite: number,
  scale: number,
  lastOverflow: number,
): LossScaleManagerState {
  return {
    kind: "lossScale",
    scale,
    goodSteps: host(
      (finite, n, before, after) => finite !== 0 && before === after ? n + 1 : 0,
      finite,
      state.goodSteps,
      state.scale,
      scale,
    ),
    overflows: host((finite, n) => finite !== 0 ? n : n + 1, finite, state.overflows),
    iteration: host((n) => n + 1, state.iteration),
    lastOverflow,
    badSteps: host((finite, n) => finite !== 0 ? 0 : n + 1, finite, state.badSteps),
  };
}

/** Options of {@linkcode FixedLossScaleManager}. */
export interface FixedLossScaleManagerOptions {
  /** The scale; not below 1. @default {128} */
  readonly lossScale?: number;
  /** Whether steps whose gradients overflow are left out. @default {true} */
  readonly dropOverflowUpdate?: boolean;
}

const FIXED_LOSS_SCALE_MANAGER_OPTIONS = { lossScale: true, dropOverflowUpdate: true } as const;

/**
 * `mindspore.amp.FixedLossScaleManager`: a scale that stays as it is. With `dropOverflowUpdate` false, do not put
 * `lossScaled` around the optimizer but make it with the same `lossScale`; with true the optimizer's has to stay 1, or
 * gradients would be divided twice.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If the scale is below 1.
 *
 * @example
 * ```ts
 * import { multiply, tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const manager = mindspore.FixedLossScaleManager({ lossScale: 1024, dropOverflowUpdate: false });
 * const { scale } = manager.init();
 * const optimizer = mindspore.Momentum({ learningRate: 0.1, momentum: 0.9, lossScale: scale });
 * const params = { weight: tensor(1) };
 * const grads = { weight: multiply(tensor(2), scale) };
 * assertAlmostEquals(optimizer.step(optimizer.init(params), grads, params).params.weight.item(), 0.8, 1e-6);
 * ```
 */
export function FixedLossScaleManager(options: FixedLossScaleManagerOptions = {}): LossScaleManager {
  checkOptionNames("FixedLossScaleManager", options, FIXED_LOSS_SCALE_MANAGER_OPTIONS);
  const name = "FixedLossScaleManager";
  const { lossScale = 128, dropOverflowUpdate = true } = options;
  checkNumber(name, "lossScale", lossScale, FROM_ONE);
  checkBoolean(name, "dropOverflowUpdate", dropOverflowUpdate);
  return manager({
    scale: lossScale,
    dropOverflowUpdate,
    update: (state, finite) => counted(state, finite, state.scale, state.lastOverflow),
  });
}

/** Options of {@linkcode DynamicLossScaleManager}. */
export interface DynamicLossScaleManagerOptions {
  /** The scale to start with; not below 1. @default {16777216} */
  readonly initLossScale?: number;
  /** What the scale is multiplied and divided by; above 0. @default {2} */
  readonly scaleFactor?: number;
  /** After how many updates without an overflow the scale grows; a whole number above 0. @default {2000} */
  readonly scaleWindow?: number;
}

const DYNAMIC_LOSS_SCALE_MANAGER_OPTIONS = {
  initLossScale: true,
  scaleFactor: true,
  scaleWindow: true,
} as const;

/**
 * `mindspore.amp.DynamicLossScaleManager`: a scale that is divided by `scaleFactor` when gradients overflow, but not
 * below 1, and multiplied by it whenever the number of updates since is a multiple of `scaleWindow`.
 *
 * @throws {TypeError} If an option is unknown or of another type.
 * @throws {RangeError} If a number is outside of its range; from an update, if it is the 1001st in a row that overflows.
 *
 * @example
 * ```ts
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const manager = mindspore.DynamicLossScaleManager({ initLossScale: 8, scaleWindow: 2 });
 * let state = manager.init();
 * const overflows = [false, false, true, false, false];
 * const scales = overflows.map((overflow) => (state = manager.updateLossScale(state, overflow)).scale);
 * assertEquals(scales, [8, 16, 8, 8, 16]);
 * ```
 */
export function DynamicLossScaleManager(options: DynamicLossScaleManagerOptions = {}): LossScaleManager {
  checkOptionNames("DynamicLossScaleManager", options, DYNAMIC_LOSS_SCALE_MANAGER_OPTIONS);
  const name = "DynamicLossScaleManager";
  const { initLossScale = 2 ** 24, scaleFactor = 2, scaleWindow = 2000 } = options;
  checkNumber(name, "initLossScale", initLossScale, FROM_ONE);
  checkNumber(name, "scaleFactor", scaleFactor, POSITIVE);
  checkNumber(name, "scaleWindow", scaleWindow, WHOLE);
  return manager({
    scale: initLossScale,
    dropOverflowUpdate: true,
    update: (state, finite) => {
      const { iteration, badSteps } = state;
      const scale = host(
        (finite, scale, iteration, last, bad) => {
          if (finite === 0 && bad >= TOO_MANY) {
            throw new RangeError(`${name} expects at most ${TOO_MANY} overflows in a row but got more`);
          }
          if (finite === 0) return Math.max(scale * (1 / scaleFactor), 1);
          return (iteration - last) % scaleWindow === 0 ? scale * scaleFactor : scale;
        },
        finite,
        state.scale,
        iteration,
        state.lastOverflow,
        badSteps,
      );
      const last = host((finite, n, last) => finite === 0 ? n : last, finite, iteration, state.lastOverflow);
      return counted(state, finite, scale, last);
    },
  });
}
