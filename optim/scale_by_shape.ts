/**
 * Updates scaled by the shape of their matrix.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { multiply } from "../tensor/mod.ts";
import { checkNumber, POSITIVE } from "./checks.ts";
import { type DimensionNumbersOf, MATRICES } from "./dimension_numbers.ts";
import { mapLeaves } from "./leaves.ts";
import { matricesOf } from "./scale_by_muon.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByShape}. */
export interface ScaleByShapeOptions {
  /**
   * The root mean square that updates of Muon get whatever their shape; AdamW's is about 0.2. By default
   * none.
   */
  readonly consistentRms?: number;
  /** Which axes of a leaf make a matrix. By default leaves of two axes do, and no others may be there. */
  readonly dimensionNumbers?: DimensionNumbersOf;
}

const SCALE_BY_SHAPE_OPTIONS = { consistentRms: true, dimensionNumbers: true } as const;

/** The state of {@linkcode scaleByShape}. */
export interface ScaleByShapeState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByShape";
}

/**
 * Scales the update of each matrix by its shape, as `optax.contrib.muon` does after the orthogonalization: by
 * `sqrt(max(1, columns / rows))`, so that a learning rate found for one width fits others (Bernstein 2025),
 * or with `consistentRms` by `consistentRms sqrt(max(rows, columns))`, so that it is one for AdamW (Liu et
 * al. 2025).
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If `consistentRms` is not above 0; in use, if a leaf is no matrix.
 *
 * @example
 * ```ts
 * import { ones } from "@weft/weft";
 * import { scaleByShape } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scaling = scaleByShape();
 * const params = { kernel: ones([1, 4]) };
 * const { updates } = scaling.update(scaling.init(params), params, params);
 * assertEquals(updates.kernel.toArray(), [[2, 2, 2, 2]]);
 * ```
 */
export function scaleByShape(options: ScaleByShapeOptions = {}): Transform<unknown, ScaleByShapeState> {
  checkOptionNames("scaleByShape", options, SCALE_BY_SHAPE_OPTIONS);
  const { consistentRms, dimensionNumbers = MATRICES } = options;
  if (consistentRms !== undefined) checkNumber("scaleByShape", "consistentRms", consistentRms, POSITIVE);
  return transform<ScaleByShapeState>({
    name: "scaleByShape",
    hyperparameters: {},
    init: () => ({}),
    update: ({ grads }) => ({
      state: {},
      updates: mapLeaves(grads, (g, path) => {
        const { rows, columns } = matricesOf("scaleByShape", dimensionNumbers, g, path);
        const factor = consistentRms === undefined
          ? Math.sqrt(Math.max(1, columns / rows))
          : Math.sqrt(Math.max(rows, columns)) * consistentRms;
        return multiply(g, factor);
      }),
    }),
  });
}
