/**
 * Recurrent layers.
 *
 * @module
 */
import {
  add,
  arange,
  concatenate,
  expandDims,
  index,
  less,
  matmul,
  multiply,
  random,
  relu,
  reshape,
  scan,
  sigmoid,
  slice,
  stack,
  subtract,
  swapAxes,
  tanh,
  type Tensor,
  transpose,
  where,
  zeros,
} from "../tensor/mod.ts";
import { checkShape, equalShapes } from "../tensor/shape.ts";
import { checkBetween, checkPositiveInteger, checkTensor, place, shapeError, variable } from "./check.ts";
import { dropout } from "./dropout.ts";
import { within } from "./infer_shape.ts";
import { type Initializer, varianceScaling } from "./initializers.ts";
import type { ApplyOptions, Empty, Layer, Params, TorchForm } from "./layer.ts";

/** Options of `lstm` and `gru`. */
export interface RecurrentOptions {
  /** The features of the carry; a positive integer. */
  readonly features: number;
  /** How many layers stand one after the other; 1 by default. */
  readonly layers?: number;
  /** Whether each layer also goes from the end to the start, and gives both outputs; false by default. */
  readonly bidirectional?: boolean;
  /** Whether the sequence is read from its end; outputs stay in the order of the input. False by default. */
  readonly reverse?: boolean;
  /** Whether the products have biases; true by default. */
  readonly bias?: boolean;
  /** The probability that an output is dropped between layers in training; 0 by default. */
  readonly dropoutRate?: number;
  /** Makes the kernels; uniform within 1 / sqrt(features) by default, as in torch. */
  readonly kernelInitializer?: Initializer;
}

/** Options of `rnn`. */
export interface RnnOptions extends RecurrentOptions {
  /** The activation; "tanh" by default. */
  readonly activation?: "tanh" | "relu";
}

/** Params of one direction of one layer; gates stand one after the other along the last axis. */
export type RecurrentPartParams = {
  /** From the input, [inputs, gates * features]. */
  readonly inputKernel: Tensor;
  /** From the carry, [features, gates * features]. */
  readonly carryKernel: Tensor;
  /** The bias of the input's product; absent with `bias: false`. */
  readonly inputBias?: Tensor;
  /** The bias of the carry's product; absent with `bias: false`. */
  readonly carryBias?: Tensor;
};

/** Params of recurrent layers: `layer0`, `layer0Reverse`, `layer1` and so on. */
export type RecurrentParams = { readonly [part: string]: RecurrentPartParams };

/** What recurrent layers carry from step to step: [layers * directions, n, features], in torch's order. */
export type RecurrentCarry = {
  /** The output of the last step. */
  readonly hidden: Tensor;
  /** The cell of `lstm`; absent in others. */
  readonly cell?: Tensor;
};

/** How recurrent layers are run. */
export interface RecurrentRunOptions extends ApplyOptions {
  /** The first carry; zeros by default. */
  readonly carry?: RecurrentCarry;
}

/** A layer that also takes and gives its carry. */
export interface Recurrent extends Layer<RecurrentParams, Empty> {
  /** The outputs of a batch of sequences and the last carry. */
  run(
    params: RecurrentParams,
    x: Tensor,
    options?: RecurrentRunOptions,
  ): { readonly output: Tensor; readonly carry: RecurrentCarry };
}

/** The carry of one direction: hidden, and cell where there is one. */
type State = readonly Tensor[];

/** What tells one kind from the others. */
interface Cell {
  readonly name: string;
  readonly gates: number;
  readonly states: number;
  /** The state after a step, from both products and the state before. */
  readonly step: (input: Tensor, carried: Tensor, state: State) => State;
}

/** One gate out of several along the last axis. */
function gate(x: Tensor, i: number, gates: number): Tensor {
  const size = x.shape[1] / gates;
  return slice(x, [null, [i * size, (i + 1) * size]]);
}

