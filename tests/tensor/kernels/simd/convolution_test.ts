import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { convolutionInputPlan, convolutionPlan } from "../../../../tensor/kernels/convolution.ts";
import {
  type ConvolutionKernelPlan,
  convolutionKernelPlan,
} from "../../../../tensor/kernels/convolution_kernel.ts";
import { convolutionShape, type ConvolutionSizes } from "../../../../tensor/kernels/convolution_sizes.ts";
import type { KernelPlan } from "../../../../tensor/kernels/plan.ts";
import {
  convolutionInputSimdPlan,
  convolutionSimdPlan,
} from "../../../../tensor/kernels/simd/convolution.ts";
import { convolutionKernelSimdPlan } from "../../../../tensor/kernels/simd/convolution_kernel_plan.ts";
import { goesAcross } from "../../../../tensor/kernels/simd/depthwise_across_plan.ts";
import { contiguousStrides } from "../../../../tensor/shape.ts";
import { cuts, launch, type Lie, lies, makeAllocator, makeViews, numbers, place } from "../launch.ts";

const views = makeViews();
const GUARD = 16;

/**
 * Compares the three faces with the float64 sums of the reference, on numbers and on their magnitudes for the
 * bound, and checks that cuts do not matter and that nothing around the results is written.
 */
function check(
  sizes: ConvolutionSizes,
  lie: readonly Lie[],
  seed: number,
  cut: readonly number[],
  relaxed: boolean,
): ConvolutionKernelPlan {
  const { image, weights, output } = sizes;
  const allocator = makeAllocator(views);
  const next = numbers(seed);
  const shapes = [image, weights, output];
  const signed = shapes.map((shape, i) => place(views, allocator, "float32", shape, lie[i], next));
  const positive = numbers(seed);
  const magnitudes = shapes.map((shape, i) =>
    place(views, allocator, "float32", shape, lie[i], () => Math.abs(positive()))
  );
  const lengths = [output, image, weights].map((shape) => shape.reduce((a, b) => a * b, 1));

  const run = (plan: KernelPlan, operands: readonly number[], length: number, parts: readonly number[]) => {
    const address = allocator.take("float32", length + 2 * GUARD) + GUARD;
    launch(views, plan, [...operands, address], parts);
    for (const edge of [address - GUARD, address + length]) {
      assertEquals(views.float32.slice(edge, edge + GUARD), new Float32Array(GUARD).fill(NaN));
    }
    return views.float32.slice(address, address + length);
  };
  const faces = (
    [x, w, y]: typeof signed,
    forward: KernelPlan,
    input: KernelPlan,
    kernel: ConvolutionKernelPlan,
    parts: readonly number[],
  ) => {
    const results = [
      run(forward, [x.address, w.address], lengths[0], parts),
      run(input, [y.address, w.address], lengths[1], parts),
    ];
    if (kernel.combine === null) {
      results.push(run(kernel.partial, [x.address, y.address], lengths[2], parts));
    } else {
      const temporary = allocator.take("float64", kernel.temporary + 8);
      launch(views, kernel.partial, [x.address, y.address, temporary], parts);
      assertEquals(views.float64[temporary + kernel.temporary], NaN);
      results.push(run(kernel.combine, [temporary], lengths[2], parts));
    }
    return results;
  };
  const [x, w, y] = signed;
  const forward = convolutionSimdPlan(sizes, x.strides, w.strides, relaxed)!;
  const input = convolutionInputSimdPlan(sizes, y.strides, w.strides, relaxed)!;
  const kernel = convolutionKernelSimdPlan(sizes, x.strides, y.strides, relaxed)!;
  const results = [[], cut].map((parts) => faces(signed, forward, input, kernel, parts));
  assertEquals(results[1], results[0]);

  const reference = [
    convolutionPlan(sizes, x.strides, w.strides),
    convolutionInputPlan(sizes, y.strides, w.strides),
    convolutionKernelPlan(sizes, x.strides, y.strides),
  ] as const;
  const [expected, bounds] = [signed, magnitudes].map((operands) => faces(operands, ...reference, []));
  const products = [
    weights[1] * weights[2] * weights[3],
    weights[0] * weights[2] * weights[3],
    output[0] * output[2] * output[3],
  ];
  const compare = (result: Float32Array, face: number): void => {
    const bound = 2 ** -23 * Math.max(1, Math.sqrt(products[face]));
    const wrong = result.findIndex((value, i) =>
      !(Math.abs(value - expected[face][i]) <= bound * bounds[face][i])
    );
    assertEquals(wrong, -1, `face ${face} at ${wrong}: ${result[wrong]} for ${expected[face][wrong]}`);
  };
  results[0].forEach(compare);
  if (!goesAcross(sizes)) return kernel;
  // Once more with results in which the channels of a pixel are neighbours.
  const [toOutput, toImage] = [output, image].map(lastStrides);
  const lying = [
    [convolutionSimdPlan(sizes, x.strides, w.strides, relaxed, toOutput), x.address, output, toOutput],
    [convolutionInputSimdPlan(sizes, y.strides, w.strides, relaxed, toImage), y.address, image, toImage],
  ] as const;
  lying.forEach(([plan, source, shape, strides], face) => {
    if (plan === null) return;
    const length = lengths[face];
    const [there, again] = [[], cut].map((parts) => run(plan, [source, w.address], length, parts));
    assertEquals(again, there);
    compare(inOrder(there, shape, strides), face);
  });
  return kernel;
}

