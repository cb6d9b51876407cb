/**
 * Tests of `piecewiseInterpolate`.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { type Interpolation, piecewiseInterpolate } from "../../schedules/mod.ts";

const value = fc.double({ min: -10, max: 10, noNaN: true });
const interpolation = fc.constantFrom<Interpolation>("linear", "cosine");

Deno.test("piecewiseInterpolate() has its values at the boundaries and stays between them", () => {
  const points = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), value), { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(value, points, interpolation, fc.nat(300), (first, points, interpolation, step) => {
    let total = 0;
    const boundaries = points.map(([length]) => total += length);
    const values = [first, ...points.map(([_, value]) => value)];
    const schedule = piecewiseInterpolate(boundaries, values, { interpolation });
    assertEquals(schedule(-1), first);
    [0, ...boundaries].forEach((boundary, i) => assertAlmostEquals(schedule(boundary), values[i], 1e-12));
    assertEquals(schedule(step + total), values[values.length - 1]);
    assertEquals(schedule(step) <= Math.max(...values) + 1e-12, true);
    assertEquals(schedule(step) >= Math.min(...values) - 1e-12, true);
  }));
});

Deno.test("piecewiseInterpolate() throws for arguments that do not fit", () => {
  assertThrows(
    () => piecewiseInterpolate([5], [1]),
    RangeError,
    "piecewiseInterpolate expects one value more than boundaries but got 1 values and 1 boundaries",
  );
  assertThrows(() => piecewiseInterpolate([5, 5], [1, 2, 3]), RangeError, "strictly increasing");
  assertThrows(() => piecewiseInterpolate([5], [1, NaN]), RangeError, "values[1] to be finite but got NaN");
  assertThrows(() => piecewiseInterpolate([5], 1 as unknown as number[]), TypeError, "values to be an array");
  assertThrows(
    () => piecewiseInterpolate([5], [1, 2], { interpolation: "cubic" as "linear" }),
    RangeError,
    'piecewiseInterpolate expects interpolation "linear" or "cosine" but got cubic',
  );
});
