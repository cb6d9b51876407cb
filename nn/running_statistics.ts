/**
 * Means and variances that follow those of the batches of a training.
 *
 * @module
 */
import {
  add,
  cast,
  divide,
  multiply,
  ones,
  reshape,
  type Shape,
  subtract,
  type Tensor,
  zeros,
} from "../tensor/mod.ts";
import { checkBetween, variable } from "./check.ts";
import { AFFINE_ENTRIES } from "./feature_norm.ts";
import type { TorchForm } from "./layer.ts";
import { torchEntries } from "./torch_form.ts";

/** Running statistics, the state of `batchNorm` and `instanceNorm`. */
export type RunningStatistics = {
  /** The running mean, of shape [channels]; zeros at first. */
  readonly mean: Tensor;
  /** The running variance, unbiased unless told otherwise, of shape [channels]; ones at first. */
  readonly variance: Tensor;
  /** How many batches there were, an int32 scalar; there with the momentum "cumulative". */
  readonly count?: Tensor;
};

/** The share of the old statistics that is kept, or "cumulative" where every batch so far counts the same. */
export type RunningMomentum = number | "cumulative";

/** Throws unless a momentum is a share or "cumulative". */
export function checkMomentum(layer: string, momentum: RunningMomentum): void {
  if (momentum !== "cumulative") checkBetween(layer, "momentum", momentum, 0, 1);
}

/** How norms that may have running statistics stand in torch. */
export const RUNNING_NORM_TORCH: TorchForm = torchEntries([
  ...AFFINE_ENTRIES,
  { kind: "state", key: "mean", name: "running_mean" },
  { kind: "state", key: "variance", name: "running_var" },
  { kind: "state", key: "count", name: "num_batches_tracked" },
], { ignored: ["num_batches_tracked"] });

/** The statistics before the first batch. */
export function initialRunning(shape: Shape, momentum: RunningMomentum): RunningStatistics {
  const count = momentum === "cumulative" ? { count: zeros([], { dtype: "int32" }) } : {};
  return { mean: zeros(shape), variance: ones(shape), ...count };
}

/** The statistics out of a state, as `init` makes it. */
export function runningOf(at: string, state: Partial<RunningStatistics>): RunningStatistics {
  return {
    ...state,
    mean: variable(at, "state", state, "mean"),
    variance: variable(at, "state", state, "variance"),
  };
}

/** The statistics after a batch with these. */
export function movedRunning(
  at: string,
  running: RunningStatistics,
  batch: { readonly mean: Tensor; readonly variance: Tensor },
  momentum: RunningMomentum,
): RunningStatistics {
  const isCounted = momentum === "cumulative" || Object.hasOwn(running, "count");
  const count = isCounted ? add(variable(at, "state", running, "count"), 1) : null;
  const move = (old: Tensor, values: Tensor): Tensor => {
    const fresh = cast(reshape(values, old.shape), old.dtype);
    if (momentum === "cumulative") return add(old, divide(subtract(fresh, old), cast(count!, old.dtype)));
    return momentum === 0 ? fresh : add(multiply(old, momentum), multiply(fresh, 1 - momentum));
  };
  return {
    mean: move(running.mean, batch.mean),
    variance: move(running.variance, batch.variance),
    ...(count === null ? {} : { count }),
  };
}