/** The strides of images whose channels are neighbours. */
function lastStrides([, channels, rows, columns]: readonly number[]): number[] {
  return [rows * columns * channels, 1, columns * channels, channels];
}

/** Elements that lie with strides, in the order of their shape. */
function inOrder(x: Float32Array, shape: readonly number[], strides: readonly number[]): Float32Array {
  const steps = contiguousStrides(shape);
  return x.map((_, i) =>
    x[shape.reduce((at, extent, axis) => at + Math.floor(i / steps[axis]) % extent * strides[axis], 0)]
  );
}

const plain: Lie = {
  order: [0, 1, 2, 3],
  flipped: [false, false, false, false],
  repeated: [false, false, false, false],
  gap: 1,
};
const channelsLast: Lie = { ...plain, order: [0, 3, 1, 2] };
const between = (min: number, max: number) => fc.integer({ min, max });

const convolutions = fc.record({
  images: between(0, 3),
  groups: between(1, 3),
  inputs: between(1, 5),
  outputs: between(1, 6),
  extent: fc.tuple(between(0, 9), between(0, 9)),
  window: fc.tuple(between(1, 4), between(1, 4)),
  strides: fc.tuple(between(1, 4), between(1, 3)),
  dilation: fc.tuple(between(1, 3), between(1, 4)),
  padding: fc.tuple(fc.tuple(between(-1, 3), between(-1, 3)), fc.tuple(between(-1, 3), between(-1, 3))),
}).map(({ images, groups, inputs, outputs, extent, window, strides, dilation, padding }) => {
  const image = [images, groups * inputs, ...extent];
  const weights = [groups * outputs, inputs, ...window];
  const sizes = { dtype: "float32" as const, image, weights, strides, dilation, padding, groups };
  return { ...sizes, output: convolutionShape(sizes) };
});

for (const relaxed of [false, true]) {
  Deno.test(`convolutions in SIMD have three right faces for any sizes, ${relaxed ? "relaxed" : "strict"}`, () => {
    const layouts = fc.tuple(lies(4), lies(4), lies(4));
    fc.assert(
      fc.property(
        convolutions,
        layouts,
        fc.nat(),
        cuts,
        (sizes, lie, seed, cut) => void check(sizes, lie, seed, cut, relaxed),
      ),
      { numRuns: 300 },
    );
  });
}

