/**
 * How loops over rows are carried out, over tensors of any layout.
 *
 * @module
 */
import type { DType } from "./dtype.ts";
import { copyInto } from "./launch_elementwise.ts";
import { mergeAxes } from "./merge_axes.ts";
import { rowVectorsOf, vectorMode } from "./kernel_choice.ts";
import { isStrideOfWords, type Step, stepOf } from "./kernels/elementwise_form.ts";
import { costOf } from "./kernels/expression.ts";
import { keptRows, type RowForm } from "./kernels/row_form.ts";
import type { KernelReference } from "./kernels/kernel.ts";
import { type ChunkRange, growing } from "./kernels/plan.ts";
import { rowKernel } from "./kernels/rows.ts";
import { goTogether } from "./kernels/simd/rows_together.ts";
import { MOST_ELEMENTS } from "./kernels/simd/rows_unrolled.ts";
import type { Machine, Operand } from "./machine.ts";
import { permuted } from "./operand.ts";
import { broadcastStrides, contiguousStrides, isContiguous, type Shape, sizeOf } from "./shape.ts";

/** Elements of the rows of a chunk; fewer where they cost much. */
const ELEMENTS: ChunkRange = { least: 8192, most: 65_536, parts: 16 };

/** Neighbouring rows that go along together, and how many where those do not fit into the nearer caches. */
const [TOGETHER, FAR_TOGETHER] = [128, 512];

/** Rows that follow each other evenly from which short ones of them go along together. */
const RUN = 4;

/** Elements of some lines of the caches, so that threads do not write into the same ones. */
const LINES = 32;

/** Elements of a row up to which some neighbours fit. */
const NEAR = 2048;

/** Rows of a form over operands. */
export interface RowWork {
  /** What is computed. */
  readonly form: RowForm;
  /** The shape that rows are cut from. */
  readonly shape: Shape;
  /** The axes that rows run along; as one, they have to be an axis that every operand steps through evenly. */
  readonly axes: readonly number[];
  /** The inputs, which broadcast to the shape. */
  readonly inputs: readonly Operand[];
  /** The outputs, of that shape or, where there is one number for a row, of the other axes alone. */
  readonly outputs: readonly Operand[];
}

/** How the operands lie over the axes of the rows and along them. */
interface Lie {
  readonly along: boolean;
  readonly length: number;
  readonly extents: readonly number[];
  /** For each operand its strides over the axes of the rows. */
  readonly strides: readonly (readonly number[])[];
  /** For each operand its stride along a row. */
  readonly steps: readonly number[];
}

/**
 * Launches the loop of a form. Inputs that a loop cannot walk along are copied first if `copies` says so; without it,
 * and where a copy would not help, nothing is launched and the result is false.
 */
export function launchRows(work: RowWork, machine: Machine, copies: boolean): boolean {
  const { form, outputs } = work;
  // Vectors begin with what a row has.
  const vectors = vectorMode() !== null && sizeOf(work.shape) > 0 &&
    [...form.inputs, ...outputs.map((x) => x.dtype)].every(isNarrow);
  // Reductions add in an order that the layout decides.
  const bound = vectors || form.steps.some(({ op }) => op === "reduce");
  const fits = (inputs: readonly Operand[]): boolean => {
    const lie = lieOf(work, inputs, []);
    return lie !== null && (!bound || isWalkable(lie, work));
  };
  let { inputs } = work;
  if (!fits(inputs)) {
    if (!copies || !fits(inputs.map(copied))) return false;
    inputs = inputs.map((x) => copyOf(x, machine));
  }
  if (vectors && copies && launchTurned({ ...work, inputs }, machine)) return true;
  if (vectors && launchVectors(work, inputs, machine)) return true;
  launchPlain(work, inputs, machine);
  return true;
}

/** Neighbouring rows up to which they are turned; and elements of them all, where rows are written and where they are not. */
const [FEW, FEW_WRITTEN, FEW_READ] = [3, 21, 32];

/** Most operands that are turned: each takes about as long as the rows do. */
const MOST_TURNED = 2;

/** Elements from which it pays. */
const MANY = 1024;

/**
 * Turns operands of which few rows are neighbours, so that neighbours are of one row, and the outputs back; false where
 * it does not pay. Sums along rows have another order, which strict arithmetic does not allow.
 */
