import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import {
  simdAddWindowsKernel,
  windowPlaneNumbers,
  type WindowPlanes,
} from "../../../../tensor/kernels/simd/add_windows.ts";
import { cuts } from "../launch.ts";
import { AREA_START, areaAfter, fillArea, firstDifference, views } from "./memory.ts";

const cases = fc.record({
  counts: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 22 })),
  window: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 })),
  dilation: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
  outer: fc.integer({ min: 1, max: 5 }),
  columnsLast: fc.boolean(),
  seed: fc.nat(),
  cuts,
});

/** Adds up the windows one by one, place by place, as the kernel does. */
function addOneByOne(planes: WindowPlanes, from: number, to: number): Uint32Array {
  const x = views.float32;
  const { counts, extents, pitch, taps } = planes;
  const area = x.subarray(AREA_START / 4, AREA_START / 4 + 3 * 2 ** 16);
  const before = area.slice();
  for (let n = 0; n < planes.outer[0]; n++) {
    const [a, o] = [from + n * planes.fromOuter[0], to + n * planes.toOuter[0]];
    for (let i = 0; i < extents[0]; i++) x.fill(0, o + i * pitch, o + i * pitch + extents[1]);
    for (const [source, target] of taps) {
      for (let i = 0; i < counts[0]; i++) {
        for (let j = 0; j < counts[1]; j++) {
          x[o + target + i * planes.to[0] + j * planes.to[1]] +=
            x[a + source + i * planes.from[0] + j * planes.from[1]];
        }
      }
    }
  }
  const after = new Uint32Array(area.slice().buffer);
  area.set(before);
  return after;
}

Deno.test("windows are added up by vectors as one by one, in the order of their places", () => {
  fc.assert(
    fc.property(cases, ({ counts, window, strides, dilation, outer, columnsLast, seed, cuts }) => {
      fillArea(seed);
      const extents = [0, 1].map((i) => (counts[i] - 1) * strides[i] + (window[i] - 1) * dilation[i] + 1 + i);
      const size = counts[0] * counts[1] * window[0] * window[1];
      // Windows behind their places, or places behind the windows.
      const [row, column, down, right] = columnsLast
        ? [counts[1], 1, window[1] * counts[0] * counts[1], counts[0] * counts[1]]
        : [counts[1] * window[0] * window[1], window[0] * window[1], window[1], 1];
      const taps = Array.from({ length: window[0] * window[1] }, (_, tap) => {
        const [a, b] = [Math.floor(tap / window[1]), tap % window[1]];
        return [a * down + b * right, a * dilation[0] * extents[1] + b * dilation[1]] as const;
      });
      const planes: WindowPlanes = {
        counts,
        from: [row, column],
        to: [strides[0] * extents[1], strides[1]],
        extents: [extents[0], extents[1]],
        pitch: extents[1],
        taps,
        outer: [outer],
        fromOuter: [size],
        toOuter: [extents[0] * extents[1]],
      };
      const [from, to] = [AREA_START / 4 + 65, AREA_START / 4 + 65 + outer * size + 31];
      const expected = addOneByOne(planes, from, to);
      const parameters = [from, to, ...windowPlaneNumbers(planes)];
      const actual = areaAfter(simdAddWindowsKernel(1), parameters, outer, cuts);
      assertEquals(firstDifference(actual, expected), -1);
    }),
    { numRuns: 150 },
  );
});
