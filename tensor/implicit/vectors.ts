/**
 * Trees of floating-point tensors as vectors.
 *
 * @module
 */
import { isFloating } from "../dtype.ts";
import { takeApart, tensorsOf } from "../inlined.ts";
import { concatenate } from "../ops/concatenate.ts";
import { ravel, reshape } from "../ops/reshape.ts";
import { slice } from "../ops/slice.ts";
import { describe, type Tensor } from "../tensor.ts";
import * as tree from "../tree.ts";

/** The tensors of a tree as one vector, and the way back. */
export interface Vector<T> {
  /** The elements of all tensors, one after the other. */
  readonly vector: Tensor;
  /** A tree like the first one of another vector. */
  back(vector: Tensor): T;
}

/** Lays the tensors of a tree end to end. */
export function asVector<T>(operation: string, value: T): Vector<T> {
  const tensors = checkVector(operation, value);
  return {
    vector: concatenate(tensors.map(ravel)),
    back(vector) {
      let start = 0;
      const parts = tensors.map((x) => {
        const from = start;
        start += x.size;
        return reshape(slice(vector, [[from, start]]), x.shape);
      });
      return takeApart([value]).build(parts)[0] as T;
    },
  };
}

/** The tensors of a tree, all of one floating dtype. */
export function checkVector(operation: string, value: unknown): readonly Tensor[] {
  const tensors = tensorsOf(value);
  if (tensors.length === 0) {
    throw new TypeError(`${operation} expects a tree with a tensor but got ${tree.describe(value)}`);
  }
  for (const x of tensors) {
    if (!isFloating(x.dtype) || x.dtype !== tensors[0].dtype) {
      throw new TypeError(
        `${operation} expects tensors of one floating-point dtype but got ${
          tensors.map(describe).join(", ")
        }`,
      );
    }
  }
  return tensors;
}
