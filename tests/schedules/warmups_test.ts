/**
 * Tests of the schedules that begin with a straight line up, and of restarts.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import {
  exponentialDecay,
  inverseSquareRoot,
  type Schedule,
  sgdr,
  warmupConstant,
  warmupCosine,
  warmupExponential,
  warmupStableDecay,
  type WarmupStableDecayOptions,
} from "../../schedules/mod.ts";

interface Warmup {
  readonly initial: number;
  readonly peak: number;
  readonly warmupSteps: number;
}

const warmup = fc.record({
  initial: fc.double({ min: 0, max: 1, noNaN: true }),
  peak: fc.double({ min: 1, max: 2, noNaN: true }),
  warmupSteps: fc.integer({ min: 1, max: 100 }),
});

const MAKERS: Readonly<Record<string, (options: Warmup) => Schedule>> = {
  warmupConstant,
  inverseSquareRoot,
  warmupExponential: (options) => warmupExponential({ ...options, decayRate: 0.5, steps: 10 }),
  warmupStableDecay: (options) => warmupStableDecay({ ...options, steps: 300 }),
};

for (const [name, make] of Object.entries(MAKERS)) {
  Deno.test(`${name}() goes straight from initial to peak`, () => {
    fc.assert(fc.property(warmup, fc.nat(100), (options, step) => {
      const { initial, peak, warmupSteps } = options;
      const schedule = make(options);
      const part = Math.min(step / warmupSteps, 1);
      assertAlmostEquals(schedule(part * warmupSteps), initial + (peak - initial) * part, 1e-12);
      assertEquals(schedule(-5), schedule(0));
      assertEquals(Number.isNaN(schedule(NaN)), true);
    }));
  });

  Deno.test(`${name}() throws for options out of range`, () => {
    const options = { initial: 0, peak: 1, warmupSteps: 10 };
    assertThrows(
      () => make({ ...options, peak: NaN }),
      RangeError,
      `${name} expects peak to be finite but got NaN`,
    );
    assertThrows(() => make({ ...options, warmupSteps: -1 }), RangeError, "expects warmupSteps");
    assertThrows(() => make({ ...options, initial: Infinity }), RangeError, "initial to be finite");
    assertThrows(
      () => make({ ...options, peak: "1" as unknown as number }),
      TypeError,
      "peak to be a number",
    );
  });
}

Deno.test("warmupExponential() is the decay after the warm-up", () => {
  fc.assert(fc.property(fc.nat(200), fc.boolean(), (step, staircase) => {
    const decay = { decayRate: 0.7, steps: 9, begin: 4, staircase, end: 0.1 };
    const schedule = warmupExponential({ ...decay, peak: 2, warmupSteps: 7 });
    assertEquals(schedule(7 + step), exponentialDecay({ ...decay, initial: 2 })(step));
  }));
});

Deno.test("inverseSquareRoot() halves when the step is four times as large", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1000 }), fc.nat(10000), (warmupSteps, step) => {
    const schedule = inverseSquareRoot({ peak: 3, warmupSteps });
    assertAlmostEquals(schedule(4 * (warmupSteps + step)), schedule(warmupSteps + step) / 2, 1e-12);
  }));
});

Deno.test("warmupStableDecay() of any length is the same up to the decay of the shorter one", () => {
  const decay = fc.constantFrom<NonNullable<WarmupStableDecayOptions["decay"]>>(
    "linear",
    "cosine",
    "squareRoot",
  );
  fc.assert(fc.property(decay, fc.integer({ min: 30, max: 200 }), fc.nat(300), (decay, steps, step) => {
    const options = { peak: 2, warmupSteps: 10, decaySteps: 20, end: 0.5, decay };
    const [short, long] = [steps, steps + 100].map((steps) => warmupStableDecay({ ...options, steps }));
    if (step <= steps - 20) assertEquals(short(step), long(step));
    assertAlmostEquals(short(steps - 20), 2, 1e-12);
    assertEquals(short(steps + step), 0.5);
    assertAlmostEquals(
      short(steps - 10),
      0.5 + 1.5 * { linear: 0.5, cosine: 0.5, squareRoot: 1 - Math.SQRT1_2 }[decay],
    );
  }));
  assertThrows(
    () => warmupStableDecay({ peak: 1, steps: 10, warmupSteps: 5, decaySteps: 6 }),
    RangeError,
    "warmupStableDecay expects warmupSteps and decaySteps to fit into steps but got 5 and 6 in 10",
  );
  assertThrows(
    () => warmupStableDecay({ peak: 1, steps: 10, decay: "exponential" as "linear" }),
    RangeError,
    'decay "linear", "cosine" or "squareRoot" but got exponential',
  );
});

Deno.test("sgdr() is its cycles one after the other", () => {
  fc.assert(fc.property(fc.nat(120), (step) => {
    const cycles = [{ peak: 1, steps: 30 }, { peak: 0.5, steps: 50, warmupSteps: 0, end: 0.1 }];
    const schedule = sgdr(cycles);
    assertEquals(
      schedule(step),
      step < 30 ? warmupCosine(cycles[0])(step) : warmupCosine(cycles[1])(step - 30),
    );
  }));
  assertThrows(() => sgdr([]), RangeError, "sgdr expects at least one cycle but got none");
  assertThrows(() => sgdr({} as unknown as []), TypeError, "sgdr expects an array of cycles but got object");
  assertThrows(() => sgdr([{ peak: 1, steps: 0 }]), RangeError, "steps to be positive");
});
