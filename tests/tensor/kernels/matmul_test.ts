import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { matmulPlan } from "../../../tensor/kernels/matmul.ts";
import type { FloatingDType } from "../../../tensor/kernels/plan.ts";
import { cuts, launch, type Lie, lies, makeAllocator, makeViews, numbers, place, read } from "./launch.ts";

const views = makeViews();

interface Product {
  readonly dtype: FloatingDType;
  readonly batch: readonly number[];
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly a: Lie;
  readonly b: Lie;
  readonly seed: number;
}

/** Whether the kernel gives, bit for bit, the float64 sums in ascending k, rounded once, for any cut. */
function check(product: Product, cut: readonly number[]): string {
  const { dtype, batch, rows, inner, columns } = product;
  const allocator = makeAllocator(views);
  const next = numbers(product.seed);
  const a = place(views, allocator, dtype, [...batch, rows, inner], product.a, next);
  const b = place(views, allocator, dtype, [...batch, inner, columns], product.b, next);
  const count = batch.reduce((x, y) => x * y, 1);
  const size = count * rows * columns;
  const plan = matmulPlan({ dtype, batch, rows, inner, columns, aStrides: a.strides, bStrides: b.strides });

  const expected: number[] = [];
  for (let matrix = 0; matrix < count; matrix++) {
    const index: number[] = [];
    for (let axis = batch.length - 1, rest = matrix; axis >= 0; axis--) {
      index.unshift(rest % batch[axis]);
      rest = Math.floor(rest / batch[axis]);
    }
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let k = 0; k < inner; k++) sum += a.at(...index, i, k) * b.at(...index, k, j);
        expected.push(dtype === "float32" ? Math.fround(sum) : sum);
      }
    }
  }
  for (const parts of [[], cut]) {
    const c = allocator.take(dtype, size);
    launch(views, plan, [a.address, b.address, c], parts);
    assertEquals(read(views, dtype, c, size), expected);
    assertEquals(read(views, dtype, c + size, 1), [NaN]);
  }
  return plan.kernel;
}

const extents = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 4, max: 70 }));

Deno.test("matmul kernels are float64 sums in order for any shapes, strides and cuts", () => {
  const products = fc.integer({ min: 0, max: 3 }).chain((rank) =>
    fc.record({
      dtype: fc.constantFrom<FloatingDType>("float32", "float64"),
      batch: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: rank, maxLength: rank }),
      rows: extents,
      inner: extents,
      columns: extents,
      a: lies(rank + 2),
      b: lies(rank + 2),
      seed: fc.nat(),
    })
  );
  fc.assert(fc.property(products, cuts, (product, cut) => void check(product, cut)), { numRuns: 150 });
});

const plain = (rank: number): Lie => ({
  order: Array.from({ length: rank }, (_, i) => i),
  flipped: new Array<boolean>(rank).fill(false),
  repeated: new Array<boolean>(rank).fill(false),
  gap: 1,
});

Deno.test("matmul cuts a long inner extent into blocks", () => {
  const sizes = { batch: [], rows: 70, inner: 1601, columns: 9, a: plain(2), b: plain(2), seed: 1 };
  assertEquals(check({ dtype: "float32", ...sizes }, [0.3, 0.6]), "matmul.float32");
  assertEquals(check({ dtype: "float64", ...sizes }, [0.3, 0.6]), "matmul.float64");
  check({ dtype: "float32", ...sizes, rows: 5, inner: 20_000, columns: 7 }, [0.5]);
});

Deno.test("matmul reads a skinny operand in place", () => {
  const sizes = { batch: [], rows: 1, inner: 301, columns: 203, a: plain(2), b: plain(2), seed: 2 };
  assertEquals(check({ dtype: "float32", ...sizes }, [0.5]), "matmulSkinny.float32");
  assertEquals(check({ dtype: "float64", ...sizes, rows: 203, columns: 3 }, [0.5]), "matmulSkinny.float64");
});

Deno.test("matmul joins a batch with the rows where the other operand repeats", () => {
  const plan = matmulPlan({
    dtype: "float32",
    batch: [5, 4],
    rows: 8,
    inner: 6,
    columns: 10,
    aStrides: [192, 48, 6, 1],
    bStrides: [0, 0, 10, 1],
  });
  assertEquals(plan.scalars.slice(0, 3), [160, 6, 10]);
});
