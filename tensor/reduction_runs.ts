/**
 * Reductions of few columns of many matrices, along these as they lie.
 *
 * @module
 */
import { runsLoopOf } from "./kernel_choice.ts";
import type { Step } from "./kernels/elementwise_form.ts";
import { costOf } from "./kernels/expression.ts";
import { growing } from "./kernels/plan.ts";
import { vectorsOfPeriod } from "./kernels/simd/reduce_runs.ts";
import type { Machine, Operand } from "./machine.ts";
import type { MergedAxes } from "./merge_axes.ts";
import { OPERATIONS, type ReductionWork } from "./reduction_pass.ts";
import { sizeOf } from "./shape.ts";

/** Most columns, and operations of the vectors after which lanes are of the same ones again, which are written out. */
const [MOST_COLUMNS, MOST_OPERATIONS] = [32, 64];

/** Matrices that are many. */
const MANY = 64;

/** Vectors from which matrices need twice as many elements. */
const SEVERAL = 5;

/**
 * Reduces few columns of many matrices whose rows follow each other, along these as they lie; false where it does not
 * pay. Strict sums have an order of their own.
 */
export function launchRuns(
  { name, reduction, expression, inputs }: ReductionWork,
  kept: MergedAxes,
  reduced: MergedAxes,
  output: Operand,
  machine: Machine,
): boolean {
  const last = kept.shape.length - 1;
  if (last < 1 || reduced.shape.length !== 1) return false;
  const [columns, rows] = [kept.shape[last], reduced.shape[0]];
  const vectors = vectorsOfPeriod(columns);
  const outer = kept.shape.slice(0, last);
  const matrices = sizeOf(outer);
  const least = (vectors < SEVERAL ? 4 : 8) * vectors;
  const isSmall = columns <= MOST_COLUMNS && vectors * (2 + costOf(expression)) <= MOST_OPERATIONS;
  if (!isSmall || rows * columns < least || matrices < MANY) return false;
  const steps = inputs.map((_, i): Step | null => {
    const [row, column] = [reduced.strides[i][0], kept.strides[i][last]];
    return row === columns && column === 1 ? "1" : row === 0 && column === 0 ? "0" : null;
  });
  const follow = steps.filter((step) => step !== null);
  if (follow.length < steps.length || !follow.includes("1")) return false;
  const kernel = runsLoopOf({
    name,
    reduction,
    expression,
    inputs: inputs.map((x) => x.dtype),
    output: output.dtype,
    kept: last,
    reduced: 1,
    keptSteps: follow,
    reducedSteps: follow,
    columns,
  });
  if (kernel === null) return false;
  const each = rows * columns * (1 + costOf(expression) / 2);
  const grain = Math.max(1, Math.round(growing(each * matrices, OPERATIONS) / each));
  const strides = inputs.flatMap((_, i) => [...kept.strides[i].slice(0, last), ...reduced.strides[i]]);
  machine.launch(kernel, [...inputs, output], [matrices, rows, ...outer, rows, ...strides], matrices, grain);
  return true;
}
