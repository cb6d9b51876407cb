import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import * as t from "../../../../tensor/mod.ts";
import type { Tensor } from "../../../../tensor/mod.ts";

const element = fc.integer({ min: -32, max: 32 }).map((x) => x / 16);

/** Stacks of two matrices of a size from `least` to 5 rows and columns. */
function matrices(square: boolean): fc.Arbitrary<Tensor> {
  const extent = fc.integer({ min: 1, max: 5 });
  return fc.tuple(extent, extent).chain(([m, n]) => {
    const shape = [2, m, square ? m : n];
    const size = shape[0] * shape[1] * shape[2];
    return fc.array(element, { minLength: size, maxLength: size }).map((values) =>
      t.tensor(Float64Array.from(values), { shape })
    );
  });
}

function turned(x: Tensor): Tensor {
  return t.swapAxes(x, -1, -2);
}

function definite(x: Tensor): Tensor {
  return t.add(t.matmul(x, turned(x)), t.eye(x.shape[1], { dtype: x.dtype }));
}

function assertClose(actual: Tensor, expected: Tensor, tolerance = 1e-9): void {
  assertEquals([actual.dtype, ...actual.shape], [expected.dtype, ...expected.shape]);
  const far = t.max(t.abs(t.subtract(actual, expected))).item();
  if (!(far <= tolerance)) throw new RangeError(`Expected\n${expected}\nbut got\n${actual}\n${far} away`);
}

function assertOrthonormal(x: Tensor): void {
  const n = x.shape[x.rank - 1];
  const eye = t.broadcastTo(t.eye(n, { dtype: x.dtype }), [...x.shape.slice(0, -2), n, n]);
  assertClose(t.matmul(turned(x), x), eye, 1e-12);
}

Deno.test("cholesky() is a lower factor with a positive diagonal", () => {
  fc.assert(fc.property(matrices(true), (x) => {
    const factor = t.cholesky(definite(x));
    assertClose(t.matmul(factor, turned(factor)), definite(x));
    assertClose(t.cholesky(definite(x), { upper: true }), turned(factor));
  }));
});

Deno.test("solve() and triangularSolve() undo a product from the left and from the right", () => {
  fc.assert(
    fc.property(
      matrices(true),
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      (x, lower, transposeA, leftSide) => {
        const a = definite(x);
        assertClose(t.solve(a, t.matmul(a, x)), x);
        assertClose(t.matmul(t.inv(a), a), t.broadcastTo(t.eye(x.shape[1], { dtype: "float64" }), a.shape));
        const factor = lower ? t.cholesky(a) : turned(t.cholesky(a));
        const taken = transposeA ? turned(factor) : factor;
        const side = leftSide ? t.matmul(taken, x) : t.matmul(x, taken);
        assertClose(t.triangularSolve(factor, side, { lower, transposeA, leftSide }), x);
      },
    ),
  );
});

Deno.test("det() and slogdet() agree with each other and with products", () => {
  fc.assert(fc.property(matrices(true), (x) => {
    const { sign, logAbs } = t.slogdet(x);
    assertClose(t.multiply(sign, t.exp(logAbs)), t.det(x));
    assertClose(t.det(t.matmul(x, x)), t.square(t.det(x)), 1e-6);
  }));
});

Deno.test("qr() is orthonormal times triangular", () => {
  fc.assert(
    fc.property(matrices(false), fc.constantFrom("reduced" as const, "complete" as const), (x, mode) => {
      const { q, r } = t.qr(x, { mode });
      assertClose(t.matmul(q, r), x);
      assertOrthonormal(q);
      r.data().forEach((value, i) => {
        const [m, n] = r.shape.slice(-2);
        if (Math.floor(i / n) % m > i % n) assertEquals(value, 0);
      });
    }),
  );
});

Deno.test("svd() is orthonormal times descending times orthonormal, of matrices of any rank", () => {
  fc.assert(fc.property(matrices(false), fc.boolean(), fc.boolean(), (given, fullMatrices, flat) => {
    const x = flat ? t.multiply(given, t.slice(given, [null, null, [0, 1]])).multiply(0) : given;
    const { u, s, vt } = t.svd(x, { fullMatrices });
    assertOrthonormal(u);
    assertOrthonormal(turned(vt));
    const k = s.shape[1];
    const left = t.slice(u, [null, null, [0, k]]);
    assertClose(t.matmul(t.multiply(left, t.expandDims(s, 1)), t.slice(vt, [null, [0, k]])), x);
    const values = s.data();
    for (let i = 1; i < k; i++) assertEquals(values[i] <= values[i - 1] && values[i] >= 0, true);
  }));
});

