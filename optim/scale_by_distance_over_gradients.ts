/**
 * Steps sized by the distance travelled.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  cast,
  divide,
  type DType,
  maximum,
  multiply,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
  zeros,
} from "../tensor/mod.ts";
import { checkScalar, FINITE, NOT_NEGATIVE } from "./checks.ts";
import { mapLeaves, type Tree, zipLeaves } from "./leaves.ts";
import { checkDtype } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByDistanceOverGradients}. */
export interface ScaleByDistanceOverGradientsOptions {
  /** The distance before the first step, over 1 plus the norm of the params; 1e-4 with batch norm. @default {1e-6} */
  readonly initialDistance?: number;
  /** Added to the sum of squared gradients; not negative. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
  /** What updates are multiplied by. @default {1} */
  readonly globalScale?: ScalarOrSchedule;
  /** The dtype that the first params are kept in; that of each leaf by default. */
  readonly initialParamsDtype?: "float32" | "float64";
}

const SCALE_BY_DISTANCE_OVER_GRADIENTS_OPTIONS = {
  initialDistance: true,
  eps: true,
  globalScale: true,
  initialParamsDtype: true,
} as const;

/** The state of {@linkcode scaleByDistanceOverGradients}. */
export interface ScaleByDistanceOverGradientsState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByDistanceOverGradients";
  /** What the last step used. */
  readonly hyperparameters: { readonly eps: number; readonly globalScale: number };
  /** For each leaf the largest distance from its first params so far, a tree of scalars. */
  readonly maxDistance: Tree;
  /** For each leaf the sum of all squared gradients so far, a tree of scalars. */
  readonly sumOfSquares: Tree;
  /** The params before the first step. */
  readonly initialParams: Tree;
}

/**
 * Scales each leaf by the distance it has travelled over the norm of its gradients so far, as
 * `optax.scale_by_distance_over_gradients` (DoG by layers): `d = max(d, |p - p0|)`, `G = G + |g|^2` and
 * `u = globalScale * d / sqrt(G + eps) * g`, with `d = initialDistance * (1 + |p0|)` at first. No learning rate is
 * needed: `scaleByLearningRate(1)` after it turns the sign. Averaging the params is advised. Ivgi et al. 2023.
 *
 * Optax keeps the first params in float32 where params are float64, which `initialParamsDtype: "float32"` does.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If `initialDistance` or `eps` is negative, or a number is not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { chain, scaleByDistanceOverGradients, scaleByLearningRate } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = chain(scaleByDistanceOverGradients({ initialDistance: 0.01 }), scaleByLearningRate(1));
 * const params = { x: tensor([3, 4]) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor([0, 5]) }, params);
 * assertAlmostEquals(next.x.at(1).item(), 4 - 0.06, 1e-6);
 * ```
 */
export function scaleByDistanceOverGradients(
  options: ScaleByDistanceOverGradientsOptions = {},
): Transform<unknown, ScaleByDistanceOverGradientsState> {
  checkOptionNames("scaleByDistanceOverGradients", options, SCALE_BY_DISTANCE_OVER_GRADIENTS_OPTIONS);
  const name = "scaleByDistanceOverGradients";
  const { initialDistance = 1e-6, eps = 1e-8, globalScale = 1, initialParamsDtype } = options;
  checkDtype("scaleByDistanceOverGradients", "initialParamsDtype", initialParamsDtype);
  if (typeof initialDistance === "function") {
    throw new TypeError(`${name} expects initialDistance to be a number but got a function`);
  }
  checkScalar(name, "initialDistance", initialDistance, NOT_NEGATIVE);
  checkScalar(name, "eps", eps, NOT_NEGATIVE);
  checkScalar(name, "globalScale", globalScale, FINITE);
  const kept = (leaf: Tensor): DType => initialParamsDtype ?? leaf.dtype;
  return transform<ScaleByDistanceOverGradientsState>({
    name,
    hyperparameters: { eps, globalScale },
    init: (params) => ({
      maxDistance: mapLeaves(params, (leaf) => multiply(add(norm(leaf), 1), initialDistance)),
      sumOfSquares: mapLeaves(params, (leaf) => zeros([], { dtype: leaf.dtype })),
      // A sum is a copy: params and state may be donated together.
      initialParams: mapLeaves(params, (leaf) => cast(add(leaf, 0), kept(leaf))),
    }),
    update: ({ state, grads, params, hyperparameters: { eps, globalScale } }) => {
      const maxDistance = zipLeaves(
        name,
        [state.maxDistance, params, state.initialParams],
        (distance, leaf, first) => maximum(distance, norm(subtract(leaf, first))),
      );
      const sumOfSquares = zipLeaves(
        name,
        [state.sumOfSquares, grads],
        (squares, g) => add(squares, cast(sum(square(g)), squares.dtype)),
      );
      const updates = zipLeaves(name, [grads, maxDistance, sumOfSquares], (g, distance, squares) => {
        const rate = multiply(divide(distance, sqrt(add(squares, eps))), globalScale);
        return multiply(g, cast(rate, g.dtype));
      });
      return { state: { maxDistance, sumOfSquares, initialParams: state.initialParams }, updates };
    },
  });
}

function norm(x: Tensor): Tensor {
  return sqrt(sum(square(x)));
}
