/**
 * Polyak's step size.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  cast,
  divide,
  lessEqual,
  maximum,
  minimum,
  multiply,
  subtract,
  type Tensor,
  where,
} from "../tensor/mod.ts";
import { checkScalar, FINITE, NOT_NEGATIVE } from "./checks.ts";
import { innerProduct } from "./inner_product.ts";
import { zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";
import { checkValue } from "./value.ts";

/** What Polyak's step size needs beside gradients. */
export interface ValueExtra {
  /** The value of the objective at the params, a scalar. */
  readonly value: Tensor | number;
}

/** Options of {@linkcode scaleByPolyak}. */
export interface ScaleByPolyakOptions {
  /** A lower bound of the objective; a wrong one may make the method diverge. @default {0} */
  readonly fMin?: ScalarOrSchedule;
  /** The largest step; not negative. @default {1} */
  readonly maxLearningRate?: ScalarOrSchedule;
  /** Added to the squared norm; not negative. @default {0} */
  readonly eps?: ScalarOrSchedule;
  /** With "sps+" a value below `fMin` makes no step, with "sps" a step up the gradient. @default {"sps"} */
  readonly variant?: "sps" | "sps+";
}

const SCALE_BY_POLYAK_OPTIONS = { fMin: true, maxLearningRate: true, eps: true, variant: true } as const;

/** The state of {@linkcode scaleByPolyak}. */
export interface ScaleByPolyakState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByPolyak";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly fMin: number;
    readonly maxLearningRate: number;
    readonly eps: number;
  };
}

/** Throws unless the options of Polyak's step size are right, in the name of `operation`. */
export function checkPolyakOptions(operation: string, options: ScaleByPolyakOptions): void {
  const { fMin = 0, maxLearningRate = 1, eps = 0, variant = "sps" } = options;
  checkScalar(operation, "fMin", fMin, FINITE);
  checkScalar(operation, "maxLearningRate", maxLearningRate, NOT_NEGATIVE);
  checkScalar(operation, "eps", eps, NOT_NEGATIVE);
  if (variant !== "sps" && variant !== "sps+") {
    throw new RangeError(`${operation} expects variant "sps" or "sps+" but got ${String(variant)}`);
  }
}

/**
 * Scales updates by Polyak's step size, as `optax.scale_by_polyak`:
 * `u = g * min((value - fMin) / (|g|^2 + eps), maxLearningRate)`, and 0 where the divisor is no more than 2^-52. It
 * needs the extra `value`. Loizou et al. 2021, Garrigos et al. 2023 ("sps+").
 *
 * @throws {TypeError} If an option is of another type, or in a step, if `value` is no scalar.
 * @throws {RangeError} If `maxLearningRate` or `eps` is negative, or the variant unknown.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByPolyak } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const polyak = scaleByPolyak();
 * const params = { x: tensor(2) };
 * const { updates } = polyak.update(polyak.init(params), { x: tensor(4) }, params, { value: tensor(4) });
 * assertEquals(updates.x.item(), 1);
 * ```
 */
export function scaleByPolyak(
  options: ScaleByPolyakOptions = {},
): Transform<unknown, ScaleByPolyakState, ValueExtra> {
  checkOptionNames("scaleByPolyak", options, SCALE_BY_POLYAK_OPTIONS);
  checkPolyakOptions("scaleByPolyak", options);
  const { fMin = 0, maxLearningRate = 1, eps = 0, variant = "sps" } = options;
  return transform<ScaleByPolyakState, ValueExtra>({
    name: "scaleByPolyak",
    hyperparameters: { fMin, maxLearningRate, eps },
    init: () => ({}),
    update: ({ grads, hyperparameters: { fMin, maxLearningRate, eps }, extra }) => {
      const norm = innerProduct("scaleByPolyak", grads, grads);
      const value = checkValue("scaleByPolyak", extra, norm.dtype);
      const gap = variant === "sps" ? subtract(value, fMin) : maximum(subtract(value, fMin), 0);
      const divisor = add(norm, eps);
      // What is divided by is made safe first, for gradients through the update.
      const isNothing = lessEqual(divisor, Number.EPSILON);
      const step = minimum(divide(gap, where(isNothing, 1, divisor)), maxLearningRate);
      const factor = where(isNothing, 0, step);
      return {
        state: {},
        updates: zipLeaves("scaleByPolyak", [grads], (g) => multiply(g, cast(factor, g.dtype))),
      };
    },
  });
}