function recurrent(cell: Cell, options: RecurrentOptions): Recurrent {
  const { name, gates, states } = cell;
  const { features, layers = 1, bidirectional = false, reverse = false, bias = true, dropoutRate = 0 } =
    options;
  checkPositiveInteger(name, "features", features);
  checkPositiveInteger(name, "layers", layers);
  checkBetween(name, "dropoutRate", dropoutRate, 0, 1);
  if (bidirectional && reverse) {
    throw new RangeError(`${name} expects bidirectional or reverse but got both`);
  }
  const dropping = dropout({ rate: dropoutRate });
  const uniform = varianceScaling({ scale: 1 / 3, mode: "fanIn", distribution: "uniform" });
  const make = options.kernelInitializer ?? uniform;
  const directions = bidirectional ? [reverse, true] : [reverse];
  const fans = { fanIn: features, fanOut: features };
  const partName = (layer: number, direction: number): string =>
    `layer${layer}${direction === 1 ? "Reverse" : ""}`;

  const run = (
    at: string,
    params: RecurrentPartParams,
    x: Tensor,
    state: State,
    seen: Tensor | null,
    backwards: boolean,
  ): { readonly output: Tensor; readonly state: State } => {
    const product = matmul(x, variable(at, "params", params, "inputKernel"));
    const inputs = swapAxes(bias ? add(product, variable(at, "params", params, "inputBias")) : product, 0, 1);
    const kernel = variable(at, "params", params, "carryKernel");
    const steps = { input: inputs, seen };
    const [last, output] = scan(
      (before: State, part: typeof steps): [State, Tensor] => {
        const carried = matmul(before[0], kernel);
        const after = cell.step(
          part.input,
          bias ? add(carried, variable(at, "params", params, "carryBias")) : carried,
          before,
        );
        if (part.seen === null) return [after, after[0]];
        const counts = part.seen;
        return [after.map((y, i) => where(counts, y, before[i])), where(counts, after[0], 0)];
      },
      state,
      steps,
      { reverse: backwards },
    );
    return { output: swapAxes(output, 0, 1), state: last };
  };

  const runAll: Recurrent["run"] = (params, x, given = {}) => {
    const { carry, lengths, training = false, key, path } = given;
    const at = place(name, path);
    checkTensor(at, x);
    const inputs = variable(at, "params", params[partName(0, 0)], "inputKernel").shape[0];
    if (x.rank !== 3 || x.shape[2] !== inputs) {
      throw shapeError(at, `inputs of shape [n, length, ${inputs}]`, x.shape);
    }
    const [n, length] = x.shape;
    const shape = [layers * directions.length, n, features];
    if (states === 2 && carry !== undefined && carry.cell === undefined) {
      throw new TypeError(`${at} expects a carry with hidden and cell but got one without cell`);
    }
    const first = carry === undefined
      ? Array.from({ length: states }, () => zeros(shape, { dtype: x.dtype }))
      : states === 2
      ? [carry.hidden, carry.cell!]
      : [carry.hidden];
    for (const part of first) {
      if (!equalShapes(part.shape, shape)) {
        throw shapeError(at, `a carry of shape [${shape.join(", ")}]`, part.shape);
      }
    }
    if (lengths !== undefined && !equalShapes(lengths.shape, [n])) {
      throw shapeError(at, `lengths of shape [${n}]`, lengths.shape);
    }
    const seen = lengths === undefined
      ? null
      : less(reshape(arange(length, { dtype: "int32" }), [length, 1, 1]), expandDims(lengths, [0, 2]));
    const last: State[] = [];
    let output = x;
    for (let layer = 0; layer < layers; layer++) {
      if (layer > 0) {
        const dropKey = key === undefined ? undefined : random.foldIn(key, layer);
        output = dropping.apply({ params: {}, state: {} }, output, { training, key: dropKey, path }).output;
      }
      const from = output;
      const results = directions.map((backwards, direction) => {
        const state = first.map((part) => index(part, layer * directions.length + direction));
        return within(
          at,
          x.shape,
          () => run(at, params[partName(layer, direction)], from, state, seen, backwards),
        );
      });
      last.push(...results.map(({ state }) => state));
      output = results.length === 1 ? results[0].output : concatenate(results.map((one) => one.output), -1);
    }
    const hidden = stack(last.map((state) => state[0]));
    return {
      output,
      carry: states === 2 ? { hidden, cell: stack(last.map((state) => state[1])) } : { hidden },
    };
  };

  return {
    name,
    torch: torchRecurrent,
    init(key, inputShape, context = {}) {
      const at = place(name, context.path);
      checkShape(at, inputShape);
      if (inputShape.length !== 2) throw shapeError(at, "an input shape [length, features]", inputShape);
      const params: Record<string, RecurrentPartParams> = {};
      for (let layer = 0; layer < layers; layer++) {
        const inputs = layer === 0 ? inputShape[1] : features * directions.length;
        directions.forEach((_, direction) => {
          const keys = random.split(random.foldIn(key, 2 * layer + direction), 4);
          params[partName(layer, direction)] = {
            inputKernel: make(keys.at(0), [inputs, gates * features], fans),
            carryKernel: make(keys.at(1), [features, gates * features], fans),
            ...(bias
              ? {
                inputBias: uniform(keys.at(2), [gates * features], fans),
                carryBias: uniform(keys.at(3), [gates * features], fans),
              }
              : {}),
          };
        });
      }
      return { params, state: {}, outputShape: [inputShape[0], features * directions.length] };
    },
    apply: ({ params, state }, x, applied = {}) => ({ output: runAll(params, x, applied).output, state }),
    run: runAll,
  };
}

