/**
 * Running results of an associative function, in a logarithmic number of steps.
 *
 * @module
 */
import { checkOptionNames } from "../check_option_names.ts";
import { concatenate } from "../ops/concatenate.ts";
import { flip, slice } from "../ops/slice.ts";
import { pad } from "../ops/pad.ts";
import { add } from "../ops/arithmetic.ts";
import { normalizeAxis } from "../shape.ts";
import { describe, Tensor } from "../tensor.ts";
import * as tree from "../tree.ts";

/** Options of `associativeScan`. */
export interface AssociativeScanOptions {
  /** The axis along which it runs, the same of all leaves; 0 by default. */
  readonly axis?: number;
  /** Whether it runs from the back; false by default. */
  readonly reverse?: boolean;
}

const ASSOCIATIVE_SCAN_OPTIONS = { axis: true, reverse: true } as const;

function part(x: Tensor, axis: number, range: readonly [number, number | null, number?]): Tensor {
  return slice(x, x.shape.map((_, i) => i === axis ? range as [number, number | null, number] : null));
}

/** The elements of both in turn, beginning with the first. */
function interleave(even: Tensor, odd: Tensor, axis: number): Tensor {
  const total = even.shape[axis] + odd.shape[axis];
  const spread = (x: Tensor, before: number): Tensor => {
    const extent = Math.max(0, 2 * x.shape[axis] - 1);
    const widths = x.shape.map((_, i): [number, number] =>
      i === axis ? [before, total - before - extent] : [0, 0]
    );
    return pad(x, widths, { interior: x.shape.map((_, i) => i === axis ? 1 : 0) });
  };
  return odd.shape[axis] === 0 ? even : add(spread(even, 0), spread(odd, 1));
}

/**
 * The running results `x_0, f(x_0, x_1), f(f(x_0, x_1), x_2), ...` of an associative function along an axis of a tensor
 * or of the leaves of a tree, as `jax.lax.associative_scan` (Blelloch, 1990): about `2 log2(n)` applications of the
 * function to many elements at once. The function takes and gives parts of any length along the axis.
 *
 * @throws {TypeError} If a leaf is no tensor.
 * @throws {RangeError} If there is no such axis, or leaves differ in their extent.
 *
 * @example
 * ```ts
 * import { add, associativeScan, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(associativeScan(add, tensor([1, 2, 3, 4])).toArray(), [1, 3, 6, 10]);
 * ```
 */
export function associativeScan<T>(f: (a: T, b: T) => T, x: T, options: AssociativeScanOptions = {}): T {
  checkOptionNames("associativeScan", options, ASSOCIATIVE_SCAN_OPTIONS);
  const { axis = 0, reverse = false } = options;
  if (typeof f !== "function") throw new TypeError(`associativeScan expects a function but got ${typeof f}`);
  const { structure, leaves } = tree.flatten(x);
  const tensors = leaves.map((leaf) => {
    if (leaf instanceof Tensor) return leaf;
    throw new TypeError(`associativeScan expects tensors but got ${tree.describe(leaf)}`);
  });
  if (tensors.length === 0) return x;
  const axes = tensors.map(({ rank }) => normalizeAxis("associativeScan", axis, rank));
  const extent = tensors[0].shape[axes[0]];
  const misfit = tensors.find(({ shape }, i) => shape[axes[i]] !== extent);
  if (misfit !== undefined) {
    throw new RangeError(
      `associativeScan expects leaves of one extent but got ${describe(tensors[0])} and ${describe(misfit)}`,
    );
  }
  const combine = (a: readonly Tensor[], b: readonly Tensor[]): readonly Tensor[] =>
    tree.flatten(f(tree.unflatten(structure, a) as T, tree.unflatten(structure, b) as T)).leaves as Tensor[];
  const cut = (
    list: readonly Tensor[],
    range: readonly [number, number | null, number?],
  ): readonly Tensor[] => list.map((one, i) => part(one, axes[i], range));
  const turned = (list: readonly Tensor[]): readonly Tensor[] =>
    reverse ? list.map((one, i) => flip(one, axes[i])) : list;

  const scan = (list: readonly Tensor[]): readonly Tensor[] => {
    const n = list[0].shape[axes[0]];
    if (n < 2) return list;
    const pairs = combine(cut(list, [0, n - 1, 2]), cut(list, [1, null, 2]));
    const odd = scan(pairs);
    // Of an even length the last of the odd ones has nothing after it.
    const before = n % 2 === 0 ? cut(odd, [0, -1]) : odd;
    const later = cut(list, [2, null, 2]);
    const even = later[0].shape[axes[0]] === 0 ? [] : combine(before, later);
    return list.map((one, i) => {
      const first = part(one, axes[i], [0, 1]);
      const evens = even.length === 0 ? first : concatenate([first, even[i]], axes[i]);
      return interleave(evens, odd[i], axes[i]);
    });
  };
  return tree.unflatten(structure, turned(scan(turned(tensors)))) as T;
}
