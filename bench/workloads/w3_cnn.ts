/**
 * A training step of a convolutional network, plain and with batch norm, with Adam.
 *
 * @module
 */
import { filled, type Input, labels, normal, oneHot, weights } from "../inputs.ts";
import type { StepWorkload, Tfjs, Weft } from "../workload.ts";
import { type JaxJsArray, jaxJsCrossEntropy, jaxJsTrainer, toJaxJs } from "./jax_js.ts";
import { tfjsCrossEntropy, type TfjsTensor, tfjsTrainer, toTfjs, toVariables, windowFirst } from "./tfjs.ts";
import { fromInput, trainer, type WeftTensor } from "./weft.ts";

const BATCH = 64;

const data = (): { readonly x: Input; readonly labels: Input } => ({
  x: normal(300, 0, [BATCH, 1, 28, 28]),
  labels: labels(300, 1, BATCH, 10),
});

type Names = "k1" | "b1" | "k2" | "b2" | "w" | "b" | "gain1" | "shift1" | "gain2" | "shift2";

const initial = (): Record<Names, Input> => ({
  k1: weights(300, 2, [16, 1, 3, 3], 9),
  b1: filled([16], 0),
  gain1: filled([16], 1),
  shift1: filled([16], 0),
  k2: weights(300, 3, [32, 16, 3, 3], 144),
  b2: filled([32], 0),
  gain2: filled([32], 1),
  shift2: filled([32], 0),
  w: weights(300, 4, [800, 10], 800),
  b: filled([10], 0),
});

/** The params that a network without batch norm has. */
function withoutNorm(inputs: Record<Names, Input>, batchNorm: boolean): Record<Names, Input> {
  if (batchNorm) return inputs;
  return Object.fromEntries(
    Object.entries(inputs).filter(([name]) => !/gain|shift/.test(name)),
  ) as Record<Names, Input>;
}

const CONVOLUTION_1 = 2 * BATCH * 26 * 26 * 16 * 9;
const CONVOLUTION_2 = 2 * BATCH * 11 * 11 * 32 * 144;
const DENSE = 2 * BATCH * 800 * 10;
const ACTIVATIONS = BATCH * (16 * 26 * 26 + 32 * 11 * 11);

/** Batch norm over the axes but that of the channels, with the statistics of the batch. */
function weftNorm(weft: Weft, x: WeftTensor, gain: WeftTensor, shift: WeftTensor): WeftTensor {
  const { add, mean, multiply, reshape, rsqrt, square, subtract } = weft;
  const along = (v: WeftTensor): WeftTensor => reshape(v, [1, v.size, 1, 1]);
  const over = { axes: [0, 2, 3], keepDims: true };
  const centered = subtract(x, mean(x, over));
  const scale = multiply(rsqrt(add(mean(square(centered), over), 1e-5)), along(gain));
  return add(multiply(centered, scale), along(shift));
}

/** Batch norm of images with channels last. */
function tfjsNorm(tf: Tfjs, x: TfjsTensor, gain: TfjsTensor, shift: TfjsTensor): TfjsTensor {
  const centered = tf.sub(x, tf.mean(x, [0, 1, 2], true));
  const variance = tf.mean(tf.square(centered), [0, 1, 2], true);
  return tf.add(tf.mul(centered, tf.mul(tf.rsqrt(tf.add(variance, 1e-5)), gain)), shift);
}

function jaxJsNorm(x: JaxJsArray, gain: JaxJsArray, shift: JaxJsArray, sqrt: Sqrt): JaxJsArray {
  const along = (v: JaxJsArray): JaxJsArray => v.reshape([1, -1, 1, 1]);
  const over = [0, 2, 3];
  const centered = x.ref.sub(x.mean(over, { keepdims: true }));
  const variance = centered.ref.mul(centered.ref).mean(over, { keepdims: true });
  return centered.mul(along(gain).div(sqrt(variance.add(1e-5)))).add(along(shift));
}

type Sqrt = (x: JaxJsArray) => JaxJsArray;

