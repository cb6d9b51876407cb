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

Deno.test("depthwise convolutions and their gradients lie as the transpose behind them wants them, in every form of the kernels", () => {
  try {
    for (const simd of ["relaxed", "strict", "off"] as const) {
      t.configure({ simd });
      for (const [channels, extent, strides] of [[8, 8, 1], [7, 9, 2], [4, 11, 3], [5, 7, 1]]) {
        t.scope(() => {
          const options = { groups: channels, strides, padding: "same", layout: "NHWC" } as const;
          const [x, weights] = [
            numbers([2, extent, extent, channels], channels),
            numbers([3, 3, 1, channels], extent),
          ];
          const forward = (x: Tensor, weights: Tensor): Tensor => t.conv2d(x, weights, options);
          const g = numbers(forward(x, weights).shape, 3);
          const gradient = (x: Tensor, weights: Tensor, g: Tensor): Tensor =>
            t.grad((x: Tensor) => t.sum(t.multiply(forward(x, weights), g)))(x);
          for (const [f, args] of [[forward, [x, weights]], [gradient, [x, weights, g]]] as const) {
            const compiled = t.compile(f as (...args: Tensor[]) => Tensor);
            assertSame(compiled(...args), (f as (...args: Tensor[]) => Tensor)(...args));
            const listing = t.format(compiled.program(...args));
            const direct = simd !== "off" && channels !== 5 && strides !== 3;
            assertEquals(listing.includes("copy"), !direct, listing);
          }
        });
      }
    }
  } finally {
    t.configure({ simd: "relaxed" });
  }
});

Deno.test("pointwise convolutions of channels that come last, and their gradients, are products that nothing turns", () => {
  t.scope(() => {
    const [x, weights] = [numbers([2, 5, 6, 8], 1), numbers([1, 1, 8, 12], 2)];
    const loss = (x: Tensor, weights: Tensor): Tensor =>
      t.sum(t.square(t.conv2d(x, weights, { layout: "NHWC" })));
    const gradients = (x: Tensor, weights: Tensor): readonly Tensor[] =>
      t.grad(loss, { argnums: [0, 1] })(x, weights) as unknown as readonly Tensor[];
    const compiled = t.compile(gradients);
    gradients(x, weights).forEach((expected, i) => assertSame(compiled(x, weights)[i], expected));
    const listing = t.format(compiled.program(x, weights));
    assertEquals(/convolution|copy|transpose|reshape/.test(listing), false, listing);
  });
});

Deno.test("parts that are put together lie as the transpose behind them wants them", () => {
  t.scope(() => {
    const f = (x: Tensor, y: Tensor): Tensor => t.transpose(t.concatenate([x, y], 1));
    const [x, y] = [numbers([6, 5], 1), numbers([6, 3], 2)];
    assertSame(t.compile(f)(x, y), f(x, y));
  });
});

Deno.test("sums keep their order in strict programs, whose intermediate results lie as those of operations do", () => {
  try {
    t.configure({ simd: "strict" });
    t.scope(() => {
      const gram = (x: Tensor): Tensor => {
        const both = t.stack([x, x]);
        return t.sum(t.matmul(both, t.transpose(both, [0, 2, 1])));
      };
      const x = numbers([7, 33], 1);
      assertSame(t.compile(t.grad(gram))(x), t.grad(gram)(x));
    });
  } finally {
    t.configure({ simd: "relaxed" });
  }
});
