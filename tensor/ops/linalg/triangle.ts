/**
 * Triangles of matrices, and identity matrices like them.
 *
 * @module
 */
import type { Tensor } from "../../tensor.ts";
import { greaterEqual } from "../comparison.ts";
import { arange } from "../ranges.ts";
import { eye } from "../eye.ts";
import { where } from "../selection.ts";
import { broadcastTo } from "../broadcast_to.ts";
import { reshape } from "../reshape.ts";

/** The elements at and below the diagonal (or above it), from `offset` places away from it on; zeros elsewhere. */
export function triangle(x: Tensor, lower: boolean, offset = 0): Tensor {
  const [rows, columns] = x.shape.slice(-2);
  const [row, column] = [lower ? -offset : 0, lower ? 0 : -offset];
  const i = reshape(arange(row + rows, { start: row }), [rows, 1]);
  const j = arange(column + columns, { start: column });
  const kept = lower ? greaterEqual(i, j) : greaterEqual(j, i);
  return where(kept, x, 0);
}

/** Identity matrices of the shape and dtype of square matrices. */
export function eyeLike(x: Tensor): Tensor {
  return broadcastTo(eye(x.shape[x.rank - 1], { dtype: x.dtype }), x.shape);
}
