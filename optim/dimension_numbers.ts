/**
 * Tensors as matrices: which axes are rows and which are columns.
 *
 * @module
 */

import { reshape, type Tensor, transpose } from "../tensor/mod.ts";
import { formatShape } from "../tensor/shape.ts";

/** Which axes of a leaf take part in products with inputs, and which are outputs; other axes are a batch. */
export interface DimensionNumbers {
  /** The axes that are summed over, the rows of the matrix; negative ones count from the end. */
  readonly reductionAxes: number | readonly number[];
  /** The axes of the outputs, the columns of the matrix; negative ones count from the end. */
  readonly outputAxes: number | readonly number[];
}

/**
 * The dimension numbers of a leaf; null for a leaf that is no matrix. It may look at shapes, not at values.
 */
export type DimensionNumbersOf = (path: string, leaf: Tensor) => DimensionNumbers | null;

/** Leaves of two axes are matrices, rows in and columns out, and no others. */
export const MATRICES: DimensionNumbersOf = (_, leaf) =>
  leaf.rank === 2 ? { reductionAxes: 0, outputAxes: 1 } : null;

/** Throws unless the option `dimensionNumbers` is a function. @throws {TypeError} If it is not. */
export function checkDimensionNumbers(operation: string, dimensionNumbers: unknown): void {
  if (typeof dimensionNumbers === "function") return;
  throw new TypeError(
    `${operation} expects dimensionNumbers to be a function but got ${typeof dimensionNumbers}`,
  );
}

/** A leaf as a batch of matrices, and the way back. */
export interface AsMatrices {
  /** The extent of the rows: the product of the reduction axes. */
  readonly rows: number;
  /** The extent of the columns: the product of the output axes. */
  readonly columns: number;
  /** A tensor of the leaf's shape as `[batch, rows, columns]`. */
  readonly toMatrices: (x: Tensor) => Tensor;
  /** The way back. */
  readonly fromMatrices: (x: Tensor) => Tensor;
}

/**
 * How a leaf of a shape is read as matrices.
 *
 * @throws {RangeError} If an axis is missing, or is named twice.
 */
export function asMatrices(
  operation: string,
  shape: readonly number[],
  numbers: DimensionNumbers,
): AsMatrices {
  const axesOf = (axes: number | readonly number[]): number[] =>
    (typeof axes === "number" ? [axes] : axes).map((axis) => {
      const positive = axis < 0 ? axis + shape.length : axis;
      if (Number.isInteger(positive) && positive >= 0 && positive < shape.length) return positive;
      throw new RangeError(`${operation} expects axes of ${formatShape(shape)} but got ${axis}`);
    });
  const [reduction, output] = [axesOf(numbers.reductionAxes), axesOf(numbers.outputAxes)];
  const named = [...reduction, ...output];
  if (new Set(named).size !== named.length) {
    throw new RangeError(
      `${operation} expects every axis once but got reduction axes ${reduction} and output axes ${output}`,
    );
  }
  const batch = shape.map((_, axis) => axis).filter((axis) => !named.includes(axis));
  const order = [...batch, ...named];
  const ordered = order.map((axis) => shape[axis]);
  const size = (axes: readonly number[]): number => axes.reduce((product, axis) => product * shape[axis], 1);
  const [rows, columns] = [size(reduction), size(output)];
  const back = order.map((_, axis) => order.indexOf(axis));
  return {
    rows,
    columns,
    toMatrices: (x) => reshape(transpose(x, order), [size(batch), rows, columns]),
    fromMatrices: (x) => transpose(reshape(x, ordered), back),
  };
}

/** Leaves of two axes or more are matrices: the first axis, and all others. */
export const FIRST_AXIS: DimensionNumbersOf = (_, leaf) =>
  leaf.rank < 2 ? null : { reductionAxes: 0, outputAxes: leaf.shape.slice(1).map((_, axis) => axis + 1) };
