/**
 * Derivatives of what an iteration finds, by the implicit function theorem.
 *
 * @module
 */
import { grad } from "../grad.ts";
import { checkOptionNames } from "../check_option_names.ts";
import { withDerivative } from "../custom_jvp.ts";
import { jvp } from "../jvp.ts";
import { negative } from "../ops/arithmetic.ts";
import type { Tensor } from "../tensor.ts";
import * as tree from "../tree.ts";
import { LINEAR_SOLVE_OPTIONS, linearSolve, type LinearSolveOptions } from "./linear_solve.ts";

/**
 * A solver of `residual(x, ...args) = 0` with the derivatives of the root by the arguments: by the implicit function
 * theorem `dx = -(dr/dx)^-1 (dr/dargs)`, one linear system, whatever the solver does and however many steps it takes.
 * Forward and reverse mode of any order go through it, and nothing of the iteration is kept.
 *
 * The solver may use loops without a bound. It and the residual differentiate in their arguments alone: what else they
 * take from outside may not be differentiated.
 *
 * @param residual A function of the root and the arguments, which gives a tree like the root.
 * @param solver From the arguments to the root, a tree of floating-point tensors of one dtype.
 * @param options How the linear system is solved.
 * @throws {TypeError} If one of them is no function, or the root is no such tree.
 *
 * @example The derivative of a square root found by bisection
 * ```ts
 * import { grad, implicitRoot, multiply, sqrt, stopGradient, subtract, tensor, type Tensor } from "@weft/weft";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const root = implicitRoot(
 *   (y: Tensor, x: Tensor) => subtract(multiply(y, y), x),
 *   (x: Tensor) => stopGradient(sqrt(x)),
 * );
 * assertAlmostEquals(grad(root)(tensor(4)).item(), 0.25, 1e-6);
 * ```
 */
export function implicitRoot<A extends unknown[], X>(
  residual: (x: X, ...args: A) => X,
  solver: (...args: A) => X,
  options: LinearSolveOptions = {},
): (...args: A) => X {
  checkOptionNames("implicitRoot", options, LINEAR_SOLVE_OPTIONS);
  checkFunctions("implicitRoot", residual, solver);
  return differentiable("implicitRoot", residual, solver, options);
}

/**
 * A solver of the optimum of `objective(x, ...args)` over x with the derivatives of the optimum by the arguments: the
 * root of the gradient, as `implicitRoot`, with the Hessian as its symmetric matrix.
 *
 * @param objective A scalar function of the point and the arguments, twice differentiable near the optimum.
 * @param solver From the arguments to the optimum, a tree of floating-point tensors of one dtype.
 * @param options How the linear system is solved. The matrix counts as symmetric and positive definite unless
 * `symmetric` is false, as at a saddle point.
 * @throws {TypeError} If one of them is no function, or the optimum is no such tree.
 *
 * @example How the ridge regression of one number depends on the penalty
 * ```ts
 * import { add, divide, grad, implicitOptimum, multiply, square, subtract, tensor, type Tensor } from "@weft/weft";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const best = implicitOptimum(
 *   (w: Tensor, penalty: Tensor) => add(square(subtract(w, 3)), multiply(square(w), penalty)),
 *   (penalty: Tensor) => divide(3, add(penalty, 1)),
 * );
 * assertAlmostEquals(grad(best)(tensor(1)).item(), -0.75, 1e-6);
 * ```
 */
export function implicitOptimum<A extends unknown[], X>(
  objective: (x: X, ...args: A) => Tensor,
  solver: (...args: A) => X,
  options: LinearSolveOptions = {},
): (...args: A) => X {
  checkOptionNames("implicitOptimum", options, LINEAR_SOLVE_OPTIONS);
  checkFunctions("implicitOptimum", objective, solver);
  const gradient = grad(objective) as (x: X, ...args: A) => X;
  return differentiable("implicitOptimum", gradient, solver, { symmetric: true, ...options });
}

function checkFunctions(operation: string, ...functions: readonly unknown[]): void {
  for (const f of functions) {
    if (typeof f !== "function") {
      throw new TypeError(`${operation} expects functions but got ${tree.describe(f)}`);
    }
  }
}

function differentiable<A extends unknown[], X>(
  operation: string,
  residual: (x: X, ...args: A) => X,
  solver: (...args: A) => X,
  options: LinearSolveOptions,
): (...args: A) => X {
  return withDerivative(operation, solver, (args, tangents, value) => {
    const x = value();
    const moved = jvp((...given: A) => residual(x, ...given), args, tangents).tangent;
    const right = tree.map(moved, (leaf) => negative(leaf as Tensor));
    const slope = (along: X): X => jvp((y: X) => residual(y, ...args), [x], [along]).tangent;
    return { value: undefined, tangent: linearSolve(slope, right, options) };
  });
}
