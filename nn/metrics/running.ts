/**
 * Metrics over batches, as states that are added to.
 *
 * @module
 */
import { add, cast, divide, full, sum, Tensor, tree, where } from "../../tensor/mod.ts";

/**
 * A metric over many batches: pure functions on a state, a plain tree of tensors. What was counted in several places is
 * merged, and the metric is computed of the state at any time.
 */
export interface RunningMetric<State, Batch extends readonly unknown[]> {
  /** The state before the first batch. */
  readonly init: () => State;
  /** The state with a batch counted. */
  readonly update: (state: State, ...batch: Batch) => State;
  /** The state of what both have counted. */
  readonly merge: (a: State, b: State) => State;
  /** The metric of all that was counted; NaN for nothing. */
  readonly value: (state: State) => Tensor;
}

/** The state of `runningMean`: float64 scalars, so that millions of examples do not lose digits. */
export type MeanState = {
  /** The sum of what was measured. */
  readonly total: Tensor;
  /** How much was measured. */
  readonly count: Tensor;
};

/** What is measured of the examples of a batch, and which of them count. */
export interface Measured {
  /** A number for each example. */
  readonly values: Tensor;
  /** Which count, booleans of the same shape. */
  readonly mask: Tensor;
}

/**
 * The mean over the examples of all batches of what a function measures of each, whatever the sizes of the batches:
 * of `accuracy` or any loss with reduction "none".
 *
 * @param measure From a batch to a number for each example, or to those and a mask of which count.
 * @returns A metric whose value is a float32 scalar.
 * @throws {TypeError} If `measure` is no function, or does not give tensors.
 *
 * @example The accuracy of two batches
 * ```ts
 * import { type Tensor, tensor } from "@weft/weft";
 * import { accuracy, runningMean } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const metric = runningMean((logits: Tensor, labels: Tensor) =>
 *   accuracy(logits, labels, { reduction: "none" })
 * );
 * let state = metric.init();
 * state = metric.update(state, tensor([[2, 1], [1, 2]]), tensor([0, 0], { dtype: "int32" }));
 * state = metric.update(state, tensor([[0, 1]]), tensor([1], { dtype: "int32" }));
 * assertAlmostEquals(metric.value(state).item(), 2 / 3, 1e-6);
 * ```
 */
export function runningMean<Batch extends readonly unknown[]>(
  measure: (...batch: Batch) => Tensor | Measured,
): RunningMetric<MeanState, Batch> {
  if (typeof measure !== "function") {
    throw new TypeError(`runningMean expects a function but got ${tree.describe(measure)}`);
  }
  return {
    init: () => ({ total: nothing(), count: nothing() }),
    update: ({ total, count }, ...batch) => {
      const measured = measure(...batch);
      const { values, mask } = measured instanceof Tensor ? { values: measured, mask: null } : measured;
      if (!(values instanceof Tensor) || !(mask === null || mask instanceof Tensor)) {
        throw new TypeError(`runningMean expects measured tensors but got ${tree.describe(measured)}`);
      }
      const wide = cast(values, "float64");
      return {
        total: add(total, sum(mask === null ? wide : where(mask, wide, 0))),
        count: add(count, mask === null ? values.size : sum(cast(mask, "float64"))),
      };
    },
    merge: addStates,
    value: ({ total, count }) => cast(divide(total, count), "float32"),
  };
}

/** A count of nothing. */
export function nothing(): Tensor {
  return full([], 0, { dtype: "float64" });
}

/** The sums of all tensors of two states. */
export function addStates<State>(a: State, b: State): State {
  return tree.zip("merge", [a, b], ([x, y]) => add(x as Tensor, y as Tensor)) as State;
}
