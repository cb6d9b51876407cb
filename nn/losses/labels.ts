/**
 * Labels of classification: class indices, or distributions over the classes.
 *
 * @module
 */
import { Tensor, tree } from "../../tensor/mod.ts";
import { isFloating, isInteger } from "../../tensor/dtype.ts";
import { equalShapes, formatShape, normalizeAxis } from "../../tensor/shape.ts";
import { describe } from "../../tensor/tensor.ts";

/** Logits and labels, checked. */
export interface Checked {
  /** The axis of the classes, from the start. */
  readonly axis: number;
  /** Whether labels are integer class indices, else distributions. */
  readonly indices: boolean;
}

/** Checks that labels are class indices of the logits' shape without `axis`, or distributions of their shape. */
export function checkLabels(operation: string, logits: Tensor, labels: Tensor, axis: number): Checked {
  if (!(logits instanceof Tensor) || !(labels instanceof Tensor)) {
    throw new TypeError(
      `${operation} expects logits and labels to be tensors but got ${tree.describe(logits)} and ${
        tree.describe(labels)
      }`,
    );
  }
  if (!isFloating(logits.dtype)) {
    throw new TypeError(`${operation} expects logits of float32 or float64 but got ${describe(logits)}`);
  }
  const along = normalizeAxis(operation, axis, logits.rank);
  const indexShape = logits.shape.filter((_, i) => i !== along);
  const expected = `integer labels of shape ${formatShape(indexShape)} or float labels of shape ${
    formatShape(logits.shape)
  } for logits ${describe(logits)}`;
  const [asIndices, asDistribution] = [
    equalShapes(labels.shape, indexShape),
    equalShapes(labels.shape, logits.shape),
  ];
  if (!asIndices && !asDistribution) {
    throw new RangeError(`${operation} expects ${expected} but got ${describe(labels)}`);
  }
  if (!(asIndices ? isInteger(labels.dtype) : isFloating(labels.dtype))) {
    throw new TypeError(`${operation} expects ${expected} but got ${describe(labels)}`);
  }
  return { axis: along, indices: asIndices };
}
