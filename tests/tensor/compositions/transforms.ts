/**
 * Transformations of functions of vectors of three, and the same in dual numbers.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import * as dual from "./dual.ts";
import { add, multiply, sin, sum, times } from "./dual.ts";

/** A function of vectors of three. */
export type Vectors = (x: Tensor) => Tensor;

/** A transformation, and the same by dual numbers. */
interface Pair {
  readonly transform: (f: Vectors) => Vectors;
  readonly reference: (f: dual.Vectors) => dual.Vectors;
  /** Whether it pushes forward or pulls back what it is given, or both, which is forward over reverse. */
  readonly mode?: "forward" | "reverse" | "both";
  /** Whether it pushes forward what it is given where something around it is differentiated. */
  readonly implicit?: boolean;
}

const vector = (values: readonly number[]): Tensor => t.tensor(values as number[], { dtype: "float64" });
const ALONG = [0.5, -1, 0.25];
const DIRECTION = vector(ALONG);
const EXAMPLES = [[0.4, 1, -0.5], [-1, 0.2, 0.8]];
const MATRIX = [[0.5, 1, 0], [-0.2, 0.3, 0.7], [0, 0.4, -0.6]];
/** How much of a function is in an equation that is solved. */
const PART = 0.02;
const ROUNDS = 16;

const same = (f: dual.Vectors): dual.Vectors => f;
const total = (f: dual.Vectors) => (x: readonly dual.Dual[]): dual.Dual => sum(f(x));
const doubly = (f: dual.Vectors): dual.Vectors => (x) => f(f(x).map((y) => multiply(y, 0.5)));
const overRows = (rows: readonly (readonly dual.Dual[])[]): readonly dual.Dual[] =>
  ALONG.map((_, i) => add(0, ...rows.map((row) => sin(row[i]))));
const sinesOf = (matrix: Tensor, axes: number): Tensor => t.sum(t.sin(matrix), { axes });

