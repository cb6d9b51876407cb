import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import type { KernelReference } from "../../../../tensor/kernels/kernel.ts";
import { argReduceKernel } from "../../../../tensor/kernels/reduce.ts";
import { argReduceLayout, simdArgReduceKernel } from "../../../../tensor/kernels/simd/arg_reduce.ts";
import { cuts } from "../launch.ts";
import { AREA_START, areaAfter, fillArea, firstDifference, views } from "./memory.ts";

const START = AREA_START / 4 + 1;
const OUTPUT = START + 150_000;

const cases = fc.record({
  greatest: fc.boolean(),
  dtype: fc.constantFrom("float32", "int32", "uint32"),
  alongRows: fc.boolean(),
  wide: fc.boolean(),
  extent: fc.integer({ min: 1, max: 80 }),
  kept: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 2 }),
  flipped: fc.boolean(),
  /** How many different values there are, for equals; 0 for any. */
  values: fc.nat({ max: 4 }),
  missing: fc.array(fc.nat({ max: 3000 }), { maxLength: 3 }),
  seed: fc.nat(),
  cuts,
});

Deno.test("vectors find the first NaN or the first of the greatest, as elements do", () => {
  fc.assert(
    fc.property(
      cases,
      ({ greatest, dtype, alongRows, wide, extent, kept, flipped, values, missing, seed, cuts }) => {
        fillArea(seed);
        const size = kept.reduce((product, n) => product * n, extent);
        for (let i = 0; i < size; i++) {
          if (dtype !== "float32") {
            if (values > 0) views.int32[START + i] = views.int32[START + i] % values - 1;
            continue;
          }
          const x = views.float32[START + i];
          if (Number.isNaN(x)) views.float32[START + i] = 0;
          else if (values > 0) {
            views.float32[START + i] = (Math.floor(Math.abs(x) * 100) % values - 1) * (values === 4 ? 0 : 1);
          }
        }
        for (const place of dtype === "float32" ? missing : []) {
          if (place < size) views.float32[START + place] = NaN;
        }
        const inner = kept[kept.length - 1];
        const [axis, last] = alongRows ? [1, extent] : [flipped ? -inner : inner, 1];
        const first = kept.length === 2 ? [extent * inner] : [];
        const address = START + (flipped && !alongRows ? (extent - 1) * inner : 0);
        const parameters = [address, OUTPUT, extent, axis, ...kept, ...first, last];
        const total = size / extent;
        const layout = alongRows && wide ? "rows" : argReduceLayout(axis, last, extent)!;
        const run = (kernel: KernelReference): Uint32Array => areaAfter(kernel, parameters, total, cuts);
        const expected = run(argReduceKernel(greatest, dtype, kept.length));
        for (const known of [undefined, extent]) {
          const found = run(simdArgReduceKernel(greatest, dtype, kept.length, layout, known));
          assertEquals(firstDifference(found, expected), -1);
        }
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("the position in one row needs no axis that stays", () => {
  views.float32.set([1, 3, -0, 3, NaN, 7], START);
  for (const [extent, expected] of [[1, 0], [4, 1], [6, 4]]) {
    views.float64.set([START, OUTPUT, extent, 1], 64);
    simdArgReduceKernel(true, "float32", 0, "rows").run(views, 64, 0, 1);
    assertEquals(views.int32[OUTPUT], expected);
  }
});
