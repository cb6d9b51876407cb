import { assertThrows } from "@std/assert/throws";
import * as t from "../../tensor/mod.ts";
import {
  compile,
  grad,
  hessian,
  implicitOptimum,
  implicitRoot,
  jacfwd,
  jacrev,
  linearSolve,
  matmul,
  multiply,
  sum,
  type Tensor,
  vmap,
  whileLoop,
} from "../../tensor/mod.ts";
import { checkGradients } from "../laws/gradients.ts";
import { near } from "./near.ts";
import { numbers } from "./primitives/entry.ts";

const EYE = t.eye(3, { dtype: "float64" });
const A = t.add(multiply(EYE, 4), numbers([3, 3], -1, 1));
const B = numbers([3], -1, 2);
const SYMMETRIC = t.add(matmul(A, t.transpose(A)), EYE);

for (const solver of ["dense", "conjugateGradient"] as const) {
  for (const symmetric of [false, true]) {
    const matrix = symmetric ? SYMMETRIC : A;
    const system = (a: Tensor, b: Tensor) =>
      linearSolve((x: Tensor) => matmul(a, x), b, { solver, symmetric });
    const total = (f: typeof system) => (a: Tensor, b: Tensor) => sum(t.sin(f(a, b)));

    Deno.test(`linearSolve with ${solver}, ${symmetric ? "" : "not "}symmetric, has the derivatives of a system`, () => {
      const both = (g: (f: typeof system) => Tensor) => near(g(system), g(t.solve as typeof system), 1e-8);
      both((f) => f(matrix, B));
      for (const argnums of [0, 1]) {
        // A gradient of a symmetric matrix is compared in directions that keep it so.
        const even = (g: Tensor) => symmetric && g.rank > 1 ? t.add(g, t.transpose(g)) : g;
        both((f) => even(grad(total(f), { argnums })(matrix, B) as unknown as Tensor));
      }
      both((f) => hessian((b: Tensor) => total(f)(matrix, b))(B));
      both((f) => jacfwd((b: Tensor) => f(matrix, multiply(b, b)))(B));
      both((f) => jacrev((s: Tensor) => f(multiply(matrix, s), B))(t.tensor(2, { dtype: "float64" })));
      both((f) => jacfwd((s: Tensor) => f(multiply(matrix, s), B))(t.tensor(2, { dtype: "float64" })));
      both((f) => vmap(f, { inAxes: [null, 0] })(matrix, t.stack([B, multiply(B, 2)])));
      both((f) => vmap(f)(t.stack([matrix, multiply(matrix, 2)]), t.stack([B, B])));
      both((f) =>
        vmap(grad(total(f)), { inAxes: [null, 0] })(multiply(EYE, 3), t.stack([B, multiply(B, 2)]))
      );
      both((f) => compile(grad(total(f), { argnums: 1 }) as unknown as typeof system)(matrix, B));
    });
  }
}

/** The root of y + 0.3 sin(y) = x, by fixed-point iteration without a bound. */
const kepler = implicitRoot(
  (y: Tensor, x: Tensor) => t.subtract(t.add(y, multiply(t.sin(y), 0.3)), x),
  (x: Tensor) =>
    whileLoop(
      ({ y, before }) => t.greater(t.max(t.abs(t.subtract(y, before))), 1e-14),
      ({ y }) => ({ y: t.subtract(x, multiply(t.sin(y), 0.3)), before: y }),
      { y: x, before: t.add(x, 1) },
    ).y,
);

Deno.test("a root has the derivatives that the implicit function theorem gives, of any order", () => {
  const slope = (y: Tensor) => t.divide(1, t.add(1, multiply(t.cos(y), 0.3)));
  const y = kepler(B);
  near(t.add(y, multiply(t.sin(y), 0.3)), B, 1e-13);
  near(grad((x) => sum(kepler(x)))(B), slope(y), 1e-9);
  near(jacfwd(kepler)(B), jacrev(kepler)(B), 1e-9);
  checkGradients((x: Tensor) => sum(t.square(kepler(x))), [B], { order: 2 });
  near(hessian((x: Tensor) => sum(kepler(x)))(B), jacrev(grad((x: Tensor) => sum(kepler(x))))(B), 1e-9);
  near(vmap(grad(kepler))(B), slope(y), 1e-9);
  near(compile(vmap(grad(kepler)))(B), slope(y), 1e-9);
  near(
    grad((x) => sum(t.scan((c: Tensor) => [kepler(c), null], x, null, { length: 3 })[0]))(B),
    [0, 1, 2].reduce(
      ({ c, s }) => ({ c: kepler(c), s: multiply(s, slope(kepler(c))) }),
      { c: B, s: t.onesLike(B) },
    ).s,
    1e-9,
  );
});

