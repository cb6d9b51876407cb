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

/** The numbers of a golden tensor; a bool is 0 or 1. */
export function goldenData({ data }: GoldenTensor): number[] {
  return data!.map((value) => Number(value));
}

/** A golden tensor as one of ours. */
export function fromGolden(golden: GoldenTensor): Tensor {
  return tensor(goldenData(golden), { dtype: golden.dtype, shape: golden.shape });
}
