/**
 * A training step of a pre-norm transformer block, with Adam.
 *
 * @module
 */
import { filled, type Input, normal, weights } from "../inputs.ts";
import type { StepWorkload } from "../workload.ts";
import { type JaxJsArray, jaxJsTrainer, toJaxJs } from "./jax_js.ts";
import { type TfjsTensor, tfjsTrainer, toTfjs, toVariables } from "./tfjs.ts";
import { jaxJsGelu, tfjsGelu, weftGelu } from "./w5_gelu.ts";
import { jaxJsLayerNorm, tfjsLayerNorm, weftLayerNorm } from "./w8_rows.ts";
import { fromInput, trainer, type WeftTensor } from "./weft.ts";

const [BATCH, LENGTH, WIDTH, HEADS, HIDDEN] = [8, 128, 128, 4, 512];
const HEAD = WIDTH / HEADS;
const TOKENS = BATCH * LENGTH;

const data = (): { readonly x: Input; readonly target: Input } => ({
  x: normal(700, 0, [BATCH, LENGTH, WIDTH]),
  target: normal(700, 1, [BATCH, LENGTH, WIDTH]),
});

type Names = `${"gain" | "shift"}${1 | 2}` | `${"w" | "b"}${"Qkv" | "Out" | "Up" | "Down"}`;

const initial = (): Record<Names, Input> => ({
  gain1: filled([WIDTH], 1),
  shift1: filled([WIDTH], 0),
  wQkv: weights(700, 2, [WIDTH, 3 * WIDTH], WIDTH),
  bQkv: filled([3 * WIDTH], 0),
  wOut: weights(700, 3, [WIDTH, WIDTH], WIDTH),
  bOut: filled([WIDTH], 0),
  gain2: filled([WIDTH], 1),
  shift2: filled([WIDTH], 0),
  wUp: weights(700, 4, [WIDTH, HIDDEN], WIDTH),
  bUp: filled([HIDDEN], 0),
  wDown: weights(700, 5, [HIDDEN, WIDTH], HIDDEN),
  bDown: filled([WIDTH], 0),
});

const MATMULS = 2 * TOKENS * WIDTH * (3 * WIDTH + WIDTH + 2 * HIDDEN) + 2 * 2 * TOKENS * LENGTH * WIDTH;

/** W7: 4 heads, no mask, gelu by tanh, mean squared error. */
export const transformer: StepWorkload = {
  name: "W7_transformer",
  flops: 3 * MATMULS,
  bytes: 4 * 3 * (TOKENS * (8 * WIDTH + 2 * HIDDEN) + 2 * BATCH * HEADS * LENGTH * LENGTH),
  weft(weft) {
    const { add, divide, matmul, reshape, softmax, slice, transpose } = weft;
    return trainer(weft, {
      params: fromInput(weft, initial()),
      data: fromInput(weft, data()),
      optimizer: weft.optim.adam({ learningRate: 1e-3 }),
      loss(p, { x, target }) {
        const rows = reshape(x, [TOKENS, WIDTH]);
        const normal1 = weftLayerNorm(weft, rows, p.gain1, p.shift1);
        const qkv = add(matmul(normal1, p.wQkv), p.bQkv);
        const parts = transpose(reshape(qkv, [BATCH, LENGTH, 3, HEADS, HEAD]), [2, 0, 3, 1, 4]);
        const part = (i: number): WeftTensor =>
          reshape(slice(parts, [[i, i + 1]]), [BATCH, HEADS, LENGTH, HEAD]);
        const scores = divide(matmul(part(0), transpose(part(1), [0, 1, 3, 2])), Math.sqrt(HEAD));
        const mixed = transpose(matmul(softmax(scores), part(2)), [0, 2, 1, 3]);
        const attended = add(rows, add(matmul(reshape(mixed, [TOKENS, WIDTH]), p.wOut), p.bOut));
        const normal2 = weftLayerNorm(weft, attended, p.gain2, p.shift2);
        const up = weftGelu(weft, add(matmul(normal2, p.wUp), p.bUp));
        const output = add(attended, add(matmul(up, p.wDown), p.bDown));
        return weft.nn.meanSquaredError(output, reshape(target, [TOKENS, WIDTH]));
      },
    });
  },
  tfjs(tf) {
    const p = toVariables(tf, initial());
    const { x, target } = toTfjs(tf, data());
    const dense = (x: TfjsTensor, w: TfjsTensor, b: TfjsTensor): TfjsTensor => tf.add(tf.matMul(x, w), b);
    return tfjsTrainer(tf.train.adam(1e-3, 0.9, 0.999, 1e-8), () => {
      const rows = tf.reshape(x, [TOKENS, WIDTH]);
      const qkv = dense(tfjsLayerNorm(tf, rows, p.gain1, p.shift1), p.wQkv as TfjsTensor, p.bQkv);
      const parts = tf.split(tf.reshape(qkv, [BATCH, LENGTH, 3, HEADS, HEAD]), 3, 2);
      const [q, k, v] = parts.map((part) =>
        tf.transpose(tf.reshape(part, [BATCH, LENGTH, HEADS, HEAD]), [0, 2, 1, 3])
      );
      const scores = tf.div(tf.matMul(q, k, false, true), Math.sqrt(HEAD));
      const mixed = tf.transpose(tf.matMul(tf.softmax(scores as typeof q), v), [0, 2, 1, 3]);
      const flat = tf.reshape(mixed, [TOKENS, WIDTH]);
      const attended = tf.add(rows, dense(flat, p.wOut as TfjsTensor, p.bOut)) as TfjsTensor;
      const normal = tfjsLayerNorm(tf, attended, p.gain2, p.shift2);
      const up = tfjsGelu(tf, dense(normal, p.wUp as TfjsTensor, p.bUp));
      const output = tf.add(attended, dense(up, p.wDown as TfjsTensor, p.bDown));
      return tf.mean(tf.square(tf.sub(output, tf.reshape(target, [TOKENS, WIDTH]))));
    });
  },
  jaxJs(context) {
    const { jax } = context;
    const { matmul, square } = jax.numpy;
    const { x, target } = toJaxJs(jax, data());
    return jaxJsTrainer(context, toJaxJs(jax, initial()), [x, target], (p, x, target) => {
      const rows = x.reshape([TOKENS, WIDTH]);
      const normal1 = jaxJsLayerNorm(jax, rows.ref, p.gain1, p.shift1);
      const qkv = matmul(normal1, p.wQkv).add(p.bQkv).reshape([BATCH, LENGTH, 3, HEADS, HEAD]);
      const parts = qkv.transpose([2, 0, 3, 1, 4]);
      const [q, k, v] = [parts.ref.slice(0), parts.ref.slice(1), parts.slice(2)] as JaxJsArray[];
      const scores = matmul(q, k.transpose([0, 1, 3, 2])).div(Math.sqrt(HEAD));
      const mixed = matmul(jax.nn.softmax(scores), v).transpose([0, 2, 1, 3]);
      const attended = rows.add(matmul(mixed.reshape([TOKENS, WIDTH]), p.wOut).add(p.bOut));
      const normal2 = jaxJsLayerNorm(jax, attended.ref, p.gain2, p.shift2);
      const up = jaxJsGelu(jax, matmul(normal2, p.wUp).add(p.bUp));
      const output = attended.add(matmul(up, p.wDown).add(p.bDown));
      return square(output.sub(target.reshape([TOKENS, WIDTH]))).mean();
    });
  },
};