function launchTurned(work: RowWork, machine: Machine): boolean {
  const { form, shape, axes, inputs, outputs } = work;
  if (vectorMode() !== "relaxed" || sizeOf(shape) < MANY) return false;
  const lie = lieOf(work, inputs, [])!;
  const neighbours = lie.extents.at(-1) ?? 1;
  const written = form.outputs.filter(({ whole }) => whole).length;
  const fits = neighbours <= FEW || neighbours * lie.length <= (written > 0 ? FEW_WRITTEN : FEW_READ);
  if (lie.along || lie.length === 1 || !fits || inputs.length + written > MOST_TURNED) return false;
  const others = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...others, ...axes];
  const extents = order.map((axis) => shape[axis]);
  const ordered = (x: Operand): Operand => {
    return permuted({ ...x, shape, strides: broadcastStrides(x.shape, x.strides, shape) }, order);
  };
  const laid = outputs.map((x, i) =>
    form.outputs[i].whole ? { ...x, shape: extents, strides: contiguousStrides(extents) } : x
  );
  const last = order.map((_, i) => i).slice(others.length);
  const made: RowWork = { form, shape: extents, axes: last, inputs: inputs.map(ordered), outputs: laid };
  // What is the same for all neighbours lies across them in any order.
  if (lieOf(made, made.inputs.map(copied), [])?.along !== true) return false;
  const targets = laid.map((x, i) => form.outputs[i].whole ? machine.temporary(x.dtype, extents) : x);
  const turned = { ...made, inputs: made.inputs.map((x) => copyOf(x, machine)), outputs: targets };
  if (!launchVectors(turned, turned.inputs, machine)) launchPlain(turned, turned.inputs, machine);
  outputs.forEach((x, i) => {
    if (!form.outputs[i].whole) return;
    copyInto(permuted(targets[i], shape.map((_, axis) => order.indexOf(axis))), x, machine);
  });
  return true;
}

/** Launches the loop of a form without vectors. */
function launchPlain(work: RowWork, inputs: readonly Operand[], machine: Machine): void {
  const lie = lieOf(work, inputs, [])!;
  const kernel = rowKernel(work.form, lie.along, lie.extents.length);
  launch(work, kernel, lie, [...inputs, ...work.outputs], machine);
}

/** Launches the vector loop of a form, with memory for what it keeps; false where there is none. */
function launchVectors(work: RowWork, inputs: readonly Operand[], machine: Machine): boolean {
  const { form, shape, outputs } = work;
  // An output of the same size is written last, so what is kept may lie there until then.
  const free = form.outputs.flatMap(({ whole, dtype }, i) => whole && dtype === "float32" ? [i] : []);
  const more = Math.max(0, keptRows(form) - free.length);
  const lie = lieWithKept(work, inputs, more);
  const steps = inputs.map(({ dtype }, i): Step => {
    const step = stepOf(lie.along ? lie.steps[i] : lie.strides[i].at(-1)!, dtype);
    return !lie.along && isStrideOfWords(step) ? "s" : step;
  });
  const count = inputs.length + outputs.length;
  const kept = Array.from(
    { length: keptRows(form) },
    (_, i) => i < free.length ? inputs.length + free[i] : count + i - free.length,
  );
  const { along, extents } = lie;
  const same = inputs.map((_, i) => lie.strides[i].every((stride) => stride === 0));
  const even = along && (extents.length === 1 || extents.at(-1)! >= RUN);
  const short = even && lie.length <= MOST_ELEMENTS ? lie.length : null;
  const together = even && goTogether(lie.length);
  const apart = lie.steps.every((step) => step === 0 || step >= 3);
  const kernel = rowVectorsOf(form, {
    along,
    axes: extents.length,
    steps,
    kept,
    same,
    apart,
    short,
    together,
  });
  if (kernel === null) return false;
  const rows = Array.from({ length: more }, () => machine.temporary("float32", shape));
  launch(work, kernel, lie, [...inputs, ...outputs, ...rows], machine);
  return true;
}

function launch(
  { form }: RowWork,
  kernel: KernelReference,
  { along, length, extents, strides, steps }: Lie,
  operands: readonly Operand[],
  machine: Machine,
): void {
  const numbers = [length, ...extents];
  strides.forEach((list, i) => numbers.push(...list, steps[i]));
  // Rows across are cut where they begin anew, unless they are many.
  const neighbours = extents.at(-1) ?? 1;
  const few = length <= NEAR ? TOGETHER : FAR_TOGETHER;
  const rows = sizeOf(extents);
  const together = along
    ? 1
    : neighbours > 2 * few
    ? few
    : rows > neighbours
    ? neighbours
    : halfOf(neighbours);
  const chunk = growing(rows * length, { ...ELEMENTS, least: ELEMENTS.least / costOfForm(form) });
  const grain = together * Math.max(1, Math.round(chunk / Math.max(1, length * together)));
  machine.launch(kernel, operands, numbers, rows, grain);
}

