/**
 * How golden cases of layers, losses and initializers are run with ours.
 *
 * @module
 */
import * as nn from "../../nn/mod.ts";
import { random, swapAxes, type Tensor } from "../../tensor/mod.ts";
import { torchModuleRun } from "./torch_modules.ts";
import { attentionModuleRun } from "./torch_attention.ts";
import { flaxRun } from "./flax_layers.ts";
import { goldenData, type GoldenTensor } from "../tensor/golden.ts";
import { initializerRun } from "./initializer_cases.ts";

/** A case of the format of the file. */
export interface NnCase {
  readonly name: string;
  readonly op: string;
  readonly ref: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly dtype: string;
  readonly key?: readonly number[];
  readonly inputs?: readonly GoldenTensor[];
  readonly inputNames?: readonly string[];
  readonly output?: GoldenTensor;
  readonly outputs?: readonly GoldenTensor[];
  readonly outputNames?: readonly string[];
  readonly cotangent?: GoldenTensor | null;
  readonly cotangents?: readonly (GoldenTensor | null)[];
  readonly inputGradients?: readonly (GoldenTensor | null)[] | null;
  readonly raises?: string;
  readonly advisory?: boolean;
}

/** From the inputs of a case to its outputs. */
export type Run = (inputs: readonly Tensor[]) => readonly Tensor[];

