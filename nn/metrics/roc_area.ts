/**
 * How well scores tell classes apart, whatever the threshold.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  add,
  cast,
  concatenate,
  divide,
  equal,
  index,
  mean,
  multiply,
  searchSorted,
  sort,
  stack,
  subtract,
  sum,
  swapAxes,
  Tensor,
  tree,
  where,
} from "../../tensor/mod.ts";
import { equalShapes, formatShape } from "../../tensor/shape.ts";
import { describe } from "../../tensor/tensor.ts";
import { checkFloats, checkIndices, checkLabelRange } from "../losses/check.ts";
import type { RunningMetric } from "./running.ts";

/** Options of `rocArea`. */
export interface RocAreaOptions {
  /**
   * How classes become one number: "macro" is the mean of each class against the rest, "weighted" the mean by how often
   * each occurs, and "none" leaves one number for each class. @default {"macro"}
   */
  readonly average?: "macro" | "weighted" | "none";
}

const ROC_AREA_OPTIONS = { average: true } as const;

/**
 * The area under the curve of true against false positives: the probability that an input of the class has a higher
 * score than one that is not, where equal scores count half; as sklearn.metrics.roc_auc_score with multi_class="ovr".
 * It is of the scores' dtype, counted in float64, and has no gradient.
 *
 * @param scores Scores of class 1 of shape [n], or of all classes of shape [n, classes], each of which is held against
 * the rest.
 * @param labels 0 and 1, integers or booleans, of shape [n]; or class indices.
 * @param options How to average over classes.
 * @returns A scalar, or with average "none" of scores [n, classes] a vector. It is NaN where all inputs are of the
 * class, or none.
 * @throws {TypeError} If scores are not floating point, or labels neither integers nor booleans.
 * @throws {RangeError} If the shapes do not fit, a known label is no class, or the average is another word.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { rocArea } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const labels = tensor([0, 0, 1, 1], { dtype: "int32" });
 * assertEquals(rocArea(tensor([0.1, 0.4, 0.35, 0.8]), labels).item(), 0.75);
 * ```
 */
export function rocArea(scores: Tensor, labels: Tensor, options: RocAreaOptions = {}): Tensor {
  checkOptionNames("rocArea", options, ROC_AREA_OPTIONS);
  const { average = "macro" } = options;
  if (average !== "macro" && average !== "weighted" && average !== "none") {
    throw new RangeError(
      `rocArea expects average "macro", "weighted" or "none" but got ${String(average)}`,
    );
  }
  checkFloats("rocArea", { scores });
  if ((scores.rank !== 1 && scores.rank !== 2) || scores.shape[1] === 0) {
    throw new RangeError(`rocArea expects scores of shape [n] or [n, classes] but got ${describe(scores)}`);
  }
  const binary = scores.rank === 1;
  const indices = labels instanceof Tensor && labels.dtype === "bool" ? cast(labels, "int32") : labels;
  checkIndices("rocArea", indices, [scores.shape[0]]);
  const classes = binary ? 2 : scores.shape[1];
  checkLabelRange("rocArea", indices, classes);
  const { dtype } = scores;
  if (binary) return cast(areaOf(scores, equal(indices, 1)).area, dtype);
  const columns = swapAxes(scores, 0, 1);
  const each = Array.from(
    { length: classes },
    (_, i) => areaOf(index(columns, i), equal(indices, i)),
  );
  const areas = stack(each.map(({ area }) => area));
  if (average === "none") return cast(areas, dtype);
  if (average === "macro") return cast(mean(areas), dtype);
  const counts = stack(each.map(({ count }) => count));
  return cast(divide(sum(multiply(areas, counts)), sum(counts)), dtype);
}

/** The area of one class against the rest, from the ranks of its scores, and how often it occurs. */
function areaOf(scores: Tensor, own: Tensor): { readonly area: Tensor; readonly count: Tensor } {
  const sorted = sort(scores);
  const [first, last] = (["left", "right"] as const).map((side) =>
    cast(searchSorted(sorted, scores, { side }), "float64")
  );
  // Equal scores share the mean of their ranks, counted from 1.
  const ranks = multiply(add(add(first, last), 1), 0.5);
  const count = sum(cast(own, "float64"));
  const others = subtract(scores.size, count);
  const above = subtract(sum(where(own, ranks, 0)), multiply(multiply(count, add(count, 1)), 0.5));
  return { area: divide(above, multiply(count, others)), count };
}

/** The state of `runningRocArea`: all scores and labels so far, null before the first. */
export type RocAreaState = {
  /** The scores of all inputs. */
  readonly scores: Tensor | null;
  /** Their labels. */
  readonly labels: Tensor | null;
};

/**
 * `rocArea` over batches. The area is of the order of all scores, so the state keeps every one of them and grows.
 *
 * @throws {RangeError} If a batch does not fit to those before, or nothing was counted.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { runningRocArea } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const metric = runningRocArea();
 * const labels = tensor([0, 1], { dtype: "int32" });
 * const once = metric.update(metric.init(), tensor([0.1, 0.35]), labels);
 * const twice = metric.update(once, tensor([0.4, 0.8]), labels);
 * assertEquals(metric.value(twice).item(), 0.75);
 * ```
 */
export function runningRocArea(
  options: RocAreaOptions = {},
): RunningMetric<RocAreaState, readonly [scores: Tensor, labels: Tensor]> {
  checkOptionNames("runningRocArea", options, ROC_AREA_OPTIONS);
  const merge = (a: RocAreaState, b: RocAreaState): RocAreaState => {
    if (a.scores === null || a.labels === null) return b;
    if (b.scores === null || b.labels === null) return a;
    if (!equalShapes(a.scores.shape.slice(1), b.scores.shape.slice(1))) {
      throw new RangeError(
        `runningRocArea expects scores of shape [n, ...${formatShape(a.scores.shape.slice(1))}] but got ${
          describe(b.scores)
        }`,
      );
    }
    return { scores: concatenate([a.scores, b.scores]), labels: concatenate([a.labels, b.labels]) };
  };
  return {
    init: () => ({ scores: null, labels: null }),
    update: (state, scores, labels) => {
      checkFloats("runningRocArea", { scores });
      if (!(labels instanceof Tensor)) {
        throw new TypeError(`runningRocArea expects labels to be a tensor but got ${tree.describe(labels)}`);
      }
      return merge(state, { scores, labels: cast(labels, "int32") });
    },
    merge,
    value: ({ scores, labels }) => {
      if (scores === null || labels === null) {
        throw new RangeError("runningRocArea expects a batch before its value but got none");
      }
      return rocArea(scores, labels, options);
    },
  };
}