/** About a half of so many neighbours, in parts that are whole lines of the caches. */
function halfOf(neighbours: number): number {
  return LINES * Math.ceil(neighbours / 2 / LINES);
}

/** How much more an element costs than one of the operations alone. */
function costOfForm({ steps, outputs }: RowForm): number {
  const expressions = [...steps, ...outputs].map(({ value }) => value);
  return 1 + expressions.reduce((sum, expression) => sum + costOf(expression), 0) / 16;
}

function isNarrow(dtype: DType): boolean {
  return dtype !== "float64" && dtype !== "key";
}

/** How a copy of an input would lie, in which what repeats stands once. */
function copied(x: Operand): Operand {
  const shape = x.shape.map((extent, axis) => x.strides[axis] === 0 ? 1 : extent);
  const strides = contiguousStrides(shape).map((stride, axis) => shape[axis] === 1 ? 0 : stride);
  return { ...x, strides };
}

/** An input as neighbours in memory; what repeats is copied once. */
function copyOf(x: Operand, machine: Machine): Operand {
  const shape = x.shape.map((extent, axis) => x.strides[axis] === 0 ? 1 : extent);
  if (isContiguous(shape, x.strides)) return x;
  const copy = machine.temporary(x.dtype, shape);
  copyInto({ ...x, shape }, copy, machine);
  return copy;
}

/** How operands lie, and after them so many rows of the whole shape that are kept, which lie as the operands do. */
function lieWithKept(work: RowWork, inputs: readonly Operand[], more: number): Lie {
  const { shape, axes } = work;
  const { along } = lieOf(work, inputs, [])!;
  const others = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = along ? [...others, ...axes] : [...axes, ...others];
  const steps = contiguousStrides(order.map((axis) => shape[axis]));
  const inOrder = lieOf(work, inputs, Array.from({ length: more }, () => contiguousStrides(shape)));
  const fits = inOrder?.along === along &&
    (!along || inOrder.steps.slice(inOrder.steps.length - more).every((step) => step === 1));
  return fits
    ? inOrder
    : lieOf(work, inputs, Array.from({ length: more }, () => shape.map((_, i) => steps[order.indexOf(i)])))!;
}

/** How operands lie, and after them what is kept with these strides; null where the axes are not one for all of them. */
function lieOf(
  { form, shape, axes, outputs }: RowWork,
  inputs: readonly Operand[],
  kept: readonly (readonly number[])[],
): Lie | null {
  const others = shape.map((_, i) => i).filter((axis) => !axes.includes(axis));
  const strides = [
    ...inputs.map((x) => broadcastStrides(x.shape, x.strides, shape)),
    ...outputs.map((x, i) => form.outputs[i].whole ? x.strides : spread(shape, others)),
    ...kept,
  ];
  const pick = (from: readonly number[]): ReturnType<typeof mergeAxes> =>
    mergeAxes(from.map((axis) => shape[axis]), strides.map((list) => from.map((axis) => list[axis])));
  const [rows, row] = [pick(others), pick(axes)];
  if (row.shape.length > 1) return null;
  const across = rows.strides.map((list) => list.at(-1));
  const count = inputs.length;
  const wide = row.shape.length > 0 && rows.shape.length > 0 &&
    across.every((step, i) => step === 1 || (step === 0 && i < count));
  return {
    along: !wide,
    length: sizeOf(row.shape),
    extents: rows.shape,
    strides: rows.strides,
    steps: row.strides.map((list) => list[0] ?? 1),
  };
}

/** Strides of a contiguous operand of some of the axes over all of them. */
function spread(shape: Shape, axes: readonly number[]): number[] {
  const strides = contiguousStrides(axes.map((axis) => shape[axis]));
  return shape.map((_, axis) => axes.includes(axis) ? strides[axes.indexOf(axis)] : 0);
}

/**
 * Whether vectors can go along rows, or across them. Long rows of an input may be words with a stride, where no more of
 * them is read than without one, or they are not written as well, so that few passes read them.
 */
function isWalkable({ along, length, steps }: Lie, { form }: RowWork): boolean {
  const count = form.inputs.length;
  const long = vectorMode() !== null && length > MOST_ELEMENTS && !goTogether(length);
  const single = form.outputs.every(({ whole }) => !whole);
  const hasStride = (step: number, i: number): boolean =>
    long && i < count && (single || step === -1) && isStrideOfWords(stepOf(step, form.inputs[i]));
  return !along ||
    steps.every((step, i) =>
      step === 1 || (step === 0 && (i < count || !form.outputs[i - count].whole)) || hasStride(step, i)
    );
}
