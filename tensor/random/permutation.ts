/**
 * Random orders.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { arange } from "../ops/ranges.ts";
import { takeAlongAxis } from "../ops/along_axis.ts";
import { take } from "../ops/indexing.ts";
import { argsort } from "../ops/sort.ts";
import { checkShape, normalizeAxis, sizeOf } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { drawBits } from "./bits.ts";
import { checkKey } from "./key.ts";
import type { LayoutOptions } from "./options.ts";
import { split } from "./split.ts";

/** Options of `permutation`. */
export interface PermutationOptions extends LayoutOptions {
  /** The axis whose parts change places, negative from the end; 0 by default. */
  readonly axis?: number;
  /** Whether every line along the axis has an order of its own; false by default. */
  readonly independent?: boolean;
}

const PERMUTATION_OPTIONS = { axis: true, independent: true, partitionable: true } as const;

/**
 * The numbers 0 to `n - 1` (int32) in a random order, or the parts of a tensor along an axis, as
 * `jax.random.permutation` orders them. Gradients flow to a tensor.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If it is several, the number is not a non-negative integer, or there is no such axis.
 *
 * @example The order of an epoch
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const order = random.permutation(random.key(0), 100);
 * assertEquals(Array.from(order.data()).sort((a, b) => a - b), Array.from({ length: 100 }, (_, i) => i));
 * ```
 */
export function permutation(
  key: Tensor,
  x: number | Tensor,
  options: PermutationOptions = NO_OPTIONS,
): Tensor {
  checkOptionNames("permutation", options, PERMUTATION_OPTIONS);
  const { axis: given = 0, independent = false, ...layout } = options;
  checkKey("permutation", key);
  if (!(x instanceof Tensor)) {
    checkShape("permutation", [x]);
    return shuffle(key, x, 0, layout);
  }
  const axis = normalizeAxis("permutation", given, x.rank);
  if (independent === true) return shuffle(key, x, axis, layout);
  return take(x, permutation(key, x.shape[axis], { ...layout, axis: 0 }), { axis, mode: "fill" });
}

/** Sorts by random words, or the numbers below x, as often as equal words are likely to leave traces of the old order. */
function shuffle(key: Tensor, x: Tensor | number, axis: number, options: LayoutOptions): Tensor {
  const shape = x instanceof Tensor ? x.shape : [x];
  const rounds = Math.ceil(3 * Math.log(Math.max(1, sizeOf(shape))) / Math.log(2 ** 32 - 1));
  let result = x;
  let rest = key;
  for (let round = 0; round < rounds; round++) {
    const [next, sub] = split(rest, 2, options);
    rest = next;
    const order = argsort(drawBits("permutation", sub, shape, 32, options), { axis });
    result = result instanceof Tensor ? takeAlongAxis(result, order, axis, { mode: "fill" }) : order;
  }
  return result instanceof Tensor ? result : arange(result, { dtype: "int32" });
}
