/**
 * Takes a network that torch trained on digits, and teaches it digits that are turned by a quarter: its convolutions
 * stay as they are, and its dense layers get additions of low rank. The result goes back under torch's names:
 * `deno run --allow-read --allow-write examples/fine_tuning.ts --help`.
 *
 * @module
 */
import { flip, random, swapAxes, type Tensor } from "@weft/weft";
import * as io from "@weft/weft/io";
import * as nn from "@weft/weft/nn";
import { adamW, describe, groups, rest, setToZero } from "@weft/weft/optim";
import { cosineDecay } from "@weft/weft/schedules";
import { type Examples, fit, makeTrainer } from "@weft/weft/train";
import { readCommandLine } from "./command_line.ts";
import { loadDigits } from "./digits/data.ts";

const options = readCommandLine(
  "Fine-tunes a network of torch on turned digits, with additions of low rank.",
  {
    epochs: { fallback: 30, quick: 2, help: "times to go through the training digits" },
    batch: { fallback: 64, help: "examples of a step" },
    rank: { fallback: 8, help: "rank of what is added to the dense layers" },
    seed: { fallback: 0, help: "seed of the additions and of the order of examples" },
  },
);

const INPUT = [1, 8, 8];
const RESULT = "fine_tuned.safetensors";

/** The network of `examples/generate/digits_torch.py`, with dense layers of either kind. */
function network<P extends nn.Params>(dense: (features: number) => nn.Layer<P, nn.Empty>) {
  return nn.sequential({
    conv1: nn.conv2d({ features: 16, kernelSize: 3, padding: 1 }),
    relu1: nn.relu,
    conv2: nn.conv2d({ features: 16, kernelSize: 3, padding: 1 }),
    relu2: nn.relu,
    pool: nn.maxPool2d({ window: 2 }),
    flatten: nn.flatten,
    hidden: dense(64),
    relu3: nn.relu,
    head: dense(10),
  });
}
const names = { conv1: "features.0", conv2: "features.2", hidden: "classifier.1", head: "classifier.3" };

const plain = network((features) => nn.dense({ features }));
const adapted = network((features) => nn.lora(nn.dense({ features }), { rank: options.rank }));

using source = io.openSafetensors(new URL("data/digits_torch.safetensors", import.meta.url));
const { params: given } = nn.fromTorch(plain, source, { inputShape: INPUT, names });

const digits = await loadDigits(new URL("data/digits.npz", import.meta.url));
const upright: Examples = { x: digits.heldOut.images, y: digits.heldOut.labels };
const quarter = (images: Tensor): Tensor => flip(swapAxes(images, 2, 3), 2);
const data: Examples = { x: quarter(digits.train.images), y: digits.train.labels };
const turned: Examples = { x: quarter(upright.x), y: upright.y };

const accuracyOf = (params: nn.ParamsOf<typeof plain>, { x, y }: Examples): string =>
  nn.accuracy(plain.apply({ params, state: {} }, x).output, y).item().toFixed(4);
console.log(
  `held-out accuracy as torch found it ${source.metadata.accuracy}, here ${accuracyOf(given, upright)}`,
);
console.log(`turned by a quarter, before ${accuracyOf(given, turned)}`);

// The additions begin as zeros, so this is the network of torch still.
const { params: fresh, state: net } = adapted.init(random.key(options.seed), INPUT);
const params = {
  ...given,
  hidden: { ...fresh.hidden, base: given.hidden },
  head: { ...fresh.head, base: given.head },
};
const steps = options.epochs * Math.floor(data.y.shape[0] / options.batch);
const optimizer = groups([
  { name: "convolutions", select: "conv*/**", transform: setToZero() },
  { name: "base", select: "*/base/**", transform: setToZero() },
  {
    name: "additions",
    select: rest,
    transform: adamW({ learningRate: cosineDecay({ initial: 2e-2, steps }) }),
  },
]);
console.log(describe(optimizer, params));

const trainer = makeTrainer({
  net: adapted,
  loss: (logits, labels) => nn.softmaxCrossEntropy(logits, labels),
  optimizer,
});
const { state } = await fit(trainer, {
  state: { params, net, optimizer: optimizer.init(params) },
  data,
  size: options.batch,
  epochs: options.epochs,
  key: random.key(options.seed + 1),
});

const trained = state.params as typeof params;
const merged = {
  ...trained,
  hidden: nn.mergeLora(trained.hidden, { rank: options.rank }),
  head: nn.mergeLora(trained.head, { rank: options.rank }),
};
await io.saveSafetensors(RESULT, nn.toTorch(plain, { params: merged, state: net }, { names }));
console.log(`wrote ${RESULT}: the additions are merged, and names and layouts are those of torch`);

const { tensors } = await io.loadSafetensors(RESULT);
const { params: back } = nn.fromTorch(plain, tensors, { inputShape: INPUT, names });
console.log(`turned by a quarter, after ${accuracyOf(back, turned)}`);
