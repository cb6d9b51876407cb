import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { RUNS } from "../../runs.ts";

/** Few different numbers, so that many are equal. */
const TIES = fc.array(fc.constantFrom(0, -0, 1, -1, 2, NaN), { maxLength: 9 });

Deno.test("unique() tells values, places, inverse and counts apart", () => {
  fc.assert(
    fc.property(TIES, (data) => {
      const key = (x: number): string => x !== x ? "NaN" : String(x + 0);
      const names = [...new Set(data.map(key))];
      const numbers = names.filter((name) => name !== "NaN").sort((a, b) => Number(a) - Number(b));
      const sorted = numbers.concat(names.includes("NaN") ? ["NaN"] : []);
      const { values, indices, inverse, counts } = t.uniqueAll(t.tensor(data));
      assertEquals((values.toArray() as number[]).map(key), sorted);
      assertEquals(indices.toArray(), sorted.map((name) => data.findIndex((x) => key(x) === name)));
      assertEquals(inverse.toArray(), data.map((x) => sorted.indexOf(key(x))));
      assertEquals(counts.toArray(), sorted.map((name) => data.filter((x) => key(x) === name).length));
      assertEquals((t.unique(t.tensor(data)).toArray() as number[]).map(key), sorted);
    }),
    RUNS,
  );
  const sized = t.compile((x: Tensor) => t.unique(x, { size: 4, fillValue: -1 }));
  assertEquals(sized(t.tensor([[2, 1], [2, 5]])).toArray(), [1, 2, 5, -1]);
  assertEquals(t.isIn(t.tensor([1, NaN, 3]), t.tensor([3, NaN]), { invert: true }).toArray(), [
    true,
    true,
    false,
  ]);
});
