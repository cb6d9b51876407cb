import { assertEquals } from "@std/assert/equals";
import * as t from "../../../../tensor/mod.ts";
import type { Tensor } from "../../../../tensor/mod.ts";

const key = t.random.key(3);

function random(shape: readonly number[]): Tensor {
  return t.cast(t.random.normal(key, shape), "float64");
}

function turned(x: Tensor): Tensor {
  return t.swapAxes(x, -1, -2);
}

function assertNear(actual: Tensor, expected: Tensor, tolerance: number): void {
  assertEquals([actual.dtype, ...actual.shape], [expected.dtype, ...expected.shape]);
  const far = t.max(t.abs(t.subtract(actual, expected))).item();
  if (!(far <= tolerance)) throw new RangeError(`Expected at most ${tolerance} but got ${far}`);
}

/** Runs checks with fused vectors, with vectors, and with typed arrays. */
function inEachMode(check: () => void): void {
  try {
    for (const simd of ["relaxed", "strict", "off"] as const) {
      t.configure({ simd });
      t.scope(check);
    }
  } finally {
    t.configure({ simd: "relaxed" });
  }
}

const EXTENTS = [17, 24, 33, 71, 128];

Deno.test("factors of larger matrices give the matrix, and solutions the right side", () =>
  inEachMode(() => {
    for (const n of EXTENTS) {
      const x = random([2, n, n]);
      const eye = t.eye(n, { dtype: "float64" });
      const definite = t.add(t.matmul(x, turned(x)), eye);
      const factor = t.cholesky(definite);
      assertNear(t.matmul(factor, turned(factor)), definite, 1e-9);
      assertEquals(t.max(t.abs(t.subtract(factor, t.tril(factor)))).item(), 0);
      assertNear(t.matmul(definite, t.inv(definite)), t.broadcastTo(eye, x.shape), 1e-8);
      for (const k of [1, 2, 5, n]) {
        const b = random([2, n, k]);
        assertNear(t.matmul(x, t.solve(x, b)), b, 1e-8);
        for (const lower of [true, false]) {
          for (const unitDiagonal of [true, false]) {
            // Small elements off the diagonal, so that substitution does not grow.
            const triangle = t.add(t.multiply(lower ? t.tril(x, -1) : t.triu(x, 1), 1 / n), eye);
            const solution = t.triangularSolve(t.multiply(triangle, unitDiagonal ? 1 : 2), b, {
              lower,
              unitDiagonal,
            });
            assertNear(t.matmul(t.multiply(triangle, unitDiagonal ? 1 : 2), solution), b, 1e-9);
          }
        }
      }
    }
  }));

Deno.test("determinants of larger matrices are those of their factors", () =>
  inEachMode(() => {
    for (const n of EXTENTS) {
      const x = t.multiply(random([n, n]), n ** -0.5);
      const definite = t.add(t.matmul(x, turned(x)), t.eye(n, { dtype: "float64" }));
      const diagonal = t.diagonal(t.cholesky(definite));
      const { sign, logAbs } = t.slogdet(definite);
      assertEquals(sign.item(), 1);
      assertNear(logAbs, t.multiply(t.sum(t.log(diagonal)), 2), 1e-9);
      assertNear(
        t.divide(t.det(definite), t.square(t.prod(diagonal))),
        t.ones([], { dtype: "float64" }),
        1e-9,
      );
      // Two rows exchanged.
      const order = t.tensor(Int32Array.from({ length: n }, (_, i) => i === 0 ? n - 1 : i === n - 1 ? 0 : i));
      assertEquals(t.slogdet(t.take(definite, order, { axis: 0 })).sign.item(), -1);
    }
  }));

Deno.test("larger matrices without a factor give NaN, and those without an inverse no number", () =>
  inEachMode(() => {
    const n = 40;
    const eye = t.eye(n, { dtype: "float64" });
    const at = (i: number, j: number) =>
      t.multiply(
        t.expandDims(t.oneHot(t.tensor(i, { dtype: "int32" }), n, { dtype: "float64" }), 1),
        t.oneHot(t.tensor(j, { dtype: "int32" }), n, { dtype: "float64" }),
      );
    const indefinite = t.cholesky(t.subtract(eye, t.multiply(at(30, 30), 2)));
    assertEquals(indefinite.data().filter((value) => Number.isNaN(value)).length, n * (n + 1) / 2);
    const singular = t.subtract(eye, at(20, 20));
    assertEquals(t.det(singular).item(), 0);
    assertEquals(t.slogdet(singular).logAbs.item(), -Infinity);
    assertEquals(Number.isFinite(t.sum(t.abs(t.inv(singular))).item()), false);
    assertEquals(Number.isNaN(t.det(t.multiply(eye, NaN)).item()), true);
  }));
