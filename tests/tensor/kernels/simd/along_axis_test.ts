import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import type { DType } from "../../../../tensor/dtype.ts";
import { alongAxisKernel } from "../../../../tensor/kernels/gather.ts";
import { alongAxisWay, LINES, simdAlongAxisKernel } from "../../../../tensor/kernels/simd/along_axis.ts";
import { cuts } from "../launch.ts";
import { AREA_START, areaAfter, fillArea, firstDifference, views } from "./memory.ts";

const cases = fc.record({
  add: fc.boolean(),
  dtype: fc.constantFrom<DType>("float32", "int32", "uint32"),
  indices: fc.constantFrom<DType>("int32", "uint32"),
  zero: fc.boolean(),
  /** Other axes, the last of which is beside the lines where the axis is not the last. */
  others: fc.oneof(
    fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 40 })),
    fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 })),
    fc.tuple(fc.constant(1), fc.integer({ min: LINES - 3, max: LINES + 20 })),
  ),
  axisLast: fc.boolean(),
  count: fc.integer({ min: 1, max: 20 }),
  extent: fc.integer({ min: 1, max: 12 }),
  spread: fc.boolean(),
  seed: fc.nat(),
  cuts,
});

Deno.test("elements are read and added along an axis by vectors as one by one, in the order of their positions", () => {
  const ways = new Set<string | null>();
  fc.assert(
    fc.property(cases, (given) => {
      const { add, dtype, indices, zero, others, axisLast, count, extent, spread, seed, cuts } = given;
      fillArea(seed);
      const form = { add, dtype, indices, rank: 2, outside: zero ? "zero" as const : "missing" as const };
      // Strides of something whose axis has this extent: along the axis, then along the others.
      const stridesOf = (length: number, gap: number): readonly [number, number, number] =>
        axisLast
          ? [gap, others[1] * length * gap, length * gap]
          : [others[1] * gap, others[1] * length * gap, gap];
      const lengths = add ? [count, count, extent] : [extent, count, count];
      const gaps = [spread ? 2 : 1, 1, spread && add ? 2 : 1];
      const strides = lengths.map((length, i) => stridesOf(length, gaps[i]));
      const list = AREA_START / 4 + 100;
      const memory = indices === "int32" ? views.int32 : views.uint32;
      for (let i = 0; i < others[0] * others[1] * count; i++) {
        memory[list + i] = Math.imul(i + seed, 2654435761) % (seed % 2 === 0 ? extent : 2 * extent + 3);
      }
      const parameters = [
        ...[list + 16000, list, list + 90000, count, extent],
        ...strides.map(([axis]) => axis),
        ...others,
        ...strides.flatMap(([, ...rest]) => rest),
      ];
      const { rank, outside } = form;
      const loop = alongAxisKernel(add, dtype, indices, rank, outside);
      const expected = areaAfter(loop, parameters, others[0] * others[1], []);
      const [axis, beside] = [0, 2].map((which) =>
        [strides[0][which], strides[1][which], strides[2][which]] as const
      );
      const way = alongAxisWay(form, axis, beside, others[1]);
      ways.add(way);
      if (way === null) return;
      const units = way === "across" ? others[0] * Math.ceil(others[1] / LINES) : others[0] * others[1];
      const kernel = simdAlongAxisKernel(form, way === "across");
      assertEquals(firstDifference(areaAfter(kernel, parameters, units, cuts), expected), -1);
    }),
    { numRuns: 300 },
  );
  assertEquals([ways.has("across"), ways.has("along")], [true, true]);
});
