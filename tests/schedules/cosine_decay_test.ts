/**
 * Tests of `cosineDecay`.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { cosineDecay } from "../../schedules/mod.ts";

const initial = fc.double({ min: 1e-3, max: 10, noNaN: true });
const steps = fc.integer({ min: 1, max: 500 });

Deno.test("cosineDecay() falls from initial to alpha initial and stays there", () => {
  const alpha = fc.double({ min: 0, max: 1, noNaN: true });
  const exponent = fc.double({ min: 0.5, max: 3, noNaN: true });
  fc.assert(fc.property(fc.record({ initial, steps, alpha, exponent }), fc.nat(600), (options, step) => {
    const schedule = cosineDecay(options);
    assertAlmostEquals(schedule(-step), options.initial, 1e-12);
    assertAlmostEquals(schedule(options.steps + step), options.initial * options.alpha, 1e-12);
    assertEquals(schedule(step + 1) <= schedule(step) + 1e-12, true);
  }));
});

Deno.test("cosineDecay() is symmetric about its middle", () => {
  fc.assert(
    fc.property(initial, steps, fc.double({ min: 0, max: 1, noNaN: true }), (initial, steps, part) => {
      const schedule = cosineDecay({ initial, steps });
      assertAlmostEquals(schedule(part * steps) + schedule((1 - part) * steps), initial, 1e-9);
    }),
  );
});

Deno.test("cosineDecay() throws for options out of range", () => {
  assertThrows(
    () => cosineDecay({ initial: 1, steps: 0 }),
    RangeError,
    "cosineDecay expects steps to be positive but got 0",
  );
  assertThrows(() => cosineDecay({ initial: NaN, steps: 1 }), RangeError, "initial to be finite but got NaN");
  assertThrows(() => cosineDecay({ initial: 1, steps: 1, alpha: NaN }), RangeError, "alpha to be finite");
  assertThrows(
    () => cosineDecay({ initial: 1, steps: 1, exponent: -1 }),
    RangeError,
    "exponent to be positive",
  );
});