Deno.test("an optimum of a tree depends on its arguments as the closed form does", () => {
  type Model = { readonly w: Tensor; readonly b: Tensor };
  const x = numbers([6, 3], -1, 1);
  const y = numbers([6], -2, 2);
  const objective = (m: Model, penalty: Tensor, targets: Tensor) =>
    t.add(
      sum(t.square(t.subtract(t.add(matmul(x, m.w), m.b), targets))),
      multiply(penalty, t.add(sum(t.square(m.w)), t.square(m.b))),
    );
  const wide = t.concatenate([x, t.ones([6, 1], { dtype: "float64" })], 1);
  const closed = (penalty: Tensor, targets: Tensor): Model => {
    const gram = t.add(matmul(t.transpose(wide), wide), multiply(penalty, t.eye(4, { dtype: "float64" })));
    const all = t.solve(gram, matmul(t.transpose(wide), targets));
    return { w: all.slice([[0, 3]]), b: all.at(3) };
  };
  const stopped = (penalty: Tensor, targets: Tensor) => {
    const { w, b } = closed(penalty, targets);
    return { w: t.stopGradient(w), b: t.stopGradient(b) };
  };
  const penalty = t.tensor(0.5, { dtype: "float64" });
  const score = (f: typeof closed) => (p: Tensor, targets: Tensor) => {
    const { w, b } = f(p, targets);
    return t.add(sum(t.sin(w)), multiply(b, b));
  };
  for (const solver of ["dense", "conjugateGradient"] as const) {
    const best = implicitOptimum(objective, stopped, { solver });
    for (const argnums of [0, 1]) {
      near(
        grad(score(best), { argnums })(penalty, y) as unknown as Tensor,
        grad(score(closed), { argnums })(penalty, y) as unknown as Tensor,
        1e-9,
      );
    }
    near(
      hessian((p: Tensor) => score(best)(p, y))(penalty),
      hessian((p: Tensor) => score(closed)(p, y))(penalty),
      1e-9,
    );
  }
});

Deno.test("linear systems and roots explain what does not fit", () => {
  const bad: readonly (readonly [() => unknown, typeof TypeError | typeof RangeError, string])[] = [
    [() => linearSolve((x: Tensor) => multiply(x, x), B), TypeError, "linearSolve expects a linear function"],
    [
      () => linearSolve(t.exp, t.tensor([1], { dtype: "int32" })),
      TypeError,
      "one floating-point dtype but got int32[1]",
    ],
    [() => linearSolve((x) => x, []), TypeError, "a tree with a tensor but got an array of 0"],
    [() => linearSolve((x) => x, B, { solver: "lu" as "dense" }), RangeError, "solver to be"],
    [() => t.conjugateGradient((x) => x, B, { tolerance: -1 }), RangeError, "tolerance from 0 on but got -1"],
    [
      () => t.conjugateGradient((x) => x, B, { maxSteps: 0.5 }),
      RangeError,
      "maxSteps to be a non-negative integer",
    ],
    [() => implicitRoot(2 as unknown as typeof t.add, t.exp), TypeError, "implicitRoot expects functions"],
    [
      () =>
        grad((w) =>
          sum(
            implicitRoot((y: Tensor, x: Tensor) => t.subtract(multiply(y, w), x), (x: Tensor) =>
              t.divide(x, w))(B),
          )
        )(B),
      TypeError,
      "expects what is differentiated to be an argument",
    ],
  ];
  for (const [call, type, message] of bad) assertThrows(call, type, message);
});
