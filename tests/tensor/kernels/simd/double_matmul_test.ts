import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { matmulSimdPlan } from "../../../../tensor/kernels/simd/matmul_plan.ts";
import { cuts, type Lie, lies, makeAllocator, makeViews, numbers, place, resultOf } from "../launch.ts";

const views = makeViews();

interface Product {
  readonly batch: readonly number[];
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly a: Lie;
  readonly b: Lie;
}

/** Checks a float64 product, the places around it, and that cuts do not matter; the name of its kernel. */
function check(product: Product, relaxed: boolean, cut: readonly number[]): string {
  const { batch, rows, inner, columns } = product;
  const allocator = makeAllocator(views);
  const next = numbers(1);
  const a = place(views, allocator, "float64", [...batch, rows, inner], product.a, next);
  const b = place(views, allocator, "float64", [...batch, inner, columns], product.b, next);
  const count = batch.reduce((x, y) => x * y, 1);
  const size = count * rows * columns;
  const sizes = { batch, rows, inner, columns, aStrides: a.strides, bStrides: b.strides };
  const plan = matmulSimdPlan({ dtype: "float64", ...sizes }, relaxed);
  const result = resultOf(views, allocator, plan, [a.address, b.address], { dtype: "float64", size, cut });

  let wrong = 0;
  result.forEach((value, place) => {
    const matrix = Math.floor(place / (rows * columns));
    const index = batch.length === 0 ? [] : [matrix];
    const [i, j] = [Math.floor(place / columns) % rows, place % columns];
    let [sum, bound] = [0, 0];
    // Blocks of 256 products are summed each for itself.
    for (let k = 0; k < inner; k += 256) {
      let block = 0;
      for (let p = k; p < Math.min(inner, k + 256); p++) block += a.at(...index, i, p) * b.at(...index, p, j);
      sum += block;
    }
    if (relaxed || plan.kernel !== "matmulSimd.float64") bound = 2 ** -52 * (inner + 2) ** 2;
    if (!(Math.abs(value - sum) <= bound)) wrong++;
  });
  assertEquals(wrong, 0);
  return plan.kernel;
}

Deno.test("matmul of float64 in SIMD is right for any shapes, strides and cuts", () => {
  const extents = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 4, max: 40 }));
  const products = fc.integer({ min: 0, max: 1 }).chain((rank) =>
    fc.record({
      batch: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: rank, maxLength: rank }),
      rows: extents,
      inner: extents,
      columns: extents,
      a: lies(rank + 2),
      b: lies(rank + 2),
    })
  );
  const used = new Set<string>();
  fc.assert(
    fc.property(products, fc.boolean(), cuts, (product, relaxed, cut) => {
      used.add(check(product, relaxed, cut));
    }),
    { numRuns: 100 },
  );
  assertEquals(used.has("matmulSimd.float64"), true);
});

Deno.test("matmul of float64 in SIMD cuts many rows, columns and a long inner extent", () => {
  const plain: Lie = { order: [0, 1], flipped: [false, false], repeated: [false, false], gap: 1 };
  const turned: Lie = { ...plain, order: [1, 0] };
  for (const [a, b] of [[plain, plain], [turned, turned]]) {
    for (const [rows, inner, columns] of [[131, 260, 25], [20, 20, 241], [5, 1, 482], [6, 520, 13]]) {
      for (const relaxed of [false, true]) {
        assertEquals(check({ batch: [], rows, inner, columns, a, b }, relaxed, [0.5]), "matmulSimd.float64");
      }
    }
  }
});
