/**
 * What MindSpore's loss scale managers are made of.
 *
 * @module
 */

import { host } from "../../tensor/mod.ts";
import type { Domain } from "../checks.ts";
import type { LossScale, LossScaleState } from "../loss_scale.ts";

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
