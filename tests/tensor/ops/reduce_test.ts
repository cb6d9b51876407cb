import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import type { ReduceOptions, Tensor } from "../../../tensor/mod.ts";
import { assertPlain, type NumberDType, operand, type Pair, reduceAll } from "./reference.ts";
import { RUNS } from "../../runs.ts";

const DTYPES: readonly NumberDType[] = ["float32", "float64", "int32", "uint32", "uint8", "bool"];

/** An operand with some of its axes; all of them where the choice is undefined. */
function reduced(
  dtype: NumberDType,
): fc.Arbitrary<readonly [Pair, number[] | undefined, boolean]> {
  return operand(dtype).chain((pair) =>
    fc.tuple(
      fc.constant(pair),
      fc.option(fc.subarray(pair.plain.shape.map((_, i) => i)), { nil: undefined }),
      fc.boolean(),
    )
  );
}

function check(
  f: (x: Tensor, options: ReduceOptions) => Tensor,
  reference: (elements: number[]) => number,
  dtype: NumberDType,
  result: NumberDType,
  nonEmpty = false,
): void {
  fc.assert(
    fc.property(reduced(dtype), ([{ tensor, plain }, axes, keepDims]) => {
      const list = axes ?? plain.shape.map((_, i) => i);
      if (nonEmpty && list.some((axis) => plain.shape[axis] === 0)) return;
      const dropped = reduceAll(plain, list, reference);
      const kept = plain.shape.map((extent, i) => list.includes(i) ? 1 : extent);
      const expected = keepDims ? { shape: kept, data: dropped.data } : dropped;
      const options = {
        keepDims,
        ...(axes === undefined
          ? {}
          : { axes: axes.map((axis, i) => i % 2 === 0 ? axis : axis - plain.shape.length) }),
      };
      assertPlain(f(tensor, options), expected, result, result === "float32" ? 4e-6 : 1e-10);
    }),
    RUNS,
  );
}

/** The dtype that numbers are added up in. */
function widened(dtype: NumberDType): NumberDType {
  return dtype === "bool" ? "int32" : dtype === "uint8" ? "uint32" : dtype;
}

function wrapping(
  dtype: NumberDType,
  f: (a: bigint, b: bigint) => bigint,
  start: bigint,
): (x: number[]) => number {
  return (elements) => {
    const exact = elements.map(BigInt).reduce(f, start);
    return Number(dtype === "uint32" ? BigInt.asUintN(32, exact) : BigInt.asIntN(32, exact));
  };
}

const total = (elements: number[]): number => elements.reduce((sum, x) => sum + x, 0);

const average = (elements: number[]): number => total(elements) / elements.length;

const spread = (elements: number[]): number => {
  const center = average(elements);
  return average(elements.map((x) => (x - center) ** 2));
};

Deno.test("sum() adds up any axes of any layout and dtype", () => {
  for (const dtype of DTYPES) {
    const result = widened(dtype);
    const floating = dtype === "float32" || dtype === "float64";
    check(t.sum, floating ? total : wrapping(result, (a, b) => a + b, 0n), dtype, result);
  }
});

Deno.test("prod() multiplies any axes of any layout and dtype", () => {
  for (const dtype of DTYPES) {
    const result = widened(dtype);
    const floating = dtype === "float32" || dtype === "float64";
    const product = (elements: number[]): number => elements.reduce((a, b) => a * b, 1);
    check(t.prod, floating ? product : wrapping(result, (a, b) => a * b, 1n), dtype, result);
  }
});

Deno.test("max() and min() find the extremes along any axes", () => {
  for (const dtype of DTYPES) {
    check(t.max, (elements) => Math.max(...elements), dtype, dtype, true);
    check(t.min, (elements) => Math.min(...elements), dtype, dtype, true);
  }
});

Deno.test("all() and any() are conjunction and disjunction along any axes", () => {
  for (const dtype of DTYPES) {
    check(t.all, (elements) => Number(elements.every((x) => x !== 0)), dtype, "bool");
    check(t.any, (elements) => Number(elements.some((x) => x !== 0)), dtype, "bool");
  }
});

Deno.test("mean() and variance() are those of any axes; integers are taken as float32", () => {
  const bounded = (f: (elements: number[]) => number) => (elements: number[]): number =>
    elements.every(Number.isFinite) ? f(elements) : NaN;
  for (const dtype of ["float32", "float64", "uint8", "bool"] as const) {
    const result = dtype === "float64" ? "float64" : "float32";
    const finite = (x: Tensor): Tensor => t.where(t.isFinite(x), x, 1);
    const tamed = (f: (elements: number[]) => number) => (elements: number[]): number =>
      bounded(f)(elements.map((x) => Number.isFinite(x) ? x : 1));
    check((x, options) => t.mean(finite(x), options), tamed(average), dtype, result);
    check((x, options) => t.variance(finite(x), options), tamed(spread), dtype, result);
    check(
      (x, options) => t.standardDeviation(finite(x), options),
      tamed((elements) => Math.sqrt(spread(elements))),
      dtype,
      result,
    );
  }
});

Deno.test("sum() of a long float32 tensor is exact to the last digit", () => {
  const x = t.contiguous(t.full([1_000_003], 0.1));
  const exact = Math.fround(Math.fround(0.1) * 1_000_003);
  for (const y of [x, t.slice(x, [[null, null, -1]]), t.reshape(x, [1, -1, 1])]) {
    const found = t.sum(y).item();
    if (found !== exact) throw new Error(`Expected ${exact} but got ${found}`);
  }
});

