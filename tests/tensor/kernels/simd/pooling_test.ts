import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { averagePoolGradientPlan, averagePoolPlan } from "../../../../tensor/kernels/average_pooling.ts";
import type { KernelReference } from "../../../../tensor/kernels/kernel.ts";
import { maxPoolPlan } from "../../../../tensor/kernels/max_pooling.ts";
import { maxPoolGatherPlan, maxPoolGradientPlan } from "../../../../tensor/kernels/max_pooling_gradient.ts";
import { poolShape, type PoolSizes } from "../../../../tensor/kernels/pooling_sizes.ts";
import {
  averagePoolGradientSimdPlan,
  averagePoolSimdPlan,
  maxPoolGatherSimdPlan,
  maxPoolGradientSimdPlan,
  maxPoolSimdPlan,
  type SimdPoolPlan,
} from "../../../../tensor/kernels/simd/pooling.ts";
import { kernelNamed } from "../../../../tensor/kernels/table.ts";
import type { KernelPlan } from "../../../../tensor/kernels/plan.ts";
import { contiguousStrides } from "../../../../tensor/shape.ts";
import { cuts, type Lie, lies } from "../launch.ts";
import { AREA, AREA_START, areaAfter, firstDifference, views } from "./memory.ts";

const between = (min: number, max: number) => fc.integer({ min, max });

/** Windows, more often those that have code of their own. */
const windows = fc.oneof(
  fc.constant({ window: [2, 2] as [number, number], strides: [2, 2] as [number, number] }),
  fc.constant({ window: [3, 3] as [number, number], strides: [2, 2] as [number, number] }),
  fc.record({
    window: fc.tuple(between(1, 9), between(1, 9)),
    strides: fc.tuple(between(1, 3), between(1, 2)),
  }),
  fc.tuple(between(2, 8), between(1, 8), between(0, 1)).map(([rows, columns, apart]) => ({
    window: [rows, columns] as [number, number],
    strides: [rows, columns + apart] as [number, number],
  })),
  fc.record({
    window: fc.tuple(between(1, 5), fc.oneof(between(1, 5), between(8, 10))),
    strides: fc.tuple(between(1, 4), between(1, 4)),
  }),
);

const low = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, between(0, 5));

const poolings = fc.record({
  image: fc.oneof(
    fc.tuple(between(0, 2), between(0, 3), between(0, 12), between(0, 40)),
    fc.tuple(between(1, 2), between(4, 9), between(1, 12), between(1, 14)),
  ),
  windows,
  padding: fc.tuple(fc.tuple(low, low), fc.tuple(low, low)),
}).map(({ image, windows, padding }): PoolSizes => ({ dtype: "float32", image, padding, ...windows }));

const VALUES = [0, -0, 1, 1, 2, -1, NaN, Infinity, -Infinity, 0.5];

function fill(seed: number, kinds: number): void {
  const floats = views.float32.subarray(AREA_START / 4, (AREA_START + AREA) / 4);
  let state = seed >>> 0;
  for (let i = 0; i < floats.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const high = state >>> 8;
    floats[i] = kinds === 0 ? high / 2 ** 23 - 1 : VALUES[high % kinds];
  }
}

/** Places operands one after the other, with room for neither to be next to another. */
function placer(): (shape: readonly number[], lie: Lie | null) => { address: number; strides: number[] } {
  let next = AREA_START / 4 + 1000;
  return (shape, lie) => {
    const strides = new Array<number>(shape.length).fill(0);
    let step = lie?.gap ?? 1;
    const order = lie?.order ?? [0, 0, 0, 0];
    for (const axis of shape.map((_, i) => i).sort((a, b) => order[b] - order[a] || b - a)) {
      if (lie?.repeated[axis]) continue;
      strides[axis] = step;
      step *= Math.max(1, shape[axis]);
    }
    let address = next;
    next += step + 21;
    shape.forEach((extent, axis) => {
      if (lie?.flipped[axis] && extent > 0) {
        address += (extent - 1) * strides[axis];
        strides[axis] = -strides[axis];
      }
    });
    return { address, strides };
  };
}

/** Images with neighbours along an axis, in any order of the others. */
const neighbours = (axis: number) =>
  lies(4).map((lie): Lie => {
    const at = <T>(list: readonly T[], value: T): T[] => list.map((each, i) => i === axis ? value : each);
    return {
      order: at(lie.order, 10),
      flipped: at(lie.flipped, false),
      repeated: at(lie.repeated, false),
      gap: 1,
    };
  });

/** Checks that the kernel of vectors leaves the memory as the loop does, whatever the cuts. */
function compare(
  plan: KernelPlan,
  vectors: SimdPoolPlan | null,
  addresses: readonly number[],
  cut: readonly number[],
): void {
  const { kernel, scalars, total } = vectors as SimdPoolPlan;
  assertEquals([scalars.slice(0, plan.scalars.length), total === 0], [plan.scalars, plan.total === 0]);
  const loop: KernelReference = kernelNamed(plan.kernel);
  const expected = areaAfter(loop, [...addresses, ...plan.scalars], plan.total, []);
  for (const parts of [[], cut]) {
    const actual = areaAfter(kernel, [...addresses, ...scalars], total, parts);
    assertEquals(firstDifference(actual, expected), -1);
  }
}

