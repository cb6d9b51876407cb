import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";

Deno.test("record() gives the result and what happened", () => {
  const { result, tape, outputs } = t.record((x: Tensor, p: { b: Tensor }) => ({
    y: t.add(t.exp(x), p.b),
    x,
  }))(
    t.zeros([2]),
    { b: t.tensor(1) },
  );
  assertEquals(result.y.toArray(), [2, 2]);
  assertEquals(result.y.node, null);
  assertEquals(tape.entries.map((entry) => entry.primitive.name), ["exp", "add"]);
  assertEquals(tape.inputs, [0, 1]);
  assertEquals(outputs, [3, 0]);
  assertEquals(Object.isFrozen(tape), true);
});

Deno.test("record() lets control flow depend on values", () => {
  const f = (x: Tensor): Tensor => x.item() > 0 ? t.multiply(x, 2) : t.negative(x);
  assertEquals(t.record(f)(t.tensor(3)).result.item(), 6);
  assertEquals(t.record(f)(t.tensor(-3)).result.item(), 3);
});

Deno.test("a tracer that left its recording is an error that names the function", () => {
  let leaked: Tensor | null = null;
  t.record(function leaky(x: Tensor): Tensor {
    leaked = x;
    return x;
  })(t.tensor([1]));
  assertThrows(() => t.add(leaked!, 1), TypeError, "leaky expects its tracers to be used while it runs");
  t.grad((x: Tensor) => {
    leaked = t.exp(x);
    return t.sum(x);
  })(t.tensor([1]));
  assertThrows(() => t.add(leaked!, 1), TypeError, "after it returned");
  assertThrows(() => leaked!.data(), RangeError, "freed by valueAndGrad");
  t.compile((x: Tensor) => leaked = x, { name: "program" })(t.tensor([1]));
  assertThrows(() => t.add(leaked!, 1), TypeError, "program expects its tracers");
});

Deno.test("the innermost recording takes an operation, and hands its operands on as constants", () => {
  const inner: number[] = [];
  const outer = t.record((x: Tensor) => {
    const { result, tape } = t.record((y: Tensor) => t.multiply(t.add(x, y), x))(t.tensor(2));
    inner.push(tape.entries.length, tape.constants.length);
    return t.exp(result);
  })(t.tensor(1));
  assertEquals(inner, [2, 1]);
  assertEquals(outer.tape.entries.map((entry) => entry.primitive.name), ["add", "multiply", "exp"]);
  assertEquals(outer.result.item(), Math.fround(Math.exp(3)));
});

Deno.test("a recording keeps what its pullback needs, whatever scopes end inside", () => {
  const f = (x: Tensor): Tensor => t.scope(() => t.sum(t.multiply(t.exp(x), t.tensor([1, 2]))));
  const recorded = t.record(f)(t.zeros([2]));
  t.scope(() => t.add(t.arange(64), 1));
  assertEquals(t.pullback(recorded)([t.tensor(1)])[0]!.toArray(), [1, 2]);
});
