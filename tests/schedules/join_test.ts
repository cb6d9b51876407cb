/**
 * Tests of `join`.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { constant, join, type Schedule } from "../../schedules/mod.ts";

const identity: Schedule = (step) => step;

Deno.test("join() of one schedule is that schedule", () => {
  fc.assert(fc.property(fc.integer(), (step) => assertEquals(join([identity], [])(step), step)));
});

Deno.test("join() counts each schedule from its own start", () => {
  const schedule = join([identity, identity, identity], [3, 5]);
  assertEquals([-1, 0, 2, 3, 4, 5, 6, 100].map(schedule), [-1, 0, 2, 0, 1, 0, 1, 95]);
});

Deno.test("join() is associative where the boundaries are counted from the start of each join", () => {
  const part = fc.tuple(fc.double({ noNaN: true }), fc.integer({ min: 1, max: 50 }));
  fc.assert(fc.property(part, part, part, fc.nat(200), ([a, length], [b, next], [c], step) => {
    const parts = [a, b, c].map((slope): Schedule => (step) => slope * step);
    const flat = join(parts, [length, length + next]);
    const left = join([join(parts.slice(0, 2), [length]), parts[2]], [length + next]);
    const right = join([parts[0], join(parts.slice(1), [next])], [length]);
    assertEquals([left(step), right(step)], [flat(step), flat(step)]);
  }));
});

Deno.test("join() throws for lengths, boundaries and schedules that do not fit", () => {
  assertThrows(
    () => join([identity], [1]),
    RangeError,
    "join expects one schedule more than boundaries but got 1 schedules and 1 boundaries",
  );
  assertThrows(() => join([identity, identity, identity], [5, 5]), RangeError, "strictly increasing");
  assertThrows(
    () => join([constant(1), 0.5 as unknown as Schedule], [5]),
    TypeError,
    "join expects an array of schedules",
  );
});
