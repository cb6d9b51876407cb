/**
 * Running a SIMD kernel of an expression on plain numbers.
 *
 * @module
 */
import type { Expression } from "../../../../tensor/kernels/expression.ts";
import type { SimdMode } from "../../../../tensor/kernels/simd/arithmetic.ts";
import { simdElementwiseKernel } from "../../../../tensor/kernels/simd/elementwise.ts";
import { AREA_START, views } from "./memory.ts";

/** What the kernel makes of float32 operands, all of one length. */
export function runElementwise(
  name: string,
  expression: Expression,
  operands: readonly ArrayLike<number>[],
  mode: SimdMode,
): Float32Array {
  const { length } = operands[0];
  const form = {
    name,
    expressions: [expression],
    inputs: operands.map(() => "float32" as const),
    outputs: ["float32"] as const,
    rank: 1,
    steps: [...operands, null].map(() => "1" as const),
  };
  const start = AREA_START / 4;
  operands.forEach((values, i) => views.float32.set(values, start + i * length));
  views.float64.set([...operands, null].map((_, i) => start + i * length), 64);
  simdElementwiseKernel(form, mode)!.run(views, 64, 0, length);
  return views.float32.slice(start + operands.length * length, start + (operands.length + 1) * length);
}
