/**
 * What the optimizers are compared on: digits, Rosenbrock's valley, and a badly conditioned quadratic.
 *
 * @module
 */
import {
  add,
  argmax,
  cast,
  equal,
  matmul,
  mean,
  multiply,
  random,
  relu,
  reshape,
  slice,
  square,
  subtract,
  sum,
  take,
  type Tensor,
  tensor,
} from "@weft/weft";
import { softmaxCrossEntropy } from "@weft/weft/nn";
import { loadDigits } from "../digits/data.ts";

/** Params by name. */
export type Params = Readonly<Record<string, Tensor>>;

/** What a step sees beside the params. */
export type Batch = Readonly<Record<string, Tensor>>;

/** Something to minimize. */
export interface Problem {
  /** Its heading in the table. */
  readonly name: string;
  /** The number of steps. */
  readonly steps: number;
  /** Learning rates that are tried; the best counts. */
  readonly learningRates: readonly number[];
  /** Where every optimizer starts. */
  readonly start: Params;
  /** What a step sees. */
  readonly batch: (step: number) => Batch;
  /** What is minimized. */
  readonly loss: (params: Params, batch: Batch) => Tensor;
  /** What stands in the table, of the params at the end; less is better. */
  readonly score: (params: Params) => number;
}

const LEARNING_RATES = [3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003];

/** A layer of 32 and one of 10 on the digits, in batches of 128; the score is the share of errors on the held-out. */
export async function digits(path: string | URL, steps: number): Promise<Problem> {
  const { train, heldOut } = await loadDigits(path);
  const size = 128;
  const count = train.labels.shape[0];
  const order = random.permutation(random.key(0), count);
  const batches = Array.from({ length: Math.floor(count / size) }, (_, i): Batch => {
    const rows = slice(order, [[i * size, (i + 1) * size]]);
    return { images: reshape(take(train.images, rows), [size, 64]), labels: take(train.labels, rows) };
  });
  const [first, second] = random.split(random.key(1), 2);
  const logits = ({ w1, b1, w2, b2 }: Params, images: Tensor): Tensor =>
    add(matmul(relu(add(matmul(images, w1), b1)), w2), b2);
  const images = reshape(heldOut.images, [heldOut.labels.shape[0], 64]);
  return {
    name: "digits, errors",
    steps,
    learningRates: LEARNING_RATES,
    start: {
      w1: multiply(random.normal(first, [64, 32]), Math.sqrt(2 / 64)),
      b1: multiply(random.normal(first, [32]), 0.01),
      w2: multiply(random.normal(second, [32, 10]), Math.sqrt(2 / 32)),
      b2: multiply(random.normal(second, [10]), 0.01),
    },
    batch: (step) => batches[step % batches.length],
    loss: (params, { images, labels }) => softmaxCrossEntropy(logits(params, images), labels),
    score: (params) =>
      1 - mean(cast(equal(argmax(logits(params, images), { axis: 1 }), heldOut.labels), "float32")).item(),
  };
}

/** `(1 - x)^2 + 100 (y - x^2)^2` from (-1, 1). */
export function rosenbrock(steps: number): Problem {
  const loss = ({ x, y }: Params): Tensor =>
    sum(add(square(subtract(1, x)), multiply(square(subtract(y, square(x))), 100)));
  return {
    name: "Rosenbrock",
    steps,
    learningRates: LEARNING_RATES,
    start: { x: tensor([-1]), y: tensor([1]) },
    batch: () => ({}),
    loss,
    score: (params) => loss(params).item(),
  };
}

/** Half the sum of `c x^2` from ones, with 20 conditions `c` spread evenly over the magnitudes from 1e-4 to 1. */
export function quadratic(steps: number): Problem {
  const conditions = tensor(Array.from({ length: 20 }, (_, i) => 10 ** (-4 * i / 19)));
  const loss = ({ x }: Params): Tensor => multiply(sum(multiply(conditions, square(x))), 0.5);
  return {
    name: "quadratic 1e4",
    steps,
    learningRates: LEARNING_RATES,
    start: { x: tensor(new Float32Array(20).fill(1)) },
    batch: () => ({}),
    loss,
    score: (params) => loss(params).item(),
  };
}
