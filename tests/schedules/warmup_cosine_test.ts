/**
 * Tests of `warmupCosine`.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { warmupCosine } from "../../schedules/mod.ts";

Deno.test("warmupCosine() warms up for a tenth of its steps", () => {
  const schedule = warmupCosine({ peak: 2, steps: 109 });
  assertEquals([0, 5, 10].map(schedule), [0, 1, 2]);
  assertEquals(schedule(11) < 2, true);
  assertEquals(schedule(109), 0);
});

Deno.test("warmupCosine() starts at its peak when it is too short for a warm-up", () => {
  assertEquals(warmupCosine({ peak: 3, steps: 9, initial: 1 })(0), 3);
});

Deno.test("warmupCosine() has its peak after the warm-up and its end after all steps", () => {
  const arbitrary = fc.integer({ min: 1, max: 500 }).chain((steps) =>
    fc.record({
      steps: fc.constant(steps),
      warmupSteps: fc.nat(steps - 1),
      peak: fc.double({ min: 0.5, max: 10, noNaN: true }),
      initial: fc.double({ min: 0, max: 0.5, noNaN: true }),
      end: fc.double({ min: 0, max: 0.5, noNaN: true }),
    })
  );
  fc.assert(fc.property(arbitrary, fc.nat(600), (options, step) => {
    const schedule = warmupCosine(options);
    assertAlmostEquals(schedule(options.warmupSteps), options.peak, 1e-12);
    assertAlmostEquals(schedule(options.steps + step), options.end, 1e-12);
    assertEquals(schedule(step) <= options.peak + 1e-12, true);
  }));
});

Deno.test("warmupCosine() throws for options out of range", () => {
  assertThrows(
    () => warmupCosine({ peak: 1, steps: 10, warmupSteps: 10 }),
    RangeError,
    "warmupCosine expects warmupSteps to be less than steps but got 10 and 10",
  );
  assertThrows(
    () => warmupCosine({ peak: 1, steps: 0 }),
    RangeError,
    "warmupCosine expects steps to be positive but got 0",
  );
  assertThrows(() => warmupCosine({ peak: NaN, steps: 1 }), RangeError, "peak to be finite but got NaN");
  assertThrows(
    () => warmupCosine({ peak: 1, steps: 9, warmupSteps: -1 }),
    RangeError,
    "warmupSteps not to be",
  );
  assertThrows(() => warmupCosine({ peak: 1, steps: 9, exponent: 0 }), RangeError, "exponent to be positive");
});
