/**
 * MindSpore's loss scale managers, as pure functions of a state.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { host } from "../../tensor/mod.ts";
import { checkNumber, POSITIVE, WHOLE } from "../checks.ts";
import { checkBoolean } from "./checks.ts";
import { counted, FROM_ONE, type LossScaleManager, manager } from "./loss_scale_manager.ts";

const TOO_MANY = 1000;

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
