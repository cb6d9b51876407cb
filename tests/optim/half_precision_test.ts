/**
 * Tests of rounding to half precision.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { toHalfPrecision } from "../../optim/half_precision.ts";
import { compile, type Tensor, tensor } from "../../tensor/mod.ts";

// Half way between neighbours, next to it, and at both ends; by numpy's float16.
const given = [
  0,
  1,
  0.1,
  1 / 3,
  2049,
  2051,
  65504,
  65519,
  65520,
  6.1e-5,
  3e-5,
  1e-7,
  2 ** -25,
  2e-8,
  1234.56,
];
const halves = [
  0,
  1,
  0.0999755859375,
  0.333251953125,
  2048,
  2052,
  65504,
  65504,
  Infinity,
  6.097555160522461e-05,
  2.9981136322021484e-05,
  1.1920928955078125e-07,
  0,
  0,
  1235,
];

Deno.test("toHalfPrecision() rounds as float16 does, compiled too", () => {
  assertEquals(toHalfPrecision(tensor(given)).toArray(), halves);
  assertEquals(compile((x: Tensor) => toHalfPrecision(x))(tensor(given)).toArray(), halves);
});