Deno.test("cumsum() of float64 keeps what its sums round away", () => {
  const total = t.index(t.cumsum(t.contiguous(t.full([1_000_000], 0.1, { dtype: "float64" }))), -1)
    .item() as number;
  assertEquals(Math.abs(total - 1e5) < 1e-9, true);
  const infinite = t.cumsum(t.tensor([1, Infinity, 1], { dtype: "float64" })).toArray();
  assertEquals(infinite, [1, Infinity, Infinity]);
});

Deno.test("sums and greatest numbers of columns that no cache holds are those of the columns alone", () => {
  const [rows, columns] = [4200, 1001];
  const x = t.random.uniform(t.random.key(1), [rows, columns], { min: -1, max: 1 });
  const data = x.data();
  const [sums, most] = [t.sum(x, { axes: 0 }).data(), t.max(x, { axes: 0 }).data()];
  for (const column of [0, 1, 500, 999, 1000]) {
    let [sum, greatest] = [0, -Infinity];
    for (let row = 0; row < rows; row++) {
      const value = Number(data[row * columns + column]);
      sum += value;
      greatest = Math.max(greatest, value);
    }
    assertEquals(most[column], greatest);
    assertEquals(Math.abs(Number(sums[column]) - sum) < 1e-4, true);
  }
});

Deno.test("every second column is reduced and multiplied as a copy of it", () => {
  const x = t.random.normal(t.random.key(2), [61, 140]);
  const y = t.random.normal(t.random.key(3), [70, 61]);
  const functions = {
    sum: (view: Tensor) => t.sum(view, { axes: -1 }),
    columns: (view: Tensor) => t.sum(view, { axes: 0 }),
    greatest: (view: Tensor) => t.max(t.square(view), { axes: 0 }),
    position: (view: Tensor) => t.argmax(view, { axis: 1 }),
    product: (view: Tensor) => t.matmul(view, y),
    turned: (view: Tensor) => t.matmul(t.slice(y, [[0, 3], null]), view),
  };
  for (const [name, f] of Object.entries(functions)) {
    for (const ranges of [[null, [0, 140, 2]], [null, [138, null, -2]]] as const) {
      const view = (x: Tensor): Tensor => t.slice(x, ranges);
      const expected = f(t.contiguous(view(x))).toArray();
      assertEquals(f(view(x)).toArray(), expected, name);
      assertEquals(t.compile((x: Tensor) => f(view(x)))(x).toArray(), expected, name);
    }
  }
});

Deno.test("rows that have one number each as a factor are reduced as the columns of their product", () => {
  for (const shape of [[30, 8, 8], [9, 7, 5], [64, 3, 33], [1, 300, 512], [40, 2, 6]]) {
    const [matrices, rows, columns] = shape;
    const place = (i: number): number => ((i * 7919) % 41) - 20;
    const values = Array.from({ length: matrices * rows * columns }, (_, i) => place(i));
    const factors = Array.from({ length: matrices * rows }, (_, i) => place(3 * i + 1));
    const products = values.map((value, i) => value * factors[Math.floor(i / columns)]);
    const over = (combine: (a: number, b: number) => number): number[] =>
      Array.from({ length: matrices * columns }, (_, i) => {
        const first = Math.floor(i / columns) * rows * columns + i % columns;
        return Array.from({ length: rows }, (_, row) => products[first + row * columns]).reduce(combine);
      });
    const [sums, greatest] = [over((a, b) => a + b), over((a, b) => Math.max(a, b))];
    for (const dtype of ["float32", "float64", "int32", "float16"] as const) {
      const x = t.tensor(values, { shape, dtype });
      const turned = t.contiguous(t.transpose(x, [0, 2, 1]));
      const y = t.tensor(factors, { shape: [matrices, rows, 1], dtype });
      const functions = {
        columns: (
          x: Tensor,
          y: Tensor,
        ) => [t.sum(t.multiply(x, y), { axes: 1 }), t.max(t.multiply(x, y), { axes: 1 })],
        rows: (x: Tensor, y: Tensor) => {
          const z = t.multiply(x, t.transpose(y, [0, 2, 1]));
          return [t.sum(z, { axes: 2 }), t.max(z, { axes: 2 })];
        },
      };
      for (const [name, input] of [["columns", x], ["rows", turned]] as const) {
        for (const f of [functions[name], t.compile(functions[name])]) {
          const [sum, most] = f(input, y);
          if (dtype !== "float16") assertEquals([...sum.data()].map((value) => Number(value) + 0), sums);
          assertEquals([...most.data()].map((value) => Number(value) + 0), greatest);
        }
      }
    }
  }
});

Deno.test("sums of nothing but -0 are 0, however they are added up", () => {
  const shapes = [[2], [3], [6], [40], [65, 6], [300, 3], [4, 2], [5, 16], [33, 40], [2, 3, 4], [6, 65, 7]];
  try {
    for (const simd of ["off", "strict", "relaxed"] as const) {
      t.configure({ simd });
      t.scope(() => {
        for (const shape of shapes) {
          const size = shape.reduce((a, b) => a * b);
          const whole = t.tensor(new Float32Array(size).fill(-0), { shape });
          for (const x of [whole, t.transpose(whole)]) {
            for (const axes of shape.map((_, i) => i)) {
              const atOnce = [t.sum(x, { axes }), t.sum(t.negative(t.abs(x)), { axes })];
              const fused = t.compile((
                x: Tensor,
              ) => [t.sum(x, { axes }), t.sum(t.negative(t.abs(x)), { axes })]);
              for (const total of [...atOnce, ...fused(x)]) {
                assertEquals(total.data(), new Float32Array(total.size), `${simd} ${x.shape} ${axes}`);
                assertEquals([...total.data()].some((value) => Object.is(value, -0)), false);
              }
            }
          }
        }
      });
    }
  } finally {
    t.configure({ simd: "relaxed" });
  }
});
