import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { RUNS } from "../../runs.ts";

const sizes = fc.record({
  images: fc.integer({ min: 1, max: 3 }),
  groups: fc.integer({ min: 1, max: 3 }),
  inputs: fc.integer({ min: 1, max: 9 }),
  outputs: fc.integer({ min: 1, max: 9 }),
  plane: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 13 })),
  window: fc.constantFrom(1, 3),
  mode: fc.constantFrom("relaxed" as const, "strict" as const, "off" as const),
  seed: fc.nat(1e6),
});

Deno.test("convolutions of one number for many pixels have the bits of those of a copy", () => {
  const { simd } = t.info();
  const property = fc.property(sizes, ({ images, groups, inputs, outputs, plane, window, mode, seed }) => {
    t.configure({ simd: mode });
    const [a, b, c, d] = t.random.split(t.random.key(seed), 4);
    const [ins, outs] = [groups * inputs, groups * outputs];
    const image = t.random.normal(a, [images, ins, ...plane]);
    const weights = t.random.normal(b, [outs, inputs, window, window]);
    const spreadImage = t.broadcastTo(t.random.normal(c, [images, ins, 1, 1]), image.shape);
    const spread = t.broadcastTo(t.random.normal(d, [images, outs, 1, 1]), [images, outs, ...plane]);
    const convolve = (x: Tensor, w: Tensor): Tensor => t.conv2d(x, w, { padding: "same", groups });
    const { pullback } = t.vjp(convolve, image, weights);
    const faces = (image: Tensor, gradient: Tensor): unknown[] =>
      [convolve(image, weights), ...pullback(gradient) as Tensor[]].map((x) => x.data());
    assertEquals(
      faces(spreadImage, spread),
      faces(t.contiguous(spreadImage), t.contiguous(spread)),
    );
  });
  try {
    fc.assert(property, RUNS);
  } finally {
    t.configure({ simd });
  }
});