Deno.test("eigh() is orthonormal and diagonal", () => {
  fc.assert(fc.property(matrices(true), (x) => {
    const { values, vectors } = t.eigh(x);
    assertOrthonormal(vectors);
    const whole = t.matmul(t.multiply(vectors, t.expandDims(values, 1)), turned(vectors));
    assertClose(whole, t.multiply(t.add(x, turned(x)), 0.5));
  }));
});

Deno.test("pinv() and lstsq() give the shortest solution of least squares", () => {
  fc.assert(fc.property(matrices(false), (x) => {
    const inverse = t.pinv(x);
    assertClose(t.matmul(t.matmul(x, inverse), x), x, 1e-6);
    const product = t.matmul(x, inverse);
    assertClose(product, turned(product), 1e-6);
  }));
  const { x, rank, residuals } = t.lstsq(t.tensor([[1, 1], [1, 1], [2, 2]]), t.tensor([2, 2, 4]));
  assertClose(x, t.tensor([1, 1]), 1e-5);
  assertEquals([rank.item(), rank.dtype, residuals.shape], [1, "int32", [1]]);
});

Deno.test("expm() of a sum is a product where matrices commute, and matrixPower() repeats a product", () => {
  fc.assert(fc.property(matrices(true), (x) => {
    const scale = t.exp(t.max(t.abs(x))).item();
    assertClose(t.expm(t.multiply(x, 2)), t.matrixPower(t.expm(x), 2), 1e-9 * scale ** 20);
    assertClose(t.matrixPower(x, 3), t.matmul(t.matmul(x, x), x));
    assertClose(t.matrixPower(definite(x), -1), t.inv(definite(x)));
  }));
  assertClose(
    t.expm(t.tensor([[0, 40], [-40, 0]], { dtype: "float64" })),
    t.tensor(
      [[Math.cos(40), Math.sin(40)], [-Math.sin(40), Math.cos(40)]],
      { dtype: "float64" },
    ),
    1e-12,
  );
});

Deno.test("matrices without rows, and matrices of NaN, pass through", () => {
  const empty = t.zeros([2, 0, 0]);
  assertEquals(
    [t.det(empty).toArray(), t.svd(empty).s.shape, t.eigh(empty).values.shape, t.inv(empty).shape],
    [
      [1, 1],
      [2, 0],
      [2, 0],
      [2, 0, 0],
    ],
  );
  const bad = t.tensor([[NaN, 1], [1, 1]]);
  for (const x of [t.svd(bad).s, t.eigh(bad).values, t.det(bad), t.cholesky(bad), t.expm(bad), t.inv(bad)]) {
    assertEquals(x.data().some((value) => Number.isNaN(value)), true);
  }
});

Deno.test("a complete factor and full matrices refuse what has no gradient", () => {
  assertThrows(
    () => t.grad((x: Tensor) => t.sum(t.svd(x, { fullMatrices: true }).u))(t.ones([3, 2])),
    TypeError,
    "svd expects fullMatrices to be false where a gradient is wanted",
  );
});

Deno.test("products of integers wrap around, and those of bools are or of and", () => {
  const big = t.tensor([[2147483647, 65536], [-3, 7]], { dtype: "int32" });
  const expected = [
    [0, 1].map((j) => Math.imul(2147483647, big.data()[j]) + Math.imul(65536, big.data()[2 + j]) | 0),
  ];
  assertEquals(t.matmul(t.slice(big, [[0, 1]]), big).toArray(), expected);
  assertEquals(t.matmul(t.tensor([[true, false]]), t.tensor([[false], [true]])).toArray(), [[false]]);
  assertEquals(
    t.matmul(t.tensor([[200]], { dtype: "uint8" }), t.tensor([[2]], { dtype: "uint8" })).toArray(),
    [[144]],
  );
});

Deno.test("singular matrices give what the docs say, eager and compiled", () => {
  const singular = t.tensor([[1, 2], [2, 4]], { dtype: "float64" });
  for (const f of [t.inv, (x: Tensor) => t.solve(x, t.tensor([1, 1], { dtype: "float64" }))]) {
    for (const one of [f, t.compile(f)]) {
      assertEquals([...one(singular).data()].some((value) => Number.isFinite(value)), false);
    }
  }
  assertEquals(t.det(singular).item(), 0);
  const { sign, logAbs } = t.slogdet(singular);
  assertEquals([sign.item(), logAbs.item()], [0, -Infinity]);
  // The gradient of a determinant is the matrix of cofactors.
  assertEquals(t.grad((x: Tensor) => t.det(x))(singular).toArray(), [[4, -2], [-2, 1]]);
  const indefinite = t.tensor([[1, 2], [2, 1]], { dtype: "float64" });
  assertEquals(Number.isNaN(t.sum(t.cholesky(indefinite)).item()), true);
  assertEquals(t.lstsq(singular, t.tensor([1, 2], { dtype: "float64" })).rank.item(), 1);
});
