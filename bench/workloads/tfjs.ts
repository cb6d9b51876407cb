/**
 * What the workloads share where they run on TensorFlow.js.
 *
 * @module
 */
import type { Input } from "../inputs.ts";
import type { Run, Tfjs } from "../workload.ts";

/** A tensor of TensorFlow.js. */
export type TfjsTensor = InstanceType<Tfjs["Tensor"]>;

type TfjsScalar = ReturnType<Tfjs["scalar"]>;

/** The inputs as tensors. */
export function toTfjs<K extends string>(
  tf: Tfjs,
  inputs: Readonly<Record<K, Input>>,
): Record<K, TfjsTensor> {
  return Object.fromEntries(
    Object.entries<Input>(inputs).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  ) as Record<K, TfjsTensor>;
}

/** The inputs as variables, which optimizers change. */
export function toVariables<K extends string>(
  tf: Tfjs,
  inputs: Readonly<Record<K, Input>>,
): Record<K, InstanceType<Tfjs["Variable"]>> {
  return Object.fromEntries(
    Object.entries<TfjsTensor>(toTfjs(tf, inputs)).map(([name, value]) => [name, tf.variable(value)]),
  ) as Record<K, InstanceType<Tfjs["Variable"]>>;
}

/** Kernels of shape [out, in, rows, columns] as [rows, columns, in, out]. */
export function windowFirst({ data, shape }: Input): Input {
  const [outputs, channels, rows, columns] = shape;
  const moved = new Float32Array(data.length);
  const area = rows * columns;
  for (let i = 0; i < data.length; i++) {
    const [o, c, at] = [Math.floor(i / (channels * area)), Math.floor(i / area) % channels, i % area];
    moved[(at * channels + c) * outputs + o] = data[i];
  }
  return { shape: [rows, columns, channels, outputs], data: moved };
}

/** A run that computes a tensor and reads its first element. */
export function tfjsReader(tf: Tfjs, compute: () => TfjsTensor): Run {
  return {
    step: () => tf.tidy(() => tf.slice(tf.reshape(compute(), [-1]), [0], [1]).dataSync()[0]),
    result: () => tf.tidy(() => compute().dataSync()),
  };
}

/** A run that trains the variables on a loss. */
export function tfjsTrainer(
  optimizer: ReturnType<Tfjs["train"]["adam"]> | ReturnType<Tfjs["train"]["sgd"]>,
  loss: () => TfjsTensor,
): Run {
  return {
    step() {
      const value = optimizer.minimize(() => loss() as TfjsScalar, true)!;
      const number = value.dataSync()[0];
      value.dispose();
      return number;
    },
  };
}

/** Mean cross-entropy of softmax, labels as rows of zeros with a one. */
export function tfjsCrossEntropy(tf: Tfjs, logits: TfjsTensor, targets: TfjsTensor): TfjsTensor {
  return tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), -1)));
}
