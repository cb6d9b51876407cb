/**
 * Tests of `sparsemax`.
 *
 * @module
 */
import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { compile, random, sparsemax, type Tensor, tensor, transpose } from "../../../tensor/mod.ts";
import { checkGradients } from "../../laws/gradients.ts";

const number = fc.double({ min: -5, max: 5, noNaN: true });
const line = fc.array(number, { minLength: 1, maxLength: 20 });

Deno.test("sparsemax() is the distribution from which every step leads away", () => {
  fc.assert(fc.property(line, fc.nat(), fc.nat(), (values, from, to) => {
    const nearest = Array.from(sparsemax(tensor(values, { dtype: "float64" })).data());
    assertEquals(nearest.every((value) => value >= 0), true);
    assertAlmostEquals(nearest.reduce((a, b) => a + b), 1, 1e-12);
    // Moving weight between two places does not bring it nearer.
    const [i, j] = [from % values.length, to % values.length];
    if (nearest[i] > 1e-9) assertEquals(values[i] - nearest[i] >= values[j] - nearest[j] - 1e-9, true);
  }));
});

Deno.test("sparsemax() works along any axis, and compiled", () => {
  const x = random.normal(random.key(0), [4, 3]);
  assertEquals(sparsemax(x, { axis: 0 }).toArray(), transpose(sparsemax(transpose(x))).toArray());
  assertEquals(compile((x: Tensor) => sparsemax(x))(x).toArray(), sparsemax(x).toArray());
  assertEquals(sparsemax(tensor([2, 2, -1])).toArray(), [0.5, 0.5, 0]);
  assertEquals(sparsemax(tensor([1, NaN])).toArray(), [NaN, NaN]);
  assertEquals(sparsemax(tensor([], { shape: [2, 0] })).shape, [2, 0]);
  assertThrows(() => sparsemax(tensor(1)), RangeError, "sparsemax expects");
});

Deno.test("sparsemax() has the gradients of finite differences", () => {
  checkGradients((x: Tensor) => sparsemax(x), [random.normal(random.key(1), [3, 4])]);
});
