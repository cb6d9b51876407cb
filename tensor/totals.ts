/**
 * How a loop over elements is carried out together with reductions of all of them.
 *
 * @module
 */
import { totalsLoopOf } from "./kernel_choice.ts";
import { type Expression, input } from "./kernels/expression.ts";
import type { Reduction } from "./kernels/reduce_form.ts";
import { TOTALS_CHUNK } from "./kernels/simd/loop_totals.ts";
import type { Machine, Operand } from "./machine.ts";
import { launchReduction } from "./reduction.ts";
import { isScalar } from "./merge_axes.ts";
import { equalShapes, isContiguous, type Shape, sizeOf } from "./shape.ts";

/** A reduction over all elements of a loop. */
export interface Total {
  /** What elements are combined to. */
  readonly reduction: Reduction;
  /** What is reduced, from the loop's inputs. */
  readonly expression: Expression;
}

/** A loop, and what is combined in it. */
export interface LoopWithTotals {
  /** A name for the expressions and the totals; the same name always means the same. */
  readonly name: string;
  /** One for each output. */
  readonly expressions: readonly Expression[];
  /** Those of the reductions. */
  readonly totals: readonly Total[];
}

/**
 * Launches a loop over the elements of `shape` with its totals, which are float32 and have a `result` each; false where
 * that is not possible: operands that are neither contiguous nor scalars, and expressions that vectors do not cover.
 */
export function launchTotals(
  { name, expressions, totals }: LoopWithTotals,
  shape: Shape,
  inputs: readonly Operand[],
  outputs: readonly Operand[],
  results: readonly Operand[],
  machine: Machine,
): boolean {
  const scalar = inputs.map(isScalar);
  const fits = inputs.every((x, i) =>
    scalar[i] || (equalShapes(x.shape, shape) && isContiguous(x.shape, x.strides))
  );
  const length = sizeOf(shape);
  if (!fits || length === 0 || length > 2 ** 28) return false;
  const chunks = Math.ceil(length / TOTALS_CHUNK);
  const partials = totals.map(({ reduction }) =>
    chunks > 1 && (reduction === "sum" || reduction === "prod") ? "float64" as const : "float32" as const
  );
  const kernel = totalsLoopOf({
    name,
    expressions,
    totals,
    inputs: inputs.map((x) => x.dtype),
    scalar,
    outputs: outputs.map((x) => x.dtype),
    partials,
  });
  if (kernel === null) return false;
  const parts = chunks > 1 ? partials.map((dtype) => machine.temporary(dtype, [chunks])) : results;
  machine.launch(kernel, [...inputs, ...outputs, ...parts], [length], chunks, 1);
  if (chunks === 1) return true;
  totals.forEach(({ reduction }, i) => {
    const combination = { name: "input", reduction, expression: input(0), inputs: [parts[i]], axes: [0] };
    launchReduction(combination, [chunks], results[i], machine);
  });
  return true;
}
