/**
 * The params that attention of several heads begins with.
 *
 * @module
 */
import { ones, random, type Tensor } from "../tensor/mod.ts";
import { inside } from "./attention_heads.ts";
import type { MultiHeadAttentionOptions, MultiHeadAttentionParams } from "./attention_params.ts";
import { dense, type DenseParams } from "./dense.ts";
import { torchUniform } from "./initializers/defaults.ts";
import type { Initializer } from "./initializers/initializer.ts";
import { glorotUniform } from "./initializers/variance_scaling.ts";

/** How many features there are. */
export interface AttentionFeatures {
  /** Of the input. */
  readonly query: number;
  /** Of what keys are made of. */
  readonly key: number;
  /** Of what values are made of. */
  readonly value: number;
  /** Of a head. */
  readonly head: number;
  /** Of the output. */
  readonly out: number;
}

/** The params of a layer with the options. */
export function initialAttention(
  key: Tensor,
  options: Omit<MultiHeadAttentionOptions, "features"> & {
    readonly path: string | undefined;
    readonly features: AttentionFeatures;
  },
): MultiHeadAttentionParams {
  const { heads, keyValueHeads = heads, bias = true, init = "flax", normalizeQueryKey = false, features } =
    options;
  const [queries, others] = [heads * features.head, keyValueHeads * features.head];
  const torch = init === "torch";
  // torch makes one kernel of queries, keys and values where they have the same inputs.
  const isOne = torch && features.key === features.query && features.value === features.query;
  const joined: Initializer = (key, shape, { dtype = "float32" } = {}) =>
    glorotUniform(key, shape, { dtype, fanIn: features.query, fanOut: queries + 2 * others });
  const keys = random.split(key, 4);
  const part = (i: number, name: string, from: number, to: number, make: Initializer): DenseParams =>
    dense({ features: to, bias, kernelInitializer: options.kernelInitializer ?? make })
      .init(keys.at(i), [from], { path: inside(options.path, name) }).params;
  const into = isOne ? joined : glorotUniform;
  const norm = () => ({ scale: ones([features.head]) });
  return {
    query: part(0, "query", features.query, queries, into),
    key: part(1, "key", features.key, others, into),
    value: part(2, "value", features.value, others, into),
    out: part(3, "out", queries, features.out, torch ? torchUniform : glorotUniform),
    ...(normalizeQueryKey ? { queryNorm: norm(), keyNorm: norm() } : {}),
  };
}
