import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { arange, linspace } from "../../../tensor/mod.ts";

Deno.test("arange() steps from start to before stop", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -20, max: 20 }),
      fc.integer({ min: -20, max: 20 }),
      fc.constantFrom(1, 2, 3, -1, -4),
      (start, stop, step) => {
        const expected: number[] = [];
        for (let x = start; step > 0 ? x < stop : x > stop; x += step) expected.push(x);
        for (const dtype of ["float32", "float64", "int32"] as const) {
          assertEquals(arange(stop, { start, step, dtype }).toArray(), expected);
        }
      },
    ),
  );
});

Deno.test("linspace() has both ends exactly", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), fc.integer({ min: 2, max: 9 }), (start, stop, count) => {
      const data = linspace(start, stop, { count, dtype: "float64" }).data();
      assertEquals([data[0], data[count - 1]], [start, stop]);
      assertEquals(data.length, count);
    }),
  );
  assertEquals(linspace(3, 5, { count: 1 }).toArray(), [3]);
  assertEquals(linspace(3, 5, { count: 0 }).toArray(), []);
});
