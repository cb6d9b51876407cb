/**
 * Tests of `incrementalUpdate`, `periodicUpdate`, `safeNorm`, `safeRootMeanSquares` and `scaleGradient`.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  incrementalUpdate,
  periodicUpdate,
  safeNorm,
  safeRootMeanSquares,
  scaleGradient,
} from "../../optim/mod.ts";
import { compile, grad, sum, type Tensor, tensor } from "../../tensor/mod.ts";

Deno.test("incrementalUpdate() and periodicUpdate() go towards new params", () => {
  const [next, old] = [{ x: tensor(8), hole: null }, { x: tensor(0), hole: null }];
  assertEquals(incrementalUpdate(next, old, { stepSize: 1 }).x.item(), 8);
  assertEquals(incrementalUpdate(next, old, { stepSize: 0.25 }).x.item(), 2);
  const step = compile((count: number) => periodicUpdate(next, old, { count, period: 3 }));
  assertEquals([0, 1, 2, 3, 4].map((count) => step(count).x.item()), [8, 0, 0, 8, 0]);
  assertThrows(
    () => incrementalUpdate(next, old, { stepSize: 2 }),
    RangeError,
    "incrementalUpdate expects stepSize from 0 to 1 but got 2",
  );
  assertThrows(
    () => periodicUpdate(next, old, { count: 1, period: 0 }),
    RangeError,
    "periodicUpdate expects period to be a positive integer but got 0",
  );
});

Deno.test("safeNorm() and safeRootMeanSquares() have a floor and a gradient at zero", () => {
  const x = tensor([[3, 4], [0, 0]]);
  const norms = (x: Tensor) => safeNorm(x, { minNorm: 2, axes: 1 });
  assertEquals(norms(x).toArray(), [5, 2]);
  assertEquals(grad((x: Tensor) => sum(norms(x)))(x).toArray(), [[Math.fround(0.6), Math.fround(0.8)], [
    0,
    0,
  ]]);
  const root = (x: Tensor) => safeRootMeanSquares(x, { minRootMeanSquares: 0.5, axes: 1, keepDims: true });
  assertEquals(root(tensor([[1, -7], [0, 0]])).toArray(), [[5], [0.5]]);
  assertEquals(grad((x: Tensor) => sum(root(x)))(tensor([[0, 0]])).toArray(), [[0, 0]]);
  assertEquals(safeNorm(tensor([3, 4], { dtype: "float64" }), { minNorm: 1 }).dtype, "float64");
});

Deno.test("scaleGradient() changes gradients alone", () => {
  const f = (x: { a: Tensor }) => sum(scaleGradient(x, -0.5).a);
  const x = { a: tensor([1, 2]) };
  assertEquals([f(x).item(), grad(f)(x).a.toArray()], [3, [-0.5, -0.5]]);
  assertThrows(
    () => scaleGradient(x, NaN),
    RangeError,
    "scaleGradient expects scale to be finite but got NaN",
  );
});
