/**
 * What operations over rows have in common: how they are launched and batched, and how several axes become one.
 *
 * @module
 */
import { isFloating } from "../dtype.ts";
import { input } from "../kernels/expression.ts";
import type { RowForm, RowStep } from "../kernels/row_form.ts";
import type { Machine, Operand } from "../machine.ts";
import { constantTensor } from "../make_tensor.ts";
import { launchRows } from "../rows.ts";
import type { BatchRule } from "../rules.ts";
import { type Abstract, describe, type Tensor } from "../tensor.ts";
import { max } from "./reduce.ts";
import { reshape } from "./reshape.ts";
import { stopGradient } from "./stop_gradient.ts";
import { transpose } from "./transpose.ts";

/** The axis that rows run along. */
export interface RowAttributes {
  readonly axis: number;
}

function formOf(step: RowStep, x: Abstract, outputs: readonly Operand[]): RowForm {
  return {
    name: step.op === "normalize" ? `${step.op} ${step.eps}` : step.op,
    inputs: [x.dtype],
    steps: [step],
    outputs: outputs.map(({ dtype, shape }, i) => ({
      value: input(1 + i),
      dtype,
      whole: shape.length === x.shape.length,
    })),
  };
}

/** Runs a step over the rows along an axis. */
export function launchStep(
  step: RowStep,
  x: Operand,
  outputs: readonly Operand[],
  axis: number,
  machine: Machine,
): void {
  launchRows(
    { form: formOf(step, x, outputs), shape: x.shape, axes: [axis], inputs: [x], outputs },
    machine,
    true,
  );
}

/** Throws unless `x` is of floats and has an axis. */
export function checkRows(name: string, x: Abstract): void {
  if (!isFloating(x.dtype) || x.shape.length === 0) {
    throw new TypeError(`${name} expects rows of float32 or float64 but got ${describe(x)}`);
  }
}

/** Examples are more rows: the axis moves by one. */
export function batchRows<A extends RowAttributes>(): BatchRule<A> {
  return {
    rule: ({ inputs, attributes, apply }) => apply(inputs, { ...attributes, axis: attributes.axis + 1 }),
  };
}

/** Whether the axes follow each other: then they are one axis of rows. */
export function areRows(axes: readonly number[]): boolean {
  return axes.length > 0 && axes.every((axis, i) => axis === axes[0] + i);
}

/** The greatest element, without gradient. */
export function shiftOf(x: Tensor, axes: readonly number[]): Tensor {
  const shape = x.shape.map((extent, i) => axes.includes(i) ? 1 : extent);
  return x.size === 0 ? constantTensor(x.dtype, shape, 0) : stopGradient(max(x, { axes, keepDims: true }));
}

/** A tensor with its axes as one, and the way back; axes that do not follow each other are the last ones first. */
export function asRows(
  x: Tensor,
  axes: readonly number[],
): { readonly rows: Tensor; readonly axis: number; back(y: Tensor): Tensor } {
  if (!areRows(axes)) {
    const all = x.shape.map((_, axis) => axis);
    const order = [...all.filter((axis) => !axes.includes(axis)), ...axes];
    const { rows, axis, back } = asRows(transpose(x, order), all.slice(x.rank - axes.length));
    return { rows, axis, back: (y) => transpose(back(y), all.map((axis) => order.indexOf(axis))) };
  }
  const [axis] = axes;
  const length = axes.reduce((size, axis) => size * x.shape[axis], 1);
  const shape = [...x.shape.slice(0, axis), length, ...x.shape.slice(axis + axes.length)];
  return { rows: reshape(x, shape), axis, back: (y) => reshape(y, x.shape) };
}
