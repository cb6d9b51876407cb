import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { convolutionInputPlan, convolutionPlan } from "../../../tensor/kernels/convolution.ts";
import { convolutionKernelPlan } from "../../../tensor/kernels/convolution_kernel.ts";
import {
  convolutionShape,
  type ConvolutionSizes,
  windowCount,
} from "../../../tensor/kernels/convolution_sizes.ts";
import type { FloatingDType } from "../../../tensor/kernels/plan.ts";
import { cuts, launch, type Lie, lies, makeAllocator, makeViews, numbers, place, read } from "./launch.ts";

const views = makeViews();

/** Calls `visit` for every product of the trilinear form, taps outermost, pixels innermost. */
function visitProducts(
  sizes: ConvolutionSizes,
  visit: (x: readonly number[], w: readonly number[], y: readonly number[]) => void,
): void {
  const { image, weights, output, strides, padding, dilation, groups } = sizes;
  const per = weights[0] / groups;
  for (let a = 0; a < weights[2]; a++) {
    for (let b = 0; b < weights[3]; b++) {
      for (let o = 0; o < weights[0]; o++) {
        for (let c = 0; c < weights[1]; c++) {
          for (let n = 0; n < image[0]; n++) {
            for (let i = 0; i < output[2]; i++) {
              for (let j = 0; j < output[3]; j++) {
                const row = i * strides[0] - padding[0][0] + a * dilation[0];
                const column = j * strides[1] - padding[1][0] + b * dilation[1];
                if (row < 0 || row >= image[2] || column < 0 || column >= image[3]) continue;
                visit([n, Math.floor(o / per) * weights[1] + c, row, column], [o, c, a, b], [n, o, i, j]);
              }
            }
          }
        }
      }
    }
  }
}

function offset(shape: readonly number[], index: readonly number[]): number {
  return index.reduce((sum, i, axis) => sum * shape[axis] + i, 0);
}

/** Checks the three faces against the form itself: the same bits, for any cut. */
function check(sizes: ConvolutionSizes, lie: readonly Lie[], seed: number, cut: readonly number[]): number {
  const { dtype, image, weights, output } = sizes;
  const allocator = makeAllocator(views);
  const next = numbers(seed);
  const x = place(views, allocator, dtype, image, lie[0], next);
  const w = place(views, allocator, dtype, weights, lie[1], next);
  const y = place(views, allocator, dtype, output, lie[2], next);
  const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
  const sums = [output, image, weights].map((shape) => new Float64Array(sizeOf(shape)));
  visitProducts(sizes, (xi, wi, yi) => {
    sums[0][offset(output, yi)] += x.at(...xi) * w.at(...wi);
    sums[1][offset(image, xi)] += w.at(...wi) * y.at(...yi);
    sums[2][offset(weights, wi)] += y.at(...yi) * x.at(...xi);
  });
  const expected = sums.map((sum) => Array.from(dtype === "float32" ? new Float32Array(sum) : sum));
  const gradient = convolutionKernelPlan(sizes, x.strides, y.strides);
  const results: number[][][] = [];
  for (const parts of [[], cut]) {
    const [forward, input, kernel] = sums.map((sum) => allocator.take(dtype, sum.length));
    launch(views, convolutionPlan(sizes, x.strides, w.strides), [x.address, w.address, forward], parts);
    launch(views, convolutionInputPlan(sizes, y.strides, w.strides), [y.address, w.address, input], parts);
    if (gradient.combine === null) {
      launch(views, gradient.partial, [x.address, y.address, kernel], parts);
    } else {
      const temporary = allocator.take("float64", gradient.temporary);
      launch(views, gradient.partial, [x.address, y.address, temporary], parts);
      launch(views, gradient.combine, [temporary, kernel], parts);
    }
    results.push([forward, input, kernel].map((address, i) => read(views, dtype, address, sums[i].length)));
  }
  assertEquals(results[1], results[0]);
  assertEquals(results[0][0], expected[0]);
  assertEquals(results[0][1], expected[1]);
  if (gradient.combine === null) assertEquals(results[0][2], expected[2]);
  else {
    const epsilon = dtype === "float32" ? 1e-6 : 1e-12;
    results[0][2].forEach((value, i) => {
      assertAlmostEquals(value, expected[2][i], epsilon * Math.max(1, Math.abs(expected[2][i])));
    });
  }
  return gradient.temporary;
}