/** Names here and in torch, and whether the axes are the other way round. */
const TORCH_NAMES = [
  ["inputKernel", "weight_ih", true],
  ["carryKernel", "weight_hh", true],
  ["inputBias", "bias_ih", false],
  ["carryBias", "bias_hh", false],
] as const;

function torchName(part: string, name: string): string {
  const [, layer, backwards] = /^layer(\d+)(Reverse)?$/.exec(part)!;
  return `${name}_l${layer}${backwards === undefined ? "" : "_reverse"}`;
}

const torchRecurrent: TorchForm = {
  toTorch({ params }) {
    const tensors: Record<string, Tensor> = {};
    for (const [part, values] of Object.entries(params as RecurrentParams)) {
      for (const [key, name, turns] of TORCH_NAMES) {
        const value = values[key];
        if (value !== undefined) tensors[torchName(part, name)] = turns ? transpose(value) : value;
      }
    }
    return tensors;
  },
  fromTorch(tensors, like) {
    const params: Record<string, Params> = {};
    for (const [part, values] of Object.entries(like.params as RecurrentParams)) {
      params[part] = Object.fromEntries(
        TORCH_NAMES.filter(([key]) => values[key] !== undefined).map(([key, name, turns]) => {
          const value = tensors[torchName(part, name)];
          return [key, turns ? transpose(value) : value];
        }),
      );
    }
    return { params, state: {} };
  },
  ignored: [],
};

/**
 * The Elman network `h' = activation(x W + b + h U + c)` over sequences [n, length, inputs], as torch.nn.RNN with the
 * batch first: to the hidden states, [n, length, features], of both directions [n, length, 2 features]. With `lengths`
 * a carry stays as it is after the end of its sequence, and outputs there are 0, as of packed sequences in torch.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { rnn } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = rnn({ features: 4 });
 * const { params } = layer.init(random.key(0), [5, 2]);
 * const { output, carry } = layer.run(params, ones([3, 5, 2]));
 * assertEquals([output.shape, carry.hidden.shape], [[3, 5, 4], [1, 3, 4]]);
 * ```
 */
export function rnn(options: RnnOptions): Recurrent {
  const { activation = "tanh" } = options;
  if (activation !== "tanh" && activation !== "relu") {
    throw new RangeError(`rnn expects activation "tanh" or "relu" but got ${String(activation)}`);
  }
  const f = activation === "tanh" ? tanh : relu;
  return recurrent({ name: "rnn", gates: 1, states: 1, step: (x, h) => [f(add(x, h))] }, options);
}

/**
 * Long short-term memory (Hochreiter and Schmidhuber, 1997), as torch.nn.LSTM with the batch first: with the gates i,
 * f, g, o in this order, `c' = sigmoid(f) c + sigmoid(i) tanh(g)` and `h' = sigmoid(o) tanh(c')`. Shapes and `lengths`
 * are as in `rnn`.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { lstm } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = lstm({ features: 4, layers: 2, bidirectional: true });
 * const { params, state } = layer.init(random.key(0), [5, 2]);
 * assertEquals(layer.apply({ params, state }, ones([3, 5, 2])).output.shape, [3, 5, 8]);
 * ```
 */
export function lstm(options: RecurrentOptions): Recurrent {
  const step = (x: Tensor, h: Tensor, [, before]: State): State => {
    const sums = add(x, h);
    const [i, f, g, o] = [0, 1, 2, 3].map((k) => gate(sums, k, 4));
    const cell = add(multiply(sigmoid(f), before), multiply(sigmoid(i), tanh(g)));
    return [multiply(sigmoid(o), tanh(cell)), cell];
  };
  return recurrent({ name: "lstm", gates: 4, states: 2, step }, options);
}

/**
 * Gated recurrent units (Cho et al., 2014), as torch.nn.GRU with the batch first: with the gates r, z, n in this order,
 * `n = tanh(x W + b + sigmoid(r) (h U + c))` and `h' = n + sigmoid(z) (h - n)`. Shapes and `lengths` are as in `rnn`.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { gru } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = gru({ features: 4 });
 * const { params, state } = layer.init(random.key(0), [5, 2]);
 * assertEquals(layer.apply({ params, state }, ones([3, 5, 2])).output.shape, [3, 5, 4]);
 * ```
 */
export function gru(options: RecurrentOptions): Recurrent {
  const step = (x: Tensor, h: Tensor, [before]: State): State => {
    const [r, z] = [0, 1].map((k) => sigmoid(add(gate(x, k, 3), gate(h, k, 3))));
    const n = tanh(add(gate(x, 2, 3), multiply(r, gate(h, 2, 3))));
    return [add(n, multiply(z, subtract(before, n)))];
  };
  return recurrent({ name: "gru", gates: 3, states: 1, step }, options);
}
