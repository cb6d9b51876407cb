/**
 * Frames and labels of sequences of several lengths, checked.
 *
 * @module
 */
import {
  add,
  arange,
  cast,
  cumsum,
  expandDims,
  full,
  subtract,
  take,
  Tensor,
  tree,
} from "../../tensor/mod.ts";
import { isInteger } from "../../tensor/dtype.ts";
import { equalShapes } from "../../tensor/shape.ts";
import { describe, knownValue } from "../../tensor/tensor.ts";

/** A batch of sequences. */
export interface CtcSequences {
  /** Logarithms of probabilities, [frames, n, classes]. */
  readonly emissions: Tensor;
  /** Class indices, int32 of shape [n, labels]. */
  readonly labels: Tensor;
  /** How many frames count, int32 of shape [n]. */
  readonly inputLengths: Tensor;
  /** How many labels count, int32 of shape [n]. */
  readonly labelLengths: Tensor;
  /** The class that stands for no label. */
  readonly blank: number;
  /** Whether one sequence was given without an axis of the batch. */
  readonly single: boolean;
}

/** What of `ctcLossWithLengths` is checked. */
interface Given {
  readonly inputLengths?: Tensor;
  readonly labelLengths?: Tensor;
  readonly blank?: number;
}

/** The sequences as a batch; throws where shapes, labels or lengths do not fit. */
export function checkedSequences(
  operation: string,
  logProbabilities: Tensor,
  labels: Tensor,
  { inputLengths, labelLengths, blank = 0 }: Given,
): CtcSequences {
  const single = logProbabilities.rank === 2;
  if (!single && logProbabilities.rank !== 3) {
    throw new RangeError(
      `${operation} expects logarithms of shape [frames, n, classes] but got ${describe(logProbabilities)}`,
    );
  }
  const emissions = single ? expandDims(logProbabilities, 1) : logProbabilities;
  const [frames, n, classes] = emissions.shape;
  if (!(labels instanceof Tensor) || !isInteger(labels.dtype)) {
    const got = labels instanceof Tensor ? describe(labels) : tree.describe(labels);
    throw new TypeError(`${operation} expects integer labels but got ${got}`);
  }
  const joined = !single && labels.rank === 1 && labelLengths !== undefined;
  if (!joined && (labels.rank !== (single ? 1 : 2) || (!single && labels.shape[0] !== n))) {
    const expected = single ? "[labels]" : `[${n}, labels]`;
    throw new RangeError(`${operation} expects labels of shape ${expected} but got ${describe(labels)}`);
  }
  if (!Number.isInteger(blank) || blank < 0 || blank >= classes) {
    throw new RangeError(`${operation} expects blank to be one of ${classes} classes but got ${blank}`);
  }
  const rows = cast(joined ? apart(labels, labelLengths) : single ? expandDims(labels, 0) : labels, "int32");
  const sequences = {
    emissions,
    labels: rows,
    inputLengths: lengths(operation, "inputLengths", inputLengths, n, frames, single),
    labelLengths: lengths(operation, "labelLengths", labelLengths, n, rows.shape[1], single),
    blank,
    single,
  };
  checkLabels(operation, sequences, classes);
  return sequences;
}

/** Labels that stand one sequence after the other as rows, filled up with what stands after them. */
function apart(labels: Tensor, labelLengths: Tensor): Tensor {
  const counts = cast(labelLengths, "int32");
  const starts = subtract(cumsum(counts), counts);
  const known = knownValue(counts);
  const most = known === null ? labels.shape[0] : Math.max(0, ...known.data());
  const places = add(expandDims(starts, 1), arange(most, { dtype: "int32" }));
  return take(labels, places, { mode: "clip" });
}

function lengths(
  operation: string,
  name: string,
  given: Tensor | undefined,
  n: number,
  most: number,
  single: boolean,
): Tensor {
  if (given === undefined) return full([n], most, { dtype: "int32" });
  if (!(given instanceof Tensor) || !isInteger(given.dtype)) {
    const got = given instanceof Tensor ? describe(given) : tree.describe(given);
    throw new TypeError(`${operation} expects integer ${name} but got ${got}`);
  }
  if (!equalShapes(given.shape, [n]) && !(single && given.rank === 0)) {
    throw new RangeError(`${operation} expects ${name} of shape [${n}] but got ${describe(given)}`);
  }
  const wrong = knownValue(given)?.data().find((length) => length < 0 || length > most);
  if (wrong !== undefined) {
    throw new RangeError(`${operation} expects ${name} from 0 to ${most} but got ${wrong}`);
  }
  return cast(given.rank === 0 ? expandDims(given, 0) : given, "int32");
}

/** Throws if a known label that counts is no class, or is the blank. */
function checkLabels(
  operation: string,
  { labels, labelLengths, blank }: CtcSequences,
  classes: number,
): void {
  const [known, counts] = [knownValue(labels), knownValue(labelLengths)];
  if (known === null || counts === null) return;
  const [values, length] = [known.data(), labels.shape[1]];
  counts.data().forEach((count, row) => {
    const own = values.slice(row * length, row * length + count);
    const wrong = own.find((label) => label < 0 || label >= classes || label === blank);
    if (wrong === undefined) return;
    throw new RangeError(
      `${operation} expects labels from 0 to ${classes - 1} other than the blank ${blank} but got ${wrong}`,
    );
  });
}
