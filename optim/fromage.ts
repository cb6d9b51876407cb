/**
 * Fromage.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, host, multiply } from "../tensor/mod.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import { zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scale, type ScaleState } from "./scale.ts";
import { scaleByTrustRatio, type ScaleByTrustRatioState } from "./scale_by_trust_ratio.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode fromage}. */
export interface FromageOptions {
  /** The learning rate, relative to the norm of the params of each leaf; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** The least that a norm counts as; not negative. @default {1e-6} */
  readonly minNorm?: ScalarOrSchedule;
}

const FROMAGE_OPTIONS = { learningRate: true, minNorm: true } as const;

/** The state of the part of {@linkcode fromage} that keeps the norm of the params from growing. */
export interface ShrinkBesideStepState extends TransformState {
  /** The name of the part. */
  readonly kind: "shrinkBesideStep";
  /** What the last step used. */
  readonly hyperparameters: { readonly learningRate: number };
}

/** The state of {@linkcode fromage}. */
export interface FromageState {
  /** The name of the function that made the optimizer. */
  readonly kind: "fromage";
  /** The norms. */
  readonly scaleByTrustRatio: ScaleByTrustRatioState;
  /** The learning rate. */
  readonly shrinkBesideStep: ShrinkBesideStepState;
  /** The minus sign. */
  readonly scale: ScaleState;
}

/** `u = k learningRate g + (1 - k) p` with `k = 1 / sqrt(1 + learningRate^2)`. */
function shrinkBesideStep(learningRate: ScalarOrSchedule): Transform<unknown, ShrinkBesideStepState> {
  return transform<ShrinkBesideStepState>({
    name: "shrinkBesideStep",
    hyperparameters: { learningRate },
    init: () => ({}),
    update: ({ grads, params, hyperparameters: { learningRate } }) => {
      const ofGrads = host((rate) => rate / Math.sqrt(1 + rate ** 2), learningRate);
      const ofParams = host((rate) => 1 - 1 / Math.sqrt(1 + rate ** 2), learningRate);
      const updates = zipLeaves(
        "shrinkBesideStep",
        [grads, params],
        (g, p) => cast(add(multiply(g, ofGrads), multiply(p, ofParams)), g.dtype),
      );
      return { state: {}, updates };
    },
  });
}

/**
 * Fromage, as `optax.fromage`: with `k = 1 / sqrt(1 + learningRate^2)` each leaf becomes
 * `k (p - learningRate g |p| / |g|)`, so that its norm does not grow with the steps. Bernstein et al. 2020.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If an option is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { fromage } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = fromage({ learningRate: 0.75 });
 * const params = { x: tensor([5]) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor([30]) }, params);
 * assertAlmostEquals(next.x.item(), 1, 1e-6);
 * ```
 */
export function fromage(options: FromageOptions): Transform<unknown, FromageState> {
  checkOptionNames("fromage", options, FROMAGE_OPTIONS);
  const { learningRate, minNorm = 1e-6 } = options;
  checkScalar("fromage", "learningRate", learningRate, NOT_NEGATIVE);
  checkScalar("fromage", "minNorm", minNorm, NOT_NEGATIVE);
  return namedChain("fromage", scaleByTrustRatio({ minNorm }), shrinkBesideStep(learningRate), scale(-1));
}
