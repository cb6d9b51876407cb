/**
 * Tests of `linearOneCycle` and `cosineOneCycle`.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { cosineOneCycle, linearOneCycle } from "../../schedules/mod.ts";

for (const oneCycle of [linearOneCycle, cosineOneCycle]) {
  Deno.test(`${oneCycle.name}() rises to its peak, falls from it and stays`, () => {
    const options = fc.record({
      peak: fc.double({ min: 1e-3, max: 10, noNaN: true }),
      // So many that the way down has a step of its own.
      steps: fc.integer({ min: 40, max: 400 }),
      peakFraction: fc.double({ min: 0.1, max: 0.8, noNaN: true }),
    });
    fc.assert(fc.property(options, fc.nat(500), (options, step) => {
      const schedule = oneCycle(options);
      const turn = Math.floor(options.peakFraction * options.steps);
      const end = options.peak / 25 / 1e4;
      assertAlmostEquals(schedule(0), options.peak / 25, 1e-12);
      assertAlmostEquals(schedule(turn), options.peak, 1e-12);
      assertAlmostEquals(schedule(options.steps + step), end, 1e-15);
      const sign = step < turn ? 1 : -1;
      assertEquals(sign * (schedule(step + 1) - schedule(step)) >= -1e-12, true);
    }));
  });

  Deno.test(`${oneCycle.name}() takes a peak at the first step and turns that coincide`, () => {
    assertEquals(oneCycle({ peak: 1, steps: 1 })(0), 1 / (oneCycle === linearOneCycle ? 25 : 1));
    assertEquals(oneCycle({ peak: 1, steps: 10, peakFraction: 0 })(0), 1);
    assertEquals(Number.isNaN(oneCycle({ peak: 1, steps: 10 })(NaN)), true);
  });

  Deno.test(`${oneCycle.name}() throws for options out of range`, () => {
    const { name } = oneCycle;
    assertThrows(
      () => oneCycle({ peak: 1, steps: 0 }),
      RangeError,
      `${name} expects steps to be positive but got 0`,
    );
    assertThrows(
      () => oneCycle({ peak: 1, steps: 10, peakFraction: 1.5 }),
      RangeError,
      `${name} expects peakFraction from 0 to 1 but got 1.5`,
    );
    assertThrows(() => oneCycle({ peak: 1, steps: 10, initialDivisor: 0 }), RangeError, "initialDivisor");
    assertThrows(() => oneCycle({ peak: 1, steps: 10, finalDivisor: -1 }), RangeError, "finalDivisor");
    assertThrows(() => oneCycle({ peak: "1" as unknown as number, steps: 10 }), TypeError, "peak");
  });
}

Deno.test("linearOneCycle() is back before it ends, and throws for a way back that is before the peak", () => {
  const schedule = linearOneCycle({ peak: 1, steps: 100, returnFraction: 0.5 });
  assertAlmostEquals(schedule(50), 0.04);
  assertThrows(
    () => linearOneCycle({ peak: 1, steps: 100, returnFraction: 0.2 }),
    RangeError,
    "linearOneCycle expects returnFraction from 0.3 to 1 but got 0.2",
  );
});
