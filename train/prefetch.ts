/**
 * Preparing batches while others are trained on.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { tree } from "../tensor/mod.ts";

/** Options of `prefetch`. */
export interface PrefetchOptions {
  /** How many items are prepared ahead; 1 by default. */
  readonly ahead?: number;
}

const PREFETCH_OPTIONS = { ahead: true } as const;

/**
 * Items of a source, with the next ones under way while one is worked on. What the source awaits, such as files that
 * are read, goes on by itself during a step; a source that computes on this thread gains nothing. Errors of the source
 * come where the item would.
 *
 * @throws {TypeError} If the source is nothing to iterate over.
 * @throws {RangeError} If `ahead` is no positive integer.
 *
 * @example Files that are read during the steps
 * ```ts
 * import { prefetch } from "@weft/weft/train";
 * import { assertEquals } from "@std/assert/equals";
 *
 * async function* source(): AsyncGenerator<number> {
 *   for (let i = 0; i < 3; i++) yield await Promise.resolve(i);
 * }
 * const seen: number[] = [];
 * for await (const item of prefetch(source(), { ahead: 2 })) seen.push(item);
 * assertEquals(seen, [0, 1, 2]);
 * ```
 */
export async function* prefetch<T>(
  source: AsyncIterable<T> | Iterable<T | Promise<T>>,
  options: PrefetchOptions = {},
): AsyncGenerator<T> {
  checkOptionNames("prefetch", options, PREFETCH_OPTIONS);
  const { ahead = 1 } = options;
  if (!Number.isInteger(ahead) || ahead < 1) {
    throw new RangeError(`prefetch expects ahead to be a positive integer but got ${ahead}`);
  }
  if (
    typeof source !== "object" || source === null ||
    !(Symbol.asyncIterator in source || Symbol.iterator in source)
  ) {
    throw new TypeError(`prefetch expects something to iterate over but got ${tree.describe(source)}`);
  }
  const iterator = Symbol.asyncIterator in source
    ? source[Symbol.asyncIterator]()
    : source[Symbol.iterator]();
  const next = async (): Promise<IteratorResult<T>> => {
    const result = await iterator.next();
    return result.done === true ? result : { done: false, value: await result.value };
  };
  const waiting: Promise<IteratorResult<T>>[] = [];
  const order = (): void => {
    const item = next();
    // An error is told when its turn comes.
    item.catch(() => {});
    waiting.push(item);
  };
  try {
    for (let i = 0; i <= ahead; i++) order();
    while (true) {
      const result = await waiting.shift()!;
      if (result.done === true) return;
      order();
      yield result.value;
    }
  } finally {
    await iterator.return?.();
  }
}
