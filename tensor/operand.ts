/**
 * Operands brought into the layout that a kernel reads.
 *
 * @module
 */
import { copyInto } from "./launch_elementwise.ts";
import type { Machine, Operand } from "./machine.ts";
import { contiguousStrides, isContiguous, sizeOf } from "./shape.ts";

/** The operand itself where it lies row-major without gaps, else a copy that does. */
export function contiguousOperand(x: Operand, machine: Machine): Operand {
  if (isContiguous(x.shape, x.strides)) return x;
  const copy = machine.temporary(x.dtype, x.shape);
  copyInto(x, copy, machine);
  return copy;
}

/**
 * An operand, copied where it repeats along one of these axes: how strides lie decides in which order terms are added, so
 * a view would not give the bits that a copy of it gives.
 */
export function unrepeated(x: Operand, axes: readonly number[], machine: Machine): Operand {
  return axes.some((axis) => x.strides[axis] === 0 && x.shape[axis] > 1) ? contiguousOperand(x, machine) : x;
}

/** Elements from which a copy of what has no neighbours pays. */
const LARGE = 2048;

/**
 * An operand none of whose elements are neighbours, as after every second column is taken, copied so that they are:
 * what reads it often or along vectors takes longer than the copy. Others, and small ones, are given back.
 */
export function asNeighbours(x: Operand, machine: Machine): Operand {
  const apart = x.shape.every((extent, axis) =>
    extent === 1 || (x.strides[axis] !== 1 && x.strides[axis] !== 0)
  );
  return apart && sizeOf(x.shape) >= LARGE ? contiguousOperand(x, machine) : x;
}

/** A contiguous operand seen with another shape. */
export function seenAs(x: Operand, shape: readonly number[]): Operand {
  return { ...x, shape, strides: contiguousStrides(shape) };
}

/** An operand with its axes in this order. */
export function permuted(x: Operand, axes: readonly number[]): Operand {
  return { ...x, shape: axes.map((axis) => x.shape[axis]), strides: axes.map((axis) => x.strides[axis]) };
}

/** An operand with its last two axes exchanged. */
export function turned(x: Operand): Operand {
  const swap = (list: readonly number[]): number[] => [...list.slice(0, -2), list.at(-1)!, list.at(-2)!];
  return { ...x, shape: swap(x.shape), strides: swap(x.strides) };
}