/** Checks a kernel whose result, of this shape, is to have channels that are neighbours. */
function compareLast(
  plan: KernelPlan,
  vectors: (strides: readonly [number, number, number, number]) => SimdPoolPlan | null,
  [images, channels, rows, columns]: readonly number[],
  addresses: readonly number[],
  cut: readonly number[],
): void {
  const last = [rows * columns * channels, 1, columns * channels, channels] as const;
  const run = (kernel: KernelReference, { scalars, total }: Omit<KernelPlan, "kernel">) =>
    areaAfter(kernel, [...addresses, ...scalars], total, cut);
  const expected = run(kernelNamed(plan.kernel), plan);
  const made = vectors(last)!;
  const actual = run(made.kernel, made);
  const inOrder = actual.slice();
  const start = addresses.at(-1)! - AREA_START / 4;
  for (let n = 0; n < images; n++) {
    for (let c = 0; c < channels; c++) {
      for (let place = 0; place < rows * columns; place++) {
        const at = n * last[0] + place * channels + c;
        inOrder[start + (n * channels + c) * rows * columns + place] = actual[start + at];
      }
    }
  }
  assertEquals(firstDifference(inOrder, expected), -1);
}

Deno.test("pooling in vectors gives the bits of the loops for any sizes, layouts and cuts", () => {
  fc.assert(
    fc.property(
      poolings,
      fc.boolean(),
      fc.tuple(fc.oneof(neighbours(3), neighbours(1), lies(4)), lies(4), fc.option(lies(4))),
      fc.nat(),
      fc.constantFrom(0, 3, 6, VALUES.length),
      cuts,
      (sizes, countIncludePad, [imageLie, valueLie, cotangentLie], seed, kinds, cut) => {
        fill(seed, kinds);
        const output = poolShape(sizes);
        const take = placer();
        const x = take(sizes.image, imageLie);
        const v = take(sizes.image, valueLie);
        const y = take(output, cotangentLie);
        const [small, large] = [take(output, null), take(sizes.image, null)];
        compare(
          maxPoolPlan(sizes, x.strides),
          maxPoolSimdPlan(sizes, x.strides, contiguousStrides(output)),
          [x.address, small.address],
          cut,
        );
        if (x.strides[3] === 1) {
          compare(
            maxPoolGatherPlan(sizes, x.strides, v.strides),
            maxPoolGatherSimdPlan(sizes, x.strides, v.strides),
            [x.address, v.address, small.address],
            cut,
          );
        }
        compare(
          maxPoolGradientPlan(sizes, x.strides, y.strides),
          maxPoolGradientSimdPlan(sizes, x.strides, y.strides, contiguousStrides(sizes.image)),
          [x.address, y.address, large.address],
          cut,
        );
        const average = { ...sizes, countIncludePad };
        compareLast(
          maxPoolPlan(sizes, x.strides),
          (strides) => maxPoolSimdPlan(sizes, x.strides, strides),
          output,
          [x.address, small.address],
          cut,
        );
        compareLast(
          maxPoolGradientPlan(sizes, x.strides, y.strides),
          (strides) => maxPoolGradientSimdPlan(sizes, x.strides, y.strides, strides),
          sizes.image,
          [x.address, y.address, large.address],
          cut,
        );
        compareLast(
          averagePoolPlan(average, x.strides),
          (strides) => averagePoolSimdPlan(average, x.strides, strides),
          output,
          [x.address, small.address],
          cut,
        );
        compareLast(
          averagePoolGradientPlan(average, y.strides),
          (strides) => averagePoolGradientSimdPlan(average, y.strides, strides),
          sizes.image,
          [y.address, large.address],
          cut,
        );
        compare(
          averagePoolPlan(average, x.strides),
          averagePoolSimdPlan(average, x.strides, contiguousStrides(output)),
          [x.address, small.address],
          cut,
        );
        compare(
          averagePoolGradientPlan(average, y.strides),
          averagePoolGradientSimdPlan(average, y.strides, contiguousStrides(sizes.image)),
          [y.address, large.address],
          cut,
        );
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("pooling in vectors is left to the loops for float64, and the gather for columns that are not neighbours", () => {
  const sizes: PoolSizes = {
    dtype: "float32",
    image: [1, 1, 4, 4],
    window: [2, 2],
    strides: [2, 2],
    padding: [[0, 0], [0, 0]],
  };
  assertEquals(maxPoolSimdPlan({ ...sizes, dtype: "float64" }, [16, 16, 4, 1], [4, 4, 2, 1]), null);
  assertEquals(
    maxPoolGradientSimdPlan({ ...sizes, dtype: "float64" }, [16, 16, 4, 1], [4, 4, 2, 1], [16, 16, 4, 1]),
    null,
  );
  assertEquals(maxPoolGatherSimdPlan(sizes, [16, 16, 1, 4], [16, 16, 4, 1]), null);
});
