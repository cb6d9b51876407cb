import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { checkIndicesKernel } from "../../../../tensor/kernels/check_indices.ts";
import type { KernelReference } from "../../../../tensor/kernels/kernel.ts";
import { simdCheckIndicesKernel } from "../../../../tensor/kernels/simd/check_indices.ts";
import { AREA_START, areaAfter, fillArea, firstDifference, views } from "./memory.ts";

Deno.test("indices are checked by vectors as one by one, and the first one outside is named", () => {
  const ends = new Set<string>();
  fc.assert(
    fc.property(
      fc.constantFrom("int32" as const, "uint32" as const),
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 }),
      fc.option(fc.tuple(fc.nat({ max: 29 }), fc.constantFrom(-21, -11, -10, -1, 10, 11, 2147483647))),
      fc.nat(),
      (dtype, list, other, seed) => {
        fillArea(seed);
        const from = AREA_START / 4 + 33;
        const memory = dtype === "int32" ? views.int32 : views.uint32;
        memory.set(list, from);
        if (other !== null) memory[from + other[0] % list.length] = other[1];
        const parameters = [from, from + 1000, 10];
        const run = (kernel: KernelReference): Uint32Array | string => {
          try {
            return areaAfter(kernel, parameters, list.length, []);
          } catch (error) {
            return String(error);
          }
        };
        const expected = run(checkIndicesKernel(dtype, "take"));
        const actual = run(simdCheckIndicesKernel(dtype, "take"));
        ends.add(typeof expected);
        if (typeof expected === "string" || typeof actual === "string") assertEquals(actual, expected);
        else assertEquals(firstDifference(actual, expected), -1);
      },
    ),
    { numRuns: 200 },
  );
  assertEquals(ends.size, 2);
});
