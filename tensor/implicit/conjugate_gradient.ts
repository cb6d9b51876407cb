/**
 * Linear systems with symmetric positive definite matrices that are given as functions.
 *
 * @module
 */
import { checkOptionNames } from "../check_option_names.ts";
import { whileLoop } from "../control/while_loop.ts";
import { add, divide, multiply, subtract } from "../ops/arithmetic.ts";
import { greater, less, logicalAnd } from "../ops/comparison.ts";
import { zerosLike } from "../ops/full.ts";
import { sum } from "../ops/reduce.ts";
import { constantTensor } from "../make_tensor.ts";
import type { Tensor } from "../tensor.ts";
import * as tree from "../tree.ts";
import { asVector } from "./vectors.ts";

/** Options of `conjugateGradient`. */
export interface ConjugateGradientOptions {
  /** Ends where the norm of the residual is at most this times that of `b`; 1e-5 by default, as in JAX. */
  readonly tolerance?: number;
  /** The greatest number of steps; ten times the number of unknowns by default. */
  readonly maxSteps?: number;
}

const CONJUGATE_GRADIENT_OPTIONS = { tolerance: true, maxSteps: true } as const;

/**
 * The solution of `A x = b` by conjugate gradients (Hestenes and Stiefel, 1952), with the symmetric positive definite A
 * given as the function `x -> A x`, as `jax.scipy.sparse.linalg.cg`.
 *
 * @param matvec The linear function, from a tree like `b` to one like it.
 * @param b A tree of floating-point tensors of one dtype.
 * @throws {TypeError} If `b` is no such tree.
 * @throws {RangeError} If an option is out of range.
 *
 * @example
 * ```ts
 * import { conjugateGradient, matmul, tensor, type Tensor } from "@weft/weft";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const a = tensor([[4, 1], [1, 3]]);
 * const x = conjugateGradient((v: Tensor) => matmul(a, v), tensor([1, 2]));
 * assertAlmostEquals(x.at(0).item(), 1 / 11, 1e-5);
 * ```
 */
export function conjugateGradient<T>(
  matvec: (x: T) => T,
  b: T,
  options: ConjugateGradientOptions = {},
): T {
  checkOptionNames("conjugateGradient", options, CONJUGATE_GRADIENT_OPTIONS);
  if (typeof matvec !== "function") {
    throw new TypeError(`conjugateGradient expects a function but got ${tree.describe(matvec)}`);
  }
  const { vector, back } = asVector("conjugateGradient", b);
  const { tolerance = 1e-5, maxSteps = 10 * vector.size } = options;
  if (typeof tolerance !== "number" || !(tolerance >= 0)) {
    throw new RangeError(`conjugateGradient expects tolerance from 0 on but got ${String(tolerance)}`);
  }
  if (!Number.isInteger(maxSteps) || maxSteps < 0) {
    throw new RangeError(
      `conjugateGradient expects maxSteps to be a non-negative integer but got ${String(maxSteps)}`,
    );
  }
  const times = (x: Tensor): Tensor => asVector("conjugateGradient", matvec(back(x))).vector;
  const dot = (x: Tensor, y: Tensor): Tensor => sum(multiply(x, y));
  const least = multiply(dot(vector, vector), tolerance * tolerance);
  const done = whileLoop(
    ({ square, step }) => logicalAnd(greater(square, least), less(step, maxSteps)),
    ({ x, residual, direction, square, step }) => {
      const image = times(direction);
      const length = divide(square, dot(direction, image));
      const next = subtract(residual, multiply(image, length));
      const after = dot(next, next);
      return {
        x: add(x, multiply(direction, length)),
        residual: next,
        direction: add(next, multiply(direction, divide(after, square))),
        square: after,
        step: add(step, 1),
      };
    },
    {
      x: zerosLike(vector),
      residual: vector,
      direction: vector,
      square: dot(vector, vector),
      step: constantTensor("int32", [], 0),
    },
  );
  return back(done.x);
}
