import { assertEquals } from "@std/assert/equals";
import * as t from "../../../tensor/mod.ts";

Deno.test("diff() and trapezoid() follow the axis and the places", () => {
  const y = t.tensor([[1, 4, 9], [0, 1, 0]]);
  assertEquals(t.diff(y, { order: 2 }).toArray(), [[2], [-2]]);
  assertEquals(t.diff(y, { axis: 0 }).toArray(), [[-1, -3, -9]]);
  assertEquals(t.diff(t.tensor([true, true, false])).toArray(), [false, true]);
  assertEquals(t.trapezoid(y, { x: t.tensor([0, 2, 3]) }).toArray(), [11.5, 1.5]);
  assertEquals(t.trapezoid(y, { axis: 0, spacing: 2 }).toArray(), [1, 5, 9]);
});
