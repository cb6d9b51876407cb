/**
 * A training step of a multilayer perceptron, with Adam.
 *
 * @module
 */
import { filled, type Input, labels, normal, oneHot, weights } from "../inputs.ts";
import type { StepWorkload } from "../workload.ts";
import { jaxJsCrossEntropy, jaxJsTrainer, toJaxJs } from "./jax_js.ts";
import { tfjsCrossEntropy, tfjsTrainer, toTfjs, toVariables } from "./tfjs.ts";
import { fromInput, trainer } from "./weft.ts";

const BATCH = 128;
const SIZES = [784, 512, 256, 10] as const;
const PARAMETERS = 784 * 512 + 512 + 512 * 256 + 256 + 256 * 10 + 10;

const data = (): { readonly x: Input; readonly labels: Input } => ({
  x: normal(200, 0, [BATCH, SIZES[0]]),
  labels: labels(200, 1, BATCH, 10),
});

const layer = (i: number): Input => weights(200, i + 1, [SIZES[i - 1], SIZES[i]], SIZES[i - 1]);

const initial = (): Record<"w1" | "b1" | "w2" | "b2" | "w3" | "b3", Input> => ({
  w1: layer(1),
  b1: filled([SIZES[1]], 0),
  w2: layer(2),
  b2: filled([SIZES[2]], 0),
  w3: layer(3),
  b3: filled([SIZES[3]], 0),
});

const forwardFlops = (i: number): number => 2 * BATCH * SIZES[i - 1] * SIZES[i];

/** W2: forward, backward, update and the loss read. */
export const mlp: StepWorkload = {
  name: "W2_mlp",
  // No gradient of the input is needed.
  flops: 2 * forwardFlops(1) + 3 * (forwardFlops(2) + forwardFlops(3)),
  bytes: 4 * (9 * PARAMETERS + 3 * BATCH * (SIZES[1] + SIZES[2]) + 2 * BATCH * SIZES[0]),
  weft(weft) {
    const { add, matmul, relu } = weft;
    return trainer(weft, {
      params: fromInput(weft, initial()),
      data: fromInput(weft, data()),
      optimizer: weft.optim.adam({ learningRate: 1e-3 }),
      loss(p, { x, labels }) {
        const hidden = relu(add(matmul(relu(add(matmul(x, p.w1), p.b1)), p.w2), p.b2));
        return weft.nn.softmaxCrossEntropy(add(matmul(hidden, p.w3), p.b3), labels);
      },
    });
  },
  tfjs(tf) {
    const p = toVariables(tf, initial());
    const { x, labels } = data();
    const given = toTfjs(tf, { x, targets: oneHot(labels, 10) });
    return tfjsTrainer(tf.train.adam(1e-3, 0.9, 0.999, 1e-8), () => {
      const first = tf.relu(tf.add(tf.matMul(given.x as never, p.w1 as never), p.b1));
      const second = tf.relu(tf.add(tf.matMul(first as never, p.w2 as never), p.b2));
      return tfjsCrossEntropy(tf, tf.add(tf.matMul(second as never, p.w3 as never), p.b3), given.targets);
    });
  },
  jaxJs(context) {
    const { jax } = context;
    const { matmul } = jax.numpy;
    const { x, labels } = data();
    const given = toJaxJs(jax, { x, targets: oneHot(labels, 10) });
    return jaxJsTrainer(context, toJaxJs(jax, initial()), [given.x, given.targets], (p, x, targets) => {
      const first = jax.nn.relu(matmul(x, p.w1).add(p.b1));
      const second = jax.nn.relu(matmul(first, p.w2).add(p.b2));
      return jaxJsCrossEntropy(jax, matmul(second, p.w3).add(p.b3), targets);
    });
  },
};
