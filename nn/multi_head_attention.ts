/**
 * Attention of several heads.
 *
 * @module
 */
import {
  add,
  arange,
  concatenate,
  dynamicUpdateSlice,
  expandDims,
  less,
  lessEqual,
  logicalAnd,
  random,
  reshape,
  type Shape,
  slice,
  swapAxes,
  type Tensor,
  tensor,
  type TensorLike,
  transpose,
  zeros,
} from "../tensor/mod.ts";
import { checkShape } from "../tensor/shape.ts";
import { checkBetween, checkPositiveInteger, checkTensor, place, shapeError } from "./check.ts";
import { dense, type DenseParams } from "./dense.ts";
import { dotProductAttention, type DotProductAttentionOptions } from "./dot_product_attention.ts";
import { within } from "./infer_shape.ts";
import { checkInit, torchUniform } from "./initializers/defaults.ts";
import type { Initializer } from "./initializers/initializer.ts";
import { glorotUniform } from "./initializers/variance_scaling.ts";
import type { ApplyOptions, Empty, Layer, TorchForm, Variables } from "./layer.ts";
import { rotary, type RotaryOptions } from "./rotary.ts";

/** Options of `multiHeadAttention`. */
export interface MultiHeadAttentionOptions {
  /** The number of heads; a positive integer. */
  readonly heads: number;
  /** The number of heads of keys and values, which divides `heads`; `heads` by default. */
  readonly keyValueHeads?: number;
  /** The features of one head; those of the input over `heads` by default. */
  readonly headFeatures?: number;
  /** The features of the output; those of the input by default. */
  readonly features?: number;
  /** The features of `context`, where they differ from those of the input. */
  readonly contextFeatures?: number;
  /** Whether positions see themselves and those before alone; false by default. */
  readonly causal?: boolean;
  /** How many positions before and after its own each sees; all by default. */
  readonly localWindow?: number | readonly [number, number];
  /** Whether queries and keys are rotated by their positions, and how; false by default. */
  readonly rotary?: boolean | Omit<RotaryOptions, "offset">;
  /** The probability that a weight is dropped in training; 0 by default. */
  readonly dropoutRate?: number;
  /** Whether the four products have a bias; true by default. */
  readonly bias?: boolean;
  /** The most keys whose scores stand in memory at a time; 512 by default. */
  readonly blockSize?: number;
  /** Makes the kernels; `initializers.glorotUniform` of each by default. */
  readonly kernelInitializer?: Initializer;
  /**
   * With "torch" the params that no initializer is named for are as in torch: the kernels of query, key and value
   * glorotUniform, taken as one where they have the same inputs, that of the output uniform within
   * `1 / sqrt(fanIn)`. Biases are zeros. "flax" by default.
   */
  readonly init?: "flax" | "torch";
}

/** Params of `multiHeadAttention`. */
export type MultiHeadAttentionParams = {
  /** To the queries, [features, heads * headFeatures]. */
  readonly query: DenseParams;
  /** To the keys, [features of the context, keyValueHeads * headFeatures]. */
  readonly key: DenseParams;
  /** To the values, of the shape of `key`. */
  readonly value: DenseParams;
  /** From all heads, [heads * headFeatures, features]. */
  readonly out: DenseParams;
};

/** Keys and values of the positions so far. */
export type AttentionCache = {
  /** Keys, rotated where the layer does so, [n, keyValueHeads, length, headFeatures]. */
  readonly key: Tensor;
  /** Values, of the same shape. */
  readonly value: Tensor;
  /** How many positions are filled, an int32 scalar. */
  readonly position: Tensor;
};

/** How large a cache is. */
export interface CacheOptions {
  /** The batch. */
  readonly batch: number;
  /** The greatest length. */
  readonly length: number;
}

/** Attention that also goes on from where it was, position by position. */
export interface MultiHeadAttention extends Layer<MultiHeadAttentionParams, Empty> {
  /** A cache with nothing in it, for the params given. */
  initCache(params: MultiHeadAttentionParams, options: CacheOptions): AttentionCache;
  /**
   * The outputs of the next positions [n, steps, features], as the full pass with `causal` gives them, and the cache
   * with them in it. Past the length of the cache results are not defined.
   */
  decode(
    params: MultiHeadAttentionParams,
    cache: AttentionCache,
    x: Tensor,
    options?: ApplyOptions,
  ): { readonly output: Tensor; readonly cache: AttentionCache };
}

const PARTS = ["query", "key", "value"] as const;

