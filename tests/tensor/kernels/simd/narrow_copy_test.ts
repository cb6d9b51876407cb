import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { type DType, itemSize } from "../../../../tensor/dtype.ts";
import { elementwiseKernel } from "../../../../tensor/kernels/elementwise.ts";
import { input } from "../../../../tensor/kernels/expression.ts";
import { narrowCopy, narrowNumbers, narrowUnits } from "../../../../tensor/kernels/narrow_copy.ts";
import { simdNarrowCopyKernel } from "../../../../tensor/kernels/simd/narrow_copy.ts";
import { cuts } from "../launch.ts";
import { AREA_START, areaAfter, fillArea, firstDifference } from "./memory.ts";

const cases = fc.record({
  dtype: fc.constantFrom<DType>("float32", "float64", "uint8", "int32"),
  kind: fc.constantFrom("rows", "join", "repeat", "split", "matrices"),
  columns: fc.integer({ min: 2, max: 8 }),
  few: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 17 })),
  length: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1000, max: 2100 })),
  outer: fc.integer({ min: 1, max: 30 }),
  gap: fc.integer({ min: 0, max: 2 }),
  flipped: fc.boolean(),
  seed: fc.nat(),
  cuts,
});

Deno.test("a copy of few elements at a time has the elements of the plain copy", () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(cases, ({ dtype, kind, columns, few, length, outer, gap, flipped, seed, cuts }) => {
      const lines = Math.max(1, Math.min(outer, Math.floor(9000 / (few * length))));
      const matrices = Math.max(1, Math.min(length, Math.floor(30_000 / (few * columns + gap))));
      fillArea(seed);
      const wide = few + gap;
      // The outer axis, then the two others in the order of the target.
      const [shape, from, to] = {
        rows: [[lines, length, few], [length * wide, wide, 1], [length * few, few, 1]],
        join: [[lines, length, few], [few * (length + gap), 1, length + gap], [length * wide, few, 1]],
        repeat: [[lines, length, few], [length, 1, 0], [length * few, few, 1]],
        matrices: [
          [matrices, few, columns],
          [few * columns + gap, 1, few],
          [few * columns + gap, columns, 1],
        ],
        split: [[lines, few, length], [length * few, 1, few], [few * (length + gap), length + gap, 1]],
      }[kind];
      const bytes = itemSize(dtype);
      const copy = narrowCopy(shape, from, to, bytes);
      if (copy === null) return;
      kinds.add(copy.kind);
      const source = AREA_START / bytes + 64;
      const strides = flipped ? from.with(0, -from[0]) : from;
      const operands = [
        source + (flipped ? (shape[0] - 1) * from[0] : 0),
        (AREA_START + (3 << 16) * 2) / bytes,
      ];
      const turned = narrowCopy(shape, strides, to, bytes)!;
      const kernel = simdNarrowCopyKernel(turned, bytes);
      const [units] = narrowUnits(turned);
      const plain = elementwiseKernel({
        name: "copy",
        expressions: [input(0)],
        inputs: [dtype],
        outputs: [dtype],
        rank: 3,
        steps: ["s", "s"],
      });
      const expected = areaAfter(
        plain,
        [...operands, ...shape, ...strides, ...to],
        shape[0] * shape[1] * shape[2],
        [],
      );
      const actual = areaAfter(kernel, [...operands, ...narrowNumbers(turned)], units, cuts);
      assertEquals(firstDifference(actual, expected), -1);
    }),
    { numRuns: 300 },
  );
  assertEquals([...kinds].sort(), ["join", "matrices", "rows", "split"]);
});
