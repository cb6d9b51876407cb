/**
 * A network, its loss and its optimizer as compiled functions.
 *
 * @module
 */
import type { Layer, Params } from "../nn/mod.ts";
import type { AnyTransform } from "../optim/mod.ts";
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { compile, random, type Shape, type Tensor, tree, valueAndGrad } from "../tensor/mod.ts";

/** Everything that a training changes: plain data, for a checkpoint. */
export interface TrainState {
  /** What is trained. */
  readonly params: Params;
  /** The state of the network, such as running statistics. */
  readonly net: Params;
  /** The state of the optimizer. */
  readonly optimizer: unknown;
}

/** Inputs of a network, and what is expected of it. */
export interface Examples {
  /** Inputs, examples along the first axis. */
  readonly x: Tensor;
  /** Labels or targets, examples along the first axis. */
  readonly y: Tensor;
}

/** From outputs and targets to a scalar. */
export type Measure = (output: Tensor, y: Tensor) => Tensor;

/** Options of `makeTrainer`. */
export interface TrainerOptions {
  /** The network. */
  readonly net: Layer;
  /** What is minimized: the mean over a batch. */
  readonly loss: Measure;
  /** The optimizer, any transform of `@weft/weft/optim` that needs nothing but gradients. */
  readonly optimizer: AnyTransform;
  /** What else is measured, by name; nothing by default. */
  readonly metrics?: Readonly<Record<string, Measure>>;
}

const TRAINER_OPTIONS = { net: true, loss: true, optimizer: true, metrics: true } as const;

/** What a step gives. */
export interface StepResult {
  /** The state after it. */
  readonly state: TrainState;
  /** The loss and the metrics of the batch, by name. */
  readonly metrics: Readonly<Record<string, Tensor>>;
}

/** The functions of a training. */
export interface Trainer {
  /** The state before the first step. */
  init(key: Tensor, inputShape: Shape): TrainState;
  /** One step of training, compiled; the memory of the state that is given goes to the one that is returned. */
  step(state: TrainState, batch: Examples, key?: Tensor): StepResult;
  /** The outputs of the network for inputs, compiled. */
  predict(state: TrainState, x: Tensor): Tensor;
  /** The loss and the metrics of examples, without training; examples are taken in batches, the means weighed. */
  evaluate(state: TrainState, examples: Examples, size?: number): Record<string, number>;
}

/**
 * Compiled functions that train a network: what would be written by hand with `valueAndGrad`, `compile` and the
 * optimizer's `step`, for the usual case of one loss over outputs and targets.
 *
 * @throws {TypeError} If a part is missing.
 *
 * @example A line
 * ```ts
 * import { random, tensor } from "@weft/weft";
 * import { dense, meanSquaredError } from "@weft/weft/nn";
 * import { sgd } from "@weft/weft/optim";
 * import { makeTrainer } from "@weft/weft/train";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const trainer = makeTrainer({
 *   net: dense({ features: 1 }),
 *   loss: (output, y) => meanSquaredError(output, y),
 *   optimizer: sgd({ learningRate: 0.1 }),
 * });
 * const data = { x: tensor([[0], [1], [2]]), y: tensor([[1], [3], [5]]) };
 * let state = trainer.init(random.key(0), [1]);
 * for (let i = 0; i < 200; i++) state = trainer.step(state, data).state;
 * assertAlmostEquals(trainer.evaluate(state, data).loss, 0, 1e-4);
 * ```
 */
export function makeTrainer(options: TrainerOptions): Trainer {
  checkOptionNames("makeTrainer", options, TRAINER_OPTIONS);
  const { net, loss, optimizer, metrics = {} } = options;
  for (const [name, part] of Object.entries({ net: net?.apply, loss, optimizer: optimizer?.update })) {
    if (typeof part !== "function") {
      throw new TypeError(`makeTrainer expects a ${name} but got ${tree.describe(options)}`);
    }
  }
  const measured = Object.entries(metrics);
  const measure = (output: Tensor, y: Tensor): Record<string, Tensor> =>
    Object.fromEntries(measured.map(([name, f]) => [name, f(output, y)]));
  const step = compile((state: TrainState, batch: Examples, key: Tensor | null): StepResult => {
    const { value, gradient, aux } = valueAndGrad((params: Params) => {
      const applied = net.apply({ params, state: state.net }, batch.x, {
        training: true,
        ...(key === null ? {} : { key }),
      });
      const aux = { net: applied.state, metrics: measure(applied.output, batch.y) };
      return { value: loss(applied.output, batch.y), aux };
    })(state.params);
    const next = optimizer.step(
      state.optimizer as never,
      gradient as never,
      state.params as never,
      {} as never,
    );
    return {
      state: { params: next.params as Params, net: aux.net, optimizer: next.state },
      metrics: { loss: value, ...aux.metrics },
    };
  }, { donate: [0], name: "step" });
  const predict = compile(
    (params: Params, state: Params, x: Tensor): Tensor => net.apply({ params, state }, x).output,
    { name: "predict" },
  );
  const evaluate = compile((params: Params, state: Params, { x, y }: Examples): Record<string, Tensor> => {
    const { output } = net.apply({ params, state }, x);
    return { loss: loss(output, y), ...measure(output, y) };
  }, { name: "evaluate" });
  return {
    init(key, inputShape) {
      const { params, state } = net.init(key, inputShape);
      return { params, net: state, optimizer: optimizer.init(params as never) };
    },
    step: (state, batch, key) => step(state, { x: batch.x, y: batch.y }, key ?? null),
    predict: (state, x) => predict(state.params, state.net, x),
    evaluate(state, examples, size = 256) {
      const count = examples.x.shape[0];
      const totals: Record<string, number> = {};
      for (let start = 0; start < count; start += size) {
        const stop = Math.min(count, start + size);
        const part = { x: examples.x.slice([[start, stop]]), y: examples.y.slice([[start, stop]]) };
        for (const [name, value] of Object.entries(evaluate(state.params, state.net, part))) {
          totals[name] = (totals[name] ?? 0) + value.item() * (stop - start) / count;
        }
      }
      return totals;
    },
  };
}

/** A key for each step, out of one for the training. */
export function stepKey(key: Tensor, epoch: number, index: number): Tensor {
  return random.foldIn(random.foldIn(key, epoch), index);
}
