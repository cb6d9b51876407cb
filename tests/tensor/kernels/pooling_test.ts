import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { averagePoolGradientPlan, averagePoolPlan } from "../../../tensor/kernels/average_pooling.ts";
import { maxPoolPlan } from "../../../tensor/kernels/max_pooling.ts";
import { maxPoolGatherPlan, maxPoolGradientPlan } from "../../../tensor/kernels/max_pooling_gradient.ts";
import { poolShape, type PoolSizes } from "../../../tensor/kernels/pooling_sizes.ts";
import type { FloatingDType, KernelPlan } from "../../../tensor/kernels/plan.ts";
import {
  type Allocator,
  cuts,
  launch,
  lies,
  makeAllocator,
  makeViews,
  numbers,
  type Operand,
  place,
  read,
} from "./launch.ts";

const views = makeViews();

const between = (min: number, max: number) => fc.integer({ min, max });

const poolings = fc.record({
  dtype: fc.constantFrom<FloatingDType>("float32", "float64"),
  image: fc.tuple(between(0, 3), between(0, 3), between(0, 9), between(0, 9)),
  window: fc.tuple(between(1, 4), between(1, 4)),
  strides: fc.tuple(between(1, 4), between(1, 4)),
  padding: fc.tuple(fc.tuple(between(0, 5), between(0, 5)), fc.tuple(between(0, 5), between(0, 5))),
});

/** The places of the image in each window, row by row, window by window. */
function windows(sizes: PoolSizes): { readonly index: number[]; readonly places: number[][] }[] {
  const { image, window, strides, padding } = sizes;
  const [images, channels, rows, columns] = poolShape(sizes);
  const result: { index: number[]; places: number[][] }[] = [];
  for (let n = 0; n < images; n++) {
    for (let c = 0; c < channels; c++) {
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          const places: number[][] = [];
          for (let a = 0; a < window[0]; a++) {
            for (let b = 0; b < window[1]; b++) {
              const row = i * strides[0] - padding[0][0] + a;
              const column = j * strides[1] - padding[1][0] + b;
              if (row >= 0 && row < image[2] && column >= 0 && column < image[3]) {
                places.push([n, c, row, column]);
              }
            }
          }
          result.push({ index: [n, c, i, j], places });
        }
      }
    }
  }
  return result;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

function offset(shape: readonly number[], index: readonly number[]): number {
  return index.reduce((sum, i, axis) => sum * shape[axis] + i, 0);
}

/** What a plan gives for `shape`, after checking that cuts do not matter. */
function run(
  allocator: Allocator,
  dtype: FloatingDType,
  plan: KernelPlan,
  operands: readonly Operand[],
  shape: readonly number[],
  cut: readonly number[],
): number[] {
  const [one, other] = [[], cut].map((parts) => {
    const to = allocator.take(dtype, sizeOf(shape));
    launch(views, plan, [...operands.map((operand) => operand.address), to], parts);
    return read(views, dtype, to, sizeOf(shape));
  });
  assertEquals(other, one);
  return one;
}

/** The first greatest place of a window; a NaN is greater than any number. */
function firstGreatest(
  image: Operand,
  places: readonly (readonly number[])[],
): readonly number[] | undefined {
  const rank = (place: readonly number[]) => {
    const value = image.at(...place);
    return Number.isNaN(value) ? [1, 0] : [0, value];
  };
  return places.reduce<readonly number[] | undefined>((best, place) => {
    if (best === undefined) return place;
    const [a, b] = [rank(best), rank(place)];
    return b[0] > a[0] || (b[0] === a[0] && b[1] > a[1]) ? place : best;
  }, undefined);
}

Deno.test("maxPool kernels take the first greatest element for any sizes, strides and cuts", () => {
  fc.assert(fc.property(poolings, lies(4), lies(4), lies(4), fc.nat(), cuts, (sizes, a, b, c, seed, cut) => {
    const { dtype } = sizes;
    const allocator = makeAllocator(views);
    const next = numbers(seed);
    // Few different values, so that ties, infinities and NaN occur in most windows.
    const values = [0, 1, 1, 2, 2, 2, -Infinity, Infinity, NaN, -1, 0.5, 1.5];
    const coarse = () => values[Math.floor((next() + 1) * (seed % 2 === 0 ? 3 : 6))];
    const output = poolShape(sizes);
    const x = place(views, allocator, dtype, sizes.image, a, coarse);
    const v = place(views, allocator, dtype, sizes.image, b, next);
    const y = place(views, allocator, dtype, output, c, next);
    const forward: number[] = [];
    const gather: number[] = [];
    const gradient = dtype === "float32"
      ? new Float32Array(sizeOf(sizes.image))
      : new Float64Array(sizeOf(sizes.image));
    for (const { index, places } of windows(sizes)) {
      const best = firstGreatest(x, places);
      forward.push(best === undefined ? -Infinity : x.at(...best));
      gather.push(best === undefined ? 0 : v.at(...best));
      if (best !== undefined) gradient[offset(sizes.image, best)] += y.at(...index);
    }
    const max = maxPoolPlan(sizes, x.strides);
    assertEquals(run(allocator, dtype, max, [x], output, cut), forward);
    const gathered = maxPoolGatherPlan(sizes, x.strides, v.strides);
    assertEquals(run(allocator, dtype, gathered, [x, v], output, cut), gather);
    const back = maxPoolGradientPlan(sizes, x.strides, y.strides);
    assertEquals(run(allocator, dtype, back, [x, y], sizes.image, cut), Array.from(gradient));
  }));
});

Deno.test("averagePool kernels are the mean and its gradient for any sizes, strides and cuts", () => {
  fc.assert(
    fc.property(poolings, fc.boolean(), lies(4), lies(4), fc.nat(), cuts, (pool, counts, a, b, seed, cut) => {
      const sizes = { ...pool, countIncludePad: counts };
      const { dtype, image, window } = sizes;
      const allocator = makeAllocator(views);
      const next = numbers(seed);
      const output = poolShape(sizes);
      const x = place(views, allocator, dtype, image, a, next);
      const y = place(views, allocator, dtype, output, b, next);
      const forward: number[] = [];
      const gradient = new Float64Array(sizeOf(image));
      for (const { index, places } of windows(sizes)) {
        const count = counts ? window[0] * window[1] : places.length;
        const sum = places.reduce((total, place) => total + x.at(...place), 0);
        forward.push(count === 0 ? 0 : sum / count);
        for (const place of places) gradient[offset(image, place)] += y.at(...index) / count;
      }
      const epsilon = dtype === "float32" ? 1e-6 : 1e-14;
      const close = (actual: readonly number[], expected: ArrayLike<number>) =>
        actual.forEach((value, i) => assertAlmostEquals(value, expected[i], epsilon));
      close(run(allocator, dtype, averagePoolPlan(sizes, x.strides), [x], output, cut), forward);
      close(run(allocator, dtype, averagePoolGradientPlan(sizes, y.strides), [y], image, cut), gradient);
    }),
  );
});
