/**
 * Launching kernels at once: the argument block is written into the heap and the pool runs the units.
 *
 * @module
 */
import { type DType, itemSize } from "../dtype.ts";
import type { KernelReference } from "../kernels/kernel.ts";
import { ARGUMENTS, CELLS, views } from "./heap.ts";
import { run } from "./run.ts";

/** What a launch needs of an operand. */
export interface Addressed {
  readonly dtype: DType;
  readonly offset: number;
  readonly storage: { readonly address: number };
}

/** Where an operand's first element lies, counted in elements of its dtype. */
export function elementAddress(operand: Addressed): number {
  return operand.storage.address / itemSize(operand.dtype) + operand.offset;
}

/** Runs a kernel with the addresses of its operands and then `numbers` as arguments. */
export function launchNow(
  kernel: KernelReference,
  operands: readonly Addressed[],
  numbers: readonly number[],
  total: number,
  grain: number,
): void {
  if (total === 0) return;
  const block = views().float64;
  let at = ARGUMENTS;
  for (let i = 0; i < operands.length; i++) block[at++] = elementAddress(operands[i]);
  for (let i = 0; i < numbers.length; i++) block[at++] = numbers[i];
  run(kernel, ARGUMENTS, total, grain);
}

/** Memory for one scalar of any dtype, valid until the next launch. */
export const cells: readonly { readonly address: number }[] = Array.from(
  { length: 32 },
  (_, i) => ({ address: CELLS + 64 * i }),
);
