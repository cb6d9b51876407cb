/**
 * The network, its optimizer with two groups of parameters, and one step of training.
 *
 * @module
 */
import { compile, random, type Tensor, valueAndGrad } from "@weft/weft";
import {
  accuracy,
  batchNorm,
  conv2d,
  dense,
  flatten,
  type Layer,
  maxPool2d,
  type Params,
  relu,
  sequential,
  softmaxCrossEntropy,
} from "@weft/weft/nn";
import { adamW, chain, clipByGlobalNorm, groups, rest, type Transform } from "@weft/weft/optim";
import { cosineDecay, warmupCosine } from "@weft/weft/schedules";
import type { Examples } from "./data.ts";

/** Epochs after which the learning rates have run down, whatever the number of epochs asked for. */
const SCHEDULED_EPOCHS = 10;

/** Everything that changes while training. */
export interface TrainState {
  readonly params: Params;
  /** Running statistics of the network. */
  readonly net: Params;
  readonly optimizer: unknown;
}

/** What a step of training gives. */
export interface StepResult {
  readonly train: TrainState;
  readonly loss: Tensor;
  readonly accuracy: Tensor;
}

/** A network with its optimizer and its compiled functions. */
export interface Model {
  readonly net: Layer;
  readonly optimizer: Transform;
  init(seed: number): TrainState;
  step(train: TrainState, batch: Examples): StepResult;
  predict(params: Params, net: Params, images: Tensor): Tensor;
}

/** The classifier: two convolutions with batch norm, pooling, and a dense layer of ten classes. */
export function makeModel(stepsPerEpoch: number): Model {
  const net: Layer = sequential({
    conv1: conv2d({ features: 64, kernelSize: 3 }),
    norm1: batchNorm(),
    relu1: relu,
    conv2: conv2d({ features: 64, kernelSize: 3 }),
    norm2: batchNorm(),
    relu2: relu,
    pool: maxPool2d({ window: 2 }),
    flatten,
    head: dense({ features: 10 }),
  });
  const steps = SCHEDULED_EPOCHS * stepsPerEpoch;
  const optimizer: Transform = chain(
    clipByGlobalNorm(1),
    groups([
      {
        name: "conv",
        select: "conv*/**",
        transform: adamW({
          learningRate: warmupCosine({ peak: 3e-3, steps, warmupSteps: stepsPerEpoch }),
          weightDecay: 1e-2,
          weightDecayMask: "**/kernel",
        }),
      },
      {
        name: "others",
        select: rest,
        transform: adamW({
          learningRate: cosineDecay({ initial: 5e-3, steps }),
          weightDecay: 1e-3,
          weightDecayMask: "**/kernel",
        }),
      },
    ]),
  );

  const init = (seed: number): TrainState => {
    const { params, state } = net.init(random.key(seed), [1, 8, 8]);
    return { params, net: state, optimizer: optimizer.init(params) };
  };

  const step = compile((train: TrainState, batch: Examples): StepResult => {
    const { value, gradient, aux } = valueAndGrad((params: Params) => {
      const { output, state } = net.apply({ params, state: train.net }, batch.images, { training: true });
      const hits = accuracy(output, batch.labels);
      return { value: softmaxCrossEntropy(output, batch.labels), aux: { state, hits } };
    })(train.params);
    const { state, params } = optimizer.step(train.optimizer, gradient, train.params);
    return { train: { params, net: aux.state, optimizer: state }, loss: value, accuracy: aux.hits };
  }, { donate: [0], name: "step" });

  const predict = compile(
    (params: Params, state: Params, images: Tensor): Tensor => net.apply({ params, state }, images).output,
    { name: "predict" },
  );

  return { net, optimizer, init, step, predict };
}
