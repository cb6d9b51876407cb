/**
 * Trains a long short-term memory to go on with a text character by character, and samples from it, one step of the
 * memory a character: `deno run --allow-read examples/character_lstm.ts --help`.
 *
 * @module
 */
import { compile, random, reshape, scope, type Tensor, tensor } from "@weft/weft";
import * as nn from "@weft/weft/nn";
import { adamW, chain, clipByGlobalNorm } from "@weft/weft/optim";
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
  "Trains a long short-term memory on the characters of a text and samples from it.",
  CHARACTER_OPTIONS,
);

const LENGTH = 64;

const { alphabet, data, heldOut, beginning } = await loadCharacters(LENGTH, options.quick);

const layers = {
  embedding: nn.embedding({ count: alphabet.length, features: 32 }),
  memory: nn.lstm({ features: 128 }),
  drop: nn.dropout({ rate: 0.3 }),
  head: nn.dense({ features: alphabet.length }),
};
const net = nn.sequential(layers);
const steps = options.epochs * Math.floor(data.x.shape[0] / options.batch);
const trainer = makeTrainer({
  net,
  loss: characterLoss,
  optimizer: chain(
    clipByGlobalNorm(1),
    adamW({ learningRate: cosineDecay({ initial: 1e-2, steps }), weightDecay: 0.01 }),
  ),
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

const params = state.params as nn.ParamsOf<typeof net>;

/** The logits of what follows the last of the characters, and what the memory carries on. */
const read = compile((
  params: nn.ParamsOf<typeof net>,
  characters: Tensor,
  carry: nn.RecurrentCarry | null,
) => {
  const state = {};
  const embedded = layers.embedding.apply({ params: params.embedding, state }, characters).output;
  const { output, carry: next } = layers.memory.run(params.memory, embedded, carry === null ? {} : { carry });
  const last = output.slice([null, [output.shape[1] - 1, output.shape[1]]]);
  const logits = layers.head.apply({ params: params.head, state }, reshape(last, [1, -1])).output;
  return { logits: reshape(logits, [-1]), carry: next };
});

/** Goes on with the first window that is held out; each character is read once. */
function sample(count: number): string {
  const key = random.key(options.seed + 2);
  const drawn: number[] = [];
  let { logits, carry } = read(params, tensor([[...beginning]], { dtype: "int32" }), null);
  for (let i = 0; i < count; i++) {
    ({ logits, carry } = scope(() => {
      drawn.push(random.categorical(random.foldIn(key, i), logits.divide(0.8)).item());
      return read(params, tensor([drawn.slice(-1)], { dtype: "int32" }), carry);
    }));
  }
  return drawn.map((number) => alphabet[number]).join("");
}

reportCharacters(sample(options.sample), trainer.evaluate(state, heldOut).loss);
