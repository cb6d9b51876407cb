import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import {
  broadcastShapes,
  broadcastStrides,
  checkShape,
  contiguousStrides,
  equalShapes,
  isContiguous,
  normalizeAxes,
  normalizeAxis,
  reducedShape,
  reshapeStrides,
  sizeOf,
} from "../../tensor/shape.ts";

const SHAPE = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });

Deno.test("contiguousStrides() step over what lies inside", () => {
  assertEquals(contiguousStrides([2, 3, 4]), [12, 4, 1]);
  assertEquals(contiguousStrides([]), []);
  fc.assert(fc.property(SHAPE, (shape) => {
    assertEquals(isContiguous(shape, contiguousStrides(shape)), true);
    assertEquals(sizeOf(shape), shape.reduce((a, b) => a * b, 1));
  }));
});

Deno.test("isContiguous() sees gaps and turned axes, but not axes of extent 1", () => {
  assertEquals(isContiguous([2, 3], [1, 2]), false);
  assertEquals(isContiguous([2, 3], [4, 1]), false);
  assertEquals(isContiguous([2, 1, 3], [3, 99, 1]), true);
});

Deno.test("broadcastShapes() is commutative, associative and idempotent", () => {
  const part = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 });
  fc.assert(fc.property(SHAPE, part, part, (whole, a, b) => {
    const narrow = (single: boolean[]): number[] => whole.map((extent, i) => single[i] ? 1 : extent);
    const [x, y] = [narrow(a), narrow(b)];
    assertEquals(broadcastShapes("f", x, y), broadcastShapes("f", y, x));
    assertEquals(broadcastShapes("f", x, whole), whole);
    assertEquals(broadcastShapes("f", x, y, whole), broadcastShapes("f", broadcastShapes("f", x, y), whole));
    assertEquals(broadcastShapes("f", x, x), x);
  }));
  assertThrows(
    () => broadcastShapes("add", [2, 3], [4]),
    RangeError,
    "add expects shapes that broadcast together",
  );
  assertThrows(() => broadcastShapes("add", [0], [2]), RangeError, "[0] and [2]");
});

Deno.test("broadcastStrides() stand still along repeated axes", () => {
  assertEquals(broadcastStrides([3, 1], [1, 1], [2, 3, 4]), [0, 1, 0]);
  assertEquals(broadcastStrides([], [], [2]), [0]);
});

Deno.test("reshapeStrides() reaches the same elements in the same order, or gives up", () => {
  const step = fc.constantFrom(1, 2, 3);
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), step), { maxLength: 4 }),
    fc.boolean(),
    fc.nat(20),
    (axes, turned, choice) => {
      // A layout with gaps, perhaps with its axes turned round.
      let step = 1;
      const layout = axes.toReversed().map(([extent, gap]) => {
        const stride = step * gap;
        step = stride * extent;
        return [extent, stride];
      });
      if (!turned) layout.reverse();
      const shape = layout.map(([extent]) => extent);
      const strides = layout.map(([, stride]) => stride);
      const size = sizeOf(shape);
      const targets = [[size], [1, size, 1], shape.toReversed(), shape.flatMap((extent) => [extent, 1])];
      if (size % 2 === 0) targets.push([2, size / 2], [size / 2, 2]);
      const target = targets[choice % targets.length];
      const found = reshapeStrides(shape, strides, target);
      if (found !== null) assertEquals(addresses(target, found), addresses(shape, strides));
      else assertEquals(isContiguous(shape, strides), false);
    },
  ));
});

function addresses(shape: readonly number[], strides: readonly number[]): number[] {
  return shape.reduce<number[]>(
    (found, extent, i) =>
      found.flatMap((at) => Array.from({ length: extent }, (_, j) => at + j * strides[i])),
    [0],
  );
}

Deno.test("axes count from either end", () => {
  assertEquals([normalizeAxis("f", -1, 3), normalizeAxis("f", 2, 3)], [2, 2]);
  assertEquals(normalizeAxes("f", undefined, 2), [0, 1]);
  assertEquals(normalizeAxes("f", [-1, 0], 3), [0, 2]);
  assertThrows(() => normalizeAxis("f", 3, 3), RangeError, "f expects an axis within rank 3 but got 3");
  assertThrows(() => normalizeAxis("f", 0, 0), RangeError, "rank 0");
  assertThrows(() => normalizeAxes("f", [0, -2], 2), RangeError, "distinct");
});

Deno.test("reducedShape() drops or keeps axes", () => {
  assertEquals(reducedShape([2, 3, 4], [0, 2], false), [3]);
  assertEquals(reducedShape([2, 3, 4], [0, 2], true), [1, 3, 1]);
});

Deno.test("checkShape() takes lists of non-negative integers only", () => {
  checkShape("f", [0, 2]);
  for (const shape of [[-1], [1.5], [NaN], [Infinity]]) {
    assertThrows(() => checkShape("f", shape), RangeError, "non-negative integers");
  }
  // deno-lint-ignore no-explicit-any -- what the types forbid may still come from JavaScript
  assertThrows(() => checkShape("f", "2" as any), TypeError, "a shape as an array");
  assertEquals([equalShapes([1], [1]), equalShapes([1], [1, 1])], [true, false]);
});