function sizesOf(
  image: readonly number[],
  weights: readonly number[],
  stride: number,
  groups: number,
  low = 1,
): ConvolutionSizes {
  const options = {
    image,
    weights,
    strides: [stride, stride] as const,
    padding: [[low, low], [low, low]] as const,
    dilation: [1, 1] as const,
    groups,
  };
  return { dtype: "float32", ...options, output: convolutionShape(options) };
}

Deno.test("convolutions in SIMD are right over many bands, blocks and slices", () => {
  for (const lie of [plain, channelsLast]) {
    const all = [lie, plain, lie];
    check(sizesOf([2, 100, 6, 5], [66, 100, 3, 3], 1, 1), all, 1, [0.2, 0.7], true);
    check(sizesOf([2, 3, 33, 40], [8, 3, 3, 3], 2, 1), all, 2, [0.5], true);
    check(sizesOf([1, 40, 61, 60], [24, 40, 3, 3], 1, 1), all, 3, [0.4], true);
    check(sizesOf([1, 2, 9, 700], [3, 2, 3, 3], 1, 1), all, 4, [0.4], true);
    check(sizesOf([1, 24, 70, 71], [10, 12, 3, 3], 2, 2), all, 4, [0.4], false);
    check(sizesOf([2, 20, 40, 41], [33, 20, 3, 3], 1, 1, 0), all, 6, [0.4], true);
    check(sizesOf([3, 7, 20, 300], [9, 7, 2, 2], 1, 1, -1), all, 7, [0.4], true);
    check(sizesOf([9, 72, 12, 13], [162, 4, 3, 3], 1, 18), all, 8, [0.3, 0.6], true);
    check(sizesOf([11, 70, 4, 5], [50, 70, 3, 3], 1, 1), all, 9, [0.3, 0.6], true);
    check(sizesOf([23, 9, 6, 6], [20, 9, 2, 2], 1, 1, 0), all, 10, [0.3, 0.6], false);
    check(sizesOf([2, 100, 6, 5], [66, 100, 2, 3], 1, 1), all, 11, [0.2, 0.7], true);
    check(sizesOf([2, 9, 33, 40], [12, 9, 3, 3], 2, 1), all, 12, [0.5], true);
    check(sizesOf([1, 24, 61, 60], [24, 24, 5, 5], 1, 1), all, 13, [0.4], true);
    check(sizesOf([1, 6, 9, 700], [9, 6, 3, 4], 1, 1), all, 14, [0.4], false);
    check(sizesOf([2, 70, 27, 30], [40, 70, 3, 3], 2, 1), all, 15, [0.4], true);
    check(sizesOf([3, 9, 4, 4], [15, 9, 3, 3], 1, 1, 0), all, 16, [0.4], true);
    check(sizesOf([3, 9, 7, 9], [15, 9, 3, 3], 1, 1, 0), all, 17, [0.4], false);
    const kernel = check(sizesOf([4, 8, 30, 30], [40, 8, 3, 3], 1, 1), all, 5, [0.1, 0.4], true);
    assertEquals(kernel.combine?.kernel, "sumTilesSimd.float32");
  }
});

