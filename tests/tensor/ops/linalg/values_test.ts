import { assertEquals } from "@std/assert/equals";
import * as t from "../../../../tensor/mod.ts";
import type { Tensor } from "../../../../tensor/mod.ts";

const key = t.random.key(9);

function random(shape: readonly number[]): Tensor {
  return t.cast(t.random.normal(key, shape), "float64");
}

function assertNear(actual: Tensor, expected: Tensor, tolerance: number): void {
  assertEquals([actual.dtype, ...actual.shape], [expected.dtype, ...expected.shape]);
  if (actual.size === 0) return;
  const far = t.max(t.abs(t.subtract(actual, expected))).item();
  if (!(far <= tolerance)) throw new RangeError(`Expected at most ${tolerance} but got ${far}`);
}

/** Symmetric matrices with these eigenvalues. */
function withValues(values: Tensor): Tensor {
  const n = values.size;
  const { q } = t.qr(random([n, n]));
  return t.matmul(t.multiply(q, values), t.swapAxes(q, -1, -2));
}

const EXTENTS = [1, 2, 3, 8, 16, 17, 32, 33, 47, 50, 100];

Deno.test("eigenvalues alone are those that come with vectors, with every number of threads", () => {
  const { threads } = t.info();
  for (const n of EXTENTS) {
    const x = random([5, n, n]);
    for (
      const given of [x, t.multiply(x, 0), t.cast(x, "float32"), t.multiply(x, 1e-200), t.multiply(x, 1e150)]
    ) {
      t.configure({ threads: 1 });
      const { values } = t.eigh(given);
      for (const count of [1, 3]) {
        t.configure({ threads: count });
        assertEquals(t.eigvalsh(given).data(), values.data());
        assertEquals(t.compile((x: Tensor) => t.eigh(x).values)(given).data(), values.data());
      }
    }
  }
  t.configure({ threads });
});

Deno.test("singular values alone are those that come with vectors, with every number of threads", () => {
  const { threads } = t.info();
  for (const [m, n] of [[1, 1], [2, 2], [5, 3], [3, 5], [17, 17], [50, 20], [30, 70], [200, 3], [64, 64]]) {
    const x = random([5, m, n]);
    for (
      const given of [x, t.multiply(x, 0), t.cast(x, "float32"), t.multiply(x, 1e-200), t.ones([2, m, n])]
    ) {
      t.configure({ threads: 1 });
      const { s } = t.svd(given);
      for (const count of [1, 3]) {
        t.configure({ threads: count });
        assertNear(t.svdvals(given), s, 1e-14);
        assertNear(t.compile((x: Tensor) => t.svd(x).s)(given), s, 1e-14);
      }
    }
  }
  t.configure({ threads });
  assertEquals(t.svdvals(t.zeros([2, 0, 3])).shape, [2, 0]);
  assertEquals(t.svdvals(t.zeros([0, 3, 2])).shape, [0, 2]);
});

Deno.test("eigenvalues are found where they repeat, and of no rows", () => {
  for (const n of EXTENTS) {
    const values = t.floor(t.divide(t.arange(n, { dtype: "float64" }), 4));
    assertNear(t.eigvalsh(withValues(values)), values, 1e-12 * n);
    const { vectors } = t.eigh(withValues(values));
    assertNear(t.matmul(t.swapAxes(vectors, 0, 1), vectors), t.eye(n, { dtype: "float64" }), 1e-12);
  }
  assertEquals(t.eigvalsh(t.zeros([2, 0, 0])).shape, [2, 0]);
  assertEquals(t.eigvalsh(t.zeros([0, 3, 3])).shape, [0, 3]);
});

Deno.test("gradients through values alone are those through values with vectors, compiled too", () => {
  const narrow = (x: Tensor): Tensor => t.slice(x, x.shape.map((n, i) => i < x.rank - 1 ? null : [0, n / 4]));
  const pairs: readonly (readonly [(x: Tensor) => Tensor, (x: Tensor) => Tensor])[] = [
    [t.eigvalsh, (x) => t.eigh(x).values],
    [t.svdvals, (x) => t.svd(x).s],
    [(x) => t.svdvals(narrow(x)), (x) => t.svd(narrow(x)).s],
  ];
  for (const [values, withVectors] of pairs) {
    const x = random([2, 20, 20]);
    const alone = (x: Tensor): Tensor => t.sum(t.sin(values(x)));
    const whole = (x: Tensor): Tensor => t.sum(t.sin(withVectors(x)));
    const expected = t.grad(whole)(x);
    assertNear(t.grad(alone)(x), expected, 1e-12);
    assertNear(t.compile(t.grad(alone))(x), expected, 1e-12);
    assertNear(t.jvp(alone, [x], [x]).tangent, t.sum(t.multiply(expected, x)), 1e-9);
    const twice = (f: (x: Tensor) => Tensor) => (x: Tensor): Tensor => t.sum(t.square(t.grad(f)(x)));
    assertNear(t.grad(twice(alone))(x), t.grad(twice(whole))(x), 1e-8);
    assertNear(t.vmap(alone)(x), t.stack([alone(t.index(x, 0)), alone(t.index(x, 1))], 0), 1e-12);
  }
});
