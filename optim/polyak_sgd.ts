/**
 * Gradient descent with Polyak's step size.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import {
  checkPolyakOptions,
  scaleByPolyak,
  type ScaleByPolyakOptions,
  type ScaleByPolyakState,
  type ValueExtra,
} from "./scale_by_polyak.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode polyakSgd}. */
export interface PolyakSgdOptions extends ScaleByPolyakOptions {
  /** What gradients are multiplied by before the step size is computed; not negative. @default {1} */
  readonly scaling?: ScalarOrSchedule;
}

const POLYAK_SGD_OPTIONS = {
  scaling: true,
  fMin: true,
  maxLearningRate: true,
  eps: true,
  variant: true,
} as const;

/** The state of {@linkcode polyakSgd}. */
export interface PolyakSgdState {
  /** The name of the function that made the optimizer. */
  readonly kind: "polyakSgd";
  /** The scaling. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
  /** The step size. */
  readonly scaleByPolyak: ScaleByPolyakState;
}

/**
 * Gradient descent with Polyak's step size, as `optax.polyak_sgd`: `scaleByLearningRate` by `scaling`, then
 * `scaleByPolyak`, so with `s = -scaling * g` it is `u = s * min((value - fMin) / (|s|^2 + eps), maxLearningRate)`.
 * As in optax the norm is that of the scaled gradients: a scaling of 2 halves the steps that are not cut off. It
 * needs the extra `value`. Loizou et al. 2021.
 *
 * @throws {TypeError} If an option is of another type, or in a step, if `value` is no scalar.
 * @throws {RangeError} If a number is negative or not finite, or the variant unknown.
 *
 * @example
 * ```ts
 * import { square, sum, tensor, type Tensor, valueAndGrad } from "@weft/weft";
 * import { polyakSgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = polyakSgd();
 * const params = { x: tensor([1, 2, 3]) };
 * const { value, gradient } = valueAndGrad((p: { x: Tensor }) => sum(square(p.x)))(params);
 * const { params: next } = optimizer.step(optimizer.init(params), gradient, params, { value });
 * assertEquals(next.x.toArray(), [0.5, 1, 1.5]);
 * ```
 */
export function polyakSgd(options: PolyakSgdOptions = {}): Transform<unknown, PolyakSgdState, ValueExtra> {
  checkOptionNames("polyakSgd", options, POLYAK_SGD_OPTIONS);
  const { scaling = 1, ...rest } = options;
  checkScalar("polyakSgd", "scaling", scaling, NOT_NEGATIVE);
  checkPolyakOptions("polyakSgd", options);
  return namedChain("polyakSgd", scaleByLearningRate(scaling), scaleByPolyak(rest));
}
