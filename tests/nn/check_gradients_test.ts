/**
 * Tests of `checkGradients`.
 *
 * @module
 */
import { assertThrows } from "@std/assert/throws";
import { multiply, stopGradient, subtract, type Tensor, tensor } from "../../tensor/mod.ts";
import { checkGradients } from "../laws/gradients.ts";

Deno.test("checkGradients() takes trees, and passes by what is not floating point", () => {
  checkGradients(
    (
      { a, b }: { a: Tensor; b: readonly Tensor[] },
      n: Tensor,
      factor: number,
    ) => [multiply(multiply(a, b[0]), n), multiply(a, factor)],
    [{ a: tensor([1, 2]), b: [tensor(3)] }, tensor([1, 2], { dtype: "int32" }), 2],
    { order: 3 },
  );
});

Deno.test("checkGradients() finds a gradient that is wrong", () => {
  assertThrows(
    () => checkGradients((x: Tensor) => multiply(stopGradient(x), x), [tensor([1, 2])]),
    RangeError,
    "checkGradients expects the derivative of order 1 by element 0 of argument 0 to be",
  );
  // Its value is x^2 and its gradient 2 x, but the 2 x counts as a constant.
  const secondIsWrong = (x: Tensor): Tensor =>
    subtract(multiply(x, stopGradient(multiply(x, 2))), stopGradient(multiply(x, x)));
  checkGradients(secondIsWrong, [tensor([2])], { order: 1 });
  assertThrows(() => checkGradients(secondIsWrong, [tensor([2])]), RangeError, "derivative of order 2");
  assertThrows(
    () => checkGradients((x: Tensor) => x, [tensor(1, { dtype: "int32" })]),
    RangeError,
    "checkGradients expects arguments with a floating-point tensor but got none",
  );
});
