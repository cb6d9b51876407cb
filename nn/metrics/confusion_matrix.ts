/**
 * Which classes are taken for which.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  add,
  argmax,
  bincount,
  cast,
  greaterEqual,
  less,
  logicalAnd,
  multiply,
  reshape,
  slice,
  Tensor,
  tree,
  where,
  zeros,
} from "../../tensor/mod.ts";
import { isFloating, isInteger } from "../../tensor/dtype.ts";
import { equalShapes, formatShape } from "../../tensor/shape.ts";
import { describe } from "../../tensor/tensor.ts";
import { checkPositiveInteger } from "../check.ts";
import { checkIndices, checkLabelRange } from "../losses/check.ts";
import { addStates, type RunningMetric } from "./running.ts";

/** Options of `confusionMatrix`. */
export interface ConfusionMatrixOptions {
  /** The number of classes; that of the logits by default, and needed where predictions are class indices. */
  readonly classes?: number;
  /** Which inputs count, booleans of the shape of the labels; all by default. */
  readonly mask?: Tensor;
}

const CONFUSION_MATRIX_OPTIONS = { classes: true, mask: true } as const;

/**
 * How many inputs of each class were taken for each class: int32 of shape [classes, classes], a row for each class of
 * the labels and a column for each of the predictions, as sklearn.metrics.confusion_matrix. Matrices of several
 * batches add up; `precision`, `recall` and `fScore` are of such a matrix.
 *
 * @param predictions Class indices of the labels' shape, or logits of shape [..., classes], of which the greatest counts.
 * @param labels Class indices of shape [...].
 * @param options The number of classes, and the mask.
 * @throws {TypeError} If predictions are neither integers nor floating point, or labels not integers.
 * @throws {RangeError} If the shapes do not fit, or a known label or prediction is no class.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { confusionMatrix } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [predictions, labels] = [[0, 1, 1], [0, 0, 1]].map((x) => tensor(x, { dtype: "int32" }));
 * assertEquals(confusionMatrix(predictions, labels, { classes: 2 }).toArray(), [[1, 1], [0, 1]]);
 * ```
 */
export function confusionMatrix(
  predictions: Tensor,
  labels: Tensor,
  options: ConfusionMatrixOptions = {},
): Tensor {
  checkOptionNames("confusionMatrix", options, CONFUSION_MATRIX_OPTIONS);
  const { classes, guesses } = guessed(predictions, options.classes);
  checkIndices("confusionMatrix", labels, guesses.shape);
  const { mask } = options;
  if (mask === undefined) {
    checkLabelRange("confusionMatrix", labels, classes);
    checkLabelRange("confusionMatrix", guesses, classes);
  } else if (!(mask instanceof Tensor) || mask.dtype !== "bool" || !equalShapes(mask.shape, labels.shape)) {
    const got = mask instanceof Tensor ? describe(mask) : tree.describe(mask);
    throw new TypeError(
      `confusionMatrix expects mask of booleans of shape ${formatShape(labels.shape)} but got ${got}`,
    );
  }
  const within = (x: Tensor): Tensor => logicalAnd(greaterEqual(x, 0), less(x, classes));
  const [rows, columns] = [cast(labels, "int32"), cast(guesses, "int32")];
  const known = logicalAnd(within(rows), within(columns));
  const counted = mask === undefined ? known : logicalAnd(known, mask);
  // What does not count goes behind the last place.
  const places = where(counted, add(multiply(rows, classes), columns), classes * classes);
  const counts = bincount(reshape(places, [-1]), { length: classes * classes + 1 });
  return reshape(slice(counts, [[0, classes * classes]]), [classes, classes]);
}

function guessed(
  predictions: Tensor,
  classes: number | undefined,
): { readonly classes: number; readonly guesses: Tensor } {
  if (!(predictions instanceof Tensor) || !(isFloating(predictions.dtype) || isInteger(predictions.dtype))) {
    const got = predictions instanceof Tensor ? describe(predictions) : tree.describe(predictions);
    throw new TypeError(`confusionMatrix expects predictions of integers or floats but got ${got}`);
  }
  if (isInteger(predictions.dtype)) {
    checkPositiveInteger("confusionMatrix", "classes", classes as number);
    return { classes: classes!, guesses: predictions };
  }
  const last = predictions.shape[predictions.rank - 1];
  if (predictions.rank === 0 || last === 0 || (classes !== undefined && classes !== last)) {
    throw new RangeError(
      `confusionMatrix expects logits of shape [..., ${classes ?? "classes"}] but got ${
        describe(predictions)
      }`,
    );
  }
  return { classes: last, guesses: argmax(predictions, { axis: -1 }) };
}

const RUNNING_CONFUSION_MATRIX_OPTIONS = { classes: true } as const;

/**
 * `confusionMatrix` over batches. Its state is the matrix itself.
 *
 * @throws {RangeError} If the number of classes is not a positive integer.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { fScore, runningConfusionMatrix } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const metric = runningConfusionMatrix({ classes: 2 });
 * let state = metric.init();
 * for (const [prediction, label] of [[0, 0], [1, 0], [1, 1]]) {
 *   state = metric.update(state, tensor([prediction], { dtype: "int32" }), tensor([label], { dtype: "int32" }));
 * }
 * assertEquals(metric.value(state).toArray(), [[1, 1], [0, 1]]);
 * assertEquals(fScore(metric.value(state), { average: "micro" }).item(), Math.fround(2 / 3));
 * ```
 */
export function runningConfusionMatrix(
  options: { readonly classes: number },
): RunningMetric<Tensor, readonly [predictions: Tensor, labels: Tensor, mask?: Tensor]> {
  checkOptionNames("runningConfusionMatrix", options, RUNNING_CONFUSION_MATRIX_OPTIONS);
  const { classes } = options;
  checkPositiveInteger("runningConfusionMatrix", "classes", classes);
  return {
    init: () => zeros([classes, classes], { dtype: "int32" }),
    update: (state, predictions, labels, mask) =>
      add(state, confusionMatrix(predictions, labels, { classes, ...(mask === undefined ? {} : { mask }) })),
    merge: addStates,
    value: (state) => state,
  };
}
