/**
 * NAdam's scaling of updates with a schedule of the momentum, where every leaf counts its own steps.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide, host, multiply, sqrt } from "../tensor/mod.ts";
import { checkScalar, FINITE } from "./checks.ts";
import { leafNumbers, mapNumbers, type NumberTree, zipNumbers } from "./leaf_numbers.ts";
import {
  type LeafwiseMoments,
  type LeafwiseMomentsOptions,
  leafwiseOptions,
  moveMoments,
  noMoments,
} from "./leafwise_moments.ts";
import { biasCorrection } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByLeafwiseNadam}. */
export interface ScaleByLeafwiseNadamOptions extends LeafwiseMomentsOptions {
  /** How fast the momentum grows to `beta1`. @default {4e-3} */
  readonly momentumDecay?: ScalarOrSchedule;
}

const SCALE_BY_LEAFWISE_NADAM_OPTIONS = { momentumDecay: true, beta1: true, beta2: true, eps: true } as const;

/** The state of {@linkcode scaleByLeafwiseNadam}. */
export interface ScaleByLeafwiseNadamState extends TransformState, LeafwiseMoments {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByLeafwiseNadam";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly beta1: number;
    readonly beta2: number;
    readonly eps: number;
    readonly momentumDecay: number;
  };
  /** The product of each leaf's momenta so far, in single precision as torch keeps it; a tree like the params. */
  readonly muProduct: NumberTree;
}

/** The momentum at step t, from 1. */
function momentumAt(t: number, beta1: number, decay: number): number {
  return beta1 * (1 - 0.5 * 0.96 ** (t * decay));
}

/**
 * NAdam's scaling as `torch.optim.NAdam` has it, where each leaf counts the steps t in which it had a gradient. With
 * the momentum `mu_t = beta1 (1 - 0.96^(t momentumDecay) / 2)`, the product `M` of all so far and
 * `d = sqrt(v / (1 - beta2^t)) + eps`, it is `u = (1 - mu_t) / (1 - M) g / d + mu_(t+1) / (1 - M mu_(t+1)) m / d`.
 * A leaf without a gradient, a hole, keeps its moments and its t.
 *
 * `scaleByAdam` with `nesterov` is optax's form, whose momentum is the same in every step. Dozat 2016.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByLeafwiseNadam } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scaling = scaleByLeafwiseNadam({ beta1: 0, beta2: 0.5, eps: 0 });
 * const params = { x: tensor([1, 2]) };
 * const { updates } = scaling.update(scaling.init(params), { x: tensor([3, -4]) }, params);
 * assertEquals(updates.x.toArray(), [1, -1]);
 * ```
 */
export function scaleByLeafwiseNadam(
  options: ScaleByLeafwiseNadamOptions = {},
): Transform<unknown, ScaleByLeafwiseNadamState> {
  checkOptionNames("scaleByLeafwiseNadam", options, SCALE_BY_LEAFWISE_NADAM_OPTIONS);
  const name = "scaleByLeafwiseNadam";
  const { momentumDecay = 4e-3 } = options;
  checkScalar(name, "momentumDecay", momentumDecay, FINITE);
  return transform<ScaleByLeafwiseNadamState>({
    name,
    hyperparameters: { ...leafwiseOptions(name, options), momentumDecay },
    init: (params) => ({ ...noMoments(params), muProduct: leafNumbers(params, 1) }),
    update: ({ state, grads, hyperparameters: { beta1, beta2, eps, momentumDecay } }) => {
      const moments = moveMoments(name, state, grads, { beta1, beta2 });
      const { steps, firstMoment, secondMoment } = moments;
      const muProduct = mapNumbers([state.muProduct, state.steps, steps], ([product, before, t]) =>
        host(
          (product, before, t, beta1, decay) =>
            t === before ? product : Math.fround(product * Math.fround(momentumAt(t, beta1, decay))),
          product,
          before,
          t,
          beta1,
          momentumDecay,
        ));
      const ofGrads = mapNumbers([steps, muProduct], ([t, product]) =>
        host(
          (t, product, beta1, decay) => (1 - momentumAt(t, beta1, decay)) / (1 - product),
          t,
          product,
          beta1,
          momentumDecay,
        ));
      const ofMeans = mapNumbers([steps, muProduct], ([t, product]) =>
        host(
          (t, product, beta1, decay) => {
            const next = momentumAt(t + 1, beta1, decay);
            return next / (1 - product * next);
          },
          t,
          product,
          beta1,
          momentumDecay,
        ));
      const roots = zipNumbers(
        name,
        [secondMoment],
        steps,
        ([v], t) => add(sqrt(multiply(v, biasCorrection(beta2, t))), eps),
      );
      const direct = zipNumbers(
        name,
        [grads, roots],
        ofGrads,
        ([g, d], factor) => divide(multiply(g, factor), d),
      );
      const updates = zipNumbers(
        name,
        [direct, firstMoment, roots],
        ofMeans,
        ([g, m, d], factor) => cast(add(g, divide(multiply(m, factor), d)), g.dtype),
      );
      return { state: { ...moments, muProduct }, updates };
    },
  });
}
