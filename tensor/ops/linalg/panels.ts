/**
 * Right sides of a few large systems in panels.
 *
 * @module
 */
import { vectorMode } from "../../kernel_choice.ts";
import { matrixKernel } from "../../kernels/linalg/matrix_kernel.ts";
import { factorsLoop, panelsLoop, trianglesLoop } from "../../kernels/linalg/panels.ts";
import type { FloatingDType } from "../../kernels/plan.ts";
import type { Machine, Operand } from "../../machine.ts";
import { contiguousOperand } from "../../operand.ts";
import { sizeOf } from "../../shape.ts";
import { rowStep } from "./matrix.ts";

/** Panels of right sides, and the least columns of one. */
const [PANELS, NARROWEST] = [4, 64];

/** From so many matrices on each is left to one thread, which keeps them in its cache. */
const MANY = 8;

/** Unknowns from which panels pay. */
const LARGE = 64;

/** Whether right sides of this shape are solved in panels. */
export function hasPanels(shape: readonly number[]): boolean {
  const [n, k] = shape.slice(-2);
  return n >= LARGE && k >= 2 * NARROWEST && sizeOf(shape.slice(0, -2)) < MANY;
}

/** Which triangles are solved, the lower one first, and whether the diagonals count as ones. */
export interface Solved {
  readonly lower: { readonly unit: boolean } | null;
  readonly upper: { readonly unit: boolean } | null;
}

/** Launches `a x = b`, by factors of a where both triangles are solved. */
export function launchPanels(
  machine: Machine,
  [a, b, x]: readonly [Operand, Operand, Operand],
  { lower, upper }: Solved,
): void {
  const [n, k] = b.shape.slice(-2);
  const count = sizeOf(b.shape.slice(0, -2));
  const step = rowStep(n);
  const panel = Math.max(NARROWEST, 8 * Math.ceil(k / (8 * PANELS)));
  const width = rowStep(panel);
  const units = count * Math.ceil(k / panel);
  const factored = machine.temporary("float64", [count, n * (step + 2)]);
  const area = machine.temporary("float64", [units, n * width]);
  const dtype = b.dtype as FloatingDType;
  const isFactored = lower !== null && upper !== null;
  machine.launch(
    isFactored
      ? matrixKernel("factors", dtype, factorsLoop, vectorMode())
      : matrixKernel("triangles", dtype, trianglesLoop),
    [contiguousOperand(a, machine), factored],
    [n, step, lower === null ? 0 : 1],
    isFactored ? count : count * n,
    isFactored ? 1 : Math.ceil(n / 8),
  );
  const flags = [lower, upper].flatMap((side) => [side === null ? 0 : 1, side?.unit === true ? 1 : 0]);
  machine.launch(
    matrixKernel("panels", dtype, panelsLoop, vectorMode()),
    [contiguousOperand(b, machine), x, factored, area],
    [n, k, step, panel, width, ...flags],
    units,
    1,
  );
}
