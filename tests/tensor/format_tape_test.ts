import { assertEquals } from "@std/assert/equals";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";

Deno.test("format() lists a tape", () => {
  const w = t.tensor([[1, 2], [3, 4]]);
  const { tape } = t.record(
    (x: Tensor) => t.sum(t.matmul(w, t.pad(x, [[0, 1]], { value: -Infinity })), { axes: 0 }),
    {
      name: "demo",
    },
  )(t.ones([1]));
  assertEquals(
    t.format(tape),
    `demo(%0 float32[1])
  %3 float32[2, 2] = constant
  %1 float32[2] = pad %0 { low: [0], high: [1], interior: [0], value: -Infinity }
  %2 float32[2, 1] = reshape %1 { shape: [2, 1] }
  %4 float32[2, 1] = matmul %3 %2
  %5 float32[2] = reshape %4 { shape: [2] }
  %6 float32[] = sum %5 { axes: [0] }`,
  );
});
