/**
 * The limited-memory quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  cast,
  divide,
  equal,
  greater,
  host,
  minimum,
  multiply,
  sqrt,
  subtract,
  type Tensor,
  where,
  zerosLike,
} from "../tensor/mod.ts";
import { innerProduct } from "./inner_product.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByLbfgs}. */
export interface ScaleByLbfgsOptions {
  /** How many past steps the inverse Hessian is made from; an integer above 0. @default {10} */
  readonly memorySize?: number;
  /** Whether the inverse Hessian starts as a multiple of the identity that fits the last step. @default {true} */
  readonly scaleInitialPreconditioner?: boolean;
}

const SCALE_BY_LBFGS_OPTIONS = { memorySize: true, scaleInitialPreconditioner: true } as const;

/** One past step of {@linkcode scaleByLbfgs}. */
export interface LbfgsPair {
  /** How far the params moved. */
  readonly params: Tree;
  /** How the updates changed. */
  readonly updates: Tree;
  /** One over the inner product of the two; 0 where there was no step or the product is 0. */
  readonly weight: Tensor;
}

/** The state of {@linkcode scaleByLbfgs}. */
export interface ScaleByLbfgsState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByLbfgs";
  /** It has none. */
  readonly hyperparameters: Readonly<Record<never, number>>;
  /** The params of the last step; zeros at first. */
  readonly params: Tree;
  /** What came in at the last step; zeros at first. */
  readonly updates: Tree;
  /** The past steps, the newest last; always as many as the memory holds. */
  readonly pairs: readonly LbfgsPair[];
}

/** Throws unless the size of a memory is right, in the name of `operation`. */
export function checkMemorySize(operation: string, memorySize: unknown): void {
  if (typeof memorySize !== "number") {
    throw new TypeError(`${operation} expects memorySize to be a number but got ${typeof memorySize}`);
  }
  if (!Number.isInteger(memorySize) || memorySize < 1) {
    throw new RangeError(`${operation} expects memorySize to be an integer above 0 but got ${memorySize}`);
  }
}

/**
 * Multiplies updates by an approximation of the inverse Hessian made from past steps, as `optax.scale_by_lbfgs`:
 * `u = P g`, where for each past step with differences w of params and d of gradients, the oldest first,
 * `P = V^T P V + w w^T / (d w)` with `V = I - d w^T / (d w)`. At the start `P = (d w / d d) I` by the newest step,
 * and before there is one `P = min(1, 1 / |g|) I`; without `scaleInitialPreconditioner` it is `I`.
 *
 * All leaves are one vector: inside of a group those of the group. The direction wants a line search after it, such
 * as `scaleByZoomLineSearch`. Nocedal and Wright 1999, algorithm 7.4; Liu and Nocedal 1989.
 *
 * @throws {TypeError} If `memorySize` is not a number.
 * @throws {RangeError} If it is not an integer above 0.
 *
 * @example The second step reaches the minimum of a parabola
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { chain, scale, scaleByLbfgs } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = chain(scaleByLbfgs(), scale(-1));
 * let params = { x: tensor(3) };
 * let state = optimizer.init(params);
 * for (let step = 0; step < 2; step++) {
 *   ({ state, params } = optimizer.step(state, { x: params.x.multiply(4) }, params));
 * }
 * assertAlmostEquals(params.x.item(), 0, 1e-6);
 * ```
 */
export function scaleByLbfgs(options: ScaleByLbfgsOptions = {}): Transform<unknown, ScaleByLbfgsState> {
  checkOptionNames("scaleByLbfgs", options, SCALE_BY_LBFGS_OPTIONS);
  const name = "scaleByLbfgs";
  const { memorySize = 10, scaleInitialPreconditioner = true } = options;
  checkMemorySize(name, memorySize);
  return transform<ScaleByLbfgsState>({
    name,
    hyperparameters: {},
    init(params) {
      const zero = zerosLikeTree(params);
      const weight = zerosLike(innerProduct(name, params, params));
      const pair: LbfgsPair = { params: zero, updates: zero, weight };
      return { params: zero, updates: zero, pairs: Array.from({ length: memorySize }, () => pair) };
    },
    update({ state, grads, params, count }) {
      const isFirst = greater(host((steps) => steps === 0 ? 1 : 0, count), 0);
      const difference = (now: Tensor, before: Tensor): Tensor =>
        where(isFirst, zerosLike(now), subtract(now, before));
      const moved = zipLeaves(name, [params, state.params], difference);
      const changed = zipLeaves(name, [grads, state.updates], difference);
      const curvature = innerProduct(name, changed, moved);
      const weight = inverse(curvature);
      const pairs = [...state.pairs.slice(1), { params: moved, updates: changed, weight }];
      const scaling = scaleInitialPreconditioner
        ? where(isFirst, firstScaling(grads), scalingBy(curvature, innerProduct(name, changed, changed)))
        : null;
      return {
        state: { params, updates: zipLeaves(name, [state.updates, grads], (_, g) => g), pairs },
        updates: precondition(grads, pairs, scaling),
      };
    },
  });
}

/** One over a scalar, and 0 for 0. */
function inverse(x: Tensor): Tensor {
  const isZero = equal(x, 0);
  return where(isZero, 0, divide(1, where(isZero, 1, x)));
}

/** Keeps the first step within a distance of 1. */
function firstScaling(grads: Tree): Tensor {
  return minimum(1, divide(1, sqrt(innerProduct("scaleByLbfgs", grads, grads))));
}

function scalingBy(curvature: Tensor, squares: Tensor): Tensor {
  const isSome = greater(squares, 0);
  return where(isSome, divide(curvature, where(isSome, squares, 1)), 1);
}

/** The product of the inverse Hessian and a tree, by recursion over the steps, back and forth. */
function precondition(grads: Tree, pairs: readonly LbfgsPair[], scaling: Tensor | null): Tree {
  const name = "scaleByLbfgs";
  const plus = (values: Tree, factor: Tensor, others: Tree): Tree =>
    zipLeaves(name, [values, others], (x, y) => add(x, multiply(y, cast(factor, x.dtype))));
  let direction = grads;
  const shares: Tensor[] = [];
  for (const { params, updates, weight } of pairs.toReversed()) {
    const share = multiply(weight, innerProduct(name, params, direction));
    shares.unshift(share);
    direction = plus(direction, multiply(share, -1), updates);
  }
  if (scaling !== null) {
    direction = zipLeaves(name, [direction], (x) => multiply(x, cast(scaling, x.dtype)));
  }
  pairs.forEach(({ params, updates, weight }, i) => {
    const other = multiply(weight, innerProduct(name, updates, direction));
    direction = plus(direction, subtract(shares[i], other), params);
  });
  return direction;
}
