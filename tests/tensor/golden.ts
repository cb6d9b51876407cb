/**
 * Tensors as the golden files write them.
 *
 * @module
 */
import type { DType } from "../../tensor/dtype.ts";
import { tensor } from "../../tensor/ops/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** A tensor of a golden file; `head`, `tail` and sums stand for the elements of a long one. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data?: readonly (number | string | boolean)[];
  readonly head?: readonly number[];
  readonly tail?: readonly number[];
  readonly xor?: number;
  readonly sum?: number;
  readonly mean64?: number;
}

/** The cases of a file in the folder of golden numbers. */
export function readCases<T>(name: string): readonly T[] {
  const file = new URL(`../golden/${name}`, import.meta.url);
  return (JSON.parse(Deno.readTextFileSync(file)) as { readonly cases: readonly T[] }).cases;
}

/** The numbers of a golden tensor; a bool is 0 or 1. */
export function goldenData({ data }: GoldenTensor): number[] {
  return data!.map((value) => Number(value));
}

/** A golden tensor as one of ours. */
export function fromGolden(golden: GoldenTensor): Tensor {
  return tensor(goldenData(golden), { dtype: golden.dtype, shape: golden.shape });
}

/** Throws unless each number is within a tolerance of its counterpart, relative to it or absolute; NaN matches NaN. */
export function assertNumbersClose(
  actual: ArrayLike<number>,
  expected: readonly number[],
  tolerance: number,
): void {
  if (actual.length !== expected.length) {
    throw new Error(`Expected ${expected.length} numbers but got ${actual.length}`);
  }
  expected.forEach((wanted, i) => {
    const given = actual[i];
    if (Object.is(given, wanted) || given === wanted) return;
    if (!(Math.abs(given - wanted) <= tolerance * Math.max(1, Math.abs(wanted)))) {
      throw new Error(`Expected ${wanted} at ${i} but got ${given}`);
    }
  });
}
