/**
 * The launch of a planned kernel.
 *
 * @module
 */
import type { KernelPlan } from "./kernels/plan.ts";
import { kernelNamed } from "./kernels/table.ts";
import type { Machine, Operand } from "./machine.ts";

/** Launches a plan on its operands. */
export function launchPlan(
  { kernel, scalars, total, grain }: KernelPlan,
  operands: readonly Operand[],
  machine: Machine,
): void {
  machine.launch(kernelNamed(kernel), operands, scalars, total, grain);
}
