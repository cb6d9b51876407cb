/**
 * The scaling that LARS does, with the decay inside of the ratio.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide, minimum, multiply } from "../tensor/mod.ts";
import { checkNumber, checkScalar, NOT_NEGATIVE } from "./checks.ts";
import { leafNorm } from "./leaf_norm.ts";
import { zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByLars}. */
export interface ScaleByLarsOptions {
  /** Share of the params that is added to the updates; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
  /** What the ratio of the norms is multiplied by; not negative. @default {1e-3} */
  readonly trustCoefficient?: ScalarOrSchedule;
  /** Added to the norms that are divided by; not negative. @default {1e-5} */
  readonly eps?: number;
  /** The learning rate that comes after it, at which the ratio is clipped; without it there is no clipping. */
  readonly clipAt?: ScalarOrSchedule;
}

const SCALE_BY_LARS_OPTIONS = { weightDecay: true, trustCoefficient: true, eps: true, clipAt: true } as const;

/** The state of {@linkcode scaleByLars}. */
export interface ScaleByLarsState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByLars";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly weightDecay: number;
    readonly trustCoefficient: number;
    /** 1 where nothing is clipped. */
    readonly clipAt: number;
  };
}

/**
 * Decays each leaf and scales it to the norm of its params:
 * `u = (g + weightDecay p) r` with `r = trustCoefficient |p| / (|g| + weightDecay |p| + eps)`, and
 * `r = min(r / clipAt, 1)` where there is a rate to clip at. `addDecayedWeights` and `scaleByTrustRatio` one after the
 * other, as optax has LARS, take the norm of the sum in place of the sum of the norms. You et al. 2017.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If an option is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByLars } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const lars = scaleByLars({ trustCoefficient: 0.5, eps: 0 });
 * const params = { x: tensor([3, 4]) };
 * const { updates } = lars.update(lars.init(params), { x: tensor([0, 2]) }, params);
 * assertAlmostEquals(updates.x.data()[1], 2.5, 1e-6);
 * ```
 */
export function scaleByLars(options: ScaleByLarsOptions = {}): Transform<unknown, ScaleByLarsState> {
  checkOptionNames("scaleByLars", options, SCALE_BY_LARS_OPTIONS);
  const { weightDecay = 0, trustCoefficient = 1e-3, eps = 1e-5, clipAt } = options;
  checkScalar("scaleByLars", "weightDecay", weightDecay, NOT_NEGATIVE);
  checkScalar("scaleByLars", "trustCoefficient", trustCoefficient, NOT_NEGATIVE);
  checkNumber("scaleByLars", "eps", eps, NOT_NEGATIVE);
  if (clipAt !== undefined) checkScalar("scaleByLars", "clipAt", clipAt, NOT_NEGATIVE);
  return transform<ScaleByLarsState>({
    name: "scaleByLars",
    hyperparameters: { weightDecay, trustCoefficient, clipAt: clipAt ?? 1 },
    options: { eps, clips: clipAt !== undefined },
    init: () => ({}),
    update: ({ grads, params, hyperparameters: { weightDecay, trustCoefficient, clipAt: rate } }) => ({
      state: {},
      updates: zipLeaves("scaleByLars", [grads, params], (g, param) => {
        const p = cast(param, g.dtype);
        const ofParams = leafNorm(p);
        const divisor = add(add(leafNorm(g), multiply(ofParams, weightDecay)), eps);
        const ratio = divide(multiply(ofParams, trustCoefficient), divisor);
        const clipped = clipAt === undefined ? ratio : minimum(divide(ratio, rate), 1);
        return multiply(add(g, multiply(p, weightDecay)), clipped);
      }),
    }),
  });
}
