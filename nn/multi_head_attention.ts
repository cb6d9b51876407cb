/**
 * Attention of several heads.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { arange, broadcastTo, expandDims, eye, less, logicalAnd, type Tensor } from "../tensor/mod.ts";
import { checkShape } from "../tensor/shape.ts";
import {
  type AttentionCache,
  cacheOf,
  type ContextCache,
  emptyCache,
  extended,
  isGrowing,
  seenInCache,
} from "./attention_cache.ts";
import { checkAttentionInput, joined, placed, projected, split } from "./attention_heads.ts";
import { initialAttention } from "./attention_init.ts";
import {
  MULTI_HEAD_ATTENTION_OPTIONS,
  type MultiHeadAttention,
  type MultiHeadAttentionOptions,
  type MultiHeadAttentionParams,
} from "./attention_params.ts";
import { torchAttention } from "./attention_torch.ts";
import { checkBetween, checkPositiveInteger, place, placeOf, placeOfApply, shapeError } from "./check.ts";
import { dotProductAttention } from "./dot_product_attention.ts";
import type { DotProductAttentionOptions } from "./attention_options.ts";
import { within } from "./infer_shape.ts";
import { checkInit } from "./initializers/defaults.ts";
import type { ApplyOptions } from "./layer.ts";

/**
 * Attention of several heads (Vaswani et al., "Attention Is All You Need", 2017), as torch.nn.MultiheadAttention with
 * the batch first: [n, length, features] to [n, length, features']. It looks at its input, or at `context` where
 * `apply` is given one. `mask` (true is seen) and `lengths` of `apply` hide positions; a position that sees nothing
 * gets the bias of `out` alone.
 *
 * With `cacheLength` of `apply` the state after it holds keys and values, and applied with that state the layer goes on
 * from there, as if it were causal: the outputs of the next positions are those of the full pass. Past the length of the
 * cache results are not defined.
 *
 * In torch the kernels of queries, keys and values are the rows of in_proj_weight one after the other, or
 * q_proj_weight, k_proj_weight and v_proj_weight where a context has other features. Norms of queries and keys are
 * q_norm.weight and k_norm.weight, as in timm.
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
  checkOptionNames("multiHeadAttention", options, MULTI_HEAD_ATTENTION_OPTIONS);
  const { heads, keyValueHeads = heads, causal = false, localWindow, dropoutRate = 0, blockSize } = options;
  const { bias = true, normalizeQueryKey = false, unseen = "zeros", init = "flax" } = options;
  const rotary = options.rotary === true ? {} : options.rotary === false ? undefined : options.rotary;
  checkInit("multiHeadAttention", init);
  checkPositiveInteger("multiHeadAttention", "heads", heads);
  checkPositiveInteger("multiHeadAttention", "keyValueHeads", keyValueHeads);
  checkBetween("multiHeadAttention", "dropoutRate", dropoutRate, 0, 1);
  if (heads % keyValueHeads !== 0) {
    throw new RangeError(
      `multiHeadAttention expects keyValueHeads to divide its ${heads} heads but got ${keyValueHeads}`,
    );
  }
  const normOf = (params: MultiHeadAttentionParams, name: "queryNorm" | "keyNorm"): unknown =>
    normalizeQueryKey ? params[name] : null;
  /** Keys and values of an input, whose first position is `offset`. */
  const keysOf = (
    params: MultiHeadAttentionParams,
    x: Tensor,
    { offset = 0, path, values = x }: {
      readonly offset?: Tensor | number;
      readonly path: string | undefined;
      readonly values?: Tensor | undefined;
    },
  ): ContextCache => {
    const at = place("multiHeadAttention", path);
    checkAttentionInput(at, params, x, "key");
    checkAttentionInput(at, params, values, "value");
    const key = split(projected(params, "key", x, { bias, path }), keyValueHeads);
    return {
      key: placed(at, key, { rotary, norm: normOf(params, "keyNorm"), offset }),
      value: split(projected(params, "value", values, { bias, path }), keyValueHeads),
    };
  };
  const attended = (
    params: MultiHeadAttentionParams,
    x: Tensor,
    seen: ContextCache,
    { path, offset = 0, ...how }: DotProductAttentionOptions & {
      readonly path: string | undefined;
      readonly offset?: Tensor | number;
    },
  ): Tensor => {
    const at = place("multiHeadAttention", path);
    const query = split(projected(params, "query", x, { bias, path }), heads);
    return dotProductAttention({
      query: placed(at, query, { rotary, norm: normOf(params, "queryNorm"), offset }),
      key: seen.key,
      value: seen.value,
    }, { ...how, localWindow, unseen, queryOffset: offset, ...(blockSize ? { blockSize } : {}) });
  };
  const attend: typeof attended = (params, x, seen, how) =>
    projected(params, "out", joined(attended(params, x, seen, how)), { bias, path: how.path });
  /** What positions may see, without a cache that grows. */
  const maskOf = (
    x: Tensor,
    { mask, contextMask, lengths }: ApplyOptions,
    isCross: boolean,
  ): Tensor | undefined => {
    const shown = isCross ? contextMask : mask;
    if (isCross || lengths === undefined) return shown;
    const counted = less(arange(x.shape[1], { dtype: "int32" }), expandDims(lengths, [1, 2, 3]));
    return shown === undefined ? counted : logicalAnd(shown, counted);
  };

  const layer: MultiHeadAttention = {
    name: "multiHeadAttention",
    torch: torchAttention,
    init(key, inputShape, context = {}) {
      const at = placeOf("multiHeadAttention", context);
      checkShape(at, inputShape);
      if (inputShape.length !== 2) throw shapeError(at, "an input shape [length, features]", inputShape);
      const [length, inputs] = inputShape;
      const { headFeatures = inputs / heads, features = inputs, contextFeatures = inputs } = options;
      const { valueFeatures = contextFeatures } = options;
      if (!Number.isInteger(headFeatures)) {
        throw shapeError(at, `features that ${heads} heads divide`, inputShape);
      }
      const params = initialAttention(key, {
        ...options,
        path: context.path,
        features: {
          query: inputs,
          key: contextFeatures,
          value: valueFeatures,
          head: headFeatures,
          out: features,
        },
      });
      return { params, state: {}, outputShape: [length, features] };
    },
    apply({ params, state }, x, applied = {}) {
      const at = placeOfApply("multiHeadAttention", applied);
      const { training = false, key, path, context, contextValue, lengths, cacheLength } = applied;
      checkAttentionInput(at, params, x, "query");
      if (training && dropoutRate > 0 && key === undefined) {
        throw new TypeError(
          `${at} expects a random key in training but got none: pass { training: true, key }`,
        );
      }
      const dropping = training ? { dropoutRate, dropoutKey: key } : {};
      const cache = cacheOf(state);
      if (context === undefined && (isGrowing(cache) || (cache === null && cacheLength !== undefined))) {
        if (lengths !== undefined) throw new TypeError(`${at} expects no lengths where it keeps a cache`);
        const from = cache ?? layer.initCache(params, { batch: x.shape[0], length: cacheLength! });
        return within(at, x.shape, () => {
          const offset = from.position;
          const next = extended(from, keysOf(params, x, { offset, path }));
          const seen = seenInCache(next.key.shape[2], offset, x.shape[1]);
          const mask = applied.mask === undefined ? seen : logicalAnd(seen, applied.mask);
          return { output: attend(params, x, next, { mask, offset, path, ...dropping }), state: next };
        });
      }
      const isCross = context !== undefined || cache !== null;
      return within(at, x.shape, () => {
        const seen = cache ?? keysOf(params, context ?? x, { path, values: contextValue });
        const mask = maskOf(x, applied, isCross);
        const output = attend(params, x, seen, { mask, causal, path, ...dropping });
        return { output, state: isCross && cacheLength !== undefined ? seen : state };
      });
    },
    initCache(params, { batch, length }) {
      const { kernel } = params.key;
      const shape = [batch, keyValueHeads, length, kernel.shape[1] / keyValueHeads];
      return emptyCache("multiHeadAttention", shape, kernel.dtype);
    },
    decode(params, cache, x, given = {}) {
      const { output, state } = layer.apply({ params, state: cache }, x, given);
      return { output, cache: state as AttentionCache };
    },
    weights(params, x, applied = {}) {
      const at = placeOfApply("multiHeadAttention", applied);
      const { path, context, contextValue } = applied;
      checkAttentionInput(at, params, x, "query");
      return within(at, x.shape, () => {
        const { key } = keysOf(params, context ?? x, { path, values: contextValue });
        const [n, , keys] = key.shape;
        // What is taken of the rows of an identity are the shares themselves.
        const value = broadcastTo(eye(keys, { dtype: key.dtype }), [n, keyValueHeads, keys, keys]);
        const mask = maskOf(x, applied, context !== undefined);
        return attended(params, x, { key, value }, { mask, causal, path });
      });
    },
  };
  return layer;
}
