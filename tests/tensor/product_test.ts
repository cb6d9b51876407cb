import { assertEquals } from "@std/assert/equals";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import { shutdown } from "../../tensor/runtime/configure.ts";
import { assertSame } from "./compile/programs.ts";

const numbers = (shape: readonly number[], seed: number): Tensor =>
  t.random.normal(t.random.key(seed), shape);

/** Operands of a product over `inner` terms, as they lie in memory in several ways. */
const CASES: readonly (readonly [string, (inner: number) => readonly [Tensor, Tensor]])[] = [
  ["rows by columns", (inner) => [numbers([3, inner], 1), numbers([inner, 5], 2)]],
  ["turned", (inner) => [t.transpose(numbers([inner, 20], 1)), t.transpose(numbers([17, inner], 2))]],
  ["a vector", (inner) => [numbers([1, inner], 1), numbers([inner, 9], 2)]],
  ["a batch", (inner) => [numbers([2, 4, inner], 1), numbers([inner, 6], 2)]],
  ["every other term", (inner) => [
    t.slice(numbers([4, 2 * inner], 1), [[0, 4], [1, 2 * inner, 2]]),
    t.flip(numbers([inner, 33], 2), 0),
  ]],
];

Deno.test("long sums of small products are cut alike on any number of threads, and right", () => {
  const { threads } = t.info();
  try {
    for (const inner of [32767, 40001]) {
      for (const [name, make] of CASES) {
        t.scope(() => {
          const [a, b] = make(inner);
          const exact = t.matmul(t.cast(a, "float64"), t.cast(b, "float64"));
          // What rounding may add up to, for terms of about 1.
          const bound = 4e-7 * Math.sqrt(inner) * 8;
          for (const simd of ["relaxed", "strict", "off"] as const) {
            t.configure({ simd, threads: 1 });
            const alone = t.matmul(a, b);
            const error = t.max(t.abs(t.subtract(t.cast(alone, "float64"), exact))).item();
            assertEquals([name, inner, simd, error < bound], [name, inner, simd, true], `${error}`);
            const compiled = t.compile((a: Tensor, b: Tensor) => t.matmul(a, b));
            for (const threads of [1, 2, 3, 8]) {
              t.configure({ threads });
              assertSame(t.matmul(a, b), alone);
              assertSame(compiled(a, b), alone);
            }
          }
        });
      }
    }
  } finally {
    t.configure({ simd: "relaxed", threads });
    shutdown();
  }
});

Deno.test("a long product is launched as slices and their sum", () => {
  const f = t.compile((a: Tensor, b: Tensor) => t.matmul(a, b));
  t.scope(() => {
    const listing = t.format(f.program(t.ones([16, 100_000]), t.ones([100_000, 16])));
    assertEquals(listing.includes("in 3 launches"), true, listing);
    const result = f(t.ones([16, 100_000]), t.ones([100_000, 16]));
    assertEquals([t.min(result).item(), t.max(result).item()], [100_000, 100_000]);
  });
});
