/**
 * Replaying what stands around torch's optimizers: clips, the scaling of losses, averages, statistics of batches.
 *
 * @module
 */

import { batchNorm, updateBatchNorm } from "../../nn/mod.ts";
import { torch } from "../../optim/mod.ts";
import { multiply, random, type Tensor } from "../../tensor/mod.ts";
import { type GoldenFile, type Replay, replayCases, type Replayer, UnsupportedError } from "./replay.ts";
import type { GoldenNumber } from "./replay_optax.ts";
import { firstDifference } from "./torch_compare.ts";
import { type GoldenTensor, type Precision, tensorOf } from "./golden_tensor.ts";
import {
  type GoldenOptions,
  type GoldenTensors,
  type Leaves,
  leavesOf,
  type OptimizerCall,
  optimizerOf,
  optionsOf,
} from "./torch_reader.ts";

type Elements = Readonly<Record<string, readonly GoldenNumber[]>>;

interface Named {
  readonly name: string;
  readonly dtype: Precision;
}

interface ClipCase extends Named {
  readonly kind: "clip";
  readonly function: string;
  readonly options: GoldenOptions;
  readonly grads: GoldenTensors;
  readonly expect: { readonly totalNorm?: GoldenNumber; readonly grads?: Elements; readonly error?: unknown };
}

interface ScalerCase extends Named, OptimizerCall {
  readonly kind: "gradScaler";
  readonly scaler: GoldenOptions;
  readonly clip?: GoldenOptions;
  readonly params: GoldenTensors;
  readonly grads: readonly GoldenTensors[];
  readonly expect: readonly {
    readonly scaleBefore: number;
    readonly scale: number;
    readonly growthTracker: number;
    readonly skipped: boolean;
    readonly totalNorm?: GoldenNumber;
    readonly params: Elements;
  }[];
}

interface AveragingCase extends Named {
  readonly kind: "averaging";
  readonly average: string;
  readonly decay?: number;
  readonly useBuffers?: boolean;
  readonly series: readonly { readonly params: GoldenTensors; readonly buffers?: GoldenTensors }[];
  readonly expect: readonly {
    readonly averaged: number;
    readonly params: Elements;
    readonly buffers?: Elements;
  }[];
}

interface UpdateBnCase extends Named {
  readonly kind: "updateBn";
  readonly features: number;
  readonly batches: readonly GoldenTensor[];
  readonly expect: Readonly<Record<string, readonly GoldenNumber[]>>;
}

type RunCase = ClipCase | ScalerCase | AveragingCase | UpdateBnCase;

const KINDS = ["clip", "gradScaler", "averaging", "updateBn"];

/** Files of torch with such cases. */
export const torchRunReplayer: Replayer = {
  match: (file) => file.framework === "torch" && casesOf(file).length > 0,
  replay: replayTorchRun,
};

function casesOf({ cases }: GoldenFile): readonly RunCase[] {
  return (cases as readonly RunCase[]).filter(({ kind }) => KINDS.includes(kind));
}

/**
 * Runs every such case of a file. Numbers may be 4 units in the last place of the largest of their tensor away for each
 * step in float32, and 1e-12 of it in float64.
 */
export function replayTorchRun(file: GoldenFile): Replay {
  return replayCases(casesOf(file), ({ name }) => name, (golden) => {
    switch (golden.kind) {
      case "clip":
        return replayClip(golden);
      case "gradScaler":
        return replayScaler(golden);
      case "averaging":
        return replayAveraging(golden);
      case "updateBn":
        return replayUpdateBn(golden);
    }
  });
}

function replayClip(golden: ClipCase): string {
  const { name, dtype, expect } = golden;
  const grads = leavesOf(golden.grads, Object.keys(golden.grads), dtype);
  const options = optionsOf(golden.options);
  if (golden.function === "clip_grad_value_") {
    const clipped = torch.clipGradValue(grads, options as unknown as torch.ClipGradValueOptions);
    return compareLeaves(name, expect.grads!, clipped, dtype);
  }
  if (golden.function !== "clip_grad_norm_") throw new UnsupportedError(`torch ${golden.function}`);
  try {
    const clipped = torch.clipGradNorm(grads, options as unknown as torch.ClipGradNormOptions);
    if (expect.error !== undefined) return `${name}: expected an error but got none`;
    return compareNumbers(`${name}: totalNorm`, [expect.totalNorm!], clipped.totalNorm, dtype) ||
      compareLeaves(name, expect.grads!, clipped.grads, dtype);
  } catch (error) {
    if (expect.error === undefined || !(error instanceof RangeError)) throw error;
    return "";
  }
}

