/**
 * Linear systems that are given as functions, with derivatives that are linear systems again.
 *
 * @module
 */
import { applyAll } from "../apply.ts";
import { batchBody } from "../batch.ts";
import { close, type Closed, outputsOf, pulledBody, runBody, share } from "../body.ts";
import { replay } from "../replay.ts";
import { checkOptionNames } from "../check_option_names.ts";
import { pushBody, transposeLinear } from "../forward.ts";
import { defineInlined, takeApart } from "../inlined.ts";
import { negative, subtract } from "../ops/arithmetic.ts";
import { eye } from "../ops/eye.ts";
import { solve as solveDense } from "../ops/linalg/mod.ts";
import { zerosOf } from "../ops/zeros_of.ts";
import { transpose } from "../ops/transpose.ts";
import type { Body, Primitive } from "../primitive.ts";
import { pullTape } from "../reverse.ts";
import type { Tensor } from "../tensor.ts";
import * as tree from "../tree.ts";
import { vmap } from "../vmap.ts";
import { conjugateGradient } from "./conjugate_gradient.ts";
import { asVector, checkVector } from "./vectors.ts";

/**
 * The inputs of the application are constants and the right-hand side. All bodies take the constants and something like
 * the right-hand side.
 */
interface System {
  /** A x. */
  readonly matvec: Body;
  /** The transpose of A times x. */
  readonly transposed: Body;
  /** The solution of A x = b. */
  readonly solution: Body;
  /** The solution of the transposed system. */
  readonly transposedSolution: Body;
  /** Number of constants. */
  readonly constants: number;
}

const linearSolvePrimitive: Primitive<System> = defineInlined<System>(
  "linearSolve",
  ({ solution }) => solution,
  {
    saving: pulled,
    pulled,
    pullback: {
      rule(cotangents, { inputs, outputs, attributes, wanted, operation, linear }) {
        const { matvec, transposed, solution, transposedSolution, constants } = attributes;
        const fixed = inputs.slice(0, constants);
        const along = applyAll(linearSolvePrimitive, [...fixed, ...cotangents], {
          matvec: transposed,
          transposed: matvec,
          solution: transposedSolution,
          transposedSolution: solution,
          constants,
        });
        // The solution is read only where the matrix has a gradient: where it has none, it may not be known.
        const active = wanted.map((is, i) => is && i < constants);
        if (!active.includes(true)) return [...fixed.map(() => null), ...along];
        const replayed = replay(matvec, [...fixed, ...outputs], active, { linear });
        const byFixed = pullTape({ result: null, ...replayed }, operation, linear)(
          along.map((x) => negative(x)),
        );
        return [...byFixed.slice(0, constants).map((g, i) => active[i] ? g : null), ...along];
      },
    },
    pushforward: {
      rule(tangents, context) {
        const { inputs, attributes } = context;
        const { matvec, constants } = attributes;
        const fixed = inputs.slice(0, constants);
        const moved = tangents.slice(0, constants).some((tangent) => tangent !== null)
          ? pushBody(matvec, [...fixed, ...context.outputs], [
            ...tangents.slice(0, constants),
            ...context.outputs.map(() => null),
          ], context.operation).tangents
          : context.outputs.map(() => null);
        const right = tangents.slice(constants).map((tangent, i) => {
          const given = tangent ?? zerosOf(inputs[constants + i]);
          return moved[i] === null ? given : subtract(given, moved[i]);
        });
        return applyAll(linearSolvePrimitive, [...fixed, ...right], attributes);
      },
    },
    batch: {
      rule({ inputs, batched, size, attributes, all }) {
        const { matvec, transposed, solution, transposedSolution, constants } = attributes;
        const flags = batched.map((is, i) => is || i >= constants);
        const mapped = outputsOf(matvec).map(() => true);
        const { bodies, captured } = share(
          [matvec, transposed, solution, transposedSolution].map((body) =>
            batchBody(body, flags, size, mapped).closed
          ),
        );
        const right = all().slice(constants);
        return applyAll(linearSolvePrimitive, [...captured, ...inputs.slice(0, constants), ...right], {
          matvec: bodies[0],
          transposed: bodies[1],
          solution: bodies[2],
          transposedSolution: bodies[3],
          constants: captured.length + constants,
        });
      },
    },
  },
);

function pulled(attributes: System): System {
  const matvec = pulledBody(attributes.matvec);
  return matvec === attributes.matvec ? attributes : { ...attributes, matvec };
}

/** How a linear system is solved: from the function and the right-hand side to the solution, trees like it. */
export type LinearSolver = <T>(matvec: (x: T) => T, b: T) => T;

/** Options of `linearSolve`. */
export interface LinearSolveOptions {
  /**
   * "dense" makes the matrix and factors it; "conjugateGradient" only applies the function, to the normal equations
   * where the matrix is not symmetric. Or a function of its own. By default "dense" up to 512 unknowns.
   */
  readonly solver?: "dense" | "conjugateGradient" | LinearSolver;
  /** Whether the matrix is symmetric and positive definite; false by default. */
  readonly symmetric?: boolean;
  /** The tolerance of conjugate gradients; 1e-6 in float32 and 1e-12 in float64 by default. */
  readonly tolerance?: number;
}

