/**
 * Batches of examples, in an order that a key decides.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { random, scope, slice, take, Tensor, tensor, tree } from "../tensor/mod.ts";

/** Where a pass over the batches stands: plain numbers, for a checkpoint. */
export interface BatchState {
  /** How many times the data was gone through. */
  readonly epoch: number;
  /** How many batches of this epoch are done. */
  readonly index: number;
}

/** Options of `batches`. */
export interface BatchesOptions {
  /** Examples in a batch; a positive integer. */
  readonly size: number;
  /** A random key that decides the order of each epoch; without one the examples come as they are. */
  readonly key?: Tensor;
  /** Which epoch it is; each has an order of its own. 0 by default. */
  readonly epoch?: number;
  /** With which batch of the epoch to go on; 0 by default. */
  readonly index?: number;
  /** Whether a last batch of fewer examples comes too; false by default, as it would be compiled anew. */
  readonly keepLast?: boolean;
}

const BATCHES_OPTIONS = { size: true, key: true, epoch: true, index: true, keepLast: true } as const;

/** A batch, and where the pass stands after it. */
export interface Batch<T> {
  /** The examples, as a tree like the data. */
  readonly batch: T;
  /** What to go on with after this batch. */
  readonly state: BatchState;
}

/** The batches of one epoch. Each iteration begins anew: nothing is used up. */
export interface Batches<T> extends Iterable<T> {
  /** How many batches an epoch has. */
  readonly count: number;
  /** Batch `index` of the epoch. */
  at(index: number): T;
  /** The batches with the state after each, for checkpoints. */
  withState(): Iterable<Batch<T>>;
}

/** The number of examples in a tree of tensors. */
function examplesIn(data: unknown): number {
  const entries = tree.entries(data);
  let count: number | null = null;
  for (const { path, value } of entries) {
    if (!(value instanceof Tensor) || value.rank === 0) {
      throw new TypeError(
        `batches expects tensors with examples along their first axis but got ${
          tree.describe(value)
        } at ${path}`,
      );
    }
    if (count !== null && value.shape[0] !== count) {
      throw new RangeError(
        `batches expects as many examples in all tensors but got ${count} and ${value.shape[0]} at ${path}`,
      );
    }
    count = value.shape[0];
  }
  if (count === null) throw new TypeError(`batches expects a tree of tensors but got ${tree.describe(data)}`);
  return count;
}

/**
 * The batches of one epoch of a tree of tensors whose first axis has the examples. The order is a permutation drawn
 * with the key and the epoch alone, so a pass can go on anywhere: keep the state of the last batch and give its epoch
 * and index.
 *
 * A batch belongs to the scope in which it is asked for. In a long loop that awaits nothing, ask for it with `at` inside
 * of the scope of the step, which then frees it.
 *
 * @throws {TypeError} If the data is no tree of tensors.
 * @throws {RangeError} If tensors have different numbers of examples, or an option is out of range.
 *
 * @example Two epochs
 * ```ts
 * import { arange, random } from "@weft/weft";
 * import { batches } from "@weft/weft/train";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const data = { x: arange(10), y: arange(10) };
 * const seen: number[] = [];
 * for (let epoch = 0; epoch < 2; epoch++) {
 *   for (const { x } of batches(data, { size: 5, key: random.key(0), epoch })) seen.push(...x.data());
 * }
 * assertEquals(seen.slice(0, 10).sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
 * ```
 */
export function batches<T>(data: T, options: BatchesOptions): Batches<T> {
  checkOptionNames("batches", options, BATCHES_OPTIONS);
  const { size, key, epoch = 0, index: start = 0, keepLast = false } = options;
  const examples = examplesIn(data);
  if (!Number.isInteger(size) || size < 1 || size > examples) {
    throw new RangeError(`batches expects a size from 1 to the ${examples} examples but got ${size}`);
  }
  const count = keepLast ? Math.ceil(examples / size) : Math.floor(examples / size);
  if (!Number.isInteger(epoch) || epoch < 0) {
    throw new RangeError(`batches expects epoch to be a whole number from 0 on but got ${epoch}`);
  }
  if (!Number.isInteger(start) || start < 0 || start > count) {
    throw new RangeError(`batches expects index within 0 to ${count} but got ${start}`);
  }
  // Plain numbers, for a tensor would go with the scope in which the first batch is asked for.
  let order: ArrayLike<number> | null = null;
  const orderOf = (key: Tensor): ArrayLike<number> => {
    order ??= scope(() => random.permutation(random.foldIn(key, epoch), examples).data());
    return order;
  };
  const at = (index: number): T => {
    if (!Number.isInteger(index) || index < 0 || index >= count) {
      throw new RangeError(`batches expects a batch within 0 to ${count - 1} but got ${index}`);
    }
    const [start, stop] = [index * size, Math.min(examples, (index + 1) * size)];
    if (key === undefined) return tree.map(data, (leaf) => slice(leaf as Tensor, [[start, stop]])) as T;
    const chosen = tensor(Array.prototype.slice.call(orderOf(key), start, stop), { dtype: "int32" });
    return tree.map(data, (leaf) => take(leaf as Tensor, chosen, { axis: 0 })) as T;
  };
  const withState = function* (): Generator<Batch<T>> {
    for (let index = start; index < count; index++) {
      const last = index === count - 1;
      yield { batch: at(index), state: last ? { epoch: epoch + 1, index: 0 } : { epoch, index: index + 1 } };
    }
  };
  return {
    count,
    at,
    withState,
    *[Symbol.iterator]() {
      for (const { batch } of withState()) yield batch;
    },
  };
}