Deno.test("convolutions and gradients of small images or with strides are right for any window, padding and dilation", () => {
  const small = fc.record({
    images: between(1, 20),
    inputs: fc.oneof(between(1, 5), between(64, 70)),
    outputs: between(16, 40),
    extent: fc.tuple(between(1, 12), between(1, 12)),
    window: fc.tuple(between(1, 4), between(1, 4)),
    strides: fc.oneof(
      fc.constantFrom([1, 1] as const, [2, 2] as const),
      fc.tuple(between(1, 4), between(1, 4)),
    ),
    dilation: fc.tuple(between(1, 2), between(1, 2)),
    padding: fc.tuple(fc.tuple(between(-1, 3), between(-1, 3)), fc.tuple(between(-1, 3), between(-1, 3))),
  }).map(({ images, inputs, outputs, extent, window, strides, dilation, padding }) => {
    const weights = [outputs, inputs, ...window];
    const options = {
      image: [images, inputs, ...extent],
      weights,
      strides,
      dilation,
      padding,
    };
    const sizes = { dtype: "float32" as const, ...options, groups: 1 };
    return { ...sizes, output: convolutionShape(sizes) };
  });
  const kernels = new Set<string>();
  fc.assert(
    fc.property(small, fc.nat(), cuts, (sizes, seed, cut) => {
      check(sizes, [plain, plain, plain], seed, cut, true);
      const [x, w, y] = [sizes.image, sizes.weights, sizes.output].map(contiguousStrides);
      kernels.add(`${convolutionInputSimdPlan(sizes, y, w, true)!.kernel} of outputs`);
      kernels.add(`${convolutionSimdPlan(sizes, x, w, true)!.kernel} of images`);
    }),
    { numRuns: 250 },
  );
  for (const source of ["outputs", "images"]) {
    assertEquals(kernels.has(`convolutionScatterSimd.float32 of ${source}`), true);
  }
  const all = [plain, plain, plain];
  check(sizesOf([3, 16, 13, 13], [32, 16, 3, 3], 1, 1, 0), all, 1, [0.5], true);
  check(sizesOf([1, 70, 40, 41], [40, 70, 3, 3], 2, 1), all, 2, [0.5], true);
  check(sizesOf([2, 60, 40, 40], [30, 60, 2, 2], 2, 1, 0), all, 3, [0.5], true);
  check(sizesOf([1, 9, 13, 13], [270, 9, 3, 3], 2, 1), all, 4, [0.5], true);
  check(sizesOf([13, 300, 3, 3], [70, 300, 3, 3], 1, 1), all, 5, [0.5], true);
});

Deno.test("convolutions in SIMD do depthwise and pointwise convolutions", () => {
  for (const lie of [plain, channelsLast]) {
    const all = [lie, plain, lie];
    check(sizesOf([2, 17, 9, 9], [17, 1, 3, 3], 1, 17), all, 4, [0.5], true);
    check(sizesOf([2, 17, 9, 9], [34, 1, 3, 3], 2, 17), all, 5, [0.5], true);
    check(sizesOf([2, 41, 6, 7], [123, 1, 3, 3], 1, 41), all, 9, [0.3, 0.5], true);
    check(sizesOf([1, 2, 9, 1100], [4, 1, 7, 7], 1, 2), all, 10, [0.5], true);
    check(sizesOf([6, 20, 26, 27], [60, 2, 3, 3], 1, 10), all, 12, [0.5], true);
    const sliced = check(sizesOf([70, 3, 40, 40], [3, 1, 7, 7], 1, 3), all, 11, [0.2, 0.7], true);
    assertEquals(sliced.combine?.kernel, "sumSlicesSimd.float32");
    check(sizesOf([2, 30, 7, 7], [21, 30, 1, 1], 1, 1, 0), all, 6, [0.5], true);
    check(sizesOf([2, 30, 7, 9], [3, 30, 1, 1], 1, 1, 0), all, 13, [0.5], true);
    check(sizesOf([2, 3, 7, 9], [30, 3, 1, 1], 1, 1, 0), all, 14, [0.5], false);
    check(sizesOf([2, 64, 5, 7], [28, 16, 1, 1], 1, 4, 0), all, 15, [0.5], true);
    check(sizesOf([1, 2, 140, 300], [20, 2, 1, 1], 1, 1, 0), all, 16, [0.5], true);
    check(sizesOf([2, 30, 8, 7], [20, 15, 1, 1], 1, 2, 0), all, 7, [0.5], false);
    check(sizesOf([2, 30, 8, 7], [20, 30, 1, 1], 2, 1, 0), all, 8, [0.5], true);
  }
});

