/**
 * Tests of `sort`, `argsort`, `topK`, quantiles and `cumsum`.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import {
  add,
  argsort,
  at,
  cast,
  compile,
  configure,
  cumsum,
  type DType,
  exp,
  grad,
  info,
  median,
  multiply,
  quantile,
  random,
  reshape,
  round as rounded,
  sign,
  sort,
  subtract,
  sum,
  type Tensor,
  tensor,
  topK,
} from "../../../tensor/mod.ts";
import { isFloating } from "../../../tensor/dtype.ts";
import { checkGradients } from "../../laws/gradients.ts";

const element = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(NaN, Infinity, -Infinity, -0));
const line = fc.array(element, { minLength: 1, maxLength: 70 });

/** Whether `a` comes after `b`: NaN is the greatest. */
function above(a: number, b: number): boolean {
  return a > b || Number.isNaN(a) && !Number.isNaN(b);
}

Deno.test("argsort() is a stable order of the elements, and sort() follows it", () => {
  fc.assert(fc.property(line, fc.boolean(), (values, descending) => {
    const expected = values.map((_, i) => i).sort((i, j) => {
      const [a, b] = descending ? [values[j], values[i]] : [values[i], values[j]];
      return above(a, b) ? 1 : above(b, a) ? -1 : i - j;
    });
    for (const dtype of ["float32", "float64"] as const) {
      const x = tensor(values, { dtype });
      assertEquals(argsort(x, { descending }).toArray(), expected);
      assertEquals(sort(x, { descending }).toArray(), expected.map((i) => values[i]));
    }
  }));
});

Deno.test("sort() works on any axis, on every dtype and on nothing", () => {
  const x = tensor([[3, 1], [2, 5], [0, 4]]);
  assertEquals(sort(x, { axis: 0 }).toArray(), [[0, 1], [2, 4], [3, 5]]);
  assertEquals(sort(x, { axis: -1, descending: true }).toArray(), [[3, 1], [5, 2], [4, 0]]);
  assertEquals(sort(tensor([5, 200, 7], { dtype: "uint8" })).toArray(), [5, 7, 200]);
  assertEquals(sort(tensor([true, false])).toArray(), [false, true]);
  assertEquals(sort(tensor([2 ** 31, 1], { dtype: "uint32" })).toArray(), [1, 2 ** 31]);
  assertEquals(sort(tensor([], { shape: [2, 0] })).shape, [2, 0]);
});

/** Numbers of a dtype, of which some are equal, at first in one part of its range and then in all of it. */
function drawn(dtype: DType, count: number, seed: number): Tensor {
  const x = random.normal(random.key(seed), [count]);
  const spread = seed % 2 === 0 ? multiply(x, 3) : multiply(exp(multiply(x, 20)), sign(x));
  // Doubles that differ in their last bits alone.
  if (dtype === "float64") return add(1, multiply(cast(x, dtype), 2 ** -45));
  return cast(isFloating(dtype) ? spread : multiply(spread, dtype === "uint8" ? 9 : 90), dtype);
}

const LENGTHS = [1, 7, 41, 300, 5000, 40_000];
const NUMBERS = ["float32", "float64", "float16", "bfloat16", "int32", "uint32", "uint8"] as const;

Deno.test("argsort() and topK() agree with a plain sort for lines of any length and dtype", () => {
  NUMBERS.forEach((dtype, seed) => {
    for (const length of LENGTHS) {
      const x = drawn(dtype, length, seed + length);
      const values = x.data();
      const places = Array.from(values, (_, i) => i);
      const ascending = places.toSorted((i, j) => values[i] - values[j]);
      const descending = places.toSorted((i, j) => values[j] - values[i]);
      assertEquals(Array.from(argsort(x).data()), ascending, dtype);
      assertEquals(Array.from(argsort(x, { descending: true }).data()), descending, dtype);
      const signed = isFloating(dtype)
        ? places.toSorted((i, j) => values[j] - values[i] || signOf(values[j]) - signOf(values[i]))
        : descending;
      for (const count of new Set([1, length >> 6, length >> 2, length - 1])) {
        assertEquals(Array.from(topK(x, count)[1].data()), signed.slice(0, count), `${dtype} ${count}`);
      }
    }
  });
});