/**
 * Attention of several heads (Vaswani et al., "Attention Is All You Need", 2017), as torch.nn.MultiheadAttention with
 * the batch first: [n, length, features] to [n, length, features']. It looks at its input, or at `context` where
 * `apply` is given one. `mask` (true is seen) and `lengths` of `apply` hide positions; a position that sees nothing
 * gets the bias of `out` alone.
 *
 * In torch the kernels of queries, keys and values are the rows of in_proj_weight one after the other, or
 * q_proj_weight, k_proj_weight and v_proj_weight where a context has other features.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit.
 * @throws {TypeError} If a key is missing in training with dropout.
 *
 * @example Decoding gives what the full pass gives
 * ```ts
 * import { random, slice } from "@weft/weft";
 * import { multiHeadAttention } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const layer = multiHeadAttention({ heads: 2, causal: true, rotary: true });
 * const { params, state } = layer.init(random.key(0), [3, 8]);
 * const x = random.normal(random.key(1), [1, 3, 8]);
 * const { output } = layer.apply({ params, state }, x);
 * let cache = layer.initCache(params, { batch: 1, length: 3 });
 * for (let t = 0; t < 3; t++) {
 *   const step = layer.decode(params, cache, slice(x, [null, [t, t + 1]]));
 *   cache = step.cache;
 *   assertAlmostEquals(step.output.data()[0], output.at(0).at(t).data()[0], 1e-5);
 * }
 * ```
 */
