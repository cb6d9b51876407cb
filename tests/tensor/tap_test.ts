import { assertEquals } from "@std/assert/equals";
import { compile, exp, grad, multiply, scan, sum, tap, type Tensor, tensor, vmap } from "../../tensor/mod.ts";

Deno.test("tap() hands over each value, eager and compiled, and keeps gradients", () => {
  const seen: number[][] = [];
  const f = (x: Tensor): Tensor => sum(exp(tap(multiply(x, 2), (value) => seen.push([...value.data()]))));
  f(tensor([1, 2]));
  const compiled = compile(f);
  compiled(tensor([1, 2]));
  compiled(tensor([3, 4]));
  assertEquals(seen, [[2, 4], [2, 4], [6, 8]]);
  const slope = compile(grad(f));
  assertEquals(slope(tensor([0, 0])).toArray(), [2, 2]);
  assertEquals(seen.length, 4);
});

Deno.test("two taps of one value are two, also in loops and batches", () => {
  const seen: string[] = [];
  const f = compile((x: Tensor) => {
    const a = tap(x, (value) => seen.push(`a ${value.data()}`));
    const b = tap(x, (value) => seen.push(`b ${value.data()}`));
    return multiply(a, b);
  });
  assertEquals(f(tensor([3])).toArray(), [9]);
  assertEquals(seen.toSorted(), ["a 3", "b 3"]);
  seen.length = 0;
  scan(
    (carry: Tensor, x: Tensor) => [multiply(carry, tap(x, (value) => seen.push(`${value.item()}`))), x],
    tensor(1),
    tensor([2, 3]),
  );
  assertEquals(seen, ["2", "3"]);
  seen.length = 0;
  vmap((x: Tensor) => tap(x, (value) => seen.push(`${value.shape}`)))(tensor([1, 2, 3]));
  assertEquals(seen, ["3"]);
});
