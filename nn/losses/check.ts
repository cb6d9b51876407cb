/**
 * Checks that losses share.
 *
 * @module
 */
import { type Shape, Tensor, tree } from "../../tensor/mod.ts";
import { isFloating, isInteger } from "../../tensor/dtype.ts";
import { equalShapes, formatShape } from "../../tensor/shape.ts";
import { describe } from "../../tensor/tensor.ts";

/** Throws unless each of the named values is a tensor of float32 or float64. */
export function checkFloats(operation: string, tensors: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(tensors)) {
    if (!(value instanceof Tensor) || !isFloating(value.dtype)) {
      const got = value instanceof Tensor ? describe(value) : tree.describe(value);
      throw new TypeError(`${operation} expects ${name} of float32 or float64 but got ${got}`);
    }
  }
}

/** Throws unless all of the named tensors have one shape. */
export function checkSameShape(operation: string, tensors: Readonly<Record<string, Tensor>>): void {
  const [[firstName, first], ...rest] = Object.entries(tensors);
  for (const [name, value] of rest) {
    if (!equalShapes(first.shape, value.shape)) {
      throw new RangeError(
        `${operation} expects ${firstName} and ${name} of one shape but got ${formatShape(first.shape)} and ${
          formatShape(value.shape)
        }`,
      );
    }
  }
}

/** Throws unless the labels are integers of the given shape. */
export function checkIndices(operation: string, labels: unknown, shape: Shape): void {
  if (!(labels instanceof Tensor) || !isInteger(labels.dtype)) {
    const got = labels instanceof Tensor ? describe(labels) : tree.describe(labels);
    throw new TypeError(`${operation} expects integer labels but got ${got}`);
  }
  if (!equalShapes(labels.shape, shape)) {
    throw new RangeError(
      `${operation} expects labels of shape ${formatShape(shape)} but got ${formatShape(labels.shape)}`,
    );
  }
}

/** Throws unless `value` is a tensor. */
export function checkTensors(operation: string, tensors: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(tensors)) {
    if (!(value instanceof Tensor)) {
      throw new TypeError(`${operation} expects ${name} to be a tensor but got ${tree.describe(value)}`);
    }
  }
}
