/**
 * Losses of class indices with weights of classes and labels that are left out.
 *
 * @module
 */
import {
  add,
  any,
  arange,
  cast,
  divide,
  equal,
  expandDims,
  logicalOr,
  multiply,
  negative,
  reshape,
  sum,
  type Tensor,
  where,
} from "../../tensor/mod.ts";
import { describe } from "../../tensor/tensor.ts";
import { checkLabelRange, checkWeights } from "./check.ts";
import { type LossOptions, maskedLosses, reduceLosses } from "./reduction.ts";

/** What classes weigh, and which label is left out. */
export interface ClassOptions {
  /** A weight for each class, of shape [classes]; 1 by default. The mean is divided by the weights of the labels. */
  readonly weight?: Tensor;
  /** A label that counts nothing, none by default; torch's default is -100. */
  readonly ignoreIndex?: number;
}

/** The weights of classes along the axis, checked; null where there are none. */
export function classWeights(
  operation: string,
  logits: Tensor,
  axis: number,
  weight: Tensor | undefined,
): Tensor | null {
  if (weight === undefined) return null;
  checkWeights(operation, "weight", weight);
  const classes = logits.shape[axis];
  if (weight.rank !== 1 || weight.shape[0] !== classes) {
    throw new RangeError(`${operation} expects weight of shape [${classes}] but got ${describe(weight)}`);
  }
  return reshape(weight, logits.shape.map((extent, i) => i === axis ? extent : 1));
}

/** The reduced losses of class indices, given the logarithms of the probabilities, with a share spread over all. */
export function classLosses(
  operation: string,
  logProbabilities: Tensor,
  labels: Tensor,
  axis: number,
  options: ClassOptions & LossOptions & { readonly labelSmoothing?: number },
): Tensor {
  const { weight, ignoreIndex, reduction = "mean", mask, labelSmoothing = 0 } = options;
  const classes = logProbabilities.shape[axis];
  if (mask === undefined) checkLabelRange(operation, labels, classes, ignoreIndex);
  const weights = classWeights(operation, logProbabilities, axis, weight);
  const numbers = reshape(
    arange(classes, { dtype: "int32" }),
    logProbabilities.shape.map((extent, i) => i === axis ? extent : 1),
  );
  const indices = cast(labels, "int32");
  const picked = equal(expandDims(indices, axis), numbers);
  const given = any(picked, { axes: axis });
  const own = sum(weights === null ? cast(picked, logProbabilities.dtype) : where(picked, weights, 0), {
    axes: axis,
  });
  const ignored = ignoreIndex === undefined ? null : equal(indices, ignoreIndex);
  const labelWeights = ignored === null ? own : where(ignored, 0, own);
  const weighted = weights === null ? logProbabilities : multiply(logProbabilities, weights);
  const label = negative(sum(where(picked, weighted, 0), { axes: axis }));
  const spread = labelSmoothing === 0 ? null : negative(sum(weighted, { axes: axis }));
  const losses = spread === null
    ? label
    : add(multiply(label, 1 - labelSmoothing), multiply(spread, labelSmoothing / classes));
  const known = where(ignored === null ? given : logicalOr(given, ignored), losses, NaN);
  const counted = ignored === null ? known : where(ignored, 0, known);
  return reduction === "mean"
    ? divide(
      sum(maskedLosses(operation, counted, mask)),
      sum(maskedLosses(operation, labelWeights, mask)),
    )
    : reduceLosses(operation, counted, options, "mean");
}
