import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { areSingles } from "../../tensor/singles.ts";
import { checkFaces } from "./convolution_faces.ts";

Deno.test("convolutions of single elements have three right faces, compiled and on any number of threads", () => {
  const between = (min: number, max: number) => fc.integer({ min, max });
  const axis = fc.record({ count: between(1, 6), step: between(1, 3), more: between(0, 2) });
  checkFaces(
    fc.tuple(axis, axis).map((axes) => ({
      window: [1, 1],
      strides: [axes[0].step, axes[1].step],
      grid: [axes[0].count, axes[1].count],
      // Elements behind the last window that are too few for another.
      extent: [extentOf(axes[0]), extentOf(axes[1])],
    })),
  );
});

function extentOf({ count, step, more }: { count: number; step: number; more: number }): number {
  return (count - 1) * step + 1 + Math.min(more, step - 1);
}

Deno.test("areSingles() is for windows of one element with steps and without padding", () => {
  const sizes = {
    image: [2, 3, 7, 7],
    weights: [5, 3, 1, 1],
    output: [2, 5, 4, 4],
    strides: [2, 2],
    padding: [[0, 0], [0, 0]],
    dilation: [1, 1],
    groups: 1,
  } as const;
  assertEquals(areSingles(sizes), true);
  assertEquals(areSingles({ ...sizes, strides: [1, 1] }), false);
  assertEquals(areSingles({ ...sizes, weights: [5, 3, 1, 3] }), false);
  assertEquals(areSingles({ ...sizes, padding: [[0, 0], [1, 0]] }), false);
  assertEquals(areSingles({ ...sizes, groups: 3 }), false);
});
