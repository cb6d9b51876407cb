/**
 * How loops over elements are carried out, over tensors of any layout.
 *
 * @module
 */
import { itemSize } from "./dtype.ts";
import { grainOf, leastGrain } from "./elementwise_grain.ts";
import { loopOf, narrowCopyLoopOf, transposingLoopOf } from "./kernel_choice.ts";
import { stepsOf } from "./kernels/elementwise_form.ts";
import { costOf, type Expression, input } from "./kernels/expression.ts";
import { narrowCopy, narrowNumbers, narrowUnits } from "./kernels/narrow_copy.ts";
import { transposeNumbers, transposeSizes, transposeTiles } from "./kernels/transpose.ts";
import type { Machine, Operand } from "./machine.ts";
import { mergeAxes } from "./merge_axes.ts";
import { broadcastStrides, contiguousStrides, sizeOf } from "./shape.ts";
import { wordsOf } from "./words_of.ts";

/**
 * Runs a loop over the elements of `outputs`, all of one shape and of any layout, computing `expressions` from
 * inputs that broadcast to that shape. The same `name` must always mean the same expressions.
 */
export function launchElementwise(
  name: string,
  expressions: readonly Expression[],
  inputs: readonly Operand[],
  outputs: readonly Operand[],
  machine: Machine,
): void {
  const { shape } = outputs[0];
  const operands = [...inputs, ...outputs];
  const { shape: extents, strides } = mergeAxes(
    shape,
    operands.map((operand) => broadcastStrides(operand.shape, operand.strides, shape)),
  );
  if (expressions[0] === COPY && launchNarrowCopy(extents, strides, operands, machine)) return;
  if (strides.some((list) => transposeSizes(extents, list, strides[inputs.length]) !== null)) {
    if (expressions[0] === COPY && launchTranspose(inputs[0], outputs[0], machine)) return;
    const along = expressions[0] === COPY ? inputs : inputs.map((x) => alongMemory(x, machine));
    if (along.some((x, i) => x !== inputs[i])) {
      return launchElementwise(name, expressions, along, outputs, machine);
    }
  }
  const spread = spreadInputs(inputs, extents, strides, machine);
  if (spread !== null) {
    const targets = outputs.map((x, i) => ({ ...x, shape: extents, strides: strides[inputs.length + i] }));
    return launchElementwise(name, expressions, spread, targets, machine);
  }
  if (extents.length === 0) {
    extents.push(1);
    strides.forEach((list) => list.push(1));
  }
  const rank = extents.length;
  const isLong = rank === 1 || extents[rank - 1] >= longRow(expressions);
  const dtypes = operands.map((operand) => operand.dtype);
  const steps = stepsOf(strides.map((list) => list[rank - 1]), dtypes, inputs.length, isLong);
  const kernel = loopOf({
    name,
    expressions,
    inputs: inputs.map((x) => x.dtype),
    outputs: outputs.map((x) => x.dtype),
    rank,
    steps,
  });
  const flat = rank === 1 && !steps.includes("s");
  const numbers = flat ? [] : [...extents, ...strides.flat()];
  const total = sizeOf(shape);
  machine.launch(kernel, operands, numbers, total, grainOf(total, leastGrain(expressions)));
}

/** Elements of a row from which every second element is read where it is: the least, the most, and for each operation. */
const LONG = { least: 12, most: 128, each: 5 };

/** The same for these expressions. */
function longRow(expressions: readonly Expression[]): number {
  const cost = expressions.reduce((sum, expression) => sum + costOf(expression), 0);
  return Math.min(LONG.most, Math.max(LONG.least, LONG.each * cost));
}

/** Elements along the innermost axis below which what is one number for all of them is spread, and how many times as many come of it. */
const [NARROW, TIMES] = [64, 4];

/** Elements in all from which it pays. */
const MANY = 2048;

