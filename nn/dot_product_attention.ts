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
  lessEqual,
  logicalAnd,
  matmul,
  max,
  maximum,
  moveAxis,
  multiply,
  pad,
  random,
  reshape,
  scan,
  slice,
  softmax,
  stopGradient,
  subtract,
  sum,
  swapAxes,
  type Tensor,
  type TensorLike,
  where,
  zeros,
} from "../tensor/mod.ts";
import { equalShapes, formatShape } from "../tensor/shape.ts";
import { checkBetween, checkPositiveInteger, checkTensor } from "./check.ts";

/** What attention reads. */
export interface AttentionInputs {
  /** What is asked, [..., heads, queries, size]. */
  readonly query: Tensor;
  /** What it is compared with, [..., key heads, keys, size]; the key heads divide the heads. */
  readonly key: Tensor;
  /** What is averaged, [..., key heads, keys, value size]. */
  readonly value: Tensor;
}

/** Options of `dotProductAttention`. */
export interface DotProductAttentionOptions {
  /** What is seen (true), of a shape that broadcasts to [..., heads, queries, keys]; all by default. */
  readonly mask?: Tensor | undefined;
  /** What is added to the scores, of a shape that broadcasts to theirs. */
  readonly bias?: Tensor | undefined;
  /** Whether query i sees the keys up to i only, both counted from 0; false by default. */
  readonly causal?: boolean;
  /** How many keys before and after its own position a query sees: one number or [before, after]; all by default. */
  readonly localWindow?: number | readonly [number, number] | undefined;
  /** The position of the first query among the keys; 0 by default. */
  readonly queryOffset?: TensorLike;
  /** The factor of the scores; 1 / sqrt(size) by default. */
  readonly scale?: number | undefined;
  /** What a query that sees no key gets: "zeros" (the default, as in torch), or the "mean" of all, as in JAX. */
  readonly unseen?: "zeros" | "mean";
  /** The probability that a weight is dropped; 0 by default. */
  readonly dropoutRate?: number;
  /** The key of dropout. With more keys than `blockSize` other weights are dropped than with fewer blocks. */
  readonly dropoutKey?: Tensor | undefined;
  /** The most keys whose scores stand in memory at a time; 512 by default. */
  readonly blockSize?: number;
}

const DOT_PRODUCT_ATTENTION_OPTIONS = {
  mask: true,
  bias: true,
  causal: true,
  localWindow: true,
  queryOffset: true,
  scale: true,
  unseen: true,
  dropoutRate: true,
  dropoutKey: true,
  blockSize: true,
} as const;

/** A score that is as good as minus infinity, and yet subtracts from itself. */
const LOWEST = -1e30;

/** A part of queries or keys. */
interface Block {
  readonly x: Tensor;
  /** Positions of its rows. */
  readonly positions: Tensor;
}

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

function dropped(weights: Tensor, rate: number, key: Tensor): Tensor {
  if (rate === 0) return weights;
  if (rate === 1) return multiply(weights, 0);
  const kept = random.bernoulli(key, { probability: 1 - rate, shape: weights.shape });
  return where(kept, divide(weights, 1 - rate), 0);
}

/** The scores, lowest where a query does not see a key, and what is seen; null for all. */
function scoresOf(
  { x, positions }: Block,
  key: Tensor,
  keyPositions: Tensor,
  options: DotProductAttentionOptions,
): { readonly scores: Tensor; readonly seen: Tensor | null } {
  const { mask, bias, causal = false, localWindow } = options;
  const scale = options.scale ?? 1 / Math.sqrt(x.shape[x.rank - 1]);
  const product = grouped(multiply(x, scale), swapAxes(key, -1, -2));
  const biased = bias === undefined ? product : add(product, bias);
  const [before, after] = typeof localWindow === "number"
    ? [localWindow, localWindow]
    : localWindow ?? [Infinity, Infinity];
  const own = reshape(positions, [positions.size, 1]);
  const conditions: Tensor[] = mask === undefined ? [] : [mask];
  if (causal) conditions.push(lessEqual(keyPositions, own));
  if (before !== Infinity) conditions.push(greaterEqual(keyPositions, subtract(own, before)));
  if (after !== Infinity) conditions.push(lessEqual(keyPositions, add(own, after)));
  if (conditions.length === 0) return { scores: biased, seen: null };
  const seen = conditions.reduce((a, b) => logicalAnd(a, b));
  return { scores: where(seen, biased, LOWEST), seen };
}

/** A product of matrices where several heads of the first have one of the second. */
function grouped(a: Tensor, b: Tensor): Tensor {
  const heads = a.rank < 3 ? 1 : a.shape[a.rank - 3];
  const shared = b.rank < 3 ? 1 : b.shape[b.rank - 3];
  if (heads === shared) return matmul(a, b);
  const [rows, inner] = a.shape.slice(-2);
  const lead = a.shape.slice(0, -3);
  const product = matmul(reshape(a, [...lead, shared, heads / shared * rows, inner]), b);
  return reshape(product, [...lead, heads, rows, b.shape[b.rank - 1]]);
}

function spread(x: Tensor | undefined, rank: number): Tensor | undefined {
  return x === undefined || x.rank >= rank
    ? x
    : reshape(x, [...new Array<number>(rank - x.rank).fill(1), ...x.shape]);
}

/** Parts of so many rows along a new first axis; what the last lacks is filled. */
function blocks(x: Tensor, axis: number, size: number, fill = 0): Tensor {
  const at = axis < 0 ? x.rank + axis : axis;
  const count = Math.ceil(x.shape[at] / size);
  const lack = count * size - x.shape[at];
  const widths = x.shape.map((_, i): [number, number] => [0, i === at ? lack : 0]);
  const filled = lack === 0 ? x : pad(x, widths, { value: fill });
  return moveAxis(
    reshape(filled, [...x.shape.slice(0, at), count, size, ...x.shape.slice(at + 1)]),
    at,
    0,
  );
}

/** `blocks`, or null where there is nothing to cut. */
function blocksOf(x: Tensor | null | undefined, axis: number, size: number): Tensor | null {
  return x === undefined || x === null || x.shape[x.rank + axis] === 1 ? null : blocks(x, axis, size);
}
