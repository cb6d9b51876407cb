/**
 * A training step of a tiny network with SGD: the overhead of a compiled step.
 *
 * @module
 */
import { filled, type Input, normal, weights } from "../inputs.ts";
import type { StepWorkload } from "../workload.ts";
import { type JaxJsArray, type JaxJsParams, toJaxJs } from "./jax_js.ts";
import { tfjsTrainer, toTfjs, toVariables } from "./tfjs.ts";
import { fromInput, trainer } from "./weft.ts";

const data = (): { readonly x: Input; readonly y: Input } => ({
  x: normal(610, 0, [32, 2]),
  y: normal(610, 1, [32, 1]),
});

const initial = (): Record<"w1" | "b1" | "w2" | "b2" | "w3" | "b3", Input> => ({
  w1: weights(610, 2, [2, 16], 2),
  b1: filled([16], 0),
  w2: weights(610, 3, [16, 16], 16),
  b2: filled([16], 0),
  w3: weights(610, 4, [16, 1], 16),
  b3: filled([1], 0),
});

/** W6: 2-16-16-1 with relu, mean squared error, SGD 0.01. */
export const tinyMlp: StepWorkload = {
  name: "W6_tiny_mlp",
  flops: 0,
  bytes: 0,
  weft(weft) {
    const { add, matmul, relu } = weft;
    return trainer(weft, {
      params: fromInput(weft, initial()),
      data: fromInput(weft, data()),
      optimizer: weft.optim.sgd({ learningRate: 0.01 }),
      loss(p, { x, y }) {
        const hidden = relu(add(matmul(relu(add(matmul(x, p.w1), p.b1)), p.w2), p.b2));
        return weft.nn.meanSquaredError(add(matmul(hidden, p.w3), p.b3), y);
      },
    });
  },
  tfjs(tf) {
    const p = toVariables(tf, initial());
    const { x, y } = toTfjs(tf, data());
    return tfjsTrainer(tf.train.sgd(0.01), () => {
      const first = tf.relu(tf.add(tf.matMul(x, p.w1 as typeof x), p.b1));
      const second = tf.relu(tf.add(tf.matMul(first as typeof x, p.w2 as typeof x), p.b2));
      const output = tf.add(tf.matMul(second as typeof x, p.w3 as typeof x), p.b3);
      return tf.mean(tf.square(tf.sub(output, y)));
    });
  },
  jaxJs({ jax, read }) {
    const { matmul, square } = jax.numpy;
    const { x, y } = toJaxJs(jax, data());
    const loss = (p: JaxJsParams, x: JaxJsArray, y: JaxJsArray): JaxJsArray => {
      const first = jax.nn.relu(matmul(x, p.w1).add(p.b1));
      const second = jax.nn.relu(matmul(first, p.w2).add(p.b2));
      return square(matmul(second, p.w3).add(p.b3).sub(y)).mean();
    };
    const step = jax.jit((params: JaxJsParams, x: JaxJsArray, y: JaxJsArray) => {
      const [value, gradient] = jax.valueAndGrad(loss)(jax.tree.ref(params), x, y);
      const gradients = gradient as JaxJsParams;
      const next = Object.entries(params).map(([name, p]) => [name, p.sub(gradients[name].mul(0.01))]);
      return { value, params: Object.fromEntries(next) as JaxJsParams };
    });
    let params: JaxJsParams = toJaxJs(jax, initial());
    return {
      step() {
        const next = step(params, x.ref, y.ref) as unknown as { value: JaxJsArray; params: JaxJsParams };
        params = next.params;
        return read(next.value);
      },
    };
  },
};
