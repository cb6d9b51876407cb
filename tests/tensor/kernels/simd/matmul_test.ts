import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { matmulSimdPlan } from "../../../../tensor/kernels/simd/matmul_plan.ts";
import type { KernelPlan } from "../../../../tensor/kernels/plan.ts";
import {
  cuts,
  launch,
  type Lie,
  lies,
  makeAllocator,
  makeViews,
  numbers,
  place,
  resultOf,
} from "../launch.ts";

const views = makeViews();
const { fround } = Math;

interface Product {
  readonly batch: readonly number[];
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly a: Lie;
  readonly b: Lie;
  readonly seed: number;
}

/** The sum of products as strict kernels compute it: the blocks or lanes of k that their files document. */
function strictSum(plan: KernelPlan, a: readonly number[], b: readonly number[], at: number): number {
  const inner = a.length;
  const chain = (first: number, end: number, step: number): number => {
    let sum = 0;
    for (let k = first; k < end; k += step) sum = fround(sum + fround(a[k] * b[at + k]));
    return sum;
  };
  const blocks = (
    first: number,
    end: number,
    step: number,
    part: (k: number, end: number) => number,
  ): number => {
    let sum = part(first, Math.min(end, first + step));
    for (let k = first + step; k < end; k += step) sum = fround(sum + part(k, Math.min(end, k + step)));
    return sum;
  };
  if (plan.kernel !== "matmulSkinnySimd.float32" || plan.scalars[10] === 0) {
    return blocks(0, inner, 4096, (first, end) => blocks(first, end, 256, (k, last) => chain(k, last, 1)));
  }
  let total = 0;
  for (let k = 0; k < inner; k += 1024) {
    const end = Math.min(inner, k + 1024);
    const whole = end - (end - k) % 4;
    const lanes = [0, 1, 2, 3].map((lane) => chain(k + lane, whole, 4));
    for (let p = whole; p < end; p++) lanes[0] = fround(lanes[0] + fround(a[p] * b[at + p]));
    total += (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
  }
  return fround(total);
}

/**
 * What the sum of a[k] b[at + k] should be, and how far off it may be: `k` float32 roundings, all of which go one way
 * where the products are alike.
 */
function expected(
  plan: KernelPlan,
  relaxed: boolean,
  a: readonly number[],
  b: readonly number[],
  at: number,
): [sum: number, bound: number] {
  if (!relaxed) return [strictSum(plan, a, b, at), 0];
  let [sum, size] = [0, 0];
  for (let k = 0; k < a.length; k++) {
    sum += a[k] * b[at + k];
    size += Math.abs(a[k] * b[at + k]);
  }
  return [sum, 2 ** -24 * size * Math.max(2, a.length)];
}

/** Checks a product, the places around it, and that cuts do not matter; the name of its kernel. */
function check(product: Product, relaxed: boolean, cut: readonly number[]): string {
  const { batch, rows, inner, columns } = product;
  const allocator = makeAllocator(views);
  const next = numbers(product.seed);
  const a = place(views, allocator, "float32", [...batch, rows, inner], product.a, next);
  const b = place(views, allocator, "float32", [...batch, inner, columns], product.b, next);
  const count = batch.reduce((x, y) => x * y, 1);
  const size = count * rows * columns;
  const sizes = { batch, rows, inner, columns, aStrides: a.strides, bStrides: b.strides };
  const plan = matmulSimdPlan({ dtype: "float32", ...sizes }, relaxed);
  const result = resultOf(views, allocator, plan, [a.address, b.address], { dtype: "float32", size, cut });

  const wrong: string[] = [];
  for (let matrix = 0; matrix < count; matrix++) {
    const index: number[] = [];
    for (let axis = batch.length - 1, rest = matrix; axis >= 0; axis--) {
      index.unshift(rest % batch[axis]);
      rest = Math.floor(rest / batch[axis]);
    }
    const list = (length: number, element: (i: number) => number) =>
      Array.from({ length }, (_, i) => element(i));
    const y = list(columns * inner, (p) => b.at(...index, p % inner, Math.floor(p / inner)));
    for (let i = 0; i < rows; i++) {
      const x = list(inner, (k) => a.at(...index, i, k));
      for (let j = 0; j < columns; j++) {
        const value = result[(matrix * rows + i) * columns + j];
        const [sum, bound] = expected(plan, relaxed, x, y, j * inner);
        if (!(Math.abs(value - sum) <= bound)) wrong.push(`${value} for ${sum} at ${i}, ${j} of ${matrix}`);
      }
    }
  }
  assertEquals(wrong, []);
  return plan.kernel;
}

const extents = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 4, max: 70 }));

