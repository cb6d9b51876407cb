import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { cumulativeKernel } from "../../../../tensor/kernels/cumulative.ts";
import { simdCumulativeKernel, type VectorRunning } from "../../../../tensor/kernels/simd/cumulative.ts";
import { cuts } from "../launch.ts";
import { AREA_START, areaAfter, fillArea, firstDifference } from "./memory.ts";

Deno.test("what runs along lines has the bits of the loop, four lines at a time", () => {
  fc.assert(
    fc.property(
      fc.constantFrom<VectorRunning>("sum", "prod", "max", "min"),
      fc.boolean(),
      fc.integer({ min: 1, max: 40 }),
      fc.oneof(fc.constantFrom(2, 3), fc.integer({ min: 1, max: 40 })),
      fc.nat(),
      cuts,
      (running, reverse, lines, length, seed, cuts) => {
        fillArea(seed);
        const source = AREA_START / 4 + 65;
        const parameters = [source, source + lines * length + 33, length];
        const expected = areaAfter(cumulativeKernel(running, "float32", reverse), parameters, lines, []);
        for (const known of [undefined, length]) {
          const actual = areaAfter(simdCumulativeKernel(running, reverse, known), parameters, lines, cuts);
          assertEquals(firstDifference(actual, expected), -1);
        }
      },
    ),
    { numRuns: 200 },
  );
});
