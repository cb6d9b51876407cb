import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";

Deno.test("scalars whose values are known have the bits of every kernel", () => {
  const value = fc.oneof(
    fc.float(),
    fc.constantFrom(0, -0, Infinity, -Infinity, NaN, 1e-45, -1e-45, 3.4028234663852886e38),
  );
  const bits = (x: Tensor): number => new Uint32Array(new Float32Array([x.item()]).buffer)[0];
  const operations: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
    ...[t.add, t.subtract, t.multiply, t.divide],
    (x) => t.negative(x),
  ];
  try {
    for (const simd of ["relaxed", "strict", "off"] as const) {
      t.configure({ simd });
      fc.assert(
        fc.property(value, value, (x, y) => {
          for (const operation of operations) {
            const scalar = operation(t.tensor(x), t.tensor(y));
            const element = operation(t.tensor([x]), t.tensor([y])).at(0);
            if (Number.isNaN(element.item())) assertEquals(scalar.item(), NaN);
            else assertEquals(bits(scalar), bits(element));
          }
        }),
      );
    }
  } finally {
    t.configure({ simd: "relaxed" });
  }
});
