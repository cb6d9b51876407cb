import { assertEquals } from "@std/assert/equals";
import { valueAndGrad } from "../../../tensor/grad.ts";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";

/** Gelu by tanh, out of public operations. */
function gelu(x: Tensor): Tensor {
  const cube = t.multiply(x, t.multiply(x, x));
  const inner = t.multiply(t.add(x, t.multiply(cube, 0.044715)), Math.sqrt(2 / Math.PI));
  return t.multiply(t.multiply(x, 0.5), t.add(t.tanh(inner), 1));
}

Deno.test("a gradient computes cheap intermediates again rather than storing them", () => {
  const [rows, width] = [64, 256];
  const w = t.ones([width, width]).multiply(0.01);
  const x = t.ones([rows, width]).multiply(0.3);
  const loss = (w: Tensor): Tensor => t.sum(t.square(t.matmul(gelu(t.matmul(x, w)), w)));
  const step = t.compile((w: Tensor) => valueAndGrad(loss)(w), { name: "step" });
  const listing = t.format(step.program(w));
  // The forward loop keeps what the matmul needs and the tanh; the squares and halves are made again.
  const [forward] = listing.split("\n").filter((line) => line.includes("tanh"));
  assertEquals(forward.split(" of ")[0].split("float32[64, 256]").length - 1 <= 2, true, listing);
});

Deno.test("what is computed again has the same bits", () => {
  t.configure({ simd: "strict" });
  try {
    const [rows, width] = [64, 128];
    const at = (i: number): number => Math.sin(i);
    const w = t.tensor(Float32Array.from({ length: width * width }, (_, i) => at(i) / 8), {
      shape: [width, width],
    });
    const x = t.tensor(Float32Array.from({ length: rows * width }, (_, i) => at(7 * i)), {
      shape: [rows, width],
    });
    const loss = (w: Tensor): Tensor => t.sum(t.square(t.matmul(gelu(t.standardize(t.matmul(x, w))), w)));
    const expected = t.grad(loss)(w).data();
    assertEquals(t.compile(t.grad(loss))(w).data(), expected);
  } finally {
    t.configure({ simd: "relaxed" });
  }
});
