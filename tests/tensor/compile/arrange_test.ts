import { assertEquals } from "@std/assert/equals";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { assertSame } from "./programs.ts";

const numbers = (shape: readonly number[], seed: number): Tensor =>
  t.random.normal(t.random.key(seed), shape);

Deno.test("gradients of pooling lie as the transpose behind them wants them, in every form of the kernels", () => {
  try {
    for (const simd of ["relaxed", "strict", "off"] as const) {
      t.configure({ simd });
      for (const [channels, extent, window] of [[8, 8, 2], [7, 9, 2], [5, 7, 3], [2, 5, 2]]) {
        t.scope(() => {
          const gradient = (x: Tensor): Tensor =>
            t.grad((x: Tensor) => t.sum(t.exp(t.maxPool2d(x, { window, layout: "NHWC" }))))(x);
          const x = numbers([2, extent, extent, channels], channels);
          const compiled = t.compile(gradient);
          assertSame(compiled(x), gradient(x));
          if (simd === "off") return;
          const listing = t.format(compiled.program(x));
          const launches = listing.split("\n").filter((line) => line.includes("maxPoolGradient"));
          assertEquals([launches.length, listing.includes("copy of a result")], [1, false], listing);
        });
      }
    }
  } finally {
    t.configure({ simd: "relaxed" });
  }
});

Deno.test("parts that are put together lie as the transpose behind them wants them", () => {
  t.scope(() => {
    const f = (x: Tensor, y: Tensor): Tensor => t.transpose(t.concatenate([x, y], 1));
    const [x, y] = [numbers([6, 5], 1), numbers([6, 3], 2)];
    assertSame(t.compile(f)(x, y), f(x, y));
  });
});
