/**
 * Precision, recall and what lies between them.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { add, cast, divide, equal, eye, mean, multiply, sum, Tensor, tree, where } from "../../tensor/mod.ts";
import { describe } from "../../tensor/tensor.ts";
import { checkAtLeast } from "../losses/check.ts";

/** Options of `precision`, `recall` and `fScore`. */
export interface ClassAverageOptions {
  /**
   * How classes become one number: "macro" is their mean, "weighted" the mean by how often each occurs, "micro" is of
   * the counts of all classes taken together, and "none" leaves one number for each class. @default {"macro"}
   */
  readonly average?: "macro" | "weighted" | "micro" | "none";
  /** What a class has that never occurs, or is never predicted, so that 0 is divided by 0. @default {0} */
  readonly zeroDivision?: number;
}

const CLASS_AVERAGE_OPTIONS = { average: true, zeroDivision: true } as const;

/**
 * `right / predicted`: which share of the inputs taken for a class belongs to it, as sklearn.metrics.precision_score
 * with all classes as its labels. It is float32, or float64 of a float64 matrix.
 *
 * @param matrix Counts of shape [classes, classes], rows of labels and columns of predictions; see `confusionMatrix`.
 * @param options How to average, and what stands for 0 / 0.
 * @throws {TypeError} If the matrix is no tensor of numbers.
 * @throws {RangeError} If it is not square, or the average is another word.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { precision } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(precision(tensor([[3, 0], [1, 2]]), { average: "none" }).toArray(), [0.75, 1]);
 * ```
 */
export function precision(matrix: Tensor, options: ClassAverageOptions = {}): Tensor {
  checkOptionNames("precision", options, CLASS_AVERAGE_OPTIONS);
  return averaged("precision", matrix, options, ({ right, predicted }) => [right, predicted]);
}

/**
 * `right / occurring`: which share of the inputs of a class is taken for it, as sklearn.metrics.recall_score with all
 * classes as its labels; of the class of an illness it is the sensitivity.
 *
 * @param matrix Counts of shape [classes, classes], rows of labels and columns of predictions; see `confusionMatrix`.
 * @param options How to average, and what stands for 0 / 0.
 * @throws {TypeError} If the matrix is no tensor of numbers.
 * @throws {RangeError} If it is not square, or the average is another word.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { recall } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(recall(tensor([[3, 1], [0, 2]]), { average: "none" }).toArray(), [0.75, 1]);
 * ```
 */
export function recall(matrix: Tensor, options: ClassAverageOptions = {}): Tensor {
  checkOptionNames("recall", options, CLASS_AVERAGE_OPTIONS);
  return averaged("recall", matrix, options, ({ right, occurring }) => [right, occurring]);
}

/** Options of `fScore`. */
export interface FScoreOptions extends ClassAverageOptions {
  /** How much more recall counts than precision; from 0 on, where 0 is precision. @default {1} */
  readonly beta?: number;
}

const F_SCORE_OPTIONS = { beta: true, average: true, zeroDivision: true } as const;

/**
 * `(1 + beta^2) right / (beta^2 occurring + predicted)`, with beta 1 the harmonic mean of precision and recall, F1; as
 * sklearn.metrics.fbeta_score with all classes as its labels.
 *
 * @param matrix Counts of shape [classes, classes], rows of labels and columns of predictions; see `confusionMatrix`.
 * @param options Beta, how to average, and what stands for 0 / 0.
 * @throws {TypeError} If the matrix is no tensor of numbers.
 * @throws {RangeError} If it is not square, the average is another word, or beta is negative.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { fScore } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(fScore(tensor([[2, 2], [0, 4]]), { average: "micro" }).item(), 0.75);
 * ```
 */
export function fScore(matrix: Tensor, options: FScoreOptions = {}): Tensor {
  checkOptionNames("fScore", options, F_SCORE_OPTIONS);
  const { beta = 1 } = options;
  checkAtLeast("fScore", "beta", beta, 0);
  const square = beta * beta;
  return averaged("fScore", matrix, options, ({ right, occurring, predicted }) => [
    multiply(right, 1 + square),
    add(multiply(occurring, square), predicted),
  ]);
}

interface Counts {
  readonly right: Tensor;
  readonly occurring: Tensor;
  readonly predicted: Tensor;
}

function averaged(
  operation: string,
  matrix: Tensor,
  { average = "macro", zeroDivision = 0 }: ClassAverageOptions,
  fraction: (counts: Counts) => readonly [Tensor, Tensor],
): Tensor {
  const counts = countsOf(operation, matrix);
  const share = (of: Counts): Tensor => {
    const [part, whole] = fraction(of);
    const none = equal(whole, 0);
    return where(none, zeroDivision, divide(part, where(none, 1, whole)));
  };
  switch (average) {
    case "none":
      return share(counts);
    case "macro":
      return mean(share(counts));
    case "weighted": {
      const all = sum(counts.occurring);
      const none = equal(all, 0);
      const weights = divide(counts.occurring, where(none, 1, all));
      return where(none, zeroDivision, sum(multiply(share(counts), weights)));
    }
    case "micro":
      return share({
        right: sum(counts.right),
        occurring: sum(counts.occurring),
        predicted: sum(counts.predicted),
      });
    default:
      throw new RangeError(
        `${operation} expects average "macro", "weighted", "micro" or "none" but got ${String(average)}`,
      );
  }
}

function countsOf(operation: string, matrix: Tensor): Counts {
  if (!(matrix instanceof Tensor) || matrix.dtype === "key" || matrix.dtype === "bool") {
    const got = matrix instanceof Tensor ? describe(matrix) : tree.describe(matrix);
    throw new TypeError(`${operation} expects a matrix of counts but got ${got}`);
  }
  if (matrix.rank !== 2 || matrix.shape[0] !== matrix.shape[1] || matrix.size === 0) {
    throw new RangeError(
      `${operation} expects a matrix of shape [classes, classes] but got ${describe(matrix)}`,
    );
  }
  const counts = cast(matrix, matrix.dtype === "float64" ? "float64" : "float32");
  const own = equal(eye(matrix.shape[0]), 1);
  return {
    right: sum(where(own, counts, 0), { axes: 1 }),
    occurring: sum(counts, { axes: 1 }),
    predicted: sum(counts, { axes: 0 }),
  };
}
