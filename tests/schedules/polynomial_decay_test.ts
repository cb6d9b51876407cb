/**
 * Tests of `polynomialDecay` and `linear`.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { linear, polynomialDecay } from "../../schedules/mod.ts";

const value = fc.double({ min: -10, max: 10, noNaN: true });
const arbitrary = {
  initial: value,
  end: value,
  power: fc.double({ min: 0.1, max: 5, noNaN: true }),
  steps: fc.integer({ min: 1, max: 500 }),
  begin: fc.nat(100),
};

Deno.test("polynomialDecay() starts at initial, ends at end and never leaves what is between", () => {
  fc.assert(fc.property(fc.record(arbitrary), fc.integer({ min: -50, max: 700 }), (options, step) => {
    const { initial, end, steps, begin } = options;
    const schedule = polynomialDecay(options);
    assertAlmostEquals(schedule(Math.min(step, begin)), initial, 1e-12);
    assertEquals(schedule(begin + steps + Math.abs(step)), end);
    const now = schedule(step);
    assertEquals(now >= Math.min(initial, end) - 1e-12 && now <= Math.max(initial, end) + 1e-12, true);
  }));
});

Deno.test("polynomialDecay() goes one way", () => {
  fc.assert(fc.property(fc.record(arbitrary), fc.nat(700), (options, step) => {
    const schedule = polynomialDecay(options);
    const change = schedule(step + 1) - schedule(step);
    assertEquals(change * (options.end - options.initial) >= -1e-12, true);
  }));
});

Deno.test("linear() is polynomialDecay() of power 1", () => {
  fc.assert(fc.property(fc.record(arbitrary), fc.nat(700), ({ power: _, ...options }, step) => {
    assertEquals(linear(options)(step), polynomialDecay(options)(step));
  }));
});

Deno.test("linear() refuses a power, which it does not have", () => {
  const options = { initial: 1, end: 0, steps: 2, power: 2 };
  assertThrows(() => linear(options), TypeError, "options initial, end, steps and begin but got power");
});

Deno.test("linear() and polynomialDecay() throw for options out of range", () => {
  const options = { initial: 1, end: 0, steps: 10 };
  assertThrows(
    () => linear({ ...options, steps: 0 }),
    RangeError,
    "linear expects steps to be positive but got 0",
  );
  assertThrows(() => linear({ ...options, begin: -1 }), RangeError, "begin not to be negative but got -1");
  assertThrows(() => linear({ ...options, initial: NaN }), RangeError, "initial to be finite but got NaN");
  assertThrows(() => linear({ ...options, end: Infinity }), RangeError, "end to be finite but got Infinity");
  assertThrows(
    () => polynomialDecay({ ...options, steps: -3 }),
    RangeError,
    "polynomialDecay expects steps to be positive but got -3",
  );
  assertThrows(() => polynomialDecay({ ...options, power: 0 }), RangeError, "power to be positive but got 0");
  assertThrows(
    () =>
      polynomialDecay({ initial: 1, end: 0 } as unknown as { initial: number; end: number; steps: number }),
    TypeError,
    "polynomialDecay expects steps to be a number but got undefined",
  );
});