Deno.test("depthwise convolutions go along channels that are neighbours or short, for any window, channels, bands and slices", () => {
  const across = fc.record({
    images: between(1, 4),
    groups: between(1, 70),
    extent: fc.tuple(between(1, 12), between(1, 12)),
    window: fc.tuple(between(1, 5), between(1, 5)),
    strides: fc.tuple(between(1, 4), between(1, 4)),
    dilation: fc.tuple(between(1, 2), between(1, 2)),
    padding: fc.tuple(fc.tuple(between(-1, 3), between(-1, 3)), fc.tuple(between(-1, 3), between(-1, 3))),
  }).map(({ images, groups, extent, window, ...options }) => {
    const weights = [groups, 1, ...window];
    const sizes = {
      dtype: "float32" as const,
      image: [images, groups, ...extent],
      weights,
      groups,
      ...options,
    };
    return { ...sizes, output: convolutionShape(sizes) };
  });
  const weights = fc.constantFrom(plain, { ...plain, order: [2, 3, 1, 0] });
  const lie = fc.constantFrom(channelsLast, plain);
  const kernels = new Set<string>();
  for (const relaxed of [true, false]) {
    fc.assert(
      fc.property(across, fc.tuple(lie, weights, lie), fc.nat(), cuts, (sizes, all, seed, cut) => {
        kernels.add(check(sizes, all, seed, cut, relaxed).partial.kernel);
      }),
      { numRuns: 150 },
    );
  }
  assertEquals(kernels.has("depthwiseAcrossKernelSimd.float32"), true);
  const all = [channelsLast, plain, channelsLast];
  check(sizesOf([2, 30, 61, 90], [30, 1, 3, 3], 1, 30), all, 1, [0.3, 0.6], true);
  check(sizesOf([2, 20, 61, 90], [20, 1, 7, 7], 2, 20), all, 2, [0.3, 0.6], true);
  const kernel = check(sizesOf([40, 20, 31, 30], [20, 1, 3, 3], 1, 20), all, 3, [0.3, 0.6], true);
  assertEquals(kernel.combine?.kernel, "sumSlicesSimd.float32");
});

Deno.test("convolutions that go plane by plane have any phases, groups, channels, layouts and rows of weights", () => {
  const byPlane = fc.record({
    images: between(1, 5),
    groups: between(1, 20),
    channels: fc.oneof(
      fc.constantFrom([1, 1], [1, 3], [3, 1], [2, 2], [9, 1], [7, 2], [1, 11]),
      fc.tuple(between(1, 4), between(1, 4)),
    ),
    extent: fc.tuple(between(1, 21), between(1, 21)),
    window: fc.tuple(between(1, 7), between(1, 7)),
    strides: fc.tuple(between(1, 4), between(1, 4)),
    dilation: fc.tuple(fc.constantFrom(1, 1, 2), fc.constantFrom(1, 1, 2)),
    padding: fc.tuple(fc.tuple(between(-1, 3), between(0, 3)), fc.tuple(between(0, 3), between(-1, 3))),
  }).map(({ images, groups, channels: [inputs, outputs], extent, ...options }) => {
    const weights = [groups * outputs, inputs, ...options.window];
    const sizes = { image: [images, groups * inputs, ...extent], weights, groups, ...options };
    return { dtype: "float32" as const, ...sizes, output: convolutionShape(sizes) };
  });
  const lie = fc.oneof(
    fc.constantFrom(plain, plain, channelsLast, { ...plain, gap: 2 }),
    fc.constantFrom({ ...plain, flipped: [false, true, true, false] }, {
      ...plain,
      flipped: [true, false, false, true],
    }),
  );
  const weights = fc.constantFrom(plain, { ...plain, order: [2, 3, 1, 0] });
  const kernels = new Set<string>();
  for (const relaxed of [true, false]) {
    fc.assert(
      fc.property(fc.tuple(byPlane, lie, weights, lie), fc.nat(), cuts, ([sizes, x, w, y], seed, cut) => {
        kernels.add(check(sizes, [x, w, y], seed, cut, relaxed).partial.kernel);
        const strides = [sizes.image, sizes.weights].map(contiguousStrides);
        kernels.add(convolutionSimdPlan(sizes, strides[0], strides[1], relaxed)!.kernel);
      }),
      { numRuns: 150 },
    );
  }
  assertEquals(kernels.has("convolutionByPlaneSimd.float32"), true);
  assertEquals(kernels.has("convolutionKernelByPlaneSimd.float32"), true);
});

