/**
 * What the operations of linear algebra share: checks of matrices, and launches of loops over them.
 *
 * @module
 */
import { type DType, isFloating } from "../../dtype.ts";
import { vectorMode } from "../../kernel_choice.ts";
import { matrixKernel } from "../../kernels/linalg/matrix_kernel.ts";
import type { MatrixLoop } from "../../kernels/linalg/steps.ts";
import type { FloatingDType } from "../../kernels/plan.ts";
import { contiguousOperand } from "../../operand.ts";
import type { Machine, Operand } from "../../machine.ts";
import { sizeOf } from "../../shape.ts";
import { type Abstract, describe, type Tensor } from "../../tensor.ts";
import { add, multiply } from "../arithmetic.ts";
import { cast } from "../cast.ts";
import { asTensor } from "../convert.ts";
import { swapAxes } from "../transpose.ts";

/** Matrices of a floating-point dtype, integers as float32. */
export function matrices(operation: string, x: Tensor): Tensor {
  const tensor = asTensor(operation, x);
  if (tensor.rank < 2) {
    throw new RangeError(`${operation} expects matrices of two axes or more but got ${describe(tensor)}`);
  }
  if (tensor.dtype === "key") {
    throw new TypeError(`${operation} expects numbers but got random keys ${describe(tensor)}`);
  }
  return isFloating(tensor.dtype) ? tensor : cast(tensor, "float32");
}

/** Matrices with as many rows as columns. */
export function squareMatrices(operation: string, x: Tensor): Tensor {
  const tensor = matrices(operation, x);
  if (tensor.shape[tensor.rank - 1] !== tensor.shape[tensor.rank - 2]) {
    throw new RangeError(`${operation} expects square matrices but got ${describe(tensor)}`);
  }
  return tensor;
}

/** The mean of matrices and their transposes. */
export function symmetrize(x: Tensor): Tensor {
  return multiply(add(x, swapAxes(x, -1, -2)), 0.5);
}

/** Rows and columns up to which loops through products do not pay. */
export const SMALL = 16;

/** A loop over matrices to run. */
export interface MatrixLaunch {
  /** The name of the kernel. */
  readonly name: string;
  /** The loop. */
  readonly loop: MatrixLoop;
  /** Operands, then results; all are brought into row-major order. */
  readonly operands: readonly Operand[];
  /** Elements of float64 memory that the loop works in for each matrix; null where it needs none. */
  readonly area: number | null;
  /** Sizes and options behind the addresses. */
  readonly numbers: readonly number[];
  /** Multiplications for each matrix, which tell how many make a chunk. */
  readonly cost: number;
}

/** Multiplications in the time that a matrix takes beside them. */
const OVERHEAD = 100;

/** Runs a loop over the matrices of the first operand. */
export function launchMatrices(machine: Machine, launch: MatrixLaunch): void {
  const { operands: [first], numbers, cost, area } = launch;
  const count = sizeOf(first.shape.slice(0, -2));
  const operands = launch.operands.map((x) => contiguousOperand(x, machine));
  if (area !== null) operands.push(machine.temporary("float64", [count, area]));
  const kernel = matrixKernel(launch.name, first.dtype as FloatingDType, launch.loop, vectorMode());
  machine.launch(kernel, operands, numbers, count, Math.max(1, Math.round(30_000 / (cost + OVERHEAD))));
}

/**
 * Elements from row to row of a float64 area of rows of `columns` elements: where they are many, rows below each other do
 * not fall on the same few lines of the cache.
 */
export function rowStep(columns: number): number {
  return columns >= 64 && columns % 32 === 0 ? columns + 8 : columns;
}

/** The distance from 1 to the next number of a dtype. */
export function epsilonOf(dtype: DType): number {
  return dtype === "float64" ? 2 ** -52 : 2 ** -23;
}

/** What `cost` says of each matrix of a shape, for all of them. */
export function eachMatrix({ shape }: Abstract, cost: (rows: number, columns: number) => number): number {
  const [rows, columns] = shape.slice(-2);
  return sizeOf(shape.slice(0, -2)) * cost(rows, columns);
}
