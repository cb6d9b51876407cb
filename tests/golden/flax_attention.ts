/**
 * How golden cases of attention of flax are run with ours.
 *
 * @module
 */
import * as nn from "../../nn/mod.ts";
import { arange, lessEqual, reshape, type Tensor, tensor, tree } from "../../tensor/mod.ts";
import { type FlaxInputs, type FlaxTree, leafOf, withFlaxInputs } from "./flax_case.ts";
import type { NnCase, Run } from "./nn_cases.ts";

/** Our params, whose heads are not apart from their features. */
function attentionParams(params: FlaxTree): nn.MultiHeadAttentionParams {
  const part = (name: string): nn.DenseParams => {
    const [kernel, bias] = [leafOf(params, `${name}/kernel`)!, leafOf(params, `${name}/bias`)];
    const outputs = name === "out" ? kernel.shape.slice(-1) : [-1];
    const inputs = name === "out" ? -1 : kernel.shape[0];
    return {
      kernel: reshape(kernel, [inputs, ...outputs]),
      ...(bias === undefined ? {} : { bias: reshape(bias, [-1]) }),
    };
  };
  const norm = (name: string) => ({ scale: leafOf(params, `${name}/scale`)! });
  return {
    query: part("query"),
    key: part("key"),
    value: part("value"),
    out: part("out"),
    ...(params.query_ln === undefined ? {} : { queryNorm: norm("query_ln"), keyNorm: norm("key_ln") }),
  };
}

/** The mask of a case, as a tensor or in words; null where the words are not known. */
function maskOf(described: unknown, queries: number, keys: number): Tensor | undefined | null {
  if (described === undefined || described === null) return undefined;
  if (Array.isArray(described)) return tensor(described, { dtype: "bool" });
  const steps = (count: number): Tensor => arange(count, { dtype: "int32" });
  if (described === "causal") return lessEqual(steps(keys), reshape(steps(queries), [queries, 1]));
  const hidden = /^keys? (\d+(?:(?:, | and )\d+)*) (?:is|are) padding$/.exec(String(described))?.[1];
  if (hidden === undefined) return null;
  const places = hidden.split(/, | and /).map(Number);
  return tensor(Array.from({ length: keys }, (_, i) => !places.includes(i)), { dtype: "bool" });
}

const OPS = ["MultiHeadDotProductAttention", "MultiHeadAttention", "SelfAttention"];

/** A case of attention of flax; null where that is none of ours. */
export function flaxAttentionRun(one: NnCase): Run | null {
  const { op, options, inputs = [], inputNames = [] } = one;
  if (!OPS.includes(op)) return null;
  const data = inputs.filter((_, i) => !/^(params|cache)\//.test(inputNames[i]));
  const lengthOf = (i: number): number => data[i].shape[data[i].shape.length - 2];
  const floats = data.filter(({ dtype }) => dtype.startsWith("float"));
  const keys = lengthOf(Math.min(1, floats.length - 1));
  const mask = maskOf(options.mask, lengthOf(0), keys);
  if (mask === null) return null;
  return withFlaxInputs(
    one,
    (given) => options.decode === true ? decoded(one, given) : whole(one, given, mask),
  );
}

function layerOf({ options }: NnCase, params: FlaxTree): nn.MultiHeadAttention {
  return nn.multiHeadAttention({
    heads: options.num_heads as number,
    bias: leafOf(params, "out/bias") !== undefined,
    normalizeQueryKey: params.query_ln !== undefined,
    unseen: "mean",
  });
}

function whole(
  one: NnCase,
  { params, data, named }: FlaxInputs,
  mask: Tensor | undefined,
): readonly Tensor[] {
  const [x, context, contextValue] = data.filter(({ dtype }) => dtype.startsWith("float"));
  const layer = layerOf(one, params);
  const shown = named.mask ?? mask;
  // With any number of batch axes, as flax.
  const flat = (y: Tensor): Tensor => reshape(y, [-1, ...y.shape.slice(-2)]);
  const how = context === undefined ? { mask: shown } : {
    context: flat(context),
    contextMask: shown,
    ...(contextValue ? { contextValue: flat(contextValue) } : {}),
  };
  const { output } = layer.apply({ params: attentionParams(params), state: {} }, flat(x), how);
  return [reshape(output, [...x.shape.slice(0, -1), output.shape[2]])];
}

/** One position with a cache: the output, then the cache in the order of flax's names. */
function decoded(one: NnCase, { params, collections, data: [x] }: FlaxInputs): readonly Tensor[] {
  const layer = layerOf(one, params);
  // flax has the heads behind the length.
  const turned = (y: Tensor): Tensor => y.transpose([0, 2, 1, 3]);
  const cache = {
    key: turned(leafOf(collections, "cache/cached_key")!),
    value: turned(leafOf(collections, "cache/cached_value")!),
    position: leafOf(collections, "cache/cache_index")!,
  };
  const { output, cache: after } = layer.decode(attentionParams(params), cache, x);
  if (one.outputs === undefined) return [output];
  return [output, after.position, ...tree.leaves([after.key, after.value]).map((y) => turned(y as Tensor))];
}
