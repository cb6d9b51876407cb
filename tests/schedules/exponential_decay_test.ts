/**
 * Tests of `exponentialDecay`.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { exponentialDecay } from "../../schedules/mod.ts";

const arbitrary = {
  initial: fc.double({ min: 1e-3, max: 10, noNaN: true }),
  decayRate: fc.double({ min: 0.1, max: 2, noNaN: true }),
  steps: fc.integer({ min: 1, max: 100 }),
  begin: fc.nat(50),
};

Deno.test("exponentialDecay() multiplies by decayRate every steps steps", () => {
  fc.assert(
    fc.property(fc.record({ ...arbitrary, staircase: fc.boolean() }), fc.nat(200), (options, after) => {
      const schedule = exponentialDecay(options);
      const step = options.begin + after;
      assertAlmostEquals(schedule(step + options.steps) / schedule(step), options.decayRate, 1e-9);
    }),
  );
});

Deno.test("exponentialDecay() never passes end", () => {
  fc.assert(fc.property(fc.record(arbitrary), fc.nat(1000), (options, after) => {
    const falling = options.decayRate < 1;
    const end = falling ? options.initial / 2 : options.initial * 2;
    const now = exponentialDecay({ ...options, end })(options.begin + after);
    assertEquals(falling ? now >= end : now <= end, true);
  }));
});

Deno.test("exponentialDecay() counts negative steps as 0 and passes NaN on", () => {
  const schedule = exponentialDecay({ initial: 2, decayRate: 0.5, steps: 1 });
  assertEquals([-5, 0, 1, Infinity, NaN].map(schedule), [2, 2, 1, 0, NaN]);
});

Deno.test("exponentialDecay() throws for options out of range", () => {
  const options = { initial: 1, decayRate: 0.5, steps: 10 };
  assertThrows(
    () => exponentialDecay({ ...options, decayRate: 0 }),
    RangeError,
    "exponentialDecay expects decayRate to be positive but got 0",
  );
  assertThrows(
    () => exponentialDecay({ ...options, steps: 0 }),
    RangeError,
    "steps to be positive but got 0",
  );
  assertThrows(() => exponentialDecay({ ...options, begin: -2 }), RangeError, "begin not to be negative");
  assertThrows(() => exponentialDecay({ ...options, end: NaN }), RangeError, "end to be finite but got NaN");
  assertThrows(
    () => exponentialDecay({ ...options, staircase: 1 as unknown as boolean }),
    TypeError,
    "staircase to be a boolean but got number",
  );
});
