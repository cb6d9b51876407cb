/**
 * Replaying torch's trainings of a convolution, a batch normalization and a rectifier.
 *
 * @module
 */

import { batchNorm, conv2d, meanSquaredError } from "../../nn/mod.ts";
import { torch } from "../../optim/mod.ts";
import { ones, relu, type Tensor, valueAndGrad, zeros } from "../../tensor/mod.ts";
import { type GoldenFile, type Replay, replayCases, type Replayer, UnsupportedError } from "./replay.ts";
import type { GoldenNumber } from "./replay_optax.ts";
import { schedulesOf, startOf } from "./replay_torch.ts";
import { firstDifference } from "./torch_compare.ts";
import { type GoldenTensor, type Precision, tensorOf } from "./golden_tensor.ts";
import type { GoldenTensors, OptimizerCall } from "./torch_reader.ts";
import type { SchedulerCall } from "./torch_schedulers.ts";

/** All elements of a leaf, or sums of them with the first four and the last two. */
type Recorded = readonly GoldenNumber[] | {
  readonly sum: number;
  readonly sumOfSquares: number;
  readonly first: readonly GoldenNumber[];
  readonly last: readonly GoldenNumber[];
};

type Records = Readonly<Record<string, Recorded>>;

interface TrainingCase extends OptimizerCall {
  readonly name: string;
  readonly kind: "training";
  readonly net: { readonly conv: readonly [inputs: number, outputs: number, kernel: number] };
  readonly dtype: Precision;
  readonly params: GoldenTensors;
  readonly input: GoldenTensor;
  readonly target: GoldenTensor;
  readonly schedulers?: readonly SchedulerCall[];
  readonly expect: readonly {
    readonly loss: GoldenNumber;
    readonly grads: Records;
    readonly params: Records;
    readonly buffers: Records;
    readonly lr?: readonly GoldenNumber[];
    readonly evalLoss?: GoldenNumber;
  }[];
}

/** How far numbers may be from torch's, whose sums are in another order, as a share of the largest of their kind. */
const TOLERANCE = { float32: 1e-5, float64: 1e-12 };

/** Files with trainings by torch. */
export const torchTrainingReplayer: Replayer = {
  match: (file) => file.framework === "torch" && casesOf(file).length > 0,
  replay: replayTrainings,
};

function casesOf({ cases }: GoldenFile): readonly TrainingCase[] {
  return (cases as readonly TrainingCase[]).filter(({ kind }) => kind === "training");
}

/** Runs every training of a file: losses, gradients, params and running statistics of every step. */
export function replayTrainings(file: GoldenFile): Replay {
  return replayCases(casesOf(file), ({ name }) => name, replayCase);
}

type Params = Readonly<Record<string, Tensor>>;

interface Statistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** The loss of the net, and the running statistics after it. */
function lossOf({ net, dtype, input, target }: TrainingCase): (
  params: Params,
  state: Statistics,
  training: boolean,
) => { readonly value: Tensor; readonly aux: Statistics } {
  const [, features, kernelSize] = net.conv;
  const [conv, norm] = [conv2d({ features, kernelSize }), batchNorm()];
  const [x, wanted] = [tensorOf(input, dtype), tensorOf(target, dtype)];
  return (params, state, training) => {
    const { output: convolved } = conv.apply(
      { params: { kernel: params["conv.weight"], bias: params["conv.bias"] }, state: {} },
      x,
    );
    const normed = norm.apply(
      { params: { scale: params["bn.weight"], offset: params["bn.bias"] }, state },
      convolved,
      { training },
    );
    return { value: meanSquaredError(relu(normed.output), wanted), aux: normed.state };
  };
}

