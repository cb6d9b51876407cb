/**
 * Attention by dot products.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  arange,
  divide,
  equal,
  exp,
  greaterEqual,
  logicalAnd,
  max,
  maximum,
  moveAxis,
  multiply,
  random,
  reshape,
  scan,
  slice,
  softmax,
  stopGradient,
  subtract,
  sum,
  type Tensor,
  where,
  zeros,
} from "../tensor/mod.ts";
import { equalShapes, formatShape } from "../tensor/shape.ts";
import { blocks, blocksOf } from "./attention_blocks.ts";
import {
  type AttentionInputs,
  DOT_PRODUCT_ATTENTION_OPTIONS,
  type DotProductAttentionOptions,
} from "./attention_options.ts";
import { type Block, dropped, grouped, LOWEST, scoresOf } from "./attention_scores.ts";
import { checkBetween, checkPositiveInteger, checkTensor } from "./check.ts";

/**
 * `softmax(scale query keyᵀ + bias) value` over the keys that each query sees (Vaswani et al., "Attention Is All You
 * Need", 2017), as torch.nn.functional.scaled_dot_product_attention and jax.nn.dot_product_attention (which has the
 * heads behind the length). With fewer key heads than heads, `heads / keyHeads` heads in a row share one (Ainslie et
 * al., "GQA", 2023).
 *
 * Above `blockSize` keys it goes block by block with a running maximum and sum (Dao et al., "FlashAttention", 2022),
 * and the backward pass computes the scores anew, so that memory is linear in the length; the result differs by
 * rounding alone.
 *
 * @returns The means, [..., heads, queries, value size].
 * @throws {RangeError} If shapes do not fit, or an option is out of range.
 * @throws {TypeError} If a key is missing where weights are dropped.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { dotProductAttention } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const query = random.normal(random.key(0), [4, 5, 8]);
 * const key = random.normal(random.key(1), [2, 5, 8]);
 * const output = dotProductAttention({ query, key, value: ones([2, 5, 3]) }, { causal: true });
 * assertEquals(output.shape, [4, 5, 3]);
 * ```
 */
