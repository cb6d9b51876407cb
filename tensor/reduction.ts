/**
 * How reductions are carried out, over one tensor or over an expression of several.
 *
 * @module
 */
import { isFloating } from "./dtype.ts";
import { vectorMode } from "./kernel_choice.ts";
import { isStrideOfWords, stepOf } from "./kernels/elementwise_form.ts";
import { input, typeOf } from "./kernels/expression.ts";
import { transposeSizes } from "./kernels/transpose.ts";
import { alongMemory, copyInto } from "./launch_elementwise.ts";
import type { Machine, Operand } from "./machine.ts";
import { axesOf, byReach, innermost, isBeside, mergeAxes, type MergedAxes } from "./merge_axes.ts";
import { asNeighbours } from "./operand.ts";
import { COLUMNS, launchPass, type ReductionWork, stepsOf } from "./reduction_pass.ts";
import { launchRuns } from "./reduction_runs.ts";
import { broadcastStrides, contiguousStrides, type Shape, sizeOf } from "./shape.ts";
import { isLarge, timesWithin, widened } from "./widened.ts";

/** Reduced elements for each output from which a chunk of its own pays, and the size of a chunk. */
const CHUNK = 16384;

/** Rows of which chunks are cut where they are no more. */
const ROWS = 63;

/** Elements of the columns of a chunk. */
const BLOCK = 8 * CHUNK;

/** Reduces an expression over some axes of `shape` into a contiguous output. */
export function launchReduction(work: ReductionWork, shape: Shape, output: Operand, machine: Machine): void {
  const { axes } = work;
  const inputs = alike(work, shape, machine).map((x) =>
    isReadWithStride(x, axes, shape.length) ? x : asNeighbours(x, machine)
  );
  const strides = inputs.map((x) => broadcastStrides(x.shape, x.strides, shape));
  const kept = axesOf(shape, strides, (axis) => !axes.includes(axis));
  // As they lie in memory, so that neighbours are read after each other.
  const reduced = axesOf(shape, strides, (axis) => axes.includes(axis), byReach(strides));
  if (reduced.shape.length === 0) {
    reduced.shape.push(1);
    for (const list of reduced.strides) list.push(0);
  }
  if (launchWidened({ ...work, inputs }, kept, reduced, output, machine)) return;
  if (launchRuns({ ...work, inputs }, kept, reduced, output, machine)) return;
  if (launchWidenedMatrices({ ...work, inputs }, kept, reduced, output, machine)) return;
  if (launchApart({ ...work, inputs }, shape, strides, reduced, output, machine)) return;
  const outputs = sizeOf(output.shape);
  const inner = sizeOf(reduced.shape.slice(1));
  const columns = stepsOf(inputs, kept, reduced).beside;
  const each = columns ? Math.min(CHUNK, BLOCK / Math.max(1, outputs)) : CHUNK;
  const chunk = Math.max(1, Math.floor(each / Math.max(1, inner)));
  const chunks = outputs <= (columns ? COLUMNS : ROWS) ? Math.ceil(reduced.shape[0] / chunk) : 1;
  if (chunks <= 1) {
    return launchPass({ ...work, inputs }, output, kept, reduced, reduced.shape[0], 1, machine);
  }
  const partial = partialOf(work, chunks, output, machine);
  launchPass({ ...work, inputs }, partial, kept, reduced, chunk, chunks, machine);
  launchCombination(work, partial, output, machine);
}

/** Columns below which they are added up as quickly where they lie apart. */
const FEW_COLUMNS = 12;

/** Inputs of which some lie as transposes of others, all with their axes in order, so that vectors go along each of them. */
function alike({ inputs, axes }: ReductionWork, shape: Shape, machine: Machine): readonly Operand[] {
  const last = shape.length - 1;
  if (inputs.length < 2 || (shape[last] < FEW_COLUMNS && !axes.includes(last))) return inputs;
  const { shape: extents, strides } = mergeAxes(
    shape,
    inputs.map((x) => broadcastStrides(x.shape, x.strides, shape)),
  );
  const areTurned = strides.some((from) =>
    strides.some((to) => (transposeSizes(extents, from, to)?.targetStride ?? 0) !== 0)
  );
  return areTurned ? inputs.map((x) => alongMemory(x, machine)) : inputs;
}

/** Elements along the innermost axes from which words with a stride are read where they are. */
const LONG = 16;

/** Whether reductions read vectors of an input where it is, although no neighbours of it are neighbours in memory. */
function isReadWithStride(x: Operand, axes: readonly number[], rank: number): boolean {
  if (vectorMode() === null) return false;
  const { shape, strides, dtype } = x;
  const isReduced = (axis: number): boolean => axes.includes(axis + rank - shape.length);
  const order = shape.map((_, axis) => axis).filter((axis) => shape[axis] > 1 && strides[axis] !== 0)
    .sort((a, b) => Math.abs(strides[a]) - Math.abs(strides[b]));
  if (order.length === 0 || !isStrideOfWords(stepOf(strides[order[0]], dtype))) return false;
  let length = 1;
  for (const axis of order) {
    if (strides[axis] !== length * strides[order[0]] || isReduced(axis) !== isReduced(order[0])) break;
    length *= shape[axis];
  }
  return length >= LONG;
}

/** Memory for what some parts of what is reduced come to, with the digits that they need. */
function partialOf(
  { reduction, expression, inputs }: ReductionWork,
  parts: number,
  output: Operand,
  machine: Machine,
): Operand {
  const value = typeOf(expression, inputs.map((x) => x.dtype));
  const precise = isFloating(value) && (reduction === "sum" || reduction === "prod");
  return machine.temporary(precise ? "float64" : output.dtype, [parts, ...output.shape]);
}

