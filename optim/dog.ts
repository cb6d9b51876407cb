/**
 * DoG: distance over gradients, without a learning rate.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  cast,
  divide,
  equal,
  maximum,
  multiply,
  sqrt,
  subtract,
  type Tensor,
  where,
  zeros,
} from "../tensor/mod.ts";
import { addDecayedWeights, type AddDecayedWeightsState } from "./add_decayed_weights.ts";
import { namedChain } from "./chain.ts";
import { checkChoice, checkNumber, checkScalar, NOT_NEGATIVE } from "./checks.ts";
import { innerProduct } from "./inner_product.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import type { Selector } from "./select.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";
import { scalarDType, sumLeaves, timesScalar } from "./tree_sums.ts";

/** How {@linkcode scaleByDog} takes its first step. */
export interface DogInitialStep {
  /**
   * What the value is: "distance", the distance that is taken for granted before the first step;
   * "heuristic", that distance over `1 + norm(params)`; "learningRate", the factor of the first updates.
   */
  readonly kind: "distance" | "heuristic" | "learningRate";
  /** The value; not negative. */
  readonly value: number;
}

/** Options of {@linkcode scaleByDog}. */
export interface ScaleByDogOptions {
  /** How the first step is taken. @default {{ kind: "heuristic", value: 1e-6 }} */
  readonly initialStep?: DogInitialStep;
  /** Added to the sum of squares under the root. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
}

const SCALE_BY_DOG_OPTIONS = { initialStep: true, eps: true } as const;

/** The state of {@linkcode scaleByDog}. */
export interface ScaleByDogState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByDog";
  /** What the last step used. */
  readonly hyperparameters: { readonly eps: number };
  /** The params before the first step. */
  readonly initialParams: Tree;
  /** The largest distance from them so far, a scalar. */
  readonly maxDistance: Tensor;
  /** The sum of the squared norms of the updates, a scalar. */
  readonly squaredNormSum: Tensor;
}

const HEURISTIC: DogInitialStep = { kind: "heuristic", value: 1e-6 };

function checkOptions(operation: string, { initialStep = HEURISTIC, eps = 1e-8 }: ScaleByDogOptions): void {
  checkChoice(operation, "initialStep.kind", initialStep?.kind, ["distance", "heuristic", "learningRate"]);
  checkNumber(operation, "initialStep.value", initialStep.value, NOT_NEGATIVE);
  checkScalar(operation, "eps", eps, NOT_NEGATIVE);
}

/**
 * Scales updates by the distance from the initial params over the norm of all updates so far, as
 * `optax.contrib.scale_by_dog`. Over the whole tree:
 *
 * - `r = max(r, norm(p - p0))`, `G = G + norm(g)^2`
 * - `u = g r / sqrt(G + eps)`
 *
 * Ivgi, Hinder and Carmon 2023, who average the params for evaluation.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByDog } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const dog = scaleByDog({ initialStep: { kind: "distance", value: 0.5 } });
 * const params = { x: tensor([0, 0]) };
 * const { updates } = dog.update(dog.init(params), { x: tensor([3, 4]) }, params);
 * assertAlmostEquals(updates.x.at(0).item(), 0.3, 1e-6);
 * ```
 */
export function scaleByDog(options: ScaleByDogOptions = {}): Transform<unknown, ScaleByDogState> {
  checkOptionNames("scaleByDog", options, SCALE_BY_DOG_OPTIONS);
  checkOptions("scaleByDog", options);
  const { initialStep: { kind, value } = HEURISTIC, eps = 1e-8 } = options;
  return transform<ScaleByDogState>({
    name: "scaleByDog",
    hyperparameters: { eps },
    init: (params) => {
      const dtype = scalarDType(params);
      const zero = zeros([], { dtype });
      const norm = (): Tensor => sqrt(cast(innerProduct("scaleByDog", params, params), dtype));
      const maxDistance = kind === "distance"
        ? add(zero, value)
        : kind === "heuristic"
        ? multiply(add(norm(), 1), value)
        : zero;
      return { initialParams: params, maxDistance, squaredNormSum: zero };
    },
    update: ({ state, grads, params, hyperparameters: { eps }, count }) => {
      const { initialParams } = state;
      const { dtype } = state.maxDistance as { readonly dtype: "float32" | "float64" };
      const distance = sqrt(sumLeaves("scaleByDog", dtype, [initialParams, params], (p0, p) => {
        const difference = subtract(p0, p);
        return multiply(difference, difference);
      }));
      const maxDistance = maximum(state.maxDistance, distance);
      const squaredNormSum = add(state.squaredNormSum, cast(innerProduct("scaleByDog", grads, grads), dtype));
      const ratio = divide(maxDistance, sqrt(add(squaredNormSum, eps)));
      const factor = kind === "learningRate" ? cast(where(equal(count, 0), value, ratio), dtype) : ratio;
      const updates = zipLeaves("scaleByDog", [grads], (g) => timesScalar(g, factor));
      return { state: { initialParams, maxDistance, squaredNormSum }, updates };
    },
  });
}

/** Options of {@linkcode dog}. */
export interface DogOptions extends ScaleByDogOptions {
  /** A factor of the step, 1 as a rule; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** The share of the params that is added to the gradients; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
}

const DOG_OPTIONS = {
  learningRate: true,
  weightDecay: true,
  weightDecayMask: true,
  initialStep: true,
  eps: true,
} as const;

/** The state of {@linkcode dog}. */
export interface DogState {
  /** The name of the function that made the optimizer. */
  readonly kind: "dog";
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The distance and the norms. */
  readonly scaleByDog: ScaleByDogState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/**
 * DoG, as `optax.contrib.dog`: `addDecayedWeights`, `scaleByDog`, then `scaleByLearningRate`, whose
 * learning rate is 1 as a rule. Ivgi, Hinder and Carmon 2023.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a number is negative or not finite.
 *
 * @example
 * ```ts
 * import { grad, square, sum, tensor, type Tensor } from "@weft/weft";
 * import { dog } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = dog({ learningRate: 1, initialStep: { kind: "distance", value: 0.1 } });
 * const gradient = grad((p: { x: Tensor }) => sum(square(p.x)));
 * let params = { x: tensor([1]) };
 * let state = optimizer.init(params);
 * for (let step = 0; step < 50; step++) ({ state, params } = optimizer.step(state, gradient(params), params));
 * assertEquals(Math.abs(params.x.at(0).item()) < 0.2, true);
 * ```
 */
export function dog(options: DogOptions): Transform<unknown, DogState> {
  checkOptionNames("dog", options, DOG_OPTIONS);
  const { learningRate, weightDecay = 0, weightDecayMask = true, ...rest } = options;
  checkScalar("dog", "learningRate", learningRate, NOT_NEGATIVE);
  checkOptions("dog", options);
  checkScalar("dog", "weightDecay", weightDecay, NOT_NEGATIVE);
  return namedChain(
    "dog",
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByDog(rest),
    scaleByLearningRate(learningRate),
  );
}
