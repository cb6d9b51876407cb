import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import type { DType } from "../../../../tensor/dtype.ts";
import { elementwiseKernel } from "../../../../tensor/kernels/elementwise.ts";
import { input } from "../../../../tensor/kernels/expression.ts";
import type { KernelReference } from "../../../../tensor/kernels/kernel.ts";
import { simdTransposeKernel } from "../../../../tensor/kernels/simd/transpose.ts";
import {
  transposeKernel,
  transposeNumbers,
  transposeSizes,
  transposeTiles,
} from "../../../../tensor/kernels/transpose.ts";
import { cuts } from "../launch.ts";
import { areaAfter, fillArea, firstDifference, makePlacer } from "./memory.ts";

const DTYPES: readonly DType[] = ["float32", "float64", "int32", "uint8", "bool"];

/** A shape, the order in which its axes lie in the source, and how far apart those of the target are. */
const cases = fc.record({
  dtype: fc.constantFrom(...DTYPES),
  shape: fc.oneof(
    fc.tuple(fc.integer({ min: 20, max: 150 }), fc.integer({ min: 40, max: 150 })),
    fc.tuple(
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 70 }),
    ),
    fc.tuple(...[1, 2, 3, 4].map(() => fc.integer({ min: 4, max: 12 }))),
  ),
  order: fc.array(fc.nat({ max: 99 }), { minLength: 4, maxLength: 4 }),
  /** The axis that is to be the source's innermost, counted around. */
  inner: fc.nat({ max: 2 }),
  flipped: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  spread: fc.boolean(),
  seed: fc.nat(),
  cuts,
});

Deno.test("a copy by tiles has the elements of the plain copy, in vectors as without", () => {
  let turned = 0;
  fc.assert(
    fc.property(cases, ({ dtype, shape, order, inner, flipped, spread, seed, cuts }) => {
      const rank = shape.length;
      const first = inner % (rank - 1);
      const place = makePlacer();
      fillArea(seed);
      const none = shape.map(() => false);
      const lie = {
        order: order.map((n, i) => i === first ? 100 : n),
        flipped: flipped.map((back, i) => back && i !== first),
        repeated: none,
        gap: 1,
      };
      const source = place(dtype, shape, lie, true);
      const usual = shape.map(() => 0);
      const wide = shape.map((extent, i) => extent + (spread && i === rank - 1 ? 3 : 0));
      const target = place(dtype, wide, { order: usual, flipped: none, repeated: none, gap: 1 }, true);
      const sizes = transposeSizes(shape, source.strides, target.strides);
      if (sizes === null) return;
      turned++;
      const operands = [source.address, target.address];
      const numbers = [...operands, ...transposeNumbers(sizes)];
      const [total] = transposeTiles(sizes);
      const byTiles = (kernel: KernelReference): Uint32Array => areaAfter(kernel, numbers, total, cuts);
      const plain = elementwiseKernel({
        name: "copy",
        expressions: [input(0)],
        inputs: [dtype],
        outputs: [dtype],
        rank,
        steps: ["s", "s"],
      });
      const size = shape.reduce((product, extent) => product * extent, 1);
      const expected = areaAfter(
        plain,
        [...operands, ...shape, ...source.strides, ...target.strides],
        size,
        [],
      );
      assertEquals(firstDifference(byTiles(transposeKernel(dtype, rank - 2)), expected), -1);
      assertEquals(firstDifference(byTiles(simdTransposeKernel(dtype, rank - 2)), expected), -1);
    }),
    { numRuns: 100 },
  );
  assertEquals(turned > 50, true);
});
