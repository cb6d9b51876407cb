/**
 * How attention of several heads stands in a state_dict of torch.
 *
 * @module
 */
import { concatenate, slice, type Tensor, transpose } from "../tensor/mod.ts";
import type { MultiHeadAttentionParams } from "./attention_params.ts";
import type { DenseParams } from "./dense.ts";
import type { TorchForm, Variables } from "./layer.ts";

const PARTS = ["query", "key", "value"] as const;

/** The form of `multiHeadAttention`; norms of queries and keys, which torch has not, are q_norm and k_norm as in timm. */
export const torchAttention: TorchForm = {
  toTorch({ params }) {
    if (Object.keys(params).length === 0) return {};
    const { query, key, value, out, queryNorm, keyNorm } = params as MultiHeadAttentionParams;
    const rows = [query, key, value].map(({ kernel }) => transpose(kernel));
    const isOne = rows.every((row) => row.shape[1] === rows[0].shape[1]);
    const tensors: Record<string, Tensor> = isOne
      ? { in_proj_weight: concatenate(rows) }
      : { q_proj_weight: rows[0], k_proj_weight: rows[1], v_proj_weight: rows[2] };
    if (query.bias !== undefined) {
      tensors.in_proj_bias = concatenate([query.bias, key.bias!, value.bias!]);
    }
    tensors["out_proj/weight"] = transpose(out.kernel);
    if (out.bias !== undefined) tensors["out_proj/bias"] = out.bias;
    if (queryNorm !== undefined) tensors["q_norm/weight"] = queryNorm.scale;
    if (keyNorm !== undefined) tensors["k_norm/weight"] = keyNorm.scale;
    return tensors;
  },
  fromTorch(tensors, like: Variables) {
    if (Object.keys(like.params).length === 0) return { params: {}, state: {} };
    const likes = like.params as MultiHeadAttentionParams;
    let from = 0;
    const params: Record<string, DenseParams> = {};
    for (const name of PARTS) {
      const to = from + likes[name].kernel.shape[1];
      const weight = tensors.in_proj_weight === undefined
        ? tensors[`${name[0]}_proj_weight`]
        : slice(tensors.in_proj_weight, [[from, to]]);
      params[name] = {
        kernel: transpose(weight),
        ...(likes[name].bias === undefined ? {} : { bias: slice(tensors.in_proj_bias, [[from, to]]) }),
      };
      from = to;
    }
    params.out = {
      kernel: transpose(tensors["out_proj/weight"]),
      ...(likes.out.bias === undefined ? {} : { bias: tensors["out_proj/bias"] }),
    };
    const norms = {
      ...(likes.queryNorm === undefined ? {} : { queryNorm: { scale: tensors["q_norm/weight"] } }),
      ...(likes.keyNorm === undefined ? {} : { keyNorm: { scale: tensors["k_norm/weight"] } }),
    };
    return { params: { ...params, ...norms }, state: {} };
  },
  ignored: [],
};
