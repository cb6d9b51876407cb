import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { compile, host, multiply, type Tensor, tensor } from "../../tensor/mod.ts";

Deno.test("host() applies a function at once to plain numbers", () => {
  assertEquals(host((a, b) => a * b, 3, 4), 12);
  assertEquals(host(() => 7), 7);
});

Deno.test("host() refuses what is no number", () => {
  // deno-lint-ignore no-explicit-any -- what the types forbid may still come from JavaScript
  assertThrows(() => host((() => "1") as any), TypeError, "return a number but got string");
  // deno-lint-ignore no-explicit-any -- what the types forbid may still come from JavaScript
  const f = compile((x: Tensor, n: number) => multiply(x, host((() => undefined) as any, n)));
  assertThrows(() => f(tensor(1), 1), TypeError, "return a number but got undefined");
});

Deno.test("host() passes on what its function throws", () => {
  const f = compile((x: Tensor, n: number) =>
    multiply(
      x,
      host((step) => {
        if (step > 1) throw new RangeError("Expected a step of at most 1");
        return step;
      }, n),
    )
  );
  assertEquals(f(tensor(3), 1).item(), 3);
  assertThrows(() => f(tensor(3), 2), RangeError, "at most 1");
  assertEquals(f(tensor(3), 1).item(), 3);
});

Deno.test("a traced number prints as one", () => {
  let text = "";
  compile(function step(n: number): number {
    text = Deno.inspect(n);
    return n;
  })(1);
  assertEquals(text, "number (traced by step, no value yet)");
});

Deno.test("host() mixes traced and plain numbers, and keeps float64", () => {
  const f = compile((n: number) => host((a, b) => a + b, host((a) => a / 3, n), 1e-17));
  assertEquals(f(1), 1 / 3 + 1e-17);
  assertEquals(f(2), 2 / 3 + 1e-17);
});
