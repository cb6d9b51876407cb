/**
 * Checks that losses share.
 *
 * @module
 */
import { type Shape, Tensor, tree } from "../../tensor/mod.ts";
import { isFloating, isInteger } from "../../tensor/dtype.ts";
import { equalShapes, formatShape } from "../../tensor/shape.ts";
import { describe, knownValue } from "../../tensor/tensor.ts";

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

/** Throws if labels whose values are known lie outside of the classes, and are not the one that is left out. */
export function checkLabelRange(operation: string, labels: Tensor, classes: number, ignored?: number): void {
  const wrong = knownValue(labels)?.data().find((label) =>
    label !== ignored && !(label >= 0 && label < classes)
  );
  if (wrong !== undefined) {
    throw new RangeError(`${operation} expects labels from 0 to ${classes - 1} but got ${wrong}`);
  }
}

/** Throws if a weight whose value is known is negative, or weights are no floating-point tensor. */
export function checkWeights(operation: string, name: string, weights: Tensor | undefined): void {
  if (weights === undefined) return;
  checkFloats(operation, { [name]: weights });
  const wrong = knownValue(weights)?.data().find((weight) => !(weight >= 0));
  if (wrong !== undefined) {
    throw new RangeError(`${operation} expects ${name} of numbers from 0 on but got ${wrong}`);
  }
}

/** Throws unless `value` is a number from `min` on. */
export function checkAtLeast(operation: string, name: string, value: number, min: number): void {
  if (!(value >= min && Number.isFinite(value))) {
    throw new RangeError(`${operation} expects ${name} from ${min} on but got ${String(value)}`);
  }
}

/** Throws unless `value` is a finite number. */
export function checkFinite(operation: string, name: string, value: number): void {
  if (!Number.isFinite(value)) {
    throw new RangeError(`${operation} expects ${name} to be a finite number but got ${String(value)}`);
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