Deno.test("long lines have one order with every number of threads", () => {
  const { threads } = info();
  const orders = [1, 2, 3, 8].map((count) => {
    configure({ threads: count });
    return NUMBERS.flatMap((dtype, seed) => {
      const lines = reshape(drawn(dtype, 2 * 40_003, seed), [2, 40_003]);
      const even = drawn(dtype, 1 << 16, seed);
      const order = compile((x: Tensor) => argsort(x, { descending: true }));
      return [argsort(lines), argsort(even), order(even), sort(lines), quantile(even, [0.1, 0.5, 0.9])]
        .map((x) => x.data());
    });
  });
  configure({ threads });
  for (const found of orders.slice(1)) assertEquals(found, orders[0]);
});

/** 1 for 0 and 0 for -0, so that 0 is the greater one. */
function signOf(value: number): number {
  return Object.is(value, -0) ? 0 : 1;
}

Deno.test("topK() drops no element of lines in order, with NaN or of two values", () => {
  const lines: readonly (readonly number[])[] = [
    Array.from({ length: 3000 }, (_, i) => i),
    Array.from({ length: 3000 }, (_, i) => -i),
    Array.from({ length: 3000 }, (_, i) => i % 7 === 0 ? NaN : i % 2),
    Array.from({ length: 3000 }, (_, i) => i % 2 === 0 ? -0 : 0),
  ];
  const rank = (value: number): readonly [number, number] => [Number.isNaN(value) ? 1 : 0, signOf(value)];
  for (const values of lines) {
    const expected = values.map((_, i) => i).sort((i, j) => {
      const [[a, c], [b, d]] = [rank(values[i]), rank(values[j])];
      return b - a || (a === 1 ? 0 : values[j] - values[i]) || d - c || i - j;
    });
    for (const dtype of ["float32", "float64"] as const) {
      for (const count of [20, 500, 2999]) {
        const [, indices] = topK(tensor([...values], { dtype }), count);
        assertEquals(Array.from(indices.data()), expected.slice(0, count));
      }
    }
  }
});

Deno.test("quantile() agrees with a plain sort for numbers in one place, far apart and equal", () => {
  const n = 20_001;
  const x = random.uniform(random.key(1), [n]);
  const cases = [
    x,
    add(x, 100),
    at(x, 77).set(1e30),
    rounded(x),
    multiply(exp(multiply(x, 80)), sign(subtract(x, 0.3))),
  ];
  for (const values of cases) {
    const sorted = values.data().toSorted();
    for (const share of [0, 0.05, 0.25, 0.5, 0.9, 1]) {
      const [low] = quantile(values, [share, 1 - share, 0.5], { method: "lower" }).data();
      assertEquals(low, sorted[Math.floor(Math.fround(Math.fround(share) * (n - 1)))]);
    }
    assertEquals(median(values).item(), sorted[n >> 1]);
  }
});

Deno.test("sort() sends gradients to where its elements came from", () => {
  const weights = tensor([1, 10, 100]);
  const f = (x: Tensor) => sum(sort(x).multiply(weights));
  const x = tensor([5, 2, 3]);
  assertEquals(grad(f)(x).toArray(), [100, 1, 10]);
  assertEquals(compile(grad(f))(x).toArray(), [100, 1, 10]);
  checkGradients((x: Tensor) => sort(x, { axis: 0 }), [random.normal(random.key(0), [4, 2])]);
});

Deno.test("cumsum() adds up from either end", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1 }), (values) => {
    let total = 0;
    const sums = values.map((value) => total += value);
    assertEquals(cumsum(tensor(values)).toArray(), sums);
    assertEquals(cumsum(tensor(values, { dtype: "int32" })).toArray(), sums);
    assertEquals(cumsum(tensor([...values].reverse()), { reverse: true }).toArray(), sums.reverse());
  }));
  assertEquals(cumsum(tensor([true, true])).toArray(), [1, 2]);
  const bytes = cumsum(tensor([200, 100], { dtype: "uint8" }));
  assertEquals([bytes.dtype, bytes.toArray()], ["uint32", [200, 300]]);
});

Deno.test("sort(), argsort() and cumsum() throw for what they cannot take", () => {
  assertThrows(() => sort(tensor(1)), RangeError, "sort expects");
  assertThrows(() => argsort(tensor([1]), { axis: 1 }), RangeError, "argsort expects");
  assertThrows(() => sort(random.key(0)), TypeError, "sort expects numbers but got random keys");
  assertThrows(() => cumsum(tensor([1]), { axis: 2 }), RangeError, "cumsum expects");
});