function cnn(name: string, batchNorm: boolean): StepWorkload {
  return {
    name,
    flops: 2 * CONVOLUTION_1 + 3 * (CONVOLUTION_2 + DENSE),
    // Activations written and read forward, and their gradients; with batch norm once more each.
    bytes: 4 * ACTIVATIONS * (batchNorm ? 10 : 5),
    weft(weft) {
      const { add, conv2d, matmul, maxPool2d, relu, reshape } = weft;
      const block = (
        x: WeftTensor,
        kernel: WeftTensor,
        bias: WeftTensor,
        norm: (x: WeftTensor) => WeftTensor,
      ): WeftTensor =>
        maxPool2d(relu(norm(add(conv2d(x, kernel), reshape(bias, [bias.size, 1, 1])))), { window: 2 });
      return trainer(weft, {
        params: fromInput(weft, withoutNorm(initial(), batchNorm)),
        data: fromInput(weft, data()),
        optimizer: weft.optim.adam({ learningRate: 1e-3 }),
        loss(p, { x, labels }) {
          const norm1 = (y: WeftTensor) => batchNorm ? weftNorm(weft, y, p.gain1, p.shift1) : y;
          const norm2 = (y: WeftTensor) => batchNorm ? weftNorm(weft, y, p.gain2, p.shift2) : y;
          const features = block(block(x, p.k1, p.b1, norm1), p.k2, p.b2, norm2);
          const logits = add(matmul(reshape(features, [BATCH, 800]), p.w), p.b);
          return weft.nn.softmaxCrossEntropy(logits, labels);
        },
      });
    },
    // The wasm backend has no gradient of a convolution by its kernel.
    tfjsBackends: ["cpu"],
    tfjs(tf) {
      const given = data();
      const { x, targets } = toTfjs(tf, { x: given.x, targets: oneHot(given.labels, 10) });
      const images = tf.transpose(x, [0, 2, 3, 1]) as ReturnType<Tfjs["tensor4d"]>;
      const start = withoutNorm(initial(), batchNorm);
      const p = toVariables(tf, { ...start, k1: windowFirst(start.k1), k2: windowFirst(start.k2) });
      const kernels = [p.k1, p.k2] as unknown as readonly (typeof images)[];
      const block = (
        x: typeof images,
        kernel: typeof images,
        bias: TfjsTensor,
        gain: TfjsTensor,
        shift: TfjsTensor,
      ): typeof images => {
        const convolved = tf.add(tf.conv2d(x, kernel, 1, "valid"), bias);
        const normal = batchNorm ? tfjsNorm(tf, convolved, gain, shift) : convolved;
        return tf.maxPool(tf.relu(normal) as typeof images, 2, 2, "valid");
      };
      return tfjsTrainer(tf.train.adam(1e-3, 0.9, 0.999, 1e-8), () => {
        const first = block(images, kernels[0], p.b1, p.gain1, p.shift1);
        const features = block(first, kernels[1], p.b2, p.gain2, p.shift2);
        const flat = tf.reshape(tf.transpose(features, [0, 3, 1, 2]), [BATCH, 800]);
        const logits = tf.add(tf.matMul(flat, p.w as TfjsTensor), p.b);
        return tfjsCrossEntropy(tf, logits, targets);
      });
    },
    jaxJs(context) {
      const { jax } = context;
      const { lax, nn, numpy: np } = jax;
      const given = data();
      const { x, targets } = toJaxJs(jax, { x: given.x, targets: oneHot(given.labels, 10) });
      const block = (
        x: JaxJsArray,
        kernel: JaxJsArray,
        bias: JaxJsArray,
        norm: (x: JaxJsArray) => JaxJsArray,
      ): JaxJsArray => {
        const y = nn.relu(norm(lax.conv(x, kernel, [1, 1], "VALID").add(bias.reshape([1, -1, 1, 1]))));
        return lax.reduceWindow(y, (window) => window.max(), [2, 2], [2, 2]);
      };
      const params = toJaxJs(jax, withoutNorm(initial(), batchNorm));
      return jaxJsTrainer(context, params, [x, targets], (p, x, targets) => {
        const norm1 = (y: JaxJsArray) => batchNorm ? jaxJsNorm(y, p.gain1, p.shift1, np.sqrt) : y;
        const norm2 = (y: JaxJsArray) => batchNorm ? jaxJsNorm(y, p.gain2, p.shift2, np.sqrt) : y;
        const features = block(block(x, p.k1, p.b1, norm1), p.k2, p.b2, norm2);
        return jaxJsCrossEntropy(jax, np.matmul(features.reshape([BATCH, 800]), p.w).add(p.b), targets);
      });
    },
  };
}

/** W3, and W3b with batch norm between convolution and relu. */
export const cnns: readonly StepWorkload[] = [cnn("W3_cnn", false), cnn("W3b_cnn_bn", true)];
