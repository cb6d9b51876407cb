import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import { arePatches } from "../../tensor/patches.ts";
import { shutdown } from "../../tensor/runtime/configure.ts";
import { assertSame } from "./compile/programs.ts";

const between = (min: number, max: number) => fc.integer({ min, max });

/** A convolution of patches, its layouts and the three faces of it. */
const cases = fc.record({
  images: between(1, 3),
  channels: between(1, 5),
  outputs: between(1, 20),
  places: fc.oneof(
    fc.record({
      grid: fc.tuple(between(1, 4), between(1, 5)),
      window: fc.tuple(between(1, 5), between(4, 9)),
    }),
    fc.record({
      grid: fc.tuple(between(1, 1), between(1, 1)),
      window: fc.tuple(between(1, 3), between(1, 3)),
    }),
  ),
  layout: fc.constantFrom("NCHW" as const, "NHWC" as const),
  simd: fc.constantFrom("relaxed" as const, "strict" as const),
  seed: fc.nat(1000),
});

function faces(x: Tensor, w: Tensor, y: Tensor, options: t.Conv2dOptions): Tensor[] {
  const { value, pullback } = t.vjp((x: Tensor, w: Tensor) => t.conv2d(x, w, options), x, w);
  const [images, weights] = pullback(y) as unknown as Tensor[];
  return [value, images, weights];
}

Deno.test("convolutions of patches have three right faces, compiled and on any number of threads", () => {
  const { threads } = t.info();
  try {
    fc.assert(
      fc.property(
        cases,
        ({ images, channels, outputs, places: { grid, window }, layout, simd, seed }) =>
          t.scope(() => {
            const extent = grid.map((count, i) => count * window[i]);
            const first = layout === "NCHW";
            const shapes = [
              first ? [images, channels, ...extent] : [images, ...extent, channels],
              first ? [outputs, channels, ...window] : [...window, channels, outputs],
              first ? [images, outputs, ...grid] : [images, ...grid, outputs],
            ];
            const [x, w, y] = shapes.map((shape, i) => t.random.normal(t.random.key(seed + i), shape));
            const options = { strides: window, layout } as const;
            t.configure({ simd, threads: 1 });
            const eager = faces(x, w, y, options);
            const exact = faces(
              ...[x, w, y].map((x) => t.cast(x, "float64")) as [Tensor, Tensor, Tensor],
              options,
            );
            eager.forEach((result, face) => {
              assertEquals(result.shape, exact[face].shape);
              const error = t.max(t.abs(t.subtract(t.cast(result, "float64"), exact[face]))).item();
              assertEquals(error < 1e-4, true, `face ${face} is off by ${error}`);
            });
            const compiled = t.compile((x: Tensor, w: Tensor, y: Tensor) => faces(x, w, y, options));
            for (const threads of [1, 2, 3]) {
              t.configure({ threads });
              compiled(x, w, y).forEach((result, face) => assertSame(result, eager[face]));
            }
          }),
      ),
      { numRuns: 60 },
    );
  } finally {
    t.configure({ simd: "relaxed", threads });
    shutdown();
  }
});

Deno.test("arePatches() is for windows that lie side by side and cover the image", () => {
  const sizes = {
    image: [2, 3, 8, 12],
    weights: [5, 3, 4, 4],
    output: [2, 5, 2, 3],
    strides: [4, 4],
    padding: [[0, 0], [0, 0]],
    dilation: [1, 1],
    groups: 1,
  } as const;
  assertEquals(arePatches(sizes), true);
  assertEquals(arePatches({ ...sizes, image: [2, 3, 8, 13] }), false);
  const whole = { ...sizes, image: [2, 3, 2, 1], weights: [5, 3, 2, 1], output: [2, 5, 1, 1] };
  assertEquals(arePatches({ ...whole, strides: [1, 1], dilation: [1, 2] }), true);
  assertEquals(arePatches({ ...whole, dilation: [2, 1] }), false);
  assertEquals(arePatches({ ...sizes, strides: [4, 2] }), false);
  assertEquals(arePatches({ ...sizes, padding: [[0, 0], [0, 1]] }), false);
  assertEquals(arePatches({ ...sizes, image: [0, 3, 8, 12], output: [0, 5, 2, 3] }), false);
});

Deno.test("a convolution of patches is finished as part of its product", () => {
  const f = t.compile((x: Tensor, w: Tensor, b: Tensor) =>
    t.maximum(t.add(t.conv2d(x, w, { strides: 8 }), t.reshape(b, [16, 1, 1])), 0)
  );
  t.scope(() => {
    const [x, w, b] = [t.ones([2, 3, 32, 32]), t.ones([16, 3, 8, 8]), t.ones([16])];
    const listing = t.format(f.program(x, w, b));
    assertEquals(listing.includes("in 2 launches"), true, listing);
    const result = f(x, w, b);
    assertEquals([t.min(result).item(), t.max(result).item()], [193, 193]);
  });
});