export function multiHeadAttention(options: MultiHeadAttentionOptions): MultiHeadAttention {
  const { heads, keyValueHeads = heads, causal = false, localWindow, dropoutRate = 0, blockSize } = options;
  const { bias = true, init = "flax" } = options;
  checkInit("multiHeadAttention", init);
  const turning = options.rotary === true ? {} : options.rotary;
  checkPositiveInteger("multiHeadAttention", "heads", heads);
  checkPositiveInteger("multiHeadAttention", "keyValueHeads", keyValueHeads);
  checkBetween("multiHeadAttention", "dropoutRate", dropoutRate, 0, 1);
  if (heads % keyValueHeads !== 0) {
    throw new RangeError(
      `multiHeadAttention expects keyValueHeads to divide its ${heads} heads but got ${keyValueHeads}`,
    );
  }
  const product = (features: number, make: Initializer = glorotUniform): Layer<DenseParams, Empty> =>
    dense({ features, bias, kernelInitializer: options.kernelInitializer ?? make });
  const inside = (path: string | undefined, name: string): string =>
    path === undefined || path === "" ? name : `${path}/${name}`;
  const projected = (
    params: MultiHeadAttentionParams,
    name: keyof MultiHeadAttentionParams,
    x: Tensor,
    path?: string,
  ) => product(1).apply({ params: params[name], state: {} }, x, { path: inside(path, name) }).output;
  /** [n, length, heads * size] to [n, heads, length, size]. */
  const split = (x: Tensor, count: number): Tensor =>
    swapAxes(reshape(x, [x.shape[0], x.shape[1], count, x.shape[2] / count]), 1, 2);
  const turned = (x: Tensor, offset: TensorLike): Tensor =>
    turning === undefined || turning === false ? x : rotary(x, { ...turning, offset });
  const attend = (
    params: MultiHeadAttentionParams,
    inputs: { readonly query: Tensor; readonly key: Tensor; readonly value: Tensor },
    how: DotProductAttentionOptions,
    path?: string,
  ): Tensor => {
    const attended = swapAxes(
      dotProductAttention(inputs, { ...how, ...(blockSize ? { blockSize } : {}) }),
      1,
      2,
    );
    const [n, length] = attended.shape;
    return projected(
      params,
      "out",
      reshape(attended, [n, length, attended.shape[2] * attended.shape[3]]),
      path,
    );
  };
  const checkInput = (
    at: string,
    params: MultiHeadAttentionParams,
    x: Tensor,
    name: "query" | "key",
  ): void => {
    checkTensor(at, x);
    const inputs = params[name]?.kernel?.shape[0];
    if (inputs === undefined) {
      throw new TypeError(`${at} expects its params to have ${name}/kernel, as init makes it`);
    }
    if (x.rank !== 3 || x.shape[2] !== inputs) {
      throw shapeError(
        at,
        `${name === "key" ? "a context" : "inputs"} of shape [n, length, ${inputs}]`,
        x.shape,
      );
    }
  };

  return {
    name: "multiHeadAttention",
    torch: torchAttention,
    init(key, inputShape, context = {}) {
      const at = place("multiHeadAttention", context.path);
      checkShape(at, inputShape);
      if (inputShape.length !== 2) throw shapeError(at, "an input shape [length, features]", inputShape);
      const [length, inputs] = inputShape;
      const { headFeatures = inputs / heads, features = inputs, contextFeatures = inputs } = options;
      if (!Number.isInteger(headFeatures)) {
        throw shapeError(at, `features that ${heads} heads divide`, inputShape);
      }
      const keys = random.split(key, 4);
      const part = (i: number, name: string, from: number, to: number, make?: Initializer): DenseParams =>
        product(to, make).init(keys.at(i), [from], { path: inside(context.path, name) }).params;
      const [queries, others] = [heads * headFeatures, keyValueHeads * headFeatures];
      const torch = init === "torch";
      const joined: Initializer | undefined = torch && contextFeatures === inputs
        ? (key, shape, { dtype = "float32" } = {}) =>
          glorotUniform(key, shape, { dtype, fanIn: inputs, fanOut: queries + 2 * others })
        : undefined;
      const params = {
        query: part(0, "query", inputs, queries, joined),
        key: part(1, "key", contextFeatures, others, joined),
        value: part(2, "value", contextFeatures, others, joined),
        out: part(3, "out", queries, features, torch ? torchUniform : undefined),
      };
      const outputShape: Shape = [length, features];
      return { params, state: {}, outputShape };
    },
    apply({ params, state }, x, applied = {}) {
      const { training = false, key, path, context, contextMask, lengths } = applied;
      const at = place("multiHeadAttention", path);
      checkInput(at, params, x, "query");
      const from = context ?? x;
      checkInput(at, params, from, "key");
      if (training && dropoutRate > 0 && key === undefined) {
        throw new TypeError(
          `${at} expects a random key in training but got none: pass { training: true, key }`,
        );
      }
      const shown = context === undefined ? applied.mask : contextMask;
      const mask = context === undefined && lengths !== undefined
        ? within(at, x.shape, () => {
          const counted = less(arange(x.shape[1], { dtype: "int32" }), expandDims(lengths, [1, 2, 3]));
          return shown === undefined ? counted : logicalAnd(shown, counted);
        })
        : shown;
      const output = within(at, x.shape, () =>
        attend(params, {
          query: turned(split(projected(params, "query", x, path), heads), 0),
          key: turned(split(projected(params, "key", from, path), keyValueHeads), 0),
          value: split(projected(params, "value", from, path), keyValueHeads),
        }, {
          mask,
          causal,
          localWindow,
          ...(training ? { dropoutRate, dropoutKey: key } : {}),
        }, path));
      return { output, state };
    },
    initCache(params, { batch, length }) {
      checkPositiveInteger("multiHeadAttention", "batch", batch);
      checkPositiveInteger("multiHeadAttention", "length", length);
      const { kernel } = params.key;
      const empty = zeros([batch, keyValueHeads, length, kernel.shape[1] / keyValueHeads], {
        dtype: kernel.dtype,
      });
      return { key: empty, value: empty, position: tensor(0, { dtype: "int32" }) };
    },
    decode(params, cache, x, { path, mask } = {}) {
      const at = place("multiHeadAttention", path);
      checkInput(at, params, x, "query");
      const { position } = cache;
      const written = (into: Tensor, update: Tensor): Tensor =>
        dynamicUpdateSlice(into, update, [0, 0, position, 0]);
      const query = turned(split(projected(params, "query", x, path), heads), position);
      const key = turned(split(projected(params, "key", x, path), keyValueHeads), position);
      const next = within(at, x.shape, () => ({
        key: written(cache.key, key),
        value: written(cache.value, split(projected(params, "value", x, path), keyValueHeads)),
        position: add(position, x.shape[1]),
      }));
      // Positions that are not filled yet are after all queries.
      const seen = lessEqual(
        arange(next.key.shape[2], { dtype: "int32" }),
        reshape(add(arange(x.shape[1], { dtype: "int32" }), position), [x.shape[1], 1]),
      );
      const output = within(at, x.shape, () =>
        attend(params, { query, key: next.key, value: next.value }, {
          mask: mask === undefined ? seen : logicalAnd(seen, mask),
          localWindow,
          queryOffset: position,
        }, path));
      return { output, cache: next };
    },
  };
}

const torchAttention: TorchForm = {
  toTorch({ params }) {
    if (Object.keys(params).length === 0) return {};
    const { query, key, value, out } = params as MultiHeadAttentionParams;
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
    return { params, state: {} };
  },
  ignored: [],
};