/** By the names of the transformations. */
export const TRANSFORMS: Readonly<Record<string, Pair>> = {
  grad: {
    transform: (f) => t.grad((x: Tensor) => t.sum(t.sin(f(x)))),
    reference: (f) => (x) => dual.gradient((y) => sum(f(y).map(sin)), x),
    mode: "reverse",
  },
  vjp: {
    transform: (f) => (x) => t.vjp(f, x).pullback(DIRECTION)[0] as Tensor,
    reference: (f) => (x) => dual.gradient((y) => sum(times(f(y), ALONG)), x),
    mode: "reverse",
  },
  jvp: {
    transform: (f) => (x) => t.jvp(f, [x], [DIRECTION]).tangent,
    reference: (f) => (x) => dual.along(f, x, ALONG),
    mode: "forward",
  },
  linearize: {
    transform: (f) => (x) => t.linearize(f, x).pushforward(DIRECTION),
    reference: (f) => (x) => dual.along(f, x, ALONG),
    mode: "forward",
  },
  jacfwd: {
    transform: (f) => (x) => sinesOf(t.jacfwd(f)(x), 1),
    reference: (f) => (x) => overRows(dual.columns(f, x)),
    mode: "forward",
  },
  jacrev: {
    transform: (f) => (x) => sinesOf(t.jacrev(f)(x), 0),
    reference: (f) => (x) => dual.columns(f, x).map((column) => sum(column.map(sin))),
    mode: "reverse",
  },
  hessian: {
    transform: (f) => (x) => sinesOf(t.hessian((y: Tensor) => t.sum(f(y)))(x), 0),
    reference: (f) => (x) => overRows(dual.columns((y) => dual.gradient(total(f), y), x)),
    mode: "both",
  },
  hvp: {
    transform: (f) => (x) => t.hvp((y: Tensor) => t.sum(f(y)), x, DIRECTION),
    reference: (f) => (x) => dual.along((y) => dual.gradient(total(f), y), x, ALONG),
    mode: "both",
  },
  vmap: {
    transform: (f) => (x) =>
      t.sum(t.vmap(f, { inAxes: 1, outAxes: 1 })(t.stack([x, t.multiply(x, 2)], 1)), { axes: 1 }),
    reference: (f) => (x) => {
      const [once, twice] = [f(x), f(x.map((y) => multiply(y, 2)))];
      return once.map((y, i) => add(y, twice[i]));
    },
  },
  perExample: {
    transform: (f) => (x) => {
      const loss = (params: Tensor, example: Tensor): Tensor => t.sum(t.multiply(f(params), example));
      const examples = t.stack(EXAMPLES.map(vector));
      return sinesOf(t.vmap(t.grad(loss), { inAxes: [null, 0] })(x, examples), 0);
    },
    reference: (f) => (x) =>
      overRows(EXAMPLES.map((example) => dual.gradient((y) => sum(times(f(y), example)), x))),
    mode: "reverse",
  },
  compile: { transform: (f) => t.compile(f), reference: same },
  checkpoint: { transform: (f) => t.checkpoint(f), reference: same },
  checkpointAll: { transform: (f) => t.checkpoint(f, { policy: "all" }), reference: same },
  checkpointNamed: {
    transform: (f) => t.checkpoint((x) => t.sin(t.checkpointName(f(x), "value")), { policy: ["value"] }),
    reference: (f) => (x) => f(x).map(sin),
  },
  stopGradient: {
    transform: (f) => (x) => t.multiply(f(x), t.stopGradient(f(x))),
    reference: (f) => (x) => times(f(x), f(x).map(dual.primal)),
  },
  customVjp: {
    transform: (f) => t.customVjp(f, { pullback: ({ args: [x] }, g) => t.vjp(f, x).pullback(g) }),
    reference: same,
  },
  customJvp: {
    transform: (f) =>
      t.customJvp(f, ([x], [dx]) => {
        const { value, tangent } = t.jvp(f, [x], [dx]);
        return [value, tangent];
      }),
    reference: same,
    implicit: true,
  },
  scan: {
    transform: (f) => (x) =>
      t.scan((c: Tensor, s: Tensor) => [f(t.multiply(c, s)), null], x, vector([1, 0.5]))[0],
    reference: doubly,
  },
  scanInSegments: {
    transform: (f) => (x) =>
      t.scan((c: Tensor, s: Tensor) => [f(t.multiply(c, s)), null], x, vector([1, 0.5, 1]), {
        checkpoint: 2,
      })[0],
    reference: (f) => (x) => f(doubly(f)(x)),
  },
  forLoop: {
    transform: (f) => (x) => t.forLoop(0, 2, (i, y) => f(t.divide(y, t.add(i, 1))), x),
    reference: doubly,
  },
  whileLoop: {
    transform: (f) => (x) =>
      t.whileLoop(
        ({ i }) => t.less(i, 2),
        ({ i, y }) => ({ i: t.add(i, 1), y: f(t.divide(y, t.add(i, 1))) }),
        { i: t.tensor(0, { dtype: "int32" }), y: x },
        { maxSteps: 5 },
      ).y,
    reference: doubly,
  },
  cond: {
    transform: (f) => (x) => t.cond(t.greater(t.sum(x), 0.1), f, (y: Tensor) => t.negative(f(y)), x),
    reference: (f) => (x) => dual.primal(sum(x)) > 0.1 ? f(x) : f(x).map((y) => multiply(-1, y)),
  },
  switchCase: {
    transform: (f) => (x) =>
      t.switchCase(
        t.cast(t.greater(t.sum(x), 0.1), "int32"),
        [t.sin, f, (y: Tensor) => t.multiply(f(y), 2)] as ((x: Tensor) => Tensor)[],
        x,
      ),
    reference: (f) => (x) => dual.primal(sum(x)) > 0.1 ? f(x) : x.map(sin),
  },
  linearTranspose: {
    transform: (f) => (x) => {
      const matrix = t.stack(MATRIX.map(vector));
      return t.linearTranspose((u: Tensor) => t.multiply(f(x), t.matmul(matrix, u)), x)(
        DIRECTION,
      )[0] as Tensor;
    },
    reference: (f) => (x) => {
      const scaled = times(f(x), ALONG);
      return ALONG.map((_, j) => sum(scaled.map((y, i) => multiply(y, MATRIX[i][j]))));
    },
  },
  linearSolve: {
    transform: (f) => (x) => {
      const diagonal = t.add(t.sin(f(x)), 4);
      return t.linearSolve((u: Tensor) => t.add(t.multiply(diagonal, u), t.multiply(t.sum(u), 0.1)), x);
    },
    // The formula of Sherman and Morrison.
    reference: (f) => (x) => {
      const inverses = f(x).map((y) => dual.reciprocal(add(sin(y), 4)));
      const whole = multiply(
        sum(times(x, inverses)),
        dual.reciprocal(add(1, multiply(0.1, sum(inverses)))),
      );
      return times(x.map((y) => add(y, multiply(-0.1, whole))), inverses);
    },
  },
  implicitRoot: {
    transform: (f) =>
      t.implicitRoot(
        (y: Tensor, x: Tensor) => t.subtract(t.add(y, t.multiply(f(y), PART)), x),
        (x: Tensor) => t.forLoop(0, ROUNDS, (_, y) => t.subtract(x, t.multiply(f(y), PART)), x),
      ),
    reference: (f) => (x) =>
      dual.iterate((y) => f(y).map((z, i) => add(x[i], multiply(-PART, z))), x, ROUNDS),
    implicit: true,
  },
  implicitOptimum: {
    transform: (f) => {
      const objective = (y: Tensor, x: Tensor): Tensor =>
        t.add(t.multiply(t.sum(t.square(t.subtract(y, x))), 0.5), t.multiply(t.sum(f(y)), PART));
      return t.implicitOptimum(
        objective,
        (x: Tensor) => t.forLoop(0, ROUNDS, (_, y) => t.subtract(y, t.grad(objective)(y, x)), x),
      );
    },
    reference: (f) => (x) =>
      dual.iterate(
        (y) => dual.gradient(total(f), y).map((slope, i) => add(x[i], multiply(-PART, slope))),
        x,
        ROUNDS,
      ),
    mode: "reverse",
  },
};

const FACTORS = [0.5, 0.4, 0.6];

/** The function that is transformed, and the same in dual numbers. */
export const base = {
  transform:
    ((x) => t.add(t.multiply(t.sin(x), vector(FACTORS)), t.multiply(t.mean(t.square(x)), 0.3))) as Vectors,
  reference: ((x) => {
    const mean = multiply(0.1, sum(times(x, x)));
    return x.map((y, i) => add(multiply(sin(y), FACTORS[i]), mean));
  }) as dual.Vectors,
};