/**
 * Inputs of which those that have one number for each few neighbours are copied for each of them, so that longer runs of
 * all inputs are neighbours, as those of every position are where channels come last in groups; null where that does
 * not pay.
 */
function spreadInputs(
  inputs: readonly Operand[],
  extents: readonly number[],
  strides: readonly (readonly number[])[],
  machine: Machine,
): readonly Operand[] | null {
  const last = extents.length - 1;
  if (last < 1 || extents[last] >= NARROW || sizeOf(extents) < MANY) return null;
  const shapes = inputs.map(({ dtype }, i) => {
    const repeats = strides[i][last] === 0 && strides[i].some((stride) => stride !== 0) && dtype !== "key";
    return repeats ? extents.map((extent, axis) => axis < last && strides[i][axis] === 0 ? 1 : extent) : null;
  });
  const copied = shapes.reduce((sum, shape) => sum + (shape === null ? 0 : sizeOf(shape)), 0);
  if (copied === 0 || copied > sizeOf(extents) / TIMES) return null;
  const after = strides.map((list, i) => {
    const shape = shapes[i];
    return shape == null ? list : broadcastStrides(shape, contiguousStrides(shape), extents);
  });
  if (mergeAxes(extents, after).shape.at(-1)! < TIMES * extents[last]) return null;
  return inputs.map((x, i) => {
    const shape = shapes[i];
    if (shape === null) return { ...x, shape: extents, strides: strides[i] };
    const copy = machine.temporary(x.dtype, shape);
    copyInto({ ...x, shape, strides: strides[i] }, copy, machine);
    return copy;
  });
}

/** Copies a few elements at a time; false where they are more, or lie otherwise. */
function launchNarrowCopy(
  shape: readonly number[],
  [source, target]: readonly (readonly number[])[],
  operands: readonly Operand[],
  machine: Machine,
): boolean {
  const bytes = itemSize(operands[0].dtype);
  const copy = narrowCopy(shape, source, target, bytes);
  const kernel = copy === null ? null : narrowCopyLoopOf(copy, bytes);
  if (copy === null || kernel === null) return false;
  const [units, grain] = narrowUnits(copy);
  machine.launch(kernel, operands, narrowNumbers(copy), units, grain);
  return true;
}

/** Copies between layouts whose innermost axes differ. */
function launchTranspose(source: Operand, target: Operand, machine: Machine): boolean {
  const { shape, strides } = mergeAxes(target.shape, [
    broadcastStrides(source.shape, source.strides, target.shape),
    target.strides,
  ]);
  const sizes = transposeSizes(shape, strides[0], strides[1]);
  if (sizes === null) return false;
  const kernel = transposingLoopOf(source.dtype, sizes.outer.length);
  const [tiles, grain] = transposeTiles(sizes);
  machine.launch(kernel, [source, target], transposeNumbers(sizes), tiles, grain);
  return true;
}

/** An operand whose axes do not lie in their order, in that order: a copy, or itself where that does not pay. */
export function alongMemory(x: Operand, machine: Machine): Operand {
  const shape = x.shape.map((extent, axis) => x.strides[axis] === 0 ? 1 : extent);
  const { shape: extents, strides } = mergeAxes(shape, [x.strides, contiguousStrides(shape)]);
  if (transposeSizes(extents, strides[0], strides[1]) === null) return x;
  const target = machine.temporary(x.dtype, shape);
  launchTranspose({ ...x, shape }, target, machine);
  return target;
}

const COPY: Expression = input(0);

/** Fills an operand with zeros. */
export function clear(x: Operand, machine: Machine): void {
  launchElementwise("zero", [{ op: "constant", value: 0 }], [], [x], machine);
}

/** Copies elements between layouts that broadcast, converting nothing; random keys too. */
export function copyInto(source: Operand, target: Operand, machine: Machine): void {
  launchElementwise("copy", [COPY], [wordsOf(source)], [wordsOf(target)], machine);
}
