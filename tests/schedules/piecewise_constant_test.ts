/**
 * Tests of `piecewiseConstant`.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { constant, join, piecewiseConstant } from "../../schedules/mod.ts";

const boundaries = fc.uniqueArray(fc.nat(1000), { maxLength: 6 }).map((steps) => steps.sort((a, b) => a - b));

Deno.test("piecewiseConstant() changes at its boundaries", () => {
  const schedule = piecewiseConstant([2, 5], [0.1, 0.05, 0.01]);
  assertEquals([-1, 0, 1, 2, 4, 5, 6, 1e9, Infinity].map(schedule), [
    0.1,
    0.1,
    0.1,
    0.05,
    0.05,
    0.01,
    0.01,
    0.01,
    0.01,
  ]);
  assertEquals(schedule(NaN), NaN);
});

Deno.test("piecewiseConstant() is constant() parts joined", () => {
  fc.assert(fc.property(boundaries, fc.nat(1100), (starts, step) => {
    const values = Array.from({ length: starts.length + 1 }, (_, index) => index * 0.3);
    assertEquals(piecewiseConstant(starts, values)(step), join(values.map(constant), starts)(step));
  }));
});

Deno.test("piecewiseConstant() keeps its own copy of what it was given", () => {
  const values = [1, 2];
  const schedule = piecewiseConstant([3], values);
  values[0] = 100;
  assertEquals(schedule(0), 1);
});

Deno.test("piecewiseConstant() throws for lengths and boundaries that do not fit", () => {
  assertThrows(
    () => piecewiseConstant([1, 2], [1, 2]),
    RangeError,
    "piecewiseConstant expects one value more than boundaries but got 2 values and 2 boundaries",
  );
  assertThrows(
    () => piecewiseConstant([5, 2], [1, 2, 3]),
    RangeError,
    "piecewiseConstant expects strictly increasing boundaries but got [5, 2]",
  );
  assertThrows(() => piecewiseConstant([2, 2], [1, 2, 3]), RangeError, "strictly increasing");
  assertThrows(
    () => piecewiseConstant([-1], [1, 2]),
    RangeError,
    "boundaries[0] not to be negative but got -1",
  );
  assertThrows(() => piecewiseConstant([NaN], [1, 2]), RangeError, "boundaries[0] to be finite but got NaN");
  assertThrows(() => piecewiseConstant([1], [1, NaN]), RangeError, "values[1] to be finite but got NaN");
  assertThrows(() => piecewiseConstant([1], 3 as unknown as number[]), TypeError, "values to be an array");
});
