/**
 * The scaling that ADOPT does.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  cast,
  divide,
  type DType,
  host,
  maximum,
  minimum,
  multiply,
  sqrt,
  square,
  type Tensor,
} from "../tensor/mod.ts";
import { checkScalar, type Domain, FRACTION, POSITIVE } from "./checks.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { castLike, checkDtype, zerosIn } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByAdopt}. */
export interface ScaleByAdoptOptions {
  /** Decay of the first moment, below 1. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the second moment, below 1. @default {0.9999} */
  readonly beta2?: ScalarOrSchedule;
  /** The least that updates are divided by; above 0. @default {1e-6} */
  readonly eps?: ScalarOrSchedule;
  /**
   * How large an element of a scaled update may be before it enters the first moment; `Infinity` clips
   * nothing. By default the fourth root of the count of steps.
   */
  readonly clipValue?: ScalarOrSchedule;
  /** Looks a step ahead, as Nesterov's method does. @default {false} */
  readonly nesterov?: boolean;
  /** The dtype in which the first moment is kept; by default that of each leaf. */
  readonly firstMomentDtype?: DType;
}

/** The names of those options. */
export const SCALE_BY_ADOPT_OPTIONS = {
  beta1: true,
  beta2: true,
  eps: true,
  clipValue: true,
  nesterov: true,
  firstMomentDtype: true,
} as const;

/** The state of {@linkcode scaleByAdopt}. */
export interface ScaleByAdoptState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByAdopt";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly beta1: number;
    readonly beta2: number;
    readonly eps: number;
    readonly clipValue: number;
  };
  /** The moving mean of the scaled updates, a tree like the params. */
  readonly firstMoment: Tree;
  /** The moving mean of the squares of the updates, a tree like the params. */
  readonly secondMoment: Tree;
}

const CLIP: Domain = { text: "a number above 0", includes: (value) => value > 0 };

function fourthRoot(count: number): number {
  return count ** 0.25;
}

/** Throws unless the options of ADOPT are right, in the name of `operation`. */
export function checkAdoptOptions(operation: string, options: ScaleByAdoptOptions): void {
  const { beta1 = 0.9, beta2 = 0.9999, eps = 1e-6, clipValue = fourthRoot } = options;
  checkScalar(operation, "beta1", beta1, FRACTION);
  checkScalar(operation, "beta2", beta2, FRACTION);
  checkScalar(operation, "eps", eps, POSITIVE);
  checkScalar(operation, "clipValue", clipValue, CLIP);
  checkDtype(operation, "firstMomentDtype", options.firstMomentDtype);
}

/**
 * Scales updates by the second moment of the steps before and takes the moving mean of what comes out, as
 * `optax.contrib.scale_by_adopt`. The first step only sets `v = g^2` and moves nothing; then, with `v` from
 * before the step and `c` for `clipValue`:
 *
 * - `n = clip(g / max(sqrt(v), eps), -c, c)`
 * - `m = beta1 m + (1 - beta1) n`, `v = beta2 v + (1 - beta2) g^2`
 * - `u = m`, or `u = beta1 m + (1 - beta1) n` with `nesterov`
 *
 * Taniguchi et al. 2024.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a beta is outside of [0, 1), or another number is not above 0.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByAdopt } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const adopt = scaleByAdopt({ beta1: 0.5 });
 * const params = { x: tensor(0) };
 * const first = adopt.update(adopt.init(params), { x: tensor(4) }, params);
 * const second = adopt.update(first.state, { x: tensor(2) }, params);
 * assertAlmostEquals(first.updates.x.item(), 0);
 * assertAlmostEquals(second.updates.x.item(), 0.25, 1e-6);
 * ```
 */
export function scaleByAdopt(options: ScaleByAdoptOptions = {}): Transform<unknown, ScaleByAdoptState> {
  checkOptionNames("scaleByAdopt", options, SCALE_BY_ADOPT_OPTIONS);
  checkAdoptOptions("scaleByAdopt", options);
  const { beta1 = 0.9, beta2 = 0.9999, eps = 1e-6, clipValue = fourthRoot, nesterov = false } = options;
  return transform<ScaleByAdoptState>({
    name: "scaleByAdopt",
    hyperparameters: { beta1, beta2, eps, clipValue },
    init: (params) => ({
      firstMoment: zerosIn(params, options.firstMomentDtype),
      secondMoment: zerosLikeTree(params),
    }),
    update: ({ state, grads, hyperparameters: { beta1, beta2, eps, clipValue }, count }) => {
      const stay1 = host((beta, count) => count === 0 ? 1 : beta, beta1, count);
      const gain1 = host((stay) => 1 - stay, stay1);
      const stay2 = host((beta, count) => count === 0 ? 0 : beta, beta2, count);
      const gain2 = host((stay) => 1 - stay, stay2);
      const least = host((value) => -value, clipValue);
      const mean = (m: Tensor, n: Tensor): Tensor => add(multiply(m, stay1), multiply(n, gain1));
      const scaled = zipLeaves(
        "scaleByAdopt",
        [grads, state.secondMoment],
        (g, v) => minimum(maximum(divide(g, maximum(sqrt(v), eps)), least), clipValue),
      );
      const firstMoment = zipLeaves("scaleByAdopt", [state.firstMoment, scaled], mean);
      const secondMoment = zipLeaves(
        "scaleByAdopt",
        [state.secondMoment, grads],
        (v, g) => add(multiply(v, stay2), multiply(square(g), gain2)),
      );
      const updates = zipLeaves(
        "scaleByAdopt",
        [scaled, firstMoment],
        (n, m) => cast(nesterov ? mean(m, n) : m, n.dtype),
      );
      return {
        state: { firstMoment: castLike("scaleByAdopt", firstMoment, state.firstMoment), secondMoment },
        updates,
      };
    },
  });
}
