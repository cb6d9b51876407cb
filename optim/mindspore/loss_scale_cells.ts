/**
 * MindSpore's cells that update loss scales, as pure functions of a state.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { host } from "../../tensor/mod.ts";
import { checkNumber, POSITIVE, WHOLE } from "../checks.ts";
import { counted, type LossScaleManager, manager } from "./loss_scale_manager.ts";

/** Options of {@linkcode FixedLossScaleUpdateCell}. */
export interface FixedLossScaleUpdateCellOptions {
  /** The scale. */
  readonly lossScaleValue: number;
}

const FIXED_LOSS_SCALE_UPDATE_CELL_OPTIONS = { lossScaleValue: true } as const;

/**
 * `mindspore.nn.FixedLossScaleUpdateCell`: a scale that stays as it is.
 *
 * @throws {TypeError} If an option is missing, unknown or of another type.
 * @throws {RangeError} If the scale is not above 0.
 *
 * @example
 * ```ts
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const cell = mindspore.FixedLossScaleUpdateCell({ lossScaleValue: 512 });
 * assertEquals(cell.updateLossScale(cell.init(), true).scale, 512);
 * ```
 */
export function FixedLossScaleUpdateCell(options: FixedLossScaleUpdateCellOptions): LossScaleManager {
  checkOptionNames("FixedLossScaleUpdateCell", options, FIXED_LOSS_SCALE_UPDATE_CELL_OPTIONS);
  checkNumber("FixedLossScaleUpdateCell", "lossScaleValue", options.lossScaleValue, POSITIVE);
  return manager({
    scale: options.lossScaleValue,
    dropOverflowUpdate: true,
    update: (state, finite) => counted(state, finite, state.scale, state.lastOverflow),
  });
}

/** Options of {@linkcode DynamicLossScaleUpdateCell}. */
export interface DynamicLossScaleUpdateCellOptions {
  /** The scale to start with; above 0. */
  readonly lossScaleValue: number;
  /** What the scale is multiplied and divided by; a whole number above 0. */
  readonly scaleFactor: number;
  /** After how many updates without an overflow the scale grows; a whole number above 0. */
  readonly scaleWindow: number;
}

const DYNAMIC_LOSS_SCALE_UPDATE_CELL_OPTIONS = {
  lossScaleValue: true,
  scaleFactor: true,
  scaleWindow: true,
} as const;

/**
 * `mindspore.nn.DynamicLossScaleUpdateCell`: as {@linkcode DynamicLossScaleManager}, but counting begins anew when the
 * scale grows, and the scale is in single precision.
 *
 * @throws {TypeError} If an option is missing, unknown or of another type.
 * @throws {RangeError} If a number is outside of its range.
 *
 * @example
 * ```ts
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const cell = mindspore.DynamicLossScaleUpdateCell({ lossScaleValue: 8, scaleFactor: 2, scaleWindow: 2 });
 * let state = cell.init();
 * const overflows = [false, false, true, false, false];
 * const scales = overflows.map((overflow) => (state = cell.updateLossScale(state, overflow)).scale);
 * assertEquals(scales, [8, 16, 8, 8, 16]);
 * ```
 */
export function DynamicLossScaleUpdateCell(options: DynamicLossScaleUpdateCellOptions): LossScaleManager {
  checkOptionNames("DynamicLossScaleUpdateCell", options, DYNAMIC_LOSS_SCALE_UPDATE_CELL_OPTIONS);
  const name = "DynamicLossScaleUpdateCell";
  const { lossScaleValue, scaleFactor, scaleWindow } = options;
  checkNumber(name, "lossScaleValue", lossScaleValue, POSITIVE);
  checkNumber(name, "scaleFactor", scaleFactor, WHOLE);
  checkNumber(name, "scaleWindow", scaleWindow, WHOLE);
  return manager({
    scale: lossScaleValue,
    dropOverflowUpdate: true,
    update: (state, finite) => {
      const { iteration } = state;
      const grows = host(
        (finite, n, last) => finite !== 0 && scaleWindow <= n - last ? 1 : 0,
        finite,
        iteration,
        state.lastOverflow,
      );
      const scale = host(
        (finite, grows, scale) => {
          if (finite === 0) return Math.max(Math.fround(scale * Math.fround(1 / scaleFactor)), 1);
          return grows !== 0 ? Math.fround(scale * scaleFactor) : scale;
        },
        finite,
        grows,
        state.scale,
      );
      const last = host(
        (finite, grows, n, last) => finite === 0 || grows !== 0 ? n : last,
        finite,
        grows,
        iteration,
        state.lastOverflow,
      );
      return counted(state, finite, scale, last);
    },
  });
}
