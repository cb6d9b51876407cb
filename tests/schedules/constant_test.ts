/**
 * Tests of `constant`.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { constant } from "../../schedules/mod.ts";

Deno.test("constant() gives its value at every step", () => {
  fc.assert(fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), fc.integer(), (value, step) => {
    assertEquals(constant(value)(step), value);
  }));
});

Deno.test("constant() throws for what is no finite number", () => {
  assertThrows(() => constant(NaN), RangeError, "constant expects value to be finite but got NaN");
  assertThrows(
    () => constant(-Infinity),
    RangeError,
    "constant expects value to be finite but got -Infinity",
  );
  assertThrows(
    () => constant("1" as unknown as number),
    TypeError,
    "constant expects value to be a number but got string",
  );
});
