import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import type { ReduceOptions, Tensor } from "../../../tensor/mod.ts";
import { assertPlain, mapAll, type NumberDType, operand, type Plain, reduceAll, whole } from "./reference.ts";
import { RUNS } from "../../runs.ts";

const known = (list: readonly number[]): number[] => list.filter((x) => x === x);

const total = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

const average = (list: readonly number[]): number => total(list) / list.length;

const spread = (list: readonly number[]): number => average(list.map((x) => (x - average(list)) ** 2));

/** Small multiples of 1/4 and NaN, so that sums are exact. */
function quarters(
  shape: readonly number[],
): fc.Arbitrary<{ readonly tensor: Tensor; readonly plain: Plain }> {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return fc.array(fc.oneof(fc.integer({ min: -8, max: 8 }).map((n) => n / 4), fc.constant(NaN)), {
    minLength: size,
    maxLength: size,
  }).map((data) => ({ tensor: t.tensor(data, { shape, dtype: "float64" }), plain: { shape, data } }));
}

const SHAPES = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });

const CASES = SHAPES.chain((shape) =>
  fc.tuple(quarters(shape), whole(shape, "bool"), fc.subarray(shape.map((_, i) => i)), fc.boolean())
);

type Reduction = readonly [(x: Tensor, options: ReduceOptions) => Tensor, (list: number[]) => number];

/** The middle of a list in order, or the mean of the two there. */
function middle(list: readonly number[]): number {
  const sorted = list.toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)] + sorted[Math.ceil(half)]) / 2;
}

const REDUCTIONS: Readonly<Record<string, Reduction>> = {
  nanSum: [t.nanSum, (list) => total(known(list))],
  nanProd: [t.nanProd, (list) => known(list).reduce((a, b) => a * b, 1)],
  nanMean: [t.nanMean, (list) => average(known(list))],
  nanMax: [t.nanMax, (list) => known(list).length === 0 ? NaN : Math.max(...known(list))],
  nanMin: [t.nanMin, (list) => known(list).length === 0 ? NaN : Math.min(...known(list))],
  nanVariance: [t.nanVariance, (list) => spread(known(list))],
  nanStandardDeviation: [t.nanStandardDeviation, (list) => Math.sqrt(spread(known(list)))],
  ptp: [t.ptp, (list) => Math.max(...list) - Math.min(...list)],
  norm: [t.norm, (list) => Math.sqrt(total(list.map((x) => x * x)))],
  median: [t.median, (list) => list.some((x) => x !== x) ? NaN : middle(list)],
  nanMedian: [t.nanMedian, (list) => known(list).length === 0 ? NaN : middle(known(list))],
};

for (const [name, [f, reference]] of Object.entries(REDUCTIONS)) {
  Deno.test(`${name}() agrees with a plain loop over any axes`, () => {
    fc.assert(
      fc.property(CASES, ([{ tensor, plain }, _, axes, keepDims]) => {
        const expected = reduceAll(plain, axes, reference);
        const kept = plain.shape.map((extent, i) => axes.includes(i) ? 1 : extent);
        const shape = keepDims ? kept : expected.shape;
        assertPlain(f(tensor, { axes, keepDims }), { shape, data: expected.data }, "float64", 1e-12);
      }),
      RUNS,
    );
  });
}

Deno.test("a mask chooses what takes part in a reduction", () => {
  const reductions: readonly Reduction[] = [
    [t.sum, total],
    [t.prod, (list) => list.reduce((a, b) => a * b, 1)],
    [t.mean, average],
    [t.max, (list) => Math.max(...list)],
    [t.min, (list) => Math.min(...list)],
    [t.variance, spread],
    [t.logSumExp, (list) => Math.log(total(list.map(Math.exp)))],
  ];
  fc.assert(
    fc.property(CASES, ([{ tensor, plain }, mask, axes]) => {
      // What takes no part is NaN here, which the reference tells it by.
      const masked = mapAll((x, chosen) => chosen === 0 ? NaN : x === x ? x : 1, plain, mask.plain);
      const numbers = t.nanToNum(tensor, { nan: 1 });
      for (const [f, reference] of reductions) {
        const expected = reduceAll(masked, axes, (list) => reference(known(list)));
        if (axes.length > 0) {
          assertPlain(f(numbers, { axes, where: mask.tensor }), expected, "float64", 1e-12);
        }
      }
    }),
    RUNS,
  );
});