for (const relaxed of [false, true]) {
  Deno.test(`matmul in SIMD is right for any shapes, strides and cuts, ${relaxed ? "relaxed" : "strict"}`, () => {
    const products = fc.integer({ min: 0, max: 3 }).chain((rank) =>
      fc.record({
        batch: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: rank, maxLength: rank }),
        rows: extents,
        inner: extents,
        columns: extents,
        a: lies(rank + 2),
        b: lies(rank + 2),
        seed: fc.nat(),
      })
    );
    fc.assert(fc.property(products, cuts, (product, cut) => void check(product, relaxed, cut)), {
      numRuns: 200,
    });
  });
}

Deno.test("matmul in SIMD stores rows of no whole vectors one over the end of the other", () => {
  const lie = (rank: number): Lie => ({
    order: new Array(rank).fill(0),
    flipped: new Array(rank).fill(false),
    repeated: new Array(rank).fill(false),
    gap: 1,
  });
  const sizes = fc.record({
    batch: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 1 }),
    rows: fc.oneof(fc.integer({ min: 4, max: 20 }), fc.constant(331)),
    inner: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(256, 257, 600)),
    columns: fc.integer({ min: 4, max: 25 }),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(sizes, fc.boolean(), cuts, (product, relaxed, cut) => {
      const a = lie(product.batch.length + 2);
      check({ ...product, a, b: a }, relaxed, cut);
    }),
    { numRuns: 60 },
  );
});

Deno.test("matmul in SIMD goes over many small matrices at once", () => {
  const sizes = fc.record({
    batch: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 2 }),
    rows: fc.integer({ min: 1, max: 14 }),
    inner: fc.integer({ min: 1, max: 19 }),
    columns: fc.integer({ min: 1, max: 25 }),
    seed: fc.nat(),
  }).chain((given) =>
    fc.record({ a: lies(given.batch.length + 2), b: lies(given.batch.length + 2) })
      .map((operands) => ({ ...given, ...operands }))
  );
  const used = new Set<string>();
  fc.assert(
    fc.property(
      sizes,
      fc.boolean(),
      cuts,
      (product, relaxed, cut) => void used.add(check(product, relaxed, cut)),
    ),
    { numRuns: 150 },
  );
  assertEquals(used.has("matmulBatchSimd.float32"), true);
});

Deno.test("matmul in SIMD goes over many small matrices that lie either way", () => {
  const orders = fc.constantFrom([0, 1, 2], [0, 2, 1]);
  const lie = fc.record({ order: orders, gap: fc.oneof(fc.constant(1), fc.constant(2)) }).map((given) => ({
    ...given,
    flipped: [false, false, false],
    repeated: [false, false, false],
  }));
  const sizes = fc.record({
    batch: fc.tuple(fc.integer({ min: 7, max: 60 })),
    rows: fc.integer({ min: 1, max: 13 }),
    inner: fc.integer({ min: 1, max: 33 }),
    columns: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 25 })),
    a: lie,
    b: lie,
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(sizes, fc.boolean(), cuts, (product, relaxed, cut) => void check(product, relaxed, cut)),
    { numRuns: 150 },
  );
});

const plain: Lie = { order: [0, 1], flipped: [false, false], repeated: [false, false], gap: 1 };
const turned: Lie = { ...plain, order: [1, 0] };

Deno.test("matmul in SIMD cuts many rows, columns and a long inner extent", () => {
  for (const relaxed of [false, true]) {
    for (const [a, b] of [[plain, plain], [plain, turned], [turned, plain], [turned, turned]]) {
      const sizes = { batch: [], rows: 131, inner: 300, columns: 157, a, b, seed: 1 };
      assertEquals(check(sizes, relaxed, [0.3, 0.6]), "matmulSimd.float32");
      check({ ...sizes, rows: 166, inner: 1101, columns: 37 }, relaxed, [0.5]);
      check({ ...sizes, rows: 90, inner: 19, columns: 701 }, relaxed, [0.5]);
      check({ ...sizes, rows: 5, inner: 20_000, columns: 7 }, relaxed, [0.5]);
    }
  }
});

Deno.test("matmul in SIMD reads a skinny operand in place", () => {
  for (const relaxed of [false, true]) {
    for (const b of [plain, turned]) {
      const sizes = { batch: [], rows: 1, inner: 301, columns: 1203, a: plain, b, seed: 2 };
      for (const few of [1, 2, 3]) {
        assertEquals(check({ ...sizes, rows: few }, relaxed, [0.5]), "matmulSkinnySimd.float32");
        assertEquals(
          check({ ...sizes, rows: 1203, columns: few, a: b }, relaxed, [0.5]),
          "matmulSkinnySimd.float32",
        );
      }
    }
  }
});

