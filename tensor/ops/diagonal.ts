/**
 * Diagonals of matrices, read and made.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { checkTensor } from "../check_tensor.ts";
import { constantTensor } from "../make_tensor.ts";
import { normalizeAxis } from "../shape.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { moveAxis } from "./axes.ts";
import { asTensor } from "./convert.ts";
import { sum } from "./reduce.ts";
import { ravel, reshape } from "./reshape.ts";
import { padded, slice } from "./slice.ts";

/** Throws unless the offset of a diagonal is an integer. */
export function checkOffset(operation: string, offset: number): void {
  if (!Number.isInteger(offset)) {
    throw new TypeError(`${operation} expects an integer offset but got ${String(offset)}`);
  }
}

/** An operand whose last two axes are matrices, checked. */
export function matricesOf(operation: string, x: Tensor): Tensor {
  checkTensor(operation, x);
  if (x.rank < 2) throw new RangeError(`${operation} expects at least 2 axes but got ${describe(x)}`);
  if (x.dtype === "key") {
    throw new TypeError(`${operation} expects numbers but got random keys ${describe(x)}`);
  }
  return x;
}

/** Which diagonal of which axes. */
export interface DiagonalOptions {
  /** The diagonal: 0 the main one, above it positive, below it negative; 0 by default. */
  readonly offset?: number;
  /** The axis of the rows; 0 by default. */
  readonly axis1?: number;
  /** The axis of the columns; 1 by default. */
  readonly axis2?: number;
}

const DIAGONAL_OPTIONS = { offset: true, axis1: true, axis2: true } as const;

/**
 * The elements of a diagonal of two axes, along a last axis in their place.
 *
 * @throws {RangeError} If there are no such axes, or they are the same.
 *
 * @example
 * ```ts
 * import { diagonal, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(diagonal(tensor([[1, 2], [3, 4]])).toArray(), [1, 4]);
 * ```
 */
export function diagonal(x: Tensor, options: DiagonalOptions = NO_OPTIONS): Tensor {
  checkOptionNames("diagonal", options, DIAGONAL_OPTIONS);
  return diagonalOf("diagonal", x, options);
}

function diagonalOf(
  operation: string,
  x: Tensor,
  { offset = 0, axis1 = 0, axis2 = 1 }: DiagonalOptions,
): Tensor {
  matricesOf(operation, x);
  checkOffset(operation, offset);
  const [first, second] = [axis1, axis2].map((axis) => normalizeAxis(operation, axis, x.rank));
  if (first === second) {
    throw new RangeError(`${operation} expects two distinct axes but got ${axis1} and ${axis2}`);
  }
  const moved = moveAxis(x, [first, second], [-2, -1]);
  const lead = moved.shape.slice(0, -2);
  const [rows, columns] = moved.shape.slice(-2);
  const [row, column] = [Math.max(0, -offset), Math.max(0, offset)];
  const count = Math.max(0, Math.min(rows - row, columns - column));
  // A step to the next row and the next column at once.
  const flat = reshape(moved, [...lead, rows * columns]);
  const start = row * columns + column;
  const range = count === 0
    ? [0, 0, 1] as const
    : [start, start + (count - 1) * (columns + 1) + 1, columns + 1] as const;
  return slice(flat, [...lead.map(() => null), range]);
}

/**
 * The sum of a diagonal of two axes.
 *
 * @throws {RangeError} If there are no such axes, or they are the same.
 *
 * @example
 * ```ts
 * import { tensor, trace } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(trace(tensor([[1, 2], [3, 4]])).item(), 5);
 * ```
 */
export function trace(x: Tensor, options: DiagonalOptions = NO_OPTIONS): Tensor {
  checkOptionNames("trace", options, DIAGONAL_OPTIONS);
  return sum(diagonalOf("trace", x, options), { axes: -1 });
}

/**
 * The diagonal of a matrix, or a matrix of zeros with a vector on its diagonal.
 *
 * @throws {RangeError} If there is neither one axis nor two.
 *
 * @example
 * ```ts
 * import { diag, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(diag(tensor([1, 2])).toArray(), [[1, 0], [0, 2]]);
 * assertEquals(diag(tensor([[1, 2], [3, 4]]), 1).toArray(), [2]);
 * ```
 */
export function diag(x: Tensor, offset = 0): Tensor {
  checkTensor("diag", x);
  checkOffset("diag", offset);
  if (x.rank === 2) return diagonalOf("diag", x, { offset });
  if (x.rank !== 1 || x.dtype === "key") {
    throw new RangeError(`diag expects numbers of one axis or two but got ${describe(x)}`);
  }
  return onDiagonal(x, offset);
}

/** A square of zeros with a vector on its diagonal: its elements with a row and one column between them. */
function onDiagonal(x: Tensor, offset: number): Tensor {
  const size = x.size + Math.abs(offset);
  if (x.size === 0) return constantTensor(x.dtype, [size, size], 0);
  const start = Math.max(0, -offset) * size + Math.max(0, offset);
  const end = size * size - start - ((x.size - 1) * (size + 1) + 1);
  return reshape(padded(x, [start], [end], [size], 0), [size, size]);
}

/** `diag` of the flattened tensor: a square of zeros with all elements on its diagonal. */
export function diagflat(x: TensorLike, offset = 0): Tensor {
  const tensor = asTensor("diagflat", x);
  checkOffset("diagflat", offset);
  return diag(ravel(tensor), offset);
}
