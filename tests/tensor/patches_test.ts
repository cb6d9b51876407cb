import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import { arePatches } from "../../tensor/patches.ts";
import { checkFaces } from "./convolution_faces.ts";

const between = (min: number, max: number) => fc.integer({ min, max });

Deno.test("convolutions of patches have three right faces, compiled and on any number of threads", () => {
  const beside = fc.record({
    grid: fc.tuple(between(1, 4), between(1, 5)),
    window: fc.tuple(between(1, 5), between(4, 9)),
  });
  const whole = fc.record({
    grid: fc.tuple(between(1, 1), between(1, 1)),
    window: fc.tuple(between(1, 3), between(1, 3)),
  });
  checkFaces(
    fc.oneof(beside, whole).map(({ grid, window }) => ({
      ...{ grid, window, strides: window },
      extent: [grid[0] * window[0], grid[1] * window[1]],
    })),
  );
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