/** How a case is run with our layers; null where there is nothing for it. */
export function runOf(one: NnCase): Run | null {
  const module = torchModuleRun(one);
  if (module !== null) return module;
  const { op, options } = one;
  if (one.ref.startsWith("flax")) return flaxRun(one);
  const torch = one.ref.startsWith("torch");
  const input = (name: string) => (inputs: readonly Tensor[]): Tensor =>
    inputs[one.inputNames!.indexOf(name)];
  const has = (name: string): boolean => one.inputNames!.includes(name);
  const activated = (made: nn.Layer): Run => ([x]) => [made.apply({ params: {}, state: {} }, x).output];

  switch (op) {
    case "scaled_dot_product_attention":
    case "sdpa_mask":
    case "dot_product_attention":
    case "dot_product_attention_mask":
    case "dot_product_attention_bias":
      return attentionRun(one, torch);
    case "rotary_halves":
    case "rotary_interleaved":
      return ([x]) => [nn.rotary(x, { ...options, interleaved: op === "rotary_interleaved" })];
    case "sinusoidal":
      return () => {
        const { length, features, dtype } = options as
          & { readonly length: number; readonly features: number }
          & {
            readonly dtype: "float32" | "float64";
          };
        return [nn.sinusoidal([length, features], { dtype })];
      };
    case "MultiheadAttention":
      return attentionModuleRun(one);
    case "TransformerEncoderLayer":
    case "TransformerDecoderLayer": {
      const make = op === "TransformerEncoderLayer" ? nn.transformerEncoderLayer : nn.transformerDecoderLayer;
      const made = make({
        features: options.d_model as number,
        heads: options.nhead as number,
        hiddenFeatures: options.dim_feedforward as number,
        causal: options.src_mask !== undefined || options.tgt_mask !== undefined,
        normFirst: options.norm_first === true,
        activation: options.activation === "gelu" ? nn.gelu : nn.relu,
      });
      return (inputs) => {
        const x = input(has("x") ? "x" : "target")(inputs);
        const weights = Object.fromEntries(
          one.inputNames!.flatMap((name, i) =>
            name.includes(".") ? [[name.replaceAll(".", "/"), inputs[i]]] : []
          ),
        );
        const variables = made.torch!.fromTorch(weights, made.init(random.key(0), x.shape.slice(1)));
        const context = has("memory") ? input("memory")(inputs) : undefined;
        return [
          made.apply(variables as nn.Variables<nn.TransformerLayerParams, nn.Empty>, x, { context }).output,
        ];
      };
    }
    case "RNN":
    case "LSTM":
    case "GRU": {
      const { hidden_size, num_layers = 1, bidirectional = false } = options;
      const make = { RNN: nn.rnn, LSTM: nn.lstm, GRU: nn.gru }[op];
      const made = make({
        features: hidden_size as number,
        layers: num_layers as number,
        bidirectional: bidirectional as boolean,
        bias: options.bias !== false,
        ...(options.nonlinearity === undefined ? {} : { activation: options.nonlinearity as "relu" }),
      });
      const batchFirst = options.batch_first === true;
      const turned = (x: Tensor): Tensor => batchFirst ? x : swapAxes(x, 0, 1);
      return (inputs) => {
        const x = turned(input("x")(inputs));
        const weights = one.inputNames!.flatMap((name, i) => name.includes("_") ? [[name, inputs[i]]] : []);
        const like = made.init(random.key(0), x.shape.slice(1));
        const { params } = made.torch!.fromTorch(Object.fromEntries(weights), like);
        const hidden = input("h0")(inputs);
        const { output, carry } = made.run(params as nn.RecurrentParams, x, {
          carry: has("c0") ? { hidden, cell: input("c0")(inputs) } : { hidden },
        });
        return [turned(output), carry.hidden, ...(carry.cell === undefined ? [] : [carry.cell])];
      };
    }
    case "RNNCell":
    case "LSTMCell":
    case "GRUCell": {
      const cells = { RNNCell: nn.simpleCell, LSTMCell: nn.lstmCell, GRUCell: nn.gruCell };
      const features = one.inputs![one.inputNames!.indexOf("h")].shape[1];
      const activation = options.nonlinearity === "relu" ? { activation: nn.relu } : {};
      const cell = cells[op]({ features, bias: has("bias_ih"), ...activation });
      return (inputs) => {
        const x = input("x")(inputs);
        const state = one.inputNames!.flatMap((name, i) => name.includes("_") ? [[name, inputs[i]]] : []);
        const { params } = cell.torch!.fromTorch(Object.fromEntries(state), {
          params: cell.init(random.key(0), x.shape.slice(1)).params,
          state: {},
        });
        const hidden = input("h")(inputs);
        const carry = has("c") ? { hidden, cell: input("c")(inputs) } : { hidden };
        const after = cell.step(params as nn.RecurrentPartParams, carry, x);
        return [after.hidden, ...(after.cell === undefined ? [] : [after.cell])];
      };
    }
    case "logsigmoid":
      return activated(nn.logSigmoid);
    case "mish":
      return activated(nn.mish);
    case "softsign":
      return activated(nn.softSign);
    case "mse_loss": {
      const { reduction = "mean" } = options as { readonly reduction?: nn.Reduction };
      return ([prediction, target]) => [nn.meanSquaredError(prediction, target, { reduction })];
    }
    case "cross_entropy": {
      const { reduction = "mean" } = options as { readonly reduction?: nn.Reduction };
      const ignored = goldenData(one.inputs![1]).some((label) => label < 0);
      if (options.label_smoothing !== undefined || ignored) return null;
      return ([logits, labels]) => [nn.softmaxCrossEntropy(logits, labels, { reduction, axis: 1 })];
    }
    default:
      return initializerRun(one);
  }
}

/** Attention as of torch, or as of JAX, which has the heads behind the length and means where nothing is seen. */
function attentionRun({ options, inputNames }: NnCase, torch: boolean): Run {
  const turned = (x: Tensor): Tensor => torch ? x : swapAxes(x, 1, 2);
  return (inputs) => {
    const extra = inputs[3] as Tensor | undefined;
    const given = extra === undefined
      ? {}
      : extra.dtype === "bool" && inputNames![3] === "mask"
      ? { mask: extra }
      : { bias: extra };
    const [query, key, value] = inputs.slice(0, 3).map(turned);
    return [turned(nn.dotProductAttention({ query, key, value }, {
      ...given,
      causal: options.is_causal === true,
      scale: options.scale as number | undefined,
      localWindow: options.local_window_size as number | undefined,
      unseen: torch ? "zeros" : "mean",
    }))];
  };
}