const RUNNING: Readonly<Record<string, readonly [typeof t.cumprod, (list: number[]) => number]>> = {
  cumprod: [t.cumprod, (list) => list.reduce((a, b) => a * b, 1)],
  cummax: [t.cummax, (list) => Math.max(...list)],
  cummin: [t.cummin, (list) => Math.min(...list)],
  cumLogSumExp: [t.cumLogSumExp, (list) => Math.log(total(list.map(Math.exp)))],
  nanCumsum: [t.nanCumsum, (list) => total(known(list))],
  nanCumprod: [t.nanCumprod, (list) => known(list).reduce((a, b) => a * b, 1)],
};

for (const [name, [f, reference]] of Object.entries(RUNNING)) {
  Deno.test(`${name}() agrees with a plain loop in both directions`, () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }).chain((n) => quarters([n])), ({ tensor, plain }) => {
        const upTo = (list: readonly number[]): number[] =>
          list.map((_, i) => reference(list.slice(0, i + 1)));
        assertPlain(f(tensor), { ...plain, data: upTo(plain.data) }, "float64", 1e-12);
        const back = upTo(plain.data.toReversed()).toReversed();
        assertPlain(f(tensor, { reverse: true }), { ...plain, data: back }, "float64", 1e-12);
      }),
      RUNS,
    );
  });
}

Deno.test("products and extremes run in integers too", () => {
  const x = t.tensor([3, -70000, 70000, 2], { dtype: "int32" });
  assertEquals(t.cumprod(x).toArray(), [
    3,
    -210000,
    Math.imul(-210000, 70000),
    Math.imul(-210000, 140000),
  ]);
  assertEquals(t.cummax(x).toArray(), [3, 3, 70000, 70000]);
  assertEquals(t.cummin(t.tensor([true, false, true])).dtype, "bool");
});

Deno.test("the gradient of cumprod is right where elements are 0, to second order", () => {
  for (const zeros of [[1], [1, 3], [0]]) {
    const data = [2, -1, 3, 0.5].map((x, i) => zeros.includes(i) ? 0 : x);
    const x = t.tensor(data, { dtype: "float64" });
    const weights = t.tensor([1, 2, -1, 3], { dtype: "float64" });
    const naive = (y: Tensor): Tensor =>
      t.sum(t.multiply(t.stack(data.map((_, i) => t.prod(t.slice(y, [[0, i + 1]])))), weights));
    const ours = (y: Tensor): Tensor => t.sum(t.multiply(t.cumprod(y), weights));
    assertEquals(t.isClose(t.grad(ours)(x), t.grad(naive)(x)).toArray(), [true, true, true, true]);
    const second = (f: (y: Tensor) => Tensor): Tensor =>
      t.grad((y: Tensor) => t.sum(t.multiply(t.grad(f)(y), weights)))(x);
    assertEquals(t.isClose(second(ours), second(naive)).toArray(), [true, true, true, true]);
  }
});

Deno.test("linearRecurrence() carries on from step to step", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 6 }).chain((n) => fc.tuple(quarters([n]), quarters([n]))),
      ([a, b]) => {
        const out: number[] = [];
        b.plain.data.forEach((x, i) => out.push(i === 0 ? x : a.plain.data[i] * out[i - 1] + x));
        assertPlain(t.linearRecurrence(a.tensor, b.tensor), { ...b.plain, data: out }, "float64", 1e-12);
      },
    ),
    RUNS,
  );
});

Deno.test("quantile() has every method, several shares, and percent", () => {
  const x = t.tensor([[4, 1, 3, 2], [8, 6, 5, 7]]);
  const of = (method: t.QuantileMethod): unknown => t.quantile(x, 0.4, { axes: 1, method }).toArray();
  assertEquals(of("lower"), [2, 6]);
  assertEquals(of("higher"), [3, 7]);
  assertEquals(of("nearest"), [2, 6]);
  assertEquals(of("midpoint"), [2.5, 6.5]);
  assertEquals(t.percentile(x, [0, 50, 100], { axes: 1, keepDims: true }).toArray(), [
    [[1], [5]],
    [[2.5], [6.5]],
    [[4], [8]],
  ]);
  assertEquals(t.nanPercentile(t.tensor([NaN, 1, 3]), 50).item(), 2);
  assertEquals(t.nanQuantile(t.tensor([NaN, NaN]), 0.5).item(), NaN);
});