Deno.test("matmul in SIMD reads a skinny operand in place where its elements lie apart", () => {
  for (const relaxed of [false, true]) {
    for (const gap of [2, 3, 4, 5]) {
      for (const order of [[0, 1], [1, 0]]) {
        const apart = { ...plain, gap, order };
        const sizes = { batch: [], rows: 1, inner: 301, columns: 131, a: plain, b: apart, seed: gap };
        for (const few of [1, 2, 3]) {
          assertEquals(check({ ...sizes, rows: few }, relaxed, [0.5]), "matmulSkinnySimd.float32");
          const turned = { ...sizes, rows: 131, columns: few, a: apart, b: plain };
          assertEquals(check(turned, relaxed, [0.5]), "matmulSkinnySimd.float32");
        }
      }
    }
  }
});

Deno.test("matmul in SIMD takes tiles for few columns and few rows where sums across lanes take longer", () => {
  const lie = fc.constantFrom(plain, turned);
  const columns = fc.record({
    ...{ rows: fc.integer({ min: 80, max: 400 }), inner: fc.integer({ min: 1, max: 17 }) },
    ...{ columns: fc.integer({ min: 1, max: 3 }), a: lie, b: lie, seed: fc.nat() },
  });
  const rows = fc.record({
    ...{ rows: fc.integer({ min: 1, max: 3 }), inner: fc.integer({ min: 250, max: 700 }) },
    ...{ columns: fc.integer({ min: 1, max: 26 }), a: lie, b: lie, seed: fc.nat() },
  });
  const turnedRows = fc.record({
    ...{ rows: fc.integer({ min: 3, max: 9 }), inner: fc.integer({ min: 1, max: 50 }) },
    ...{ columns: fc.integer({ min: 80, max: 250 }), a: lie, b: lie, seed: fc.nat() },
  });
  const acrossLanes = fc.record({
    ...{ rows: fc.integer({ min: 9, max: 40 }), inner: fc.integer({ min: 40, max: 400 }) },
    ...{
      columns: fc.integer({ min: 4, max: 9 }),
      a: fc.constant(plain),
      b: fc.constant(turned),
      seed: fc.nat(),
    },
  });
  fc.assert(
    fc.property(
      fc.oneof(columns, rows, turnedRows, acrossLanes),
      fc.boolean(),
      cuts,
      (product, relaxed, cut) => {
        check({ ...product, batch: [] }, relaxed, cut);
      },
    ),
    { numRuns: 80 },
  );
  const sizes = { batch: [], rows: 300, inner: 3, columns: 3, a: plain, b: plain, seed: 5 };
  assertEquals(check(sizes, true, [0.3]), "matmulSimd.float32");
  assertEquals(check({ ...sizes, rows: 3, inner: 300 }, true, [0.3]), "matmulSimd.float32");
  const long = { ...sizes, rows: 20, inner: 300, columns: 5, b: turned };
  assertEquals(check(long, true, [0.3]), "matmulSkinnySimd.float32");
});

Deno.test("matmul in SIMD is right where rows of B fall on the same lines of the cache", () => {
  for (const relaxed of [false, true]) {
    for (const [rows, inner, columns] of [[4, 70, 1024], [4, 300, 1022], [6, 33, 2049], [7, 260, 1024]]) {
      check({ batch: [], rows, inner, columns, a: plain, b: plain, seed: rows }, relaxed, [0.3, 0.7]);
      check({ batch: [], rows, inner, columns, a: turned, b: plain, seed: rows }, relaxed, [0.5]);
    }
  }
});

Deno.test("matmul in SIMD keeps its accuracy over a long inner extent", () => {
  const inner = 1_000_000;
  views.float32.fill(0.1, 1 << 20, (1 << 20) + inner);
  const exact = Math.fround(0.1) ** 2 * inner;
  for (const relaxed of [false, true]) {
    // A row by a column, both side by side; then a column of B that lies in steps, for the general kernel.
    for (const [rows, columns, aStep, bRow, bColumn] of [[1, 1, 1, 1, 1], [1, 9, 1, 0, 1], [5, 5, 0, 0, 0]]) {
      const plan = matmulSimdPlan({
        ...{ dtype: "float32", batch: [], rows, inner, columns },
        ...{ aStrides: [0, aStep], bStrides: [bRow, bColumn] },
      }, relaxed);
      launch(views, plan, [1 << 20, 1 << 20, 1 << 22], []);
      for (const value of views.float32.slice(1 << 22, (1 << 22) + rows * columns)) {
        assertEquals(Math.abs(value / exact - 1) < 4e-6, true, `${plan.kernel} gave ${value} for ${exact}`);
      }
    }
  }
});

Deno.test("matmulSimdPlan() cuts products of few rows that take long enough for two threads", () => {
  for (const [rows, inner, columns] of [[32, 784, 128], [32, 256, 256], [64, 784, 128], [24, 1000, 500]]) {
    const { total, grain } = matmulSimdPlan({
      ...{ dtype: "float32", rows, inner, columns, batch: [] },
      ...{ aStrides: [inner, 1], bStrides: [columns, 1] },
    }, true);
    assertEquals(Math.ceil(total / grain) > 1, true, `${rows} x ${inner} x ${columns}`);
  }
});
