import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { type DType, itemSize } from "../../../../tensor/dtype.ts";
import { gatherKernel, scatterAddKernel } from "../../../../tensor/kernels/gather.ts";
import type { KernelReference } from "../../../../tensor/kernels/kernel.ts";
import { simdGatherKernel } from "../../../../tensor/kernels/simd/gather.ts";
import { simdScatterAddKernel } from "../../../../tensor/kernels/simd/scatter_add.ts";
import { cuts } from "../launch.ts";
import { AREA_START, areaAfter, fillArea, fillBools, firstDifference, views } from "./memory.ts";

const INDICES: readonly DType[] = ["int32", "uint32", "uint8"];
const HALF = 3 << 16;

const positions = fc.record({
  indices: fc.constantFrom(...INDICES),
  extent: fc.integer({ min: 1, max: 30 }),
  list: fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 1, maxLength: 60 }),
  size: fc.oneof(fc.integer({ min: 1, max: 34 }), fc.integer({ min: 1, max: 90 })),
  outer: fc.integer({ min: 1, max: 4 }),
  seed: fc.nat(),
  cuts,
});

/** Writes positions, many of them repeated, negative and outside; the address in elements of their dtype. */
function writePositions(indices: DType, list: readonly number[]): number {
  const byte = AREA_START + HALF;
  const memory = indices === "uint8" ? views.uint8 : indices === "uint32" ? views.uint32 : views.int32;
  memory.set(list, byte / itemSize(indices));
  return byte / itemSize(indices);
}

Deno.test("parts are copied by vectors as by elements, for repeated, negative and outside positions", () => {
  fc.assert(
    fc.property(
      positions,
      fc.constantFrom<DType>("float32", "float64", "int32", "uint32", "uint8", "bool"),
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      ({ indices, extent, list, size, outer, seed, cuts }, dtype, axisLast, flipped, zero) => {
        fillArea(seed);
        const item = itemSize(dtype);
        const source = AREA_START / item + 64;
        if (dtype === "bool") fillBools(AREA_START, HALF);
        const form = {
          dtype,
          indices,
          outer: 1,
          inner: axisLast ? 0 : 1,
          outside: zero ? "zero" : "missing",
        } as const;
        const each = axisLast ? 1 : size;
        // Outer axis, then the axis of the positions, then that of the part.
        const stride = flipped ? -each : each;
        const start = source + (flipped ? (extent - 1) * each : 0);
        const inner = axisLast ? [] : [size, 1];
        const parameters = [
          ...[start, writePositions(indices, list), (AREA_START + 2 * HALF) / item + 3],
          ...[list.length, extent, stride, each, outer, extent * each, ...inner],
        ];
        const run = (kernel: KernelReference): Uint32Array =>
          areaAfter(kernel, parameters, outer * list.length, cuts);
        assertEquals(firstDifference(run(simdGatherKernel(form, each)), run(gatherKernel(form))), -1);
      },
    ),
    { numRuns: 200 },
  );
});

Deno.test("parts are added by vectors as by elements, in the order of their positions", () => {
  fc.assert(
    fc.property(
      positions,
      fc.constantFrom<DType>("float32", "float64", "int32", "uint32"),
      ({ indices, extent, list, size, outer, seed, cuts }, dtype) => {
        fillArea(seed);
        const item = itemSize(dtype);
        const parameters = [
          ...[AREA_START / item + 1, writePositions(indices, list), (AREA_START + 2 * HALF) / item + 1],
          ...[list.length, extent, size],
        ];
        const run = (kernel: KernelReference): Uint32Array =>
          areaAfter(kernel, parameters, outer * size, cuts);
        const difference = firstDifference(
          run(simdScatterAddKernel(dtype, indices, size)),
          run(scatterAddKernel(dtype, indices)),
        );
        assertEquals(difference, -1);
      },
    ),
    { numRuns: 200 },
  );
});
