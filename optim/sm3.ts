/**
 * SM3, whose state is a vector for each axis.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  cast,
  expandDims,
  greater,
  host,
  max,
  minimum,
  multiply,
  rsqrt,
  square,
  type Tensor,
  tree,
  where,
  zeros,
} from "../tensor/mod.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, FRACTION, NOT_NEGATIVE, PROPORTION } from "./checks.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { castLike, movingMean } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleBySm3}. */
export interface ScaleBySm3Options {
  /** Decay of the moving mean of the scaled updates, below 1. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the accumulators; at 1 they add up. @default {1} */
  readonly beta2?: ScalarOrSchedule;
  /** Added to an accumulator under the root. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
}

const SCALE_BY_SM3_OPTIONS = { beta1: true, beta2: true, eps: true } as const;

/** The state of {@linkcode scaleBySm3}. */
export interface ScaleBySm3State extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleBySm3";
  /** What the last step used. */
  readonly hyperparameters: { readonly beta1: number; readonly beta2: number; readonly eps: number };
  /** For each axis a tree like the params with a vector along it at each leaf, and holes where there is no such axis. */
  readonly accumulators: readonly Tree[];
  /** The moving mean of the scaled updates, a tree like the params. */
  readonly firstMoment: Tree;
}

/** Throws unless the options of SM3 are right, in the name of `operation`. */
function checkSm3Options(operation: string, options: ScaleBySm3Options): void {
  checkScalar(operation, "beta1", options.beta1 ?? 0.9, FRACTION);
  checkScalar(operation, "beta2", options.beta2 ?? 1, PROPORTION);
  checkScalar(operation, "eps", options.eps ?? 1e-8, NOT_NEGATIVE);
}

/** All axes of a tensor but one. */
function otherAxes({ rank }: Tensor, axis: number): number[] {
  return Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis);
}

/** The accumulators of a leaf, each along its axis and broadcast over the others, and the least of them. */
function cover(leaf: Tensor, accumulators: readonly (Tensor | null)[]): Tensor {
  const vectors = accumulators.filter((vector) => vector !== null);
  return vectors.map((vector, axis) => otherAxes(leaf, axis).reduce(expandDims, vector)).reduce(minimum);
}

/**
 * Scales updates by sums of squares that are kept as one vector for each axis, as `optax.scale_by_sm3`. For a leaf
 * with accumulators `a_i` along its axes:
 *
 * - `s = g^2 + min_i a_i`, each `a_i` broadcast over the other axes; `s = (1 - beta2) g^2 + beta2 min_i a_i` if
 *   `beta2 < 1`
 * - `m = beta1 m + (1 - beta1) g / sqrt(s + eps)` (0 where s is 0), and `u = m`
 * - `a_i = max of s over the axes other than i`
 *
 * Vectors and scalars keep s whole. Anil et al. 2019.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If `beta1` is outside of [0, 1), `beta2` outside of [0, 1], or `eps` is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleBySm3 } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const sm3 = scaleBySm3({ beta1: 0 });
 * const params = { x: tensor([[0, 0], [0, 0]]) };
 * const { state } = sm3.update(sm3.init(params), { x: tensor([[3, 0], [0, 0]]) }, params);
 * const { updates } = sm3.update(state, { x: tensor([[4, 0], [0, 2]]) }, params);
 * const [sharesAnAxis, , , sharesNone] = updates.x.data();
 * assertAlmostEquals(sharesAnAxis, 0.8, 1e-6);
 * assertAlmostEquals(sharesNone, 1, 1e-6);
 * ```
 */
export function scaleBySm3(options: ScaleBySm3Options = {}): Transform<unknown, ScaleBySm3State> {
  checkOptionNames("scaleBySm3", options, SCALE_BY_SM3_OPTIONS);
  checkSm3Options("scaleBySm3", options);
  const { beta1 = 0.9, beta2 = 1, eps = 1e-8 } = options;
  return transform<ScaleBySm3State>({
    name: "scaleBySm3",
    hyperparameters: { beta1, beta2, eps },
    init: (params) => {
      const ranks = tree.leaves(params).map((leaf) => Math.max(1, (leaf as Tensor).rank));
      const accumulators = Array.from(
        { length: Math.max(0, ...ranks) },
        (_, axis) =>
          tree.map(params, (leaf) => {
            const { shape, dtype } = leaf as Tensor;
            if (axis === 0) return zeros(shape.slice(0, 1), { dtype });
            return axis < shape.length ? zeros([shape[axis]], { dtype }) : null;
          }),
      );
      return { accumulators, firstMoment: zerosLikeTree(params) };
    },
    update: ({ state, grads, hyperparameters: { beta1, beta2, eps } }) => {
      const gain = host((beta) => beta === 1 ? 1 : 1 - beta, beta2);
      const sums = tree.zip("scaleBySm3", [grads, ...state.accumulators], ([grad, ...accumulators]) => {
        const g = grad as Tensor;
        const least = cover(g, accumulators as readonly (Tensor | null)[]);
        return add(multiply(square(g), gain), multiply(least, beta2));
      });
      const scaled = zipLeaves(
        "scaleBySm3",
        [grads, sums],
        (g, s) => where(greater(s, 0), multiply(g, rsqrt(add(s, eps))), 0),
      );
      const mean = movingMean("scaleBySm3", state.firstMoment, scaled, beta1);
      const accumulators = state.accumulators.map((vectors, axis) =>
        zipLeaves(
          "scaleBySm3",
          [vectors, sums],
          (vector, s) => cast(s.rank < 2 ? s : max(s, { axes: otherAxes(s, axis) }), vector.dtype),
        )
      );
      return {
        state: { accumulators, firstMoment: castLike("scaleBySm3", mean, state.firstMoment) },
        updates: zipLeaves("scaleBySm3", [grads, mean], (g, m) => cast(m, g.dtype)),
      };
    },
  });
}

/** Options of {@linkcode sm3}. */
export interface Sm3Options {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** Decay of the moving mean of the scaled gradients, below 1. @default {0.9} */
  readonly momentum?: ScalarOrSchedule;
}

const SM3_OPTIONS = { learningRate: true, momentum: true } as const;

/** The state of {@linkcode sm3}. */
export interface Sm3State {
  /** The name of the function that made the optimizer. */
  readonly kind: "sm3";
  /** The accumulators and the mean. */
  readonly scaleBySm3: ScaleBySm3State;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * SM3, which adapts in the memory of momentum, as `optax.sm3`: `scaleBySm3`, then `scaleByLearningRate`. Anil et al.
 * 2019.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If the learning rate is negative or not finite, or `momentum` is outside of [0, 1).
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { sm3 } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = sm3({ learningRate: 0.1, momentum: 0 });
 * const params = { x: tensor([1]) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor([30]) }, params);
 * assertAlmostEquals(next.x.item(), 0.9, 1e-6);
 * ```
 */
export function sm3(options: Sm3Options): Transform<unknown, Sm3State> {
  checkOptionNames("sm3", options, SM3_OPTIONS);
  const { learningRate, momentum = 0.9 } = options;
  checkScalar("sm3", "learningRate", learningRate, NOT_NEGATIVE);
  checkScalar("sm3", "momentum", momentum, FRACTION);
  return namedChain("sm3", scaleBySm3({ beta1: momentum }), scaleByLearningRate(learningRate));
}