function replayScaler(golden: ScalerCase): string {
  const { name, dtype, expect } = golden;
  const scaler = torch.GradScaler(optionsOf(golden.scaler));
  const optimizer = optimizerOf(golden);
  let params = leavesOf(golden.params, Object.keys(golden.params), dtype);
  let [state, scaling] = [optimizer.init(params), scaler.init()];
  for (const [step, given] of golden.grads.entries()) {
    const at = `${name}: step ${step}`;
    const { scaleBefore, scale, growthTracker, skipped, totalNorm, params: after } = expect[step];
    if (scaling.scale !== scaleBefore) return `${at}: expected scale ${scaleBefore} but got ${scaling.scale}`;
    const plain = leavesOf(given, Object.keys(golden.params), dtype);
    const scaled = Object.fromEntries(
      Object.entries(plain).map((
        [path, g],
      ) => [path, g === null ? null : multiply(g as Tensor, scaling.scale)]),
    );
    let { grads, foundInf } = scaler.unscale(scaling, scaled);
    if (golden.clip !== undefined) {
      const options = optionsOf(golden.clip) as unknown as torch.ClipGradNormOptions;
      const clipped = torch.clipGradNorm(grads, options);
      const message = compareNumbers(`${at}: totalNorm`, [totalNorm!], clipped.totalNorm, dtype);
      if (message !== "") return message;
      ({ grads } = clipped);
    }
    const before = params;
    ({ state, params } = scaler.step(optimizer, { state, grads: grads as Leaves, params, foundInf }));
    scaling = scaler.update(scaling, foundInf);
    if (scaling.scale !== scale || scaling.growthTracker !== growthTracker) {
      return `${at}: expected scale ${scale} and tracker ${growthTracker} but got ${scaling.scale} and ${scaling.growthTracker}`;
    }
    const moved = Object.keys(params).some((path) =>
      String((params[path] as Tensor).data()) !== String((before[path] as Tensor).data())
    );
    if (moved === skipped) {
      return `${at}: expected the step to be ${skipped ? "skipped" : "taken"} but it was not`;
    }
    const message = compareLeaves(at, after, params, dtype, step + 1);
    if (message !== "") return message;
  }
  return "";
}

function replayAveraging(golden: AveragingCase): string {
  const { name, dtype, average, decay, useBuffers = false, series, expect } = golden;
  if (average !== "swa" && average !== "ema") throw new UnsupportedError(`torch averages by ${average}`);
  const avgFn = average === "ema" ? torch.getEmaAvgFn(decay) : torch.getSwaAvgFn();
  const model = torch.AveragedModel({ avgFn, useBuffers });
  const valuesOf = (tensors: GoldenTensors = {}): Leaves => leavesOf(tensors, Object.keys(tensors), dtype);
  const read = ({ params, buffers }: AveragingCase["series"][number]) => ({
    params: valuesOf(params),
    buffers: valuesOf(buffers),
  });
  let averaged = model.init(read(series[0]));
  for (const [step, values] of series.entries()) {
    averaged = model.update(averaged, read(values));
    const at = `${name}: step ${step}`;
    const { averaged: count, params, buffers = {} } = expect[step];
    if (averaged.nAveraged !== count) {
      return `${at}: expected ${count} averaged but got ${averaged.nAveraged}`;
    }
    const message = compareLeaves(at, params, averaged.params, dtype, step + 1) ||
      compareLeaves(at, buffers, averaged.buffers, dtype, step + 1);
    if (message !== "") return message;
  }
  return "";
}

function replayUpdateBn({ name, dtype, features, batches, expect }: UpdateBnCase): string {
  const layer = batchNorm();
  const { params } = layer.init(random.key(0), [features, 1, 1]);
  const zeros = tensorOf({ shape: [features], data: new Array(features).fill(0) }, dtype);
  const state = updateBatchNorm(
    layer,
    { params, state: { mean: zeros, variance: zeros } },
    batches.map((batch) => tensorOf(batch, dtype)),
  );
  const own: Elements = { running_mean: expect.running_mean, running_var: expect.running_var };
  return compareLeaves(
    name,
    own,
    { running_mean: state.mean, running_var: state.variance },
    dtype,
    batches.length,
  );
}

function compareLeaves(at: string, expected: Elements, got: Leaves, dtype: Precision, steps = 1): string {
  for (const [path, numbers] of Object.entries(expected)) {
    const message = compareNumbers(`${at}: ${path}`, numbers, got[path] as Tensor, dtype, steps);
    if (message !== "") return message;
  }
  return "";
}

function compareNumbers(
  at: string,
  expected: readonly GoldenNumber[],
  got: Tensor,
  dtype: Precision,
  steps = 1,
): string {
  const sizes = expected.map((value) => Math.abs(Number(value))).filter(Number.isFinite);
  const relative = dtype === "float64" ? 1e-12 : 4 * 2 ** -23 * steps;
  const allowance = { relative, scale: Math.max(0, ...sizes) };
  return firstDifference(at, expected, got.data(), dtype, () => allowance);
}