const plain: Lie = {
  order: [0, 1, 2, 3],
  flipped: [false, false, false, false],
  repeated: [false, false, false, false],
  gap: 1,
};

const between = (min: number, max: number) => fc.integer({ min, max });

const convolutions = fc.record({
  dtype: fc.constantFrom<FloatingDType>("float32", "float64"),
  images: between(0, 3),
  groups: between(1, 3),
  inputs: between(1, 5),
  outputs: between(1, 6),
  extent: fc.tuple(between(0, 9), between(0, 9)),
  window: fc.tuple(between(1, 4), between(1, 4)),
  strides: fc.tuple(between(1, 4), between(1, 3)),
  dilation: fc.tuple(between(1, 3), between(1, 4)),
  padding: fc.tuple(fc.tuple(between(-1, 3), between(-1, 3)), fc.tuple(between(-1, 3), between(-1, 3))),
}).map(({ dtype, images, groups, inputs, outputs, extent, window, strides, dilation, padding }) => {
  const image = [images, groups * inputs, ...extent];
  const weights = [groups * outputs, inputs, ...window];
  const sizes = { dtype, image, weights, strides, dilation, padding, groups };
  return { ...sizes, output: convolutionShape(sizes) };
});

Deno.test("convolution kernels are the three faces of one form for any sizes, strides and cuts", () => {
  const layouts = fc.tuple(lies(4), lies(4), lies(4));
  fc.assert(
    fc.property(
      convolutions,
      layouts,
      fc.nat(),
      cuts,
      (sizes, lie, seed, cut) => void check(sizes, lie, seed, cut),
    ),
    { numRuns: 200 },
  );
});

function sizesOf(
  image: readonly number[],
  weights: readonly number[],
  stride: number,
  groups: number,
): ConvolutionSizes {
  const options = {
    image,
    weights,
    strides: [stride, stride] as const,
    padding: [[1, 1], [1, 1]] as const,
    dilation: [1, 1] as const,
    groups,
  };
  return { dtype: "float32", ...options, output: convolutionShape(options) };
}

Deno.test("convolution kernels are right over many tiles, blocks and slices", () => {
  const lie = [plain, plain, plain];
  check(sizesOf([2, 100, 6, 5], [66, 100, 3, 3], 1, 1), lie, 1, [0.2, 0.7]);
  check(sizesOf([2, 3, 33, 40], [8, 3, 3, 3], 2, 1), lie, 2, [0.5]);
  assertEquals(check(sizesOf([4, 1, 30, 30], [6, 1, 3, 3], 1, 1), lie, 3, [0.1, 0.4]) > 0, true);
  check({ ...sizesOf([4, 1, 30, 30], [6, 1, 3, 3], 1, 1), dtype: "float64" }, lie, 3, [0.1, 0.4]);
});

Deno.test("convolution kernels do depthwise convolutions", () => {
  check(sizesOf([2, 17, 9, 9], [17, 1, 3, 3], 1, 17), [plain, plain, plain], 4, [0.5]);
  check(sizesOf([2, 17, 9, 9], [34, 1, 3, 3], 2, 17), [plain, plain, plain], 5, [0.5]);
});

Deno.test("windowCount() counts the windows that fit", () => {
  assertEquals(windowCount(8, 3, 1, [1, 1], 1), 8);
  assertEquals(windowCount(7, 3, 2, [0, 0], 1), 3);
  assertEquals(windowCount(8, 3, 2, [0, 1], 2), 3);
  assertEquals(windowCount(2, 3, 1, [0, 0], 1), 0);
});
