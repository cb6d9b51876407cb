/**
 * Trains a small causal transformer to go on with a text character by character, and samples from it:
 * `deno run --allow-read examples/character_transformer.ts --help`.
 *
 * @module
 */
import { random, reshape, scope, tensor } from "@weft/weft";
import * as nn from "@weft/weft/nn";
import { adamW } from "@weft/weft/optim";
import { cosineDecay } from "@weft/weft/schedules";
import { fit, makeTrainer } from "@weft/weft/train";
import {
  CHARACTER_OPTIONS,
  characterLoss,
  loadCharacters,
  reportCharacters,
  reportEpoch,
} from "./characters.ts";
import { readCommandLine } from "./command_line.ts";

const options = readCommandLine(
  "Trains a causal transformer on the characters of a text and samples from it.",
  CHARACTER_OPTIONS,
);

const LENGTH = 64;
const FEATURES = 64;

const { alphabet, data, heldOut, beginning } = await loadCharacters(LENGTH, options.quick);

const block = nn.transformerEncoderLayer({
  features: FEATURES,
  heads: 4,
  activation: nn.gelu,
  causal: true,
  normFirst: true,
  dropoutRate: 0.1,
});
const net = nn.sequential({
  embedding: nn.embedding({ count: alphabet.length, features: FEATURES }),
  positions: nn.sinusoidalPositions,
  blocks: nn.repeat(block, { count: 2 }),
  norm: nn.layerNorm(),
  head: nn.dense({ features: alphabet.length }),
});
const steps = options.epochs * Math.floor(data.x.shape[0] / options.batch);
const trainer = makeTrainer({
  net,
  loss: characterLoss,
  optimizer: adamW({ learningRate: cosineDecay({ initial: 3e-3, steps }), weightDecay: 0.01 }),
});
const { state } = await fit(trainer, {
  state: trainer.init(random.key(options.seed), [LENGTH]),
  data,
  size: options.batch,
  epochs: options.epochs,
  key: random.key(options.seed + 1),
  evaluation: heldOut,
  onEpoch: reportEpoch,
});

/** Goes on with the first window that is held out. */
function sample(count: number): string {
  const key = random.key(options.seed + 2);
  const drawn = [...beginning];
  for (let i = 0; i < count; i++) {
    drawn.push(scope(() => {
      const logits = trainer.predict(state, tensor([drawn.slice(-LENGTH)], { dtype: "int32" }));
      const last = reshape(logits.slice([[0, 1], [LENGTH - 1, LENGTH]]), [-1]);
      return random.categorical(random.foldIn(key, i), last.divide(0.8)).item();
    }));
  }
  return drawn.slice(LENGTH).map((number) => alphabet[number]).join("");
}

reportCharacters(sample(options.sample), trainer.evaluate(state, heldOut).loss);