function replayCase(golden: TrainingCase): string {
  const { name, dtype, expect, net, schedulers = [] } = golden;
  if (!Array.isArray(net?.conv)) throw new UnsupportedError("a net without conv");
  const loss = lossOf(golden);
  const run = startOf({ ...golden, params: withData(golden) });
  const { optimizer } = run;
  let { state, params } = run as { state: torch.TorchState; params: Params };
  let schedules = schedulers.length === 0 ? null : schedulesOf(schedulers, run);
  let statistics: Statistics = {
    mean: zeros([net.conv[1]], { dtype }),
    variance: ones([net.conv[1]], { dtype }),
  };
  // The bias before the normalization has a gradient of zero, but for rounding. An optimizer that divides by the size of
  // gradients makes steps of that, which nobody else makes alike; they move the running mean too, and nothing else.
  let isTold = true;
  for (const [step, expected] of expect.entries()) {
    if (schedules !== null) state = torch.withParamGroups(optimizer, state, schedules.groups);
    const { value, gradient, aux } = valueAndGrad((p: Params) => loss(p, statistics, true))(params);
    ({ state, params } = optimizer.step(state, gradient, params));
    statistics = aux;
    schedules = schedules?.next() ?? null;
    const at = `${name}: step ${step}`;
    const rates = schedules?.groups.map(({ lr }) => lr) ?? [];
    const evaluated = expected.evalLoss === undefined ? [] : [loss(params, statistics, false).value.item()];
    const buffers = { "bn.running_mean": statistics.mean, "bn.running_var": statistics.variance };
    // The elements beside sums of params and buffers were read when the training had ended.
    const hasEnded = step === expect.length - 1;
    const message = different(`${at}, loss`, [expected.loss], [value.item()], dtype) ||
      differentLeaves(`${at}, grads`, expected.grads, gradient, dtype, true) ||
      differentLeaves(`${at}, params`, without(expected.params, BIAS), params, dtype, hasEnded) ||
      different(`${at}, lr`, expected.lr ?? [], rates.slice(0, expected.lr?.length ?? 0), "float64");
    if (message !== "") return message;
    const ofBias = differentLeaves(`${at}, params`, only(expected.params, BIAS), params, dtype, hasEnded);
    if (ofBias !== "" && !isRounding(expected.grads, dtype)) return ofBias;
    isTold &&= ofBias === "";
    const told = isTold ? expected.buffers : without(expected.buffers, "bn.running_mean");
    const after = differentLeaves(`${at}, buffers`, told, buffers, dtype, hasEnded) ||
      different(
        `${at}, evalLoss`,
        expected.evalLoss === undefined || !isTold ? [] : [expected.evalLoss],
        isTold ? evaluated : [],
        dtype,
      );
    if (after !== "") return after;
  }
  return "";
}

const BIAS = "conv.bias";

function without(records: Records, path: string): Records {
  return Object.fromEntries(Object.entries(records).filter(([one]) => one !== path));
}

function only(records: Records, path: string): Records {
  return Object.fromEntries(Object.entries(records).filter(([one]) => one === path));
}

/** Whether the gradients of the bias are nothing but rounding beside the others. */
function isRounding(grads: Records, dtype: Precision): boolean {
  const sizes = Object.values(grads).map(largestOf);
  return grads[BIAS] !== undefined && largestOf(grads[BIAS]) <= TOLERANCE[dtype] * Math.max(...sizes);
}

function largestOf(recorded: Recorded): number {
  if (Array.isArray(recorded)) return Math.max(...recorded.map((number) => Math.abs(Number(number))));
  return Math.sqrt((recorded as Exclude<Recorded, readonly GoldenNumber[]>).sumOfSquares);
}

/** The params with their data written out. */
function withData({ params, dtype }: TrainingCase): GoldenTensors {
  return Object.fromEntries(
    Object.entries(params).map(([path, value]) => [
      path,
      { shape: value.shape, data: Array.from(tensorOf(value, dtype).data(), Number) },
    ]),
  );
}

function different(
  at: string,
  expected: readonly GoldenNumber[],
  got: ArrayLike<number>,
  dtype: Precision,
  largest = 0,
): string {
  return firstDifference(at, expected, got, dtype, (i) => ({
    relative: TOLERANCE[dtype],
    scale: Math.max(largest, Math.abs(Number(expected[i]))),
  }));
}

/** The first leaf that differs: to a share of the largest element that a leaf of the kind has. */
function differentLeaves(
  at: string,
  expected: Records,
  got: Params,
  dtype: Precision,
  comparesElements: boolean,
): string {
  const data = Object.fromEntries(
    Object.keys(expected).map((path) => [path, Array.from(got[path].data(), Number)]),
  );
  const largest = Math.max(...Object.values(data).flat().map(Math.abs));
  for (const [path, recorded] of Object.entries(expected)) {
    const [numbers, place] = [data[path], `${at}/${path}`];
    if (Array.isArray(recorded)) {
      const message = different(place, recorded, numbers, dtype, largest);
      if (message !== "") return message;
      continue;
    }
    const { sum, sumOfSquares, first, last } = recorded as Exclude<Recorded, readonly GoldenNumber[]>;
    const total = (f: (x: number) => number): number => numbers.reduce((sum, x) => sum + f(x), 0);
    const ends = [...first, ...last];
    const ours = [...numbers.slice(0, first.length), ...numbers.slice(-last.length)];
    const message = (comparesElements ? different(`${place}, ends`, ends, ours, dtype, largest) : "") ||
      different(`${place}, sum`, [sum], [total((x) => x)], dtype, largest * numbers.length) ||
      different(
        `${place}, sumOfSquares`,
        [sumOfSquares],
        [total((x) => x * x)],
        dtype,
        largest ** 2 * numbers.length,
      );
    if (message !== "") return message;
  }
  return "";
}
