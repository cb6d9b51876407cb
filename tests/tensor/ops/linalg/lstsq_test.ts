import { assertEquals } from "@std/assert/equals";

import * as t from "../../../../tensor/mod.ts";
import type { Tensor } from "../../../../tensor/mod.ts";
import { setGuards } from "../../../../tensor/runtime/heap.ts";

function random(shape: readonly number[], seed: number): Tensor {
  return t.cast(t.random.normal(t.random.key(seed), shape), "float64");
}

/** Matrices that are tall, square and wide, of full rank and of rank 2. */
function matricesOf(sizes: readonly (readonly [number, number])[]): readonly (readonly [Tensor, number])[] {
  return sizes.flatMap(([m, n]) => [
    [random([m, n], 1), Math.min(m, n)] as const,
    [t.matmul(random([m, 2], 2), random([2, n], 3)), 2] as const,
  ]);
}

function assertNear(actual: Tensor, expected: Tensor, tolerance: number): void {
  assertEquals(actual.shape, expected.shape);
  const far = t.max(t.abs(t.subtract(actual, expected))).item();
  if (!(far <= tolerance)) throw new RangeError(`Expected at most ${tolerance} but got ${far}`);
}

const options = { cutoff: 1e-10 };

Deno.test("lstsq() gives the product with the pseudo-inverse, of any rank and any number of right sides", () => {
  try {
    for (const simd of ["relaxed", "strict", "off"] as const) {
      t.configure({ simd });
      for (
        const [a, count] of matricesOf([[3, 3], [5, 4], [4, 7], [40, 33], [33, 70], [66, 66], [150, 70]])
      ) {
        for (const k of [1, 2, 5, 40]) {
          const b = random([a.shape[0], k], 4);
          const { x, rank, singularValues } = t.lstsq(a, b, options);
          const inverse = t.pinv(a, options);
          assertNear(x, t.matmul(inverse, b), 1e-10 * (1 + t.max(t.abs(inverse)).item() * k * 10));
          assertNear(singularValues, t.svdvals(a), 1e-12 * t.max(singularValues).item());
          assertEquals(rank.item(), count);
        }
      }
    }
  } finally {
    t.configure({ simd: "relaxed" });
  }
});

Deno.test("gradients of lstsq() are those of the product with the pseudo-inverse", () => {
  for (const [a, count] of matricesOf([[7, 4], [4, 7], [5, 5], [40, 34]])) {
    if (count === 2 && a.shape[0] === 40) continue;
    const b = random([a.shape[0], 3], 5);
    const weights = random([a.shape[1], 3], 6);
    const byA = (solve: (a: Tensor, b: Tensor) => Tensor) => (a: Tensor): Tensor =>
      t.sum(t.multiply(solve(a, b), weights));
    const byB = (solve: (a: Tensor, b: Tensor) => Tensor) => (b: Tensor): Tensor =>
      t.sum(t.multiply(solve(a, b), weights));
    const solve = (a: Tensor, b: Tensor): Tensor => t.lstsq(a, b, options).x;
    const multiply = (a: Tensor, b: Tensor): Tensor => t.matmul(t.pinv(a, options), b);
    assertNear(t.grad(byA(solve))(a), t.grad(byA(multiply))(a), 1e-6);
    assertNear(t.grad(byB(solve))(b), t.grad(byB(multiply))(b), 1e-8);
    assertNear(t.compile(t.grad(byA(solve)))(a), t.grad(byA(solve))(a), 1e-9);
    // And of gradients, which the rank of b - a x does not touch.
    const twice = (solve: (a: Tensor, b: Tensor) => Tensor) =>
      t.grad((b: Tensor) => t.sum(t.square(t.grad(byA((a) => solve(a, b)))(a))))(b);
    if (count > 2) assertNear(twice(solve), twice(multiply), 1e-4);
  }
});

Deno.test("lstsq() gives zeros for a matrix of zeros, NaN for one with NaN, and the same bits on every number of threads", () => {
  const b = random([40, 3], 7);
  const a = random([40, 20], 8);
  const zeros = t.lstsq(t.multiply(a, 0), b);
  assertEquals([zeros.rank.item(), t.max(t.abs(zeros.x)).item()], [0, 0]);
  const none = t.lstsq(t.multiply(a, NaN), b);
  assertEquals(none.x.data().every((value) => Number.isNaN(value)), true);
  assertEquals(none.singularValues.data().every((value) => Number.isNaN(value)), true);
  assertNear(t.lstsq(t.multiply(a, 1e-200), b).x, t.multiply(t.lstsq(a, b).x, 1e200), 1e190);
  const { threads } = t.info();
  try {
    const found = [1, 3].map((count) => {
      t.configure({ threads: count });
      return matricesOf([[150, 70], [70, 70], [33, 70]]).map(([a]) =>
        t.lstsq(a, random([a.shape[0], 9], 9), options).x.data()
      );
    });
    assertEquals(found[1], found[0]);
  } finally {
    t.configure({ threads });
  }
});

Deno.test("lstsq() reads nothing of what its memory held before", () => {
  setGuards(true);
  try {
    t.scope(() => {
      const [a, b] = [t.tensor([[2]]), t.tensor([[3]])];
      assertEquals(t.grad((b: Tensor) => t.sum(t.lstsq(a, b).x))(b).item(), 0.5);
      assertEquals(t.grad((a: Tensor) => t.sum(t.lstsq(a, b).x))(a).item(), -0.75);
    });
  } finally {
    setGuards(false);
  }
});
