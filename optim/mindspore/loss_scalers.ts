/**
 * MindSpore's functional loss scalers, as pure functions of a state.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { divide, host, multiply } from "../../tensor/mod.ts";
import { checkNumber, WHOLE } from "../checks.ts";
import { zipLeaves } from "../leaves.ts";
import type { LossScale, LossScaleState } from "../loss_scale.ts";
import { FROM_ONE } from "./loss_scale_manager.ts";

/** A loss scaler of MindSpore's; `lossScaled(optimizer, scaler)` is a training step with it. */
export interface LossScaler extends LossScale {
  /** What `adjust` of MindSpore returns: whether the scale is one that can change. */
  readonly adjusts: boolean;
  /** Every leaf of a tree times the scale. */
  scale<T>(state: LossScaleState, inputs: T): T;
  /** Every leaf of a tree divided by the scale. */
  unscale<T>(state: LossScaleState, inputs: T): T;
  /** The state after a step whose gradients were finite or not. */
  adjust(state: LossScaleState, gradsFinite: boolean): LossScaleState;
}

function scaler(
  scaleValue: number,
  adjusts: boolean,
  next: (state: LossScaleState, finite: number) => LossScaleState,
): LossScaler {
  return {
    adjusts,
    init: () => ({ kind: "lossScale", scale: Math.fround(scaleValue), goodSteps: 0, overflows: 0 }),
    next,
    scale: ({ scale }, inputs) => zipLeaves("scale", [inputs], (x) => multiply(x, scale)),
    unscale: ({ scale }, inputs) => zipLeaves("unscale", [inputs], (x) => divide(x, scale)),
    adjust: (state, gradsFinite) => next(state, gradsFinite ? 1 : 0),
  };
}

const overflowsAfter = (finite: number, { overflows }: LossScaleState): number =>
  host((finite, n) => finite !== 0 ? n : n + 1, finite, overflows);

/** Options of {@linkcode StaticLossScaler}. */
export interface StaticLossScalerOptions {
  /** The scale; not below 1. */
  readonly scaleValue: number;
}

const STATIC_LOSS_SCALER_OPTIONS = { scaleValue: true } as const;

/**
 * `mindspore.amp.StaticLossScaler`: a scale that stays as it is.
 *
 * @throws {TypeError} If an option is missing, unknown or of another type.
 * @throws {RangeError} If the scale is below 1.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scaler = mindspore.StaticLossScaler({ scaleValue: 2 ** 10 });
 * assertEquals(scaler.scale(scaler.init(), tensor([1])).toArray(), [1024]);
 * ```
 */
export function StaticLossScaler(options: StaticLossScalerOptions): LossScaler {
  checkOptionNames("StaticLossScaler", options, STATIC_LOSS_SCALER_OPTIONS);
  checkNumber("StaticLossScaler", "scaleValue", options.scaleValue, FROM_ONE);
  return scaler(options.scaleValue, false, (state, finite) => ({
    ...state,
    goodSteps: host((finite, n) => finite !== 0 ? n + 1 : 0, finite, state.goodSteps),
    overflows: overflowsAfter(finite, state),
  }));
}

/** Options of {@linkcode DynamicLossScaler}. */
export interface DynamicLossScalerOptions {
  /** The scale to start with; not below 1. */
  readonly scaleValue: number;
  /** What the scale is multiplied and divided by; a whole number above 0. */
  readonly scaleFactor: number;
  /** After how many finite steps in a row the scale grows; a whole number above 0. */
  readonly scaleWindow: number;
}

const DYNAMIC_LOSS_SCALER_OPTIONS = { scaleValue: true, scaleFactor: true, scaleWindow: true } as const;

/**
 * `mindspore.amp.DynamicLossScaler`: a scale that is divided by `scaleFactor` when gradients overflow, but not below 1,
 * and multiplied by it after `scaleWindow` finite steps in a row, unless it would not be finite in single precision.
 *
 * @throws {TypeError} If an option is missing, unknown or of another type.
 * @throws {RangeError} If a number is outside of its range.
 *
 * @example
 * ```ts
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scaler = mindspore.DynamicLossScaler({ scaleValue: 1024, scaleFactor: 2, scaleWindow: 2 });
 * assertEquals(scaler.adjust(scaler.init(), false).scale, 512);
 * ```
 */
export function DynamicLossScaler(options: DynamicLossScalerOptions): LossScaler {
  checkOptionNames("DynamicLossScaler", options, DYNAMIC_LOSS_SCALER_OPTIONS);
  const name = "DynamicLossScaler";
  const { scaleValue, scaleFactor, scaleWindow } = options;
  checkNumber(name, "scaleValue", scaleValue, FROM_ONE);
  checkNumber(name, "scaleFactor", scaleFactor, WHOLE);
  checkNumber(name, "scaleWindow", scaleWindow, WHOLE);
  return scaler(scaleValue, true, (state, finite) => ({
    kind: "lossScale",
    scale: host(
      (finite, scale, good) => {
        if (finite === 0) return Math.max(1, Math.fround(scale / scaleFactor));
        const grown = Math.fround(scale * scaleFactor);
        return good === scaleWindow - 1 && Number.isFinite(grown) ? grown : scale;
      },
      finite,
      state.scale,
      state.goodSteps,
    ),
    goodSteps: host((finite, n) => finite === 0 ? 0 : (n + 1) % scaleWindow, finite, state.goodSteps),
    overflows: overflowsAfter(finite, state),
  }));
}