export function dotProductAttention(
  inputs: AttentionInputs,
  options: DotProductAttentionOptions = {},
): Tensor {
  checkOptionNames("dotProductAttention", options, DOT_PRODUCT_ATTENTION_OPTIONS);
  const { query, key, value } = inputs;
  const { blockSize = 512, dropoutRate = 0, dropoutKey, mask, bias, queryOffset = 0 } = options;
  for (const x of [query, key, value]) checkTensor("dotProductAttention", x);
  checkPositiveInteger("dotProductAttention", "blockSize", blockSize);
  checkBetween("dotProductAttention", "dropoutRate", dropoutRate, 0, 1);
  if (dropoutRate > 0 && dropoutKey === undefined) {
    throw new TypeError("dotProductAttention expects a random key to drop weights but got none");
  }
  const fits = query.rank >= 2 && key.rank === query.rank && value.rank === query.rank &&
    equalShapes(key.shape.slice(0, -1), value.shape.slice(0, -1)) &&
    key.shape[key.rank - 1] === query.shape[query.rank - 1] &&
    equalShapes(key.shape.slice(0, -3), query.shape.slice(0, -3)) &&
    (query.rank === 2 || query.shape[query.rank - 3] % key.shape[query.rank - 3] === 0);
  if (!fits) {
    throw new RangeError(
      `dotProductAttention expects query, key and value of shapes [..., heads, length, size] that fit but got ${
        [query, key, value].map((x) => formatShape(x.shape)).join(", ")
      }`,
    );
  }
  const scoreShape = [...query.shape.slice(0, -1), key.shape[key.rank - 2]];
  for (const [name, x] of [["mask", mask], ["bias", bias]] as const) {
    const isBroadcast = x === undefined || x.rank <= scoreShape.length &&
        x.shape.every((extent, i) => extent === 1 || extent === scoreShape[i + scoreShape.length - x.rank]);
    if (!isBroadcast) {
      throw new RangeError(
        `dotProductAttention expects a ${name} that broadcasts to ${formatShape(scoreShape)} but got ${
          formatShape(x.shape)
        }`,
      );
    }
  }
  const [queries, keys] = [query.shape[query.rank - 2], key.shape[key.rank - 2]];
  const positions = add(arange(queries, { dtype: "int32" }), queryOffset);
  if (keys <= blockSize) {
    return direct({ x: query, positions }, inputs, options);
  }
  const full = { mask: spread(mask, query.rank), bias: spread(bias, query.rank) };
  const parts = {
    query: blocks(query, -2, blockSize),
    positions: blocks(positions, 0, blockSize),
    mask: blocksOf(full.mask, -2, blockSize),
    bias: blocksOf(full.bias, -2, blockSize),
    key: dropoutKey === undefined ? null : random.split(dropoutKey, Math.ceil(queries / blockSize)),
  };
  const keyPositions = arange(keys, { dtype: "int32" });
  const perKeys = {
    key: blocks(key, -2, blockSize),
    value: blocks(value, -2, blockSize),
    positions: blocks(keyPositions, 0, blockSize, -1),
  };
  // Each step carries nothing, so that reverse mode keeps no more than its inputs and runs it anew.
  const [, output] = scan(
    (none: null, part: typeof parts): [null, Tensor] => {
      const options = {
        mask: part.mask ?? (parts.mask === null ? full.mask : undefined),
        bias: part.bias ?? (parts.bias === null ? full.bias : undefined),
      };
      return [none, overKeys({ x: part.query, positions: part.positions }, options, part.key)];
    },
    null,
    parts,
  );
  const joined = moveAxis(output, 0, -3);
  const whole = reshape(joined, [
    ...query.shape.slice(0, -2),
    joined.shape[joined.rank - 3] * joined.shape[joined.rank - 2],
    value.shape[value.rank - 1],
  ]);
  return slice(whole, [...query.shape.slice(0, -2).map(() => null), [0, queries]]);

  function overKeys(
    block: Block,
    given: { readonly mask?: Tensor | null | undefined; readonly bias?: Tensor | null | undefined },
    dropping: Tensor | null,
  ): Tensor {
    const steps = {
      ...perKeys,
      mask: blocksOf(given.mask, -1, blockSize),
      bias: blocksOf(given.bias, -1, blockSize),
      dropping: dropping === null ? null : random.split(dropping, Math.ceil(keys / blockSize)),
    };
    const rows = block.x.shape.slice(0, -1);
    const dtype = block.x.dtype;
    const init = {
      most: add(zeros([...rows, 1], { dtype }), LOWEST),
      total: zeros([...rows, 1], { dtype }),
      mean: zeros([...rows, value.shape[value.rank - 1]], { dtype }),
    };
    const [{ total, mean }] = scan(
      (carry: typeof init, step: typeof steps): [typeof init, null] => {
        const { scores, seen } = scoresOf(block, step.key, step.positions, {
          ...options,
          mask: step.mask ?? (steps.mask === null ? given.mask ?? undefined : undefined),
          bias: step.bias ?? (steps.bias === null ? given.bias ?? undefined : undefined),
        });
        // The maximum cancels, so it needs no gradient.
        const most = stopGradient(maximum(carry.most, max(scores, { axes: -1, keepDims: true })));
        const isKey = greaterEqual(step.positions, 0);
        const counted = options.unseen === "mean" || seen === null ? isKey : logicalAnd(seen, isKey);
        const weights = where(counted, exp(subtract(scores, most)), 0);
        const before = exp(subtract(carry.most, most));
        const kept = step.dropping === null ? weights : dropped(weights, dropoutRate, step.dropping);
        return [{
          most,
          total: add(multiply(carry.total, before), sum(weights, { axes: -1, keepDims: true })),
          mean: add(multiply(carry.mean, before), grouped(kept, step.value)),
        }, null];
      },
      init,
      steps,
    );
    return divide(mean, where(equal(total, 0), 1, total));
  }
}

/** Attention with all keys at a time. */
function direct(block: Block, { key, value }: AttentionInputs, options: DotProductAttentionOptions): Tensor {
  const { unseen = "zeros", dropoutRate = 0, dropoutKey } = options;
  const positions = arange(key.shape[key.rank - 2], { dtype: "int32" });
  const { scores, seen } = scoresOf(block, key, positions, options);
  const shares = softmax(scores);
  const weights = seen === null || unseen === "mean" ? shares : where(seen, shares, 0);
  return grouped(dropoutKey === undefined ? weights : dropped(weights, dropoutRate, dropoutKey), value);
}

function spread(x: Tensor | undefined, rank: number): Tensor | undefined {
  return x === undefined || x.rank >= rank
    ? x
    : reshape(x, [...new Array<number>(rank - x.rank).fill(1), ...x.shape]);
}
