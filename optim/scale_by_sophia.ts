/**
 * The scaling that Sophia does.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide, type DType, host, maximum, minimum, multiply } from "../tensor/mod.ts";
import { erase } from "./assemble.ts";
import { checkNumber, checkScalar, type Domain, FRACTION, POSITIVE, WHOLE } from "./checks.ts";
import { everySteps } from "./every_steps.ts";
import { hutchinsonDiagonal, type HutchinsonDiagonalState, type ObjectiveExtra } from "./hutchinson.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { castLike, checkDtype, zerosIn } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { AnyTransform, ExtraOf, StateOf, Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleBySophia}. */
export interface ScaleBySophiaOptions<H extends AnyTransform = AnyTransform> {
  /** Decay of the first moment, below 1. @default {0.965} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the moving mean of the curvature, below 1. @default {0.99} */
  readonly beta2?: ScalarOrSchedule;
  /** A factor of the curvature; above 0. @default {0.01} */
  readonly gamma?: ScalarOrSchedule;
  /** The least that the first moment is divided by; above 0. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
  /** How large an element of the updates may be; `Infinity` clips nothing. @default {1} */
  readonly clipThreshold?: ScalarOrSchedule;
  /** How many steps one estimate of the curvature is for. @default {10} */
  readonly updateInterval?: number;
  /** The dtype in which the first moment is kept; by default that of each leaf. */
  readonly firstMomentDtype?: DType;
  /**
   * A transform whose updates are estimates of the diagonal of the Hessian; `hutchinsonDiagonal()` by
   * default.
   */
  readonly hessianDiagonal?: H;
}

/** The names of those options. */
export const SCALE_BY_SOPHIA_OPTIONS = {
  beta1: true,
  beta2: true,
  gamma: true,
  eps: true,
  clipThreshold: true,
  updateInterval: true,
  firstMomentDtype: true,
  hessianDiagonal: true,
} as const;

/** The state of {@linkcode scaleBySophia}. */
export interface ScaleBySophiaState<S = HutchinsonDiagonalState> extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleBySophia";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly beta1: number;
    readonly beta2: number;
    readonly gamma: number;
    readonly eps: number;
    readonly clipThreshold: number;
  };
  /** The moving mean of the updates, a tree like the params. */
  readonly firstMoment: Tree;
  /** The moving mean of the diagonal of the Hessian, a tree like the params. */
  readonly curvature: Tree;
  /** The state of the estimator. */
  readonly estimator: S;
}

const CLIP: Domain = { text: "a number above 0", includes: (value) => value > 0 };

/** Throws unless the options of Sophia are right, in the name of `operation`. */
export function checkSophiaOptions(operation: string, options: ScaleBySophiaOptions): void {
  const { beta1 = 0.965, beta2 = 0.99, gamma = 0.01, eps = 1e-8 } = options;
  const { clipThreshold = 1, updateInterval = 10 } = options;
  checkScalar(operation, "beta1", beta1, FRACTION);
  checkScalar(operation, "beta2", beta2, FRACTION);
  checkScalar(operation, "gamma", gamma, POSITIVE);
  checkScalar(operation, "eps", eps, POSITIVE);
  checkScalar(operation, "clipThreshold", clipThreshold, CLIP);
  checkNumber(operation, "updateInterval", updateInterval, WHOLE);
  checkDtype(operation, "firstMomentDtype", options.firstMomentDtype);
}

/**
 * Scales updates by a moving mean of the diagonal of the Hessian and clips them, as optax's
 * `scale_by_sophia`. At step t, from 1:
 *
 * - `m = beta1 m + (1 - beta1) g`
 * - `u = clip(m / (1 - beta1^t) / max(gamma h, eps), -clipThreshold, clipThreshold)` with `h` from before the
 *   step
 * - in the first step and every `updateInterval` steps after it, `h = beta2 h + (1 - beta2) diagonal`
 *
 * Where the curvature is negative or not known yet, as in the first step, the clip decides. Inside of
 * `compile` the estimate is computed in every step and kept in every `updateInterval`-th, as a recorded
 * program cannot leave it out. Liu et al. 2023.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is out of its range.
 *
 * @example
 * ```ts
 * import { square, sum, tensor, type Tensor } from "@weft/weft";
 * import { scaleBySophia } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const objective = (p: { x: Tensor }) => sum(square(p.x));
 * const sophia = scaleBySophia();
 * const params = { x: tensor([1, -3]) };
 * const { state, updates } = sophia.update(sophia.init(params), { x: tensor([2, -6]) }, params, { objective });
 * assertEquals(updates.x.toArray(), [1, -1]);
 * assertEquals(state.count, 1);
 * ```
 */
export function scaleBySophia<
  H extends AnyTransform = Transform<unknown, HutchinsonDiagonalState, ObjectiveExtra>,
>(
  options: ScaleBySophiaOptions<H> = {},
): Transform<unknown, ScaleBySophiaState<StateOf<H>>, ExtraOf<H>> {
  checkOptionNames("scaleBySophia", options, SCALE_BY_SOPHIA_OPTIONS);
  checkSophiaOptions("scaleBySophia", options);
  const { beta1 = 0.965, beta2 = 0.99, gamma = 0.01, eps = 1e-8 } = options;
  const { clipThreshold = 1, updateInterval = 10, hessianDiagonal } = options;
  const estimator = erase("scaleBySophia", hessianDiagonal ?? hutchinsonDiagonal());
  const made = transform<ScaleBySophiaState<unknown>, unknown>({
    name: "scaleBySophia",
    hyperparameters: { beta1, beta2, gamma, eps, clipThreshold },
    init: (params) => ({
      firstMoment: zerosIn(params, options.firstMomentDtype),
      curvature: zerosLikeTree(params),
      estimator: estimator.init(params),
    }),
    update: ({ state, grads, params, hyperparameters, count, step, extra }) => {
      const { beta1, beta2, gamma, eps, clipThreshold } = hyperparameters;
      const [gain1, gain2] = [beta1, beta2].map((beta) => host((beta) => 1 - beta, beta));
      const firstMoment = zipLeaves(
        "scaleBySophia",
        [state.firstMoment, grads],
        (m, g) => add(multiply(m, beta1), multiply(g, gain1)),
      );
      const correction = host((beta, t) => 1 / (1 - beta ** t), beta1, step);
      const least = host((threshold) => -threshold, clipThreshold);
      const updates = zipLeaves("scaleBySophia", [grads, firstMoment, state.curvature], (g, m, h) => {
        const scaled = divide(multiply(m, correction), maximum(multiply(h, gamma), eps));
        return cast(minimum(maximum(scaled, least), clipThreshold), g.dtype);
      });
      const before = { curvature: state.curvature, estimator: state.estimator };
      const refreshed = everySteps(updateInterval, count, before, () => {
        const estimate = estimator.update(state.estimator, grads, params, extra);
        const curvature = zipLeaves(
          "scaleBySophia",
          [state.curvature, estimate.updates as Tree],
          (h, d) => add(multiply(h, beta2), multiply(d, gain2)),
        );
        return { curvature, estimator: estimate.state };
      });
      const kept = castLike("scaleBySophia", firstMoment, state.firstMoment);
      return { state: { firstMoment: kept, ...refreshed }, updates };
    },
  });
  return made as unknown as Transform<unknown, ScaleBySophiaState<StateOf<H>>, ExtraOf<H>>;
}
