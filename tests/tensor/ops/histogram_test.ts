import { assertEquals } from "@std/assert/equals";
import * as t from "../../../tensor/mod.ts";

Deno.test("histogram() counts with edges, weights and density", () => {
  const x = t.tensor([0, 0.5, 1, 2, 5, -1]);
  const [counts, edges] = t.histogram(x, { bins: t.tensor([0, 1, 2]) });
  assertEquals([counts.toArray(), edges.toArray()], [[2, 2], [0, 1, 2]]);
  assertEquals(t.histogram(t.tensor([3, 3]), { bins: 2 })[1].toArray(), [2.5, 3, 3.5]);
  const weights = t.tensor([1, 2, 3, 4, 5, 6]);
  assertEquals(t.histogram(x, { bins: 2, range: [0, 2], weights })[0].toArray(), [3, 7]);
  assertEquals(t.histogram(x, { bins: 2, range: [0, 2], density: true })[0].toArray(), [0.5, 0.5]);
  const numbers = t.tensor([0, 2, -1], { dtype: "int32" });
  assertEquals(t.bincount(numbers, { weights: t.tensor([1, 2, 3]) }).toArray(), [4, 0, 2]);
});
