import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { shutdown } from "../../../tensor/runtime/configure.ts";
import { assertSame } from "./programs.ts";

const numbers = (length: number, seed: number): Tensor =>
  t.tensor(Float32Array.from({ length }, (_, i) => Math.sin(i * 1.7 + seed) * (i % 5 === 0 ? 3 : 0.9)));

const REDUCE: readonly ((x: Tensor) => Tensor)[] = [
  (x) => t.sum(x),
  (x) => t.mean(x),
  (x) => t.max(x),
  (x) => t.min(x),
  (x) => t.prod(x),
];

const SIZES = fc.constantFrom(1, 3, 4, 15, 16, 17, 1000, 16383, 16384, 16385, 32770, 50001);

Deno.test("loops with totals give the bits of eager ones, for any operands and threads", () => {
  const cases = fc.record({
    length: SIZES,
    reductions: fc.array(fc.nat(REDUCE.length - 1), { minLength: 1, maxLength: 3 }),
    other: fc.constantFrom("same", "scalar", "mask", "view"),
    kept: fc.boolean(),
    seed: fc.nat(100),
  });
  fc.assert(
    fc.property(cases, ({ length, reductions, other, kept, seed }) => {
      t.scope(() => {
        const x = numbers(length, seed);
        const y = other === "same"
          ? numbers(length, seed + 1)
          : other === "scalar"
          ? t.tensor([0.75])
          : other === "mask"
          ? t.greater(numbers(length, seed + 2), 0)
          : t.flip(numbers(length, seed + 3), 0);
        const f = (x: Tensor, y: Tensor): Tensor[] => {
          const part = t.tanh(t.multiply(x, t.cast(y, "float32")));
          const values = [t.add(part, 1), t.multiply(part, x), t.exp(part)];
          const totals = reductions.map((which, i) => REDUCE[which](values[i]));
          return [...totals, t.square(part), ...(kept ? [part] : [])];
        };
        for (const simd of ["strict", "off"] as const) {
          t.configure({ simd });
          const expected = f(x, y);
          const compiled = t.compile(f);
          for (const threads of [1, 2, 3]) {
            t.configure({ threads });
            compiled(x, y).forEach((result, i) => assertSame(result, expected[i]));
          }
        }
      });
    }),
    { numRuns: 60 },
  );
  t.configure({ simd: "relaxed" });
  shutdown();
});

Deno.test("a gradient and the sum that it is of are one loop, in place where that is allowed", () => {
  const f = t.compile((x: Tensor) => {
    const { value, gradient } = t.valueAndGrad((x: Tensor) => t.sum(t.tanh(x)))(x);
    return { value, next: t.subtract(x, t.multiply(gradient, 0.1)) };
  }, { donate: [0] });
  t.scope(() => {
    const listing = t.format(f.program(t.ones([40000])));
    assertEquals(listing.includes("loop float32[40000], sum of"), true);
    assertEquals(listing.includes("1 results in donated memory"), true);
    const { value, next } = f(t.zeros([40000]));
    assertEquals(value.item(), 0);
    assertEquals(next.max().item(), Math.fround(-0.1));
  });
});

Deno.test("what needs a total comes after it, also by way of another loop", () => {
  t.configure({ simd: "strict" });
  t.scope(() => {
    const [x, y] = [numbers(9, 1), numbers(65, 2)];
    const functions: readonly (() => Tensor)[] = [
      () => t.multiply(x, t.sum(t.tanh(x))),
      () => t.sum(t.add(t.prod(x), x)),
      () => t.subtract(t.exp(x), t.max(t.add(t.sum(t.exp(x)), t.exp(x)))),
      () => t.grad((x: Tensor) => t.sum(t.tanh(t.multiply(y, t.sum(t.tanh(x))))))(x),
      () => t.grad((y: Tensor) => t.sum(t.tanh(t.multiply(y, t.sum(t.tanh(x))))))(y),
    ];
    for (const f of functions) assertSame(t.compile(f)(), f());
    const both = (x: Tensor, y: Tensor): Tensor[] =>
      t.grad(([x, y]: Tensor[]) => t.sum(t.tanh(t.multiply(y, t.sum(t.tanh(x))))))([x, y]);
    t.compile(both)(x, y).forEach((result, i) => assertSame(result, both(x, y)[i]));
  });
  t.configure({ simd: "relaxed" });
});
