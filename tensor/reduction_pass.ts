/**
 * How a reduction goes through its operands once.
 *
 * @module
 */
import { reducingLoopOf } from "./kernel_choice.ts";
import { isNear, isStrideOfWords, type Step, stepOf } from "./kernels/elementwise_form.ts";
import { costOf, type Expression } from "./kernels/expression.ts";
import { type ChunkRange, growing } from "./kernels/plan.ts";
import type { Reduction } from "./kernels/reduce_form.ts";
import type { Machine, Operand } from "./machine.ts";
import { isBeside, type MergedAxes } from "./merge_axes.ts";
import { sizeOf } from "./shape.ts";

/** Most elements of columns that loops are made for, and of rows. */
const [SHORT, SHORT_ROWS] = [64, 128];

/** Neighbouring columns that are computed together. */
export const COLUMNS = 256;

/** What is reduced, and how. */
export interface ReductionWork {
  /** A name for the expression; the same name always means the same expression. */
  readonly name: string;
  /** What elements are combined to. */
  readonly reduction: Reduction;
  /** What is reduced, an element of it from an element of each input. */
  readonly expression: Expression;
  /** The inputs, which broadcast to the shape that is reduced. */
  readonly inputs: readonly Operand[];
  /** The axes that are reduced. */
  readonly axes: readonly number[];
}

/** Most columns of which vectors along the rows are read as quickly, one element at a time. */
const NARROW = 4;

/**
 * The steps of inputs along the innermost axis that stays and along the innermost one that is reduced, and whether
 * neighbouring outputs are of what vectors are read along. Words with a stride are read so along one of the two.
 */
export function stepsOf(
  inputs: readonly Operand[],
  kept: MergedAxes,
  reduced: MergedAxes,
): { readonly keptSteps: readonly Step[]; readonly reducedSteps: readonly Step[]; readonly beside: boolean } {
  const along = ({ strides }: MergedAxes): readonly Step[] =>
    strides.map((list, i) => stepOf(list.at(-1) ?? 0, inputs[i].dtype));
  const plain = (steps: readonly Step[]): readonly Step[] =>
    steps.map((step) => isStrideOfWords(step) ? "s" : step);
  const [keptSteps, reducedSteps] = [along(kept), along(reduced)];
  // Rows of which each but those with one number for all columns have their elements far from each other.
  const apart = reducedSteps.includes("s") && (kept.shape.at(-1) ?? 0) > NARROW &&
    keptSteps.some(isNear) && !keptSteps.includes("s") &&
    reducedSteps.every((step, i) => !isNear(step) || keptSteps[i] === "0");
  if (apart) {
    return {
      keptSteps,
      reducedSteps: reducedSteps.map((step) => step === "0" ? "0" : "s"),
      beside: true,
    };
  }
  const inRows = reducedSteps.includes("1") || (!keptSteps.includes("1") && reducedSteps.some(isNear));
  const beside = isBeside(kept) || (!inRows && !keptSteps.includes("s") && keptSteps.some(isNear));
  return inRows
    ? { keptSteps: plain(keptSteps), reducedSteps, beside }
    : { keptSteps, reducedSteps: plain(reducedSteps), beside };
}

/** Elements from which they are read from beyond the caches, and then how many columns of a row go along together. */
const [FAR, FAR_COLUMNS] = [1 << 22, 2048];

/** Operations of a chunk. */
export const OPERATIONS: ChunkRange = { least: 1 << 15, most: 1 << 17, parts: 8 };

/**
 * Launches the loop that reduces the axes of `reduced` in `chunks` chunks, which have an output each for each place of
 * the axes of `kept`.
 */
export function launchPass(
  work: ReductionWork,
  output: Operand,
  kept: MergedAxes,
  reduced: MergedAxes,
  chunk: number,
  chunks: number,
  machine: Machine,
): void {
  const { name, reduction, expression, inputs } = work;
  const { keptSteps, reducedSteps, beside } = stepsOf(inputs, kept, reduced);
  const width = kept.shape[kept.shape.length - 1] ?? 0;
  const narrow = width % 4 !== 0 && width < SHORT;
  const short = reduced.shape.length === 1 && reduced.shape[0] > 0 &&
    reduced.shape[0] <= Math.min(beside ? SHORT : SHORT_ROWS, chunk) &&
    width >= 4;
  const kernel = reducingLoopOf({
    name,
    reduction,
    expression,
    inputs: inputs.map((x) => x.dtype),
    output: output.dtype,
    kept: kept.shape.length,
    reduced: reduced.shape.length,
    keptSteps,
    reducedSteps,
    ...(short ? { extent: reduced.shape[0] } : {}),
    ...(narrow ? { narrow } : {}),
  });
  const outputs = sizeOf(kept.shape);
  const each = Math.min(chunk, reduced.shape[0]) * sizeOf(reduced.shape.slice(1)) *
    (1 + costOf(expression) / 2);
  // Neighbouring outputs may be computed together: every cut has to group them alike.
  const together = beside ? Math.max(1, Math.min(outputs, COLUMNS)) : 1;
  const wanted = growing(each * outputs * chunks, OPERATIONS);
  const size = sizeOf(kept.shape) * sizeOf(reduced.shape);
  const least = together > 1 && size >= FAR ? FAR_COLUMNS / together : 1;
  const grain = together * Math.max(1, Math.round(wanted / Math.max(1, each) / together), Math.ceil(least));
  const strides = inputs.flatMap((_, i) => [...kept.strides[i], ...reduced.strides[i]]);
  const numbers = [outputs, Math.max(1, chunk), ...kept.shape, ...reduced.shape, ...strides];
  machine.launch(kernel, [...inputs, output], numbers, outputs * chunks, grain);
}
