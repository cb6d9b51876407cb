/**
 * Tests of `cyclic`, `stepDecay` and `multiStepDecay`.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { cyclic, exponentialDecay, multiStepDecay, stepDecay } from "../../schedules/mod.ts";

Deno.test("cyclic() repeats itself, each cycle as high as its mode says", () => {
  const options = fc.record({
    initial: fc.double({ min: 0, max: 1, noNaN: true }),
    peak: fc.double({ min: 1, max: 2, noNaN: true }),
    riseSteps: fc.integer({ min: 1, max: 20 }),
    fallSteps: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(fc.property(options, fc.nat(100), (options, step) => {
    const { initial, peak, riseSteps, fallSteps } = options;
    const length = riseSteps + fallSteps;
    const triangular = cyclic(options);
    assertAlmostEquals(triangular(step + length), triangular(step), 1e-12);
    assertEquals([triangular(0), triangular(-3)], [initial, initial]);
    assertAlmostEquals(triangular(riseSteps), peak, 1e-12);
    const halved = cyclic({ ...options, mode: "triangular2" });
    assertAlmostEquals(halved(step + length) - initial, (halved(step) - initial) / 2, 1e-12);
    const ranged = cyclic({ ...options, mode: "exponentialRange", decayRate: 0.9 });
    assertAlmostEquals(ranged(step) - initial, (triangular(step) - initial) * 0.9 ** step, 1e-12);
  }));
});

Deno.test("cyclic() throws for options out of range", () => {
  const options = { initial: 0, peak: 1, riseSteps: 2 };
  assertThrows(() => cyclic({ ...options, riseSteps: 0 }), RangeError, "riseSteps to be positive but got 0");
  assertThrows(
    () => cyclic({ ...options, fallSteps: -1 }),
    RangeError,
    "fallSteps to be positive but got -1",
  );
  assertThrows(() => cyclic({ ...options, decayRate: 0 }), RangeError, "decayRate to be positive but got 0");
  assertThrows(
    () => cyclic({ ...options, mode: "square" as "triangular" }),
    RangeError,
    'cyclic expects mode "triangular", "triangular2" or "exponentialRange" but got square',
  );
});

Deno.test("stepDecay() is a staircase, and multiStepDecay() of even boundaries the same", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(99), (steps, step) => {
    const schedule = stepDecay({ initial: 2, steps, decayRate: 0.5 });
    assertEquals(
      schedule(step),
      exponentialDecay({ initial: 2, steps, decayRate: 0.5, staircase: true })(step),
    );
    const boundaries = Array.from({ length: 100 }, (_, i) => (i + 1) * steps);
    assertEquals(multiStepDecay({ initial: 2, boundaries, decayRate: 0.5 })(step), schedule(step));
  }));
  assertEquals(stepDecay({ initial: 1, steps: 5 })(5), 0.1);
  assertEquals(multiStepDecay({ initial: 1, boundaries: [5] })(5), 0.1);
});

Deno.test("stepDecay() and multiStepDecay() throw for options out of range", () => {
  assertThrows(() => stepDecay({ initial: 1, steps: 0 }), RangeError, "steps to be positive but got 0");
  assertThrows(
    () => stepDecay({ initial: 1, steps: 1, decayRate: -1 }),
    RangeError,
    "stepDecay expects decayRate not to be negative but got -1",
  );
  assertThrows(
    () => multiStepDecay({ initial: 1, boundaries: [1, 2], decayRate: [0.5] }),
    RangeError,
    "multiStepDecay expects one decayRate for each boundary but got 1 and 2 boundaries",
  );
  assertThrows(
    () => multiStepDecay({ initial: 1, boundaries: [1], decayRate: "0.5" as unknown as number }),
    TypeError,
    "multiStepDecay expects decayRate to be a number or an array but got string",
  );
  assertThrows(() => multiStepDecay({ initial: 1, boundaries: [2, 1] }), RangeError, "strictly increasing");
});