/** Combines what the parts of what is reduced came to. */
function launchCombination(work: ReductionWork, partial: Operand, output: Operand, machine: Machine): void {
  const [count] = partial.shape;
  const outputs = sizeOf(output.shape);
  const whole = { shape: [outputs], strides: [[1]] };
  const parts = { shape: [count], strides: [[outputs]] };
  launchPass(combinationOf(work, partial), output, whole, parts, count, 1, machine);
}

/** What combines the parts of what is reduced. */
function combinationOf(work: ReductionWork, partial: Operand): ReductionWork {
  return { ...work, name: "input", expression: input(0), inputs: [partial] };
}

/**
 * Reduces few columns of many rows as several times as many columns, and then what those came to; false where it does not
 * pay. Strict sums have an order of their own.
 */
function launchWidened(
  work: ReductionWork,
  kept: MergedAxes,
  reduced: MergedAxes,
  output: Operand,
  machine: Machine,
): boolean {
  if (vectorMode() !== "relaxed" || kept.shape.length !== 1 || reduced.shape.length !== 1) return false;
  const [columns] = kept.shape;
  const strides = work.inputs.map((_, i) => [reduced.strides[i][0], kept.strides[i][0]] as const);
  const matrix = widened(work.inputs, reduced.shape[0], columns, strides, machine);
  if (matrix === null) return false;
  const { times, rows, wide, rest } = matrix;
  const left = reduced.shape[0] - times * rows;
  const partial = partialOf(work, times + (left > 0 ? 1 : 0), { ...output, shape: [columns] }, machine);
  const parts = { ...partial, shape: [times * columns], strides: [1] };
  launchReduction({ ...work, inputs: wide, axes: [0] }, [rows, times * columns], parts, machine);
  if (left > 0) {
    const last = { ...partial, shape: [columns], strides: [1], offset: partial.offset + times * columns };
    launchReduction({ ...work, inputs: rest, axes: [0] }, [left, columns], last, machine);
  }
  launchCombination(work, partial, output, machine);
  return true;
}

/** The same for few columns of many matrices, each of which is one input of rows that lie after each other. */
function launchWidenedMatrices(
  work: ReductionWork,
  kept: MergedAxes,
  reduced: MergedAxes,
  output: Operand,
  machine: Machine,
): boolean {
  if (vectorMode() !== "relaxed" || kept.shape.length !== 2 || reduced.shape.length !== 1) return false;
  const [[matrices, columns], [rows]] = [kept.shape, reduced.shape];
  const times = isLarge(matrices * rows * columns) ? timesWithin(rows, columns) : 1;
  const follow = work.inputs.every((_, i) => kept.strides[i][1] === 1 && reduced.strides[i][0] === columns);
  if (times === 1 || !follow) return false;
  const partial = partialOf(work, matrices, { ...output, shape: [times, columns] }, machine);
  const shape = [matrices, rows / times, times * columns];
  const inputs = work.inputs.map((x, i) => ({
    ...x,
    shape,
    strides: [kept.strides[i][0], times * columns, 1],
  }));
  const parts = { ...partial, shape: [matrices, times * columns], strides: [times * columns, 1] };
  launchReduction({ ...work, inputs, axes: [1] }, shape, parts, machine);
  launchReduction({ ...combinationOf(work, partial), axes: [1] }, partial.shape, output, machine);
  return true;
}

/** Most neighbours that stay at first, and how many times as many lie together then at least. */
const [FEW, TIMES] = [32, 4];

/** Elements in all from which it pays. */
const MANY = 1 << 13;

/**
 * Reduces few neighbours of several places: the places first, with all that lies between beside each other, and then
 * the neighbours of what those came to; false where it does not pay. Strict sums have an order of their own.
 */
function launchApart(
  work: ReductionWork,
  shape: Shape,
  strides: readonly (readonly number[])[],
  reduced: MergedAxes,
  output: Operand,
  machine: Machine,
): boolean {
  const few = reduced.shape.at(-1)!;
  const places = sizeOf(reduced.shape.slice(0, -1));
  const near = (list: readonly number[]): boolean => list.at(-1) === 1 || list.at(-1) === 0;
  const pays = few <= FEW && places >= Math.max(4, few / 2) && sizeOf(shape) >= MANY;
  if (vectorMode() !== "relaxed" || !pays || !reduced.strides.every(near)) return false;
  const axes = innermost(shape, strides, work.axes, few);
  const first = work.axes.filter((axis) => !axes.includes(axis));
  const ones = shape.map((extent, axis) => first.includes(axis) ? 1 : extent);
  // What is the same at every place is spread over the neighbours, so that they lie together.
  const spread = strides.map((list) =>
    first.every((axis) => list[axis] === 0) && ones.some((extent, axis) => extent > 1 && list[axis] !== 0)
  );
  const together = strides.map((list, i) => spread[i] ? contiguousStrides(ones) : list);
  const beside = axesOf(shape, together, (axis) => !first.includes(axis));
  if (!isBeside(beside) || beside.shape.at(-1)! < TIMES * few) return false;
  const inputs = work.inputs.map((x, i) => {
    if (!spread[i]) return x;
    const copy = machine.temporary(x.dtype, ones);
    copyInto({ ...x, shape: ones, strides: strides[i] }, copy, machine);
    return copy;
  });
  const left = shape.filter((_, axis) => !first.includes(axis));
  const partial = partialOf(work, 1, { ...output, shape: left }, machine);
  const sums = { ...partial, shape: left, strides: partial.strides.slice(1) };
  launchReduction({ ...work, inputs, axes: first }, shape, sums, machine);
  const last = axes.map((axis) => axis - first.filter((other) => other < axis).length);
  launchReduction({ ...combinationOf(work, sums), axes: last }, left, output, machine);
  return true;
}
