import { assertEquals } from "@std/assert/equals";
import {
  binary,
  cast,
  type Expression,
  formatExpressions,
  input,
  unary,
} from "../../../tensor/kernels/expression.ts";
import { simplifyExpressions } from "../../../tensor/kernels/simplify.ts";

const text = (...expressions: readonly Expression[]): string =>
  formatExpressions(simplifyExpressions(expressions));

Deno.test("simplifyExpressions() makes equal parts one", () => {
  const square = (): Expression => binary("multiply", input(0), input(0));
  assertEquals(text(binary("add", square(), square())), "t0=multiply(x0,x0);t1=add(t0,t0);t1");
  assertEquals(text(square(), unary("tanh", square())), "t0=multiply(x0,x0);t1=tanh(t0);t0,t1");
  const casts = [cast(input(0), "int32"), cast(input(0), "uint32"), cast(input(0), "int32")];
  assertEquals(text(...casts), "t0=cast.int32(x0);t1=cast.uint32(x0);t0,t1,t0");
});

Deno.test("simplifyExpressions() leaves out what changes no number, signs of zeros included", () => {
  const x = input(0);
  for (
    const same of [
      binary("multiply", x, 1),
      binary("multiply", 1, x),
      binary("divide", x, 1),
      binary("subtract", x, 0),
      binary("add", x, -0),
      binary("add", -0, x),
    ]
  ) assertEquals(text(unary("exp", same)), "t0=exp(x0);t0");
  for (
    const other of [
      binary("add", x, 0),
      binary("subtract", x, -0),
      binary("divide", 1, x),
      binary("subtract", 0, x),
      binary("multiply", x, -1),
      binary("power", x, 1),
    ]
  ) assertEquals(simplifyExpressions([other])[0].op === "input", false);
});
