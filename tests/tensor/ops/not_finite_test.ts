import { assertEquals } from "@std/assert/equals";
import * as t from "../../../tensor/mod.ts";

Deno.test("what is not finite is told apart, and signs are seen", () => {
  const x = t.tensor([NaN, Infinity, -Infinity, 0, -0, -2]);
  assertEquals(t.isInf(x).toArray(), [false, true, true, false, false, false]);
  assertEquals(t.isPosInf(x).toArray(), [false, true, false, false, false, false]);
  assertEquals(t.isNegInf(x).toArray(), [false, false, true, false, false, false]);
  assertEquals(t.signBit(x).toArray(), [false, false, true, false, true, true]);
  assertEquals(t.signBit(t.tensor([-1, 1], { dtype: "int32" })).toArray(), [true, false]);
  assertEquals(t.isClose(x, x, { equalNan: true }).toArray(), [true, true, true, true, true, true]);
  assertEquals(t.isClose(1, Infinity).toArray(), false);
  assertEquals(
    t.isClose(t.tensor([1, 1.2]), 1.1, { relativeTolerance: 0, absoluteTolerance: 0.11 }).toArray(),
    [
      true,
      true,
    ],
  );
});
