import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  add,
  checkNumerics,
  compile,
  divide,
  exp,
  grad,
  log,
  multiply,
  sqrt,
  subtract,
  sum,
  type Tensor,
  tensor,
  vmap,
  where,
} from "../../tensor/mod.ts";

Deno.test("checkNumerics() gives what the function gives where all is finite", () => {
  const f = (p: { x: Tensor }): { y: Tensor } => ({ y: multiply(p.x, 2) });
  assertEquals(checkNumerics(f)({ x: tensor([1, 2]) }).y.toArray(), [2, 4]);
});

Deno.test("checkNumerics() names the first operation, its inputs' ranges and the line", () => {
  const f = checkNumerics((x: Tensor) => {
    const shifted = subtract(x, 1);
    return exp(log(shifted));
  });
  const message = caught(() => f(tensor([0, 1, 3])));
  const expected =
    "log expects finite results but made 1 NaN and 1 infinity of 3 in float32[3] out of float32[3] " +
    "from -1 to 2 at ";
  assertEquals(message.startsWith(expected), true, message);
  assertEquals(/check_numerics_test\.ts:\d+:\d+$/.test(message), true, message);
});

function caught(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    return String((error as Error).message);
  }
  throw new Error("Expected an error but got none");
}

Deno.test("checkNumerics() looks into gradients and compiled functions", () => {
  const slope = checkNumerics((x: Tensor) => grad((y: Tensor) => sum(sqrt(y)))(x));
  assertEquals(caught(() => slope(tensor([0, 4]))).includes("1 infinity of 2"), true);
  const compiled = checkNumerics(compile((x: Tensor) => divide(1, subtract(x, x))));
  assertEquals(caught(() => compiled(tensor([1]))).startsWith("divide expects finite results"), true);
});

Deno.test("checkNumerics() says what line a rule of the library follows from", () => {
  const here = "check_numerics_test.ts";
  const slope = checkNumerics(grad((x: Tensor) => sum(sqrt(x))));
  assertThrows(() => slope(tensor([0, 1])), RangeError, `from 0 to 2, which follows from ${import.meta.url}`);
  const each = checkNumerics(vmap((x: Tensor) => log(x)));
  assertThrows(() => each(tensor([1, -1])), RangeError, "made 1 NaN of 2");
  assertThrows(() => each(tensor([1, -1])), RangeError, here);
});

Deno.test("checkNumerics() refuses arguments that are not finite, and passes infinities where asked", () => {
  const f = (p: { x: Tensor }): Tensor => add(p.x, 1);
  assertEquals(
    caught(() => checkNumerics(f)({ x: tensor([NaN, 1]) })),
    "checkNumerics expects finite arguments but got 1 NaN of 2 in x of argument 0",
  );
  const masked = checkNumerics((x: Tensor) => sum(exp(where(tensor([true, false]), x, -Infinity))), {
    infinities: false,
  });
  assertEquals(masked(tensor([0, 0])).item(), 1);
  assertThrows(
    () => checkNumerics(1 as unknown as () => void),
    TypeError,
    "checkNumerics expects a function",
  );
});
