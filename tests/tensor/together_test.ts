import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { forwardPatches } from "../../tensor/kernels/convolution.ts";
import { goesTogetherByTap } from "../../tensor/kernels/simd/convolution_kernel_together.ts";
import { goesTogether, oddLines } from "../../tensor/kernels/simd/convolution_together_plan.ts";
import * as t from "../../tensor/mod.ts";
import { contiguousStrides } from "../../tensor/shape.ts";
import { checkFaces } from "./convolution_faces.ts";

const between = (min: number, max: number) => fc.integer({ min, max });

/** An axis on which windows, with what is between their taps, reach over both ends of an image. */
const AXIS = fc.record({
  extent: between(1, 7),
  taps: between(1, 4),
  step: between(1, 3),
  dilation: between(1, 2),
  before: between(0, 3),
  after: between(0, 3),
}).filter(({ extent, taps, dilation, before, after }) => extent + before + after > (taps - 1) * dilation);

Deno.test("convolutions of small planes have three right faces, compiled and on any number of threads", () => {
  checkFaces(
    fc.tuple(AXIS, AXIS).map(([down, across]) => {
      const grid = [down, across].map(({ extent, taps, step, dilation, before, after }) =>
        Math.floor((extent + before + after - (taps - 1) * dilation - 1) / step) + 1
      );
      return {
        extent: [down.extent, across.extent],
        window: [down.taps, across.taps],
        strides: [down.step, across.step],
        grid: [grid[0], grid[1]],
        padding: [[down.before, down.after], [across.before, across.after]],
        dilation: [down.dilation, across.dilation],
      };
    }),
    { images: [8, 33], channels: [16, 20], outputs: [16, 20] },
  );
});

/** The patches of a convolution of 3x3 with a line of zeros around. */
function patchesOf(images: number, channels: number, extent: number, window = 3, groups = 1) {
  const image = [images, channels, extent, extent];
  const weights = [channels, channels / groups, window, window];
  const padding = (window - 1) / 2;
  const sizes = {
    ...{ dtype: "float32" as const, image, weights, output: image, groups },
    ...{ strides: [1, 1] as const, dilation: [1, 1] as const },
    padding: [[padding, padding], [padding, padding]] as const,
  };
  return forwardPatches(sizes, contiguousStrides(image) as never, contiguousStrides(weights) as never);
}

Deno.test("goesTogether() is for several images of small planes with some channels", () => {
  assertEquals(goesTogether(patchesOf(32, 64, 4)), true);
  assertEquals(goesTogether(patchesOf(32, 64, 3)), true);
  assertEquals(goesTogether(patchesOf(8, 64, 7)), true);
  assertEquals(goesTogether(patchesOf(4, 64, 4)), false);
  assertEquals(goesTogether(patchesOf(32, 8, 4)), false);
  assertEquals(goesTogether(patchesOf(32, 64, 28)), false);
  assertEquals(goesTogether(patchesOf(32, 64, 4, 1)), false);
  assertEquals(goesTogether(patchesOf(32, 64, 4, 3, 4)), false);
});

Deno.test("goesTogetherByTap() is for gradients of small planes with some channels", () => {
  assertEquals(goesTogetherByTap(patchesOf(32, 64, 4)), true);
  assertEquals(goesTogetherByTap(patchesOf(32, 64, 2)), true);
  assertEquals(goesTogetherByTap(patchesOf(4, 64, 4)), false);
  assertEquals(goesTogetherByTap(patchesOf(32, 8, 4)), false);
  assertEquals(goesTogetherByTap(patchesOf(32, 64, 28)), false);
  assertEquals(goesTogetherByTap(patchesOf(32, 64, 4, 3, 4)), false);
});

Deno.test("oddLines() is an odd number of lines of the cache that holds all elements", () => {
  for (const elements of [8, 16, 17, 1024, 960, 1568]) {
    const step = oddLines(elements);
    assertEquals([step >= elements, step < elements + 32, step / 16 % 2], [true, true, 1]);
  }
});

Deno.test("a convolution of small planes with bias and activation has the values of one after the other", () => {
  const [x, w, b] = [[9, 24, 4, 4], [32, 24, 3, 3], [32, 1, 1]].map((shape, i) =>
    t.random.normal(t.random.key(i), shape)
  );
  const layer = (x: t.Tensor): t.Tensor => t.relu(t.add(t.conv2d(x, w, { padding: 1 }), b));
  assertEquals(t.compile(layer)(x).data(), layer(x).data());
});
