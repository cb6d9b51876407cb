/**
 * How reductions are carried out, over one tensor or over an expression of several.
 *
 * @module
 */
import { isFloating } from "./dtype.ts";
import { alongMemory, copyInto } from "./launch_elementwise.ts";
import { isNear, isStrideOfWords, type Step, stepOf } from "./kernels/elementwise_form.ts";
import { costOf, type Expression, input, typeOf } from "./kernels/expression.ts";
import { type ChunkRange, growing } from "./kernels/plan.ts";
import { reducingLoopOf, runsLoopOf, vectorMode } from "./kernel_choice.ts";
import type { Reduction } from "./kernels/reduce_form.ts";
import { vectorsOfPeriod } from "./kernels/simd/reduce_runs.ts";
import { transposeSizes } from "./kernels/transpose.ts";
import type { Machine, Operand } from "./machine.ts";
import { axesOf, byReach, innermost, isBeside, mergeAxes, type MergedAxes } from "./merge_axes.ts";
import { asNeighbours } from "./operand.ts";
import { broadcastStrides, contiguousStrides, type Shape, sizeOf } from "./shape.ts";
import { isLarge, timesWithin, widened } from "./widened.ts";

/** Reduced elements for each output from which a chunk of its own pays, and the size of a chunk. */
const CHUNK = 16384;

/** Outputs up to which chunks are cut, of rows, and of columns, of which some neighbours are computed together. */
const [ROWS, COLUMNS] = [63, 256];

/** Elements of the columns of a chunk. */
const BLOCK = 8 * CHUNK;

/** Most elements of columns that loops are made for, and of rows. */
const [SHORT, SHORT_ROWS] = [64, 128];

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

/** Most columns of which vectors along the rows are read as quickly, one element at a time. */
const NARROW = 4;

/**
 * The steps of inputs along the innermost axis that stays and along the innermost one that is reduced, and whether
 * neighbouring outputs are of what vectors are read along. Words with a stride are read so along one of the two.
 */
function stepsOf(
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

/** Most columns, and operations of the vectors after which lanes are of the same ones again, which are written out. */
const [MOST_COLUMNS, MOST_OPERATIONS] = [32, 64];

/** Vectors from which matrices need twice as many elements. */
const SEVERAL = 5;

/**
 * Reduces few columns of many matrices whose rows follow each other, along these as they lie; false where it does not
 * pay. Strict sums have an order of their own.
 */
function launchRuns(
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
  if (!isSmall || rows * columns < least || matrices <= ROWS) return false;
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

/** The same for matrices beside each other, each of which is one input of rows that lie after each other. */
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

/** Elements from which they are read from beyond the caches, and then how many columns of a row go along together. */
const [FAR, FAR_COLUMNS] = [1 << 22, 2048];

/** Operations of a chunk. */
const OPERATIONS: ChunkRange = { least: 1 << 15, most: 1 << 17, parts: 8 };

function launchPass(
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
