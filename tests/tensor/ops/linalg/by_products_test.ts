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

function assertOrthonormal(x: Tensor): void {
  const n = x.shape[x.rank - 1];
  assertNear(
    t.matmul(turned(x), x),
    t.broadcastTo(t.eye(n, { dtype: x.dtype }), [...x.shape.slice(0, -2), n, n]),
    1e-11,
  );
}

/** Matrices of many forms: any, of low rank, with zeros on two diagonals, symmetric with equal eigenvalues. */
function matricesOf(m: number, n: number): readonly Tensor[] {
  const x = random([2, m, n]);
  const few = random([2, m, 3]);
  const low = t.matmul(few, t.slice(random([2, 3, n]), [null, null, [0, n]]));
  const shifted = t.broadcastTo(t.eye(m, { columns: n, offset: 1, dtype: "float64" }), [2, m, n]);
  const holes = t.multiply(
    t.eye(m, { columns: n, dtype: "float64" }),
    t.greater(t.remainder(t.arange(n), 3), 0),
  );
  return [x, low, shifted, t.add(shifted, holes), t.multiply(x, 0), t.multiply(x, 1e-200)];
}

Deno.test("orthogonal factors of larger matrices are orthonormal, and their product is the matrix", () =>
  inEachMode(() => {
    for (const [m, n] of [[17, 17], [33, 20], [70, 70], [130, 40]]) {
      for (const x of matricesOf(m, n)) {
        for (const mode of ["reduced", "complete"] as const) {
          const { q, r } = t.qr(x, { mode });
          assertOrthonormal(q);
          assertNear(t.matmul(q, r), x, 1e-11);
          assertNear(r, t.triu(r), 0);
          const { u, s, vt } = t.svd(x, { fullMatrices: mode === "complete" });
          assertOrthonormal(u);
          assertOrthonormal(turned(vt));
          const left = t.slice(u, [null, null, [0, n]]);
          assertNear(t.matmul(t.multiply(left, t.expandDims(s, 1)), vt), x, 1e-11);
          assertEquals(
            t.min(t.subtract(s.slice([null, [0, n - 1]]), s.slice([null, [1, n]]))).item() >= 0,
            true,
          );
          assertEquals(t.min(s).item() >= 0, true);
        }
      }
    }
  }));

Deno.test("eigenvectors of larger matrices are orthonormal and give the matrix", () =>
  inEachMode(() => {
    for (const n of EXTENTS) {
      for (const x of matricesOf(n, n)) {
        const symmetric = t.multiply(t.add(x, turned(x)), 0.5);
        const { values, vectors } = t.eigh(x);
        assertOrthonormal(vectors);
        assertNear(t.matmul(t.multiply(vectors, t.expandDims(values, 1)), turned(vectors)), symmetric, 1e-11);
        assertEquals(
          t.min(t.subtract(values.slice([null, [1, n]]), values.slice([null, [0, n - 1]]))).item() >= 0,
          true,
        );
      }
    }
  }));

Deno.test("pseudo-inverses, least squares and exponentials of larger matrices keep their laws", () =>
  inEachMode(() => {
    for (const [m, n] of [[33, 20], [20, 33], [70, 70]]) {
      for (const x of matricesOf(m, n).slice(0, 5)) {
        const inverse = t.pinv(x, { cutoff: 1e-10 });
        assertNear(t.matmul(t.matmul(x, inverse), x), x, 1e-9);
        assertNear(t.matmul(t.matmul(inverse, x), inverse), inverse, 1e-7);
        const [one] = [t.slice(x, [[0, 1]]).reshape([m, n])];
        const b = random([m, 2]);
        const { x: solution, rank, singularValues } = t.lstsq(one, b, { cutoff: 1e-10 });
        assertNear(solution, t.matmul(t.pinv(one, { cutoff: 1e-10 }), b), 1e-9);
        assertNear(singularValues, t.svdvals(one), 1e-12);
        assertEquals(rank.item(), t.matrixRank(one).item());
      }
    }
    const x = t.multiply(random([2, 40, 40]), 0.3);
    assertNear(
      t.matmul(t.expm(x), t.expm(t.negative(x))),
      t.broadcastTo(t.eye(40, { dtype: "float64" }), x.shape),
      1e-9,
    );
  }));

Deno.test("larger matrices with a number that is none give none", () => {
  const x = t.add(random([40, 40]), t.multiply(t.eye(40, { dtype: "float64" }), NaN));
  for (const result of [t.svd(x).u, t.svd(x).s, t.eigh(x).vectors, t.eigh(x).values, t.expm(x), t.pinv(x)]) {
    assertEquals(result.data().every((value) => Number.isNaN(value)), true);
  }
  assertEquals(Number.isNaN(t.sum(t.qr(x).r).item()), true);
});

Deno.test("panels of right sides have the same bits with every number of threads", () => {
  const { threads } = t.info();
  const x = t.add(random([3, 200, 200]), t.multiply(t.eye(200, { dtype: "float64" }), 20));
  const b = t.cast(random([3, 200, 150]), "float32");
  const a = t.cast(x, "float32");
  const found = [1, 2, 3, 8].map((count) => {
    t.configure({ threads: count });
    const solve = t.compile((a: Tensor, b: Tensor) => t.solve(a, b));
    return [
      t.solve(a, b),
      solve(a, b),
      t.triangularSolve(a, b, { unitDiagonal: true, lower: false }),
      t.triangularSolve(a, b),
    ].map((y) => y.data());
  });
  t.configure({ threads });
  for (const others of found.slice(1)) assertEquals(others, found[0]);
});
