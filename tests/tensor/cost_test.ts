import { assertEquals } from "@std/assert/equals";
import {
  conv2d,
  cost,
  forLoop,
  matmul,
  ones,
  record,
  reshape,
  solve,
  sum,
  type Tensor,
  transpose,
} from "../../tensor/mod.ts";

function flops(f: (...xs: Tensor[]) => unknown, ...shapes: readonly (readonly number[])[]): number {
  return cost(record(f)(...shapes.map((shape) => ones(shape))).tape).flops;
}

Deno.test("cost() counts products, convolutions and solutions", () => {
  assertEquals(flops((a, b) => matmul(a, b), [5, 2, 3], [3, 4]), 2 * 5 * 2 * 3 * 4);
  assertEquals(flops((x, w) => conv2d(x, w), [1, 2, 5, 5], [3, 2, 3, 3]), 2 * 3 * 9 * 2 * 9);
  assertEquals(flops((a, b) => solve(a, b), [6, 6], [6, 1]), 2 * 216 / 3 + 2 * 36);
  assertEquals(flops((x) => sum(x), [4, 5]), 20);
});

Deno.test("cost() counts a loop's body for each step, and nothing for views", () => {
  const body = (x: Tensor): Tensor => matmul(x, x);
  assertEquals(flops((x) => forLoop(0, 7, (_, y) => body(y as Tensor), x), [3, 3]) >= 7 * 54, true);
  const { entries } = cost(record((x: Tensor) => reshape(transpose(x), [6]))(ones([2, 3])).tape);
  assertEquals(entries.map(({ flops }) => flops), [0, 0]);
  assertEquals(entries[0], { primitive: "transpose", outputs: "float32[3, 2]", flops: 0, bytes: 0 });
});