Deno.test("depthwise convolutions that step on by two columns read planes of any size in place, with any padding", () => {
  const halved = fc.record({
    images: between(1, 3),
    groups: between(1, 4),
    outputs: between(1, 2),
    extent: fc.tuple(between(1, 24), between(4, 90)),
    window: fc.tuple(between(1, 6), between(1, 6)),
    strides: fc.tuple(between(1, 3), fc.constant(2)),
    dilation: fc.constant([1, 1] as const),
    padding: fc.tuple(fc.tuple(between(-2, 5), between(-2, 5)), fc.tuple(between(-2, 5), between(-2, 5))),
  }).map(({ images, groups, outputs, extent, ...options }) => {
    const weights = [groups * outputs, 1, ...options.window];
    const sizes = { image: [images, groups, ...extent], weights, groups, ...options };
    return { dtype: "float32" as const, ...sizes, output: convolutionShape(sizes) };
  });
  const lie = fc.constantFrom(plain, { ...plain, order: [1, 0, 2, 3] }, { ...plain, gap: 2 });
  for (const relaxed of [true, false]) {
    fc.assert(
      fc.property(halved, lie, fc.nat(), cuts, (sizes, x, seed, cut) => {
        check(sizes, [x, plain, plain], seed, cut, relaxed);
      }),
      { numRuns: 150 },
    );
  }
});

Deno.test("convolutions that go plane by plane are right over many bands, images, channels and slices", () => {
  const turned = { ...plain, order: [2, 3, 1, 0] };
  for (const [lie, weights] of [[plain, plain], [plain, turned], [channelsLast, plain]]) {
    const all = [lie, weights, lie];
    check(sizesOf([2, 90, 41, 41], [90, 1, 3, 3], 2, 90), all, 1, [0.3, 0.6], true);
    check(sizesOf([1, 6, 130, 131], [12, 1, 5, 5], 2, 6), all, 2, [0.5], false);
    check(sizesOf([1, 3, 150, 90], [3, 1, 3, 3], 1, 3), all, 3, [0.5], true);
    check(sizesOf([2, 3, 90, 91], [3, 1, 3, 3], 1, 3, 0), all, 4, [0.5], true);
    check(sizesOf([40, 5, 7, 7], [5, 1, 3, 3], 1, 5), all, 5, [0.4], true);
    check(sizesOf([19, 3, 13, 14], [27, 1, 5, 5], 1, 3), all, 6, [0.4], true);
    check(sizesOf([3, 45, 33, 30], [1, 45, 3, 3], 1, 1), all, 7, [0.4], true);
    check(sizesOf([3, 40, 30, 31], [2, 40, 3, 3], 1, 1, 0), all, 8, [0.4], false);
    check(sizesOf([2, 1, 70, 67], [70, 1, 3, 3], 1, 1), all, 9, [0.4], true);
    check(sizesOf([9, 4, 1, 1], [12, 1, 3, 3], 1, 4), all, 10, [0.4], true);
    check(sizesOf([1, 2, 5, 303], [2, 1, 3, 3], 2, 2), all, 11, [0.4], true);
    check(sizesOf([1, 2, 5, 303], [2, 1, 3, 3], 3, 2), all, 12, [0.4], true);
    check(sizesOf([1, 2, 5, 303], [2, 1, 3, 1], 2, 2), all, 13, [0.4], true);
    check(sizesOf([1, 2, 9, 303], [2, 1, 3, 3], 4, 2), all, 14, [0.4], true);
  }
});

Deno.test("convolutionSimdPlan() is null where a line does not fit in the scratch area", () => {
  const sizes = sizesOf([1, 1, 3, 200_000], [1, 1, 3, 3], 1, 1);
  const strides = [0, 0, 200_000, 1];
  assertEquals(convolutionSimdPlan(sizes, strides, [9, 9, 3, 1], true), null);
  assertEquals(convolutionKernelSimdPlan(sizes, strides, strides, true), null);
});
