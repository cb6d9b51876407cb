/**
 * Replaying trainings that MindSpore ran.
 *
 * @module
 */

import { batchNorm, conv2d, meanSquaredError, relu, sequential } from "../../nn/mod.ts";
import { multiply, sum, type Tensor, tensor, valueAndGrad } from "../../tensor/mod.ts";
import { Allowance, compareRates, type OptimizerCall, readOptimizer } from "./mindspore_optimizers.ts";
import { type GoldenTensor, type Precision, tensorOf } from "./golden_tensor.ts";
import { compareNumbers, data, type Golden, number, readTensors } from "./mindspore_reader.ts";

type Leaves = Readonly<Record<string, Tensor>>;

/** A case of the kind "scaledTraining". */
export interface ScaledTrainingCase extends OptimizerCall {
  readonly name: string;
  readonly sens: number;
  readonly dtype: Precision;
  readonly params: Readonly<Record<string, GoldenTensor>>;
  readonly grads: readonly Readonly<Record<string, GoldenTensor>>[];
  readonly expect: readonly {
    readonly loss: Golden;
    readonly params: Readonly<Record<string, readonly Golden[]>>;
  }[];
}

/** Runs a case of the kind "scaledTraining": the loss `sum(w x)` times `sens`, and an optimizer that knows it. */
export function replayScaledTraining(golden: ScaledTrainingCase): string {
  const { name, dtype, sens, expect } = golden;
  const optimizer = readOptimizer(golden);
  let params: Leaves = readTensors(golden.params, dtype);
  let state = optimizer.init(params);
  const allowance = new Allowance(dtype);
  for (const [step, expected] of expect.entries()) {
    const at = `${name}: step ${step + 1}`;
    const { w: x } = readTensors(golden.grads[step], dtype);
    const before = params;
    const { value, gradient } = valueAndGrad((p: Leaves) => multiply(sum(multiply(p.w, x)), sens))(params);
    ({ state, params } = optimizer.step(state, gradient, params));
    // A sum of terms of about the size of its elements.
    const terms = sum(multiply(before.w, x).multiply(before.w).multiply(x)).item() ** 0.5;
    const loss = compareNumbers(
      `${at}: loss`,
      [value.item() / sens],
      [expected.loss],
      () => 1e-6 * terms,
      dtype,
    );
    if (loss !== "") return loss;
    allowance.add("w", data(before.w), expected.params.w);
    const difference = compareNumbers(
      `${at}: w`,
      data(params.w),
      expected.params.w,
      allowance.of("w"),
      dtype,
    );
    if (difference !== "") return difference;
  }
  return "";
}

/** What a file has of a tensor in place of all of its elements. */
interface Checksums {
  readonly sum: number;
  readonly sumOfSquares: number;
  readonly first: readonly Golden[];
  readonly last: readonly Golden[];
}

type Recorded = Readonly<Record<string, readonly Golden[] | Checksums>>;

/** A case of the kind "training". */
export interface TrainingCase extends OptimizerCall {
  readonly name: string;
  readonly net: { readonly conv: readonly [number, number, number] };
  readonly dtype: Precision;
  readonly params: Readonly<Record<string, GoldenTensor>>;
  readonly input: GoldenTensor;
  readonly target: GoldenTensor;
  readonly expect: readonly {
    readonly loss: Golden;
    readonly lr?: readonly Golden[];
    readonly order?: readonly string[];
    readonly grads: Recorded;
    readonly params: Recorded;
    readonly buffers: Recorded;
    readonly evalLoss?: Golden;
  }[];
}

/** What sums of many terms, in another order, may differ by: a share of the largest element. */
const TOLERANCE = 1e-5;

/**
 * Runs a case of the kind "training": mean squared error of relu(bn(conv(x))) over the full batch. All numbers may differ
 * by 1e-5 of the largest of their tensor, as their sums are ordered differently.
 */
export function replayTraining(golden: TrainingCase): string {
  const { name, dtype, net: { conv: [, features, kernelSize] }, expect } = golden;
  const optimizer = readOptimizer(golden);
  const net = sequential({
    conv: conv2d({ features, kernelSize, padding: "same", bias: false }),
    bn: batchNorm(),
    relu,
  });
  const [input, target] = [golden.input, golden.target].map((one) => tensorOf(one, dtype));
  const inNet = (p: Leaves) => ({
    conv: { kernel: p["conv.weight"] },
    bn: { scale: p["bn.gamma"], offset: p["bn.beta"] },
  });
  let params: Leaves = readTensors(golden.params, dtype);
  let state = optimizer.init(params);
  const order = optimizer.parameters(params);
  const zeros = new Array<number>(features).fill(0);
  let running = { mean: tensor(zeros, { dtype }), variance: tensor(zeros.map(() => 1), { dtype }) };
  const apply = (p: Leaves, training: boolean) =>
    net.apply({ params: inNet(p), state: { bn: running } as never } as never, input, { training });
  for (const [step, expected] of expect.entries()) {
    const at = `${name}: step ${step + 1}`;
    if (expected.order !== undefined && expected.order.join() !== order.join()) {
      return `${at}: expected the order ${expected.order.join()} but got ${order.join()}`;
    }
    const { value, gradient, aux } = valueAndGrad((p: Leaves) => {
      const { output, state } = apply(p, true);
      return { value: meanSquaredError(output, target), aux: state };
    })(params);
    ({ state, params } = optimizer.step(state, gradient, params));
    running = (aux as unknown as { readonly bn: typeof running }).bn;
    const rates = expected.lr === undefined ? "" : compareRates(at, golden, state, order, expected.lr);
    const buffers = { "bn.moving_mean": running.mean, "bn.moving_variance": running.variance };
    const differences = [
      rates,
      compareRecorded(`${at}: loss`, { loss: value }, { loss: [expected.loss] }),
      compareRecorded(`${at}: gradient`, gradient, expected.grads),
      compareRecorded(at, params, expected.params),
      compareRecorded(at, buffers, expected.buffers),
    ];
    if (expected.evalLoss !== undefined) {
      const loss = meanSquaredError(apply(params, false).output, target);
      differences.push(compareRecorded(`${name}: evaluation`, { loss }, { loss: [expected.evalLoss] }));
    }
    const first = differences.find((difference) => difference !== "");
    if (first !== undefined) return first;
  }
  return "";
}

function compareRecorded(at: string, got: Leaves, expected: Recorded): string {
  for (const [path, record] of Object.entries(expected)) {
    const difference = compareOne(`${at}: ${path}`, Array.from(data(got[path])), record);
    if (difference !== "") return difference;
  }
  return "";
}

function compareOne(at: string, got: readonly number[], record: readonly Golden[] | Checksums): string {
  const isWhole = Array.isArray(record);
  const { sum, sumOfSquares, first, last } = record as Checksums;
  const elements = isWhole ? record as readonly Golden[] : [...first, ...last];
  const ours = isWhole ? got : [...got.slice(0, first.length), ...got.slice(got.length - last.length)];
  const largest = Math.max(...elements.map((value) => Math.abs(number(value))));
  const difference = compareNumbers(at, ours, elements, () => TOLERANCE * largest, "float32");
  if (difference !== "" || isWhole) return difference;
  const total = (f: (value: number) => number): number => got.reduce((total, value) => total + f(value), 0);
  const size = total(Math.abs);
  return compareNumbers(`${at}: sum`, [total((x) => x)], [sum], () => TOLERANCE * size, "float64") ||
    compareNumbers(
      `${at}: squares`,
      [total((x) => x * x)],
      [sumOfSquares],
      () => 2 * TOLERANCE * sumOfSquares,
      "float64",
    );
}
