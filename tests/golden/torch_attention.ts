/**
 * How golden cases of torch.nn.MultiheadAttention are run.
 *
 * @module
 */
import * as nn from "../../nn/mod.ts";
import { logicalNot, mean, random, reshape, swapAxes, type Tensor, tensor } from "../../tensor/mod.ts";
import type { NnCase, Run } from "./nn_cases.ts";

/** The rows of zeros and ones in the words of a mask, as in "[[0, 0, 1], [0, 0, 0]]: true where ignored". */
function rowsOf(words: string): readonly (readonly number[])[] | null {
  const found = /^\[\[.*?\]\]/.exec(words);
  return found === null ? null : JSON.parse(found[0]);
}

/** What is seen, where the words of a mask say what is ignored. */
const seen = (rows: readonly (readonly number[])[]): Tensor =>
  logicalNot(tensor(rows as number[][], { dtype: "bool" }));

/** How a case is run; null where a mask is in words that are not known. */
export function attentionModuleRun({ options, inputNames = [], outputs }: NnCase): Run | null {
  const { key_padding_mask: padding, attn_mask: attention, bias = true, batch_first, num_heads } = options;
  const hidden = padding === undefined ? null : rowsOf(padding as string);
  if (padding !== undefined && hidden === null) return null;
  const causal = attention !== undefined && /triu\(ones, 1\)/.test(attention as string);
  const shown = attention === undefined || causal ? null : rowsOf(attention as string);
  if (attention !== undefined && !causal && shown === null) return null;
  const layer = nn.multiHeadAttention({ heads: num_heads as number, causal, bias: bias as boolean });
  const turned = (x: Tensor): Tensor => batch_first === true ? x : swapAxes(x, 0, 1);
  return (inputs) => {
    const of = (name: string): Tensor | undefined =>
      inputNames.includes(name) ? inputs[inputNames.indexOf(name)] : undefined;
    const x = turned((of("x") ?? of("query"))!);
    const other = of("keyValue") ?? of("key");
    const context = other === undefined ? undefined : turned(other);
    const tensors = Object.fromEntries(
      inputNames.flatMap((name, i) =>
        name.includes("_") || name.includes(".") ? [[name.replaceAll(".", "/"), inputs[i]]] : []
      ),
    );
    const like = layer.init(random.key(0), x.shape.slice(1));
    const { params, state } = layer.torch!.fromTorch(tensors, like) as nn.Variables<
      nn.MultiHeadAttentionParams,
      nn.Empty
    >;
    const mask = hidden === null ? shown === null ? undefined : seen(shown) : reshape(
      seen(hidden),
      [hidden.length, 1, 1, hidden[0].length],
    );
    const applied = context === undefined ? { mask } : { context, contextMask: mask };
    const output = turned(layer.apply({ params, state }, x, applied).output);
    if (outputs === undefined) return [output];
    const weights = layer.weights(params, x, applied);
    return [output, options.average_attn_weights === false ? weights : mean(weights, { axes: 1 })];
  };
}