/** The names of `LinearSolveOptions`. */
export const LINEAR_SOLVE_OPTIONS = { solver: true, symmetric: true, tolerance: true } as const;

/** Unknowns up to which the matrix is made. */
const DENSE = 512;

/**
 * The solution x of `matvec(x) = b` for a linear function, however it is found: its derivatives are those of the system,
 * `dx = A^-1 (db - dA x)`, in forward and in reverse mode of any order, as `jax.lax.custom_linear_solve`. Gradients flow
 * to `b` and to what `matvec` takes from outside.
 *
 * @param matvec The linear function, from a tree like `b` to one like it.
 * @param b A tree of floating-point tensors of one dtype.
 * @throws {TypeError} If `b` is no such tree, or the function is not linear.
 *
 * @example
 * ```ts
 * import { linearSolve, matmul, tensor, type Tensor } from "@weft/weft";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const a = tensor([[2, 1], [0, 4]]);
 * const x = linearSolve((v: Tensor) => matmul(a, v), tensor([4, 4]));
 * assertAlmostEquals(x.at(0).item(), 1.5, 1e-6);
 * ```
 */
export function linearSolve<T>(matvec: (x: T) => T, b: T, options: LinearSolveOptions = {}): T {
  checkOptionNames("linearSolve", options, LINEAR_SOLVE_OPTIONS);
  if (typeof matvec !== "function") {
    throw new TypeError(`linearSolve expects a function but got ${tree.describe(matvec)}`);
  }
  const right = checkVector("linearSolve", b);
  const { symmetric = false } = options;
  const solver = solverOf(b, options);
  const build = (leaves: readonly Tensor[]): T => takeApart([b]).build(leaves)[0] as T;
  const { body, captured } = close(matvec.name || "matvec", right, (x) => {
    const image = checkVector("linearSolve", matvec(build(x)));
    return image;
  });
  const constants = captured.length;
  const likes = [...captured, ...right];
  const applied = (fixed: readonly Tensor[]) => (x: readonly Tensor[]): readonly Tensor[] =>
    runBody(body, [...fixed, ...x]);
  const appliedTransposed = (fixed: readonly Tensor[]) => (x: readonly Tensor[]): readonly Tensor[] =>
    transposeLinear(right, applied(fixed), x, "linearSolve") as Tensor[];
  const onVectors = (times: (x: readonly Tensor[]) => readonly Tensor[]) => (x: T): T =>
    build(times(checkVector("linearSolve", x)));
  const solved = (name: string, times: typeof applied): Closed =>
    close(name, likes, (given) => {
      const fixed = given.slice(0, constants);
      const back = times === applied ? appliedTransposed : applied;
      const found = solver(
        onVectors(times(fixed)),
        onVectors(symmetric ? times(fixed) : back(fixed)),
        build(given.slice(constants)),
      );
      return checkVector("linearSolve", found);
    });
  const forward: Closed = { body, captured: [] };
  const solution = solved("linearSolve", applied);
  const closed = symmetric ? [forward, solution] : [
    forward,
    solution,
    close(
      "transpose",
      likes,
      (given) => appliedTransposed(given.slice(0, constants))(given.slice(constants)),
    ),
    solved("linearSolve of the transpose", appliedTransposed),
  ];
  const shared = share(closed);
  const [straight, straightSolution, turned = straight, turnedSolution = straightSolution] = shared.bodies;
  const results = applyAll(linearSolvePrimitive, [...shared.captured, ...likes], {
    matvec: straight,
    transposed: turned,
    solution: straightSolution,
    transposedSolution: turnedSolution,
    constants: shared.captured.length + constants,
  });
  return build(results);
}

type Solver<T> = (matvec: (x: T) => T, transposed: (x: T) => T, b: T) => T;

function solverOf<T>(b: T, { solver, symmetric = false, tolerance }: LinearSolveOptions): Solver<T> {
  if (typeof solver === "function") return (matvec, _, right) => solver(matvec, right);
  const { vector } = asVector("linearSolve", b);
  const kind = solver ?? (vector.size <= DENSE ? "dense" : "conjugateGradient");
  if (kind === "dense") {
    return (matvec, _, right) => {
      const { vector, back } = asVector("linearSolve", right);
      const columns = vmap((x: Tensor) => asVector("linearSolve", matvec(back(x))).vector);
      const matrix = transpose(columns(eye(vector.size, { dtype: vector.dtype })));
      return back(solveDense(matrix, vector));
    };
  }
  if (kind !== "conjugateGradient") {
    throw new RangeError(
      `linearSolve expects solver to be "dense", "conjugateGradient" or a function but got ${String(kind)}`,
    );
  }
  const least = tolerance ?? (vector.dtype === "float64" ? 1e-12 : 1e-6);
  return (matvec, transposed, right) =>
    symmetric
      ? conjugateGradient(matvec, right, { tolerance: least })
      : conjugateGradient((x) => transposed(matvec(x)), transposed(right), { tolerance: least });
}