Deno.test("searchSorted() agrees with counting in lines of any length and dtype, with NaN here and there", () => {
  const drawn = (count: number, seed: number): number[] =>
    Array.from({ length: count }, (_, i) => Math.imul(i + 1, 2654435761 + seed) >>> 24);
  for (const dtype of ["float32", "float64", "float16", "int32", "uint32", "uint8"] as const) {
    for (const length of [0, 1, 3, 64, 65, 200]) {
      const missing = dtype.startsWith("float");
      const line = drawn(length, 2).map((x) => missing && x > 250 ? NaN : x);
      const list = drawn(75, 4).map((x, i) => missing && i % 29 === 7 ? NaN : x);
      const sorted = t.sort(t.tensor(line, { dtype }));
      const before = (x: number, v: number): boolean => x < v || (Number.isNaN(v) && !Number.isNaN(x));
      const left = list.map((v) => line.filter((x) => before(x, v)).length);
      const right = list.map((v) => line.filter((x) => !before(v, x)).length);
      const values = t.tensor(list, { dtype });
      assertEquals(t.searchSorted(sorted, values).toArray(), left, `${dtype} ${length}`);
      assertEquals(t.searchSorted(sorted, values, { side: "right" }).toArray(), right, `${dtype} ${length}`);
    }
  }
});

Deno.test("searchSorted() and digitize() agree with counting", () => {
  const sorted = [-2, -0.5, 0, 0, 1.5, Infinity, NaN];
  const values = [-3, -2, -0, 0.1, 1.5, Infinity, NaN];
  const before = (a: number, b: number): boolean => a < b || (a === a && b !== b);
  const left = values.map((v) => sorted.filter((s) => before(s, v)).length);
  const right = values.map((v) => sorted.filter((s) => !before(v, s)).length);
  for (const dtype of ["float32", "float64"] as const) {
    const [line, list] = [sorted, values].map((data) => t.tensor(data, { dtype }));
    assertEquals(t.searchSorted(line, list).toArray(), left);
    assertEquals(t.searchSorted(line, list, { side: "right" }).toArray(), right);
  }
  const shuffled = t.tensor([3, 1, 2]);
  assertEquals(t.searchSorted(shuffled, 2.5, { sorter: t.argsort(shuffled) }).item(), 2);
  const edges = t.tensor([2, 1, 0]);
  assertEquals(t.digitize(t.tensor([0.5, 1, 7]), edges).toArray(), [2, 1, 0]);
});

Deno.test("average() weighs the axes, or each element", () => {
  const x = t.tensor([[1, 2], [3, 4]]);
  assertEquals(t.average(x, { axes: 1, weights: t.tensor([1, 3]) }).toArray(), [1.75, 3.75]);
  const weights = t.tensor([[1, 0], [1, 1]]);
  assertEquals(t.average(x, { axes: 0, weights, keepDims: true }).toArray(), [[2, 4]]);
  assertEquals(t.average(x).item(), 2.5);
});

Deno.test("positions and counts leave NaN out", () => {
  const x = t.tensor([[NaN, 1, 3], [NaN, NaN, NaN]]);
  assertEquals(t.nanArgmax(x, { axis: 1 }).toArray(), [2, -1]);
  assertEquals(t.nanArgmin(x).item(), 1);
  assertEquals(t.countNonzero(t.tensor([[0, 2], [NaN, 0]]), { axes: 1 }).toArray(), [1, 1]);
});

Deno.test("norms of matrices over any two axes", () => {
  const x = t.tensor([[[1, -2], [3, 4]], [[0, 1], [-1, 0]]]);
  assertEquals(t.norm(x, { order: 1, axes: [1, 2] }).toArray(), [6, 1]);
  assertEquals(t.norm(x, { order: 1, axes: [2, 1] }).toArray(), [7, 1]);
  assertEquals(t.norm(x, { order: -Infinity, axes: [1, 2], keepDims: true }).toArray(), [[[3]], [[1]]]);
  assertEquals(t.norm(x, { order: 2, axes: [1, 2] }).at(1).item(), 1);
});

const DTYPES: readonly NumberDType[] = ["int32", "uint32", "uint8", "bool"];

Deno.test("nan-aware reductions of integers are the plain ones", () => {
  for (const dtype of DTYPES) {
    fc.assert(
      fc.property(operand(dtype), ({ tensor }) => {
        assertEquals(t.nanSum(tensor).item(), t.sum(tensor).item());
        if (tensor.size > 0) assertEquals(t.nanMax(tensor).item(), t.max(tensor).item());
      }),
      { numRuns: 20 },
    );
  }
});
