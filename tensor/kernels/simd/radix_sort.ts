/**
 * Sorting by radix, least significant digit first, in WebAssembly without vectors.
 *
 * What is sorted are pairs of 64 bits: a position in a line, and above it a word of the number there.
 *
 * @module
 */
import {
  call,
  type FunctionBuilder,
  type FunctionHandle,
  type Local,
  type ModuleBuilder,
  tee,
} from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { addressShift, sizeShift } from "./operands.ts";
import { type Order, wordReader, wordsOf } from "./ordered_word.ts";
import { i32, i64 } from "./scalar.ts";

type Word = Expression<"i32">;

/** Bytes of the counts of a digit of 8 bits. */
const TABLE = 4 * 256;

/** Bytes of the counts of the four digits of a word. */
export const TABLES: number = 4 * TABLE;

/** Bytes of a pair. */
export const PAIR = 8;

/** So many pairs are sorted by insertion, which needs no counts. */
const SHORT = 40;

/** Pairs of so many numbers, and as much room, lie in the scratch area; those of more elsewhere. */
export const SCRATCH_LENGTH: number = 1 << 15;

/**
 * Defines the function that sorts pairs by their words; those of equal words must be in the order of their positions,
 * and stay so. Its parameters are the addresses of the pairs and of room for as many, how many there are, and the
 * address of `TABLES` bytes; its result says where the pairs are: where they were, or in the room.
 */
function defineSort(
  module: ModuleBuilder,
  { dtype }: Order,
): FunctionHandle<readonly ["i32", "i32", "i32", "i32"], "i32"> {
  return module.define(null, ["i32", "i32", "i32", "i32"], "i32", (f, pairs, room, count, tables) => {
    const [at, to, stop, entry, word, sum] = Array.from({ length: 6 }, () => f.local("i32"));
    const [pair, before, limit] = Array.from({ length: 3 }, () => f.local("i64"));
    const overPairs = (body: () => void): void => {
      f.set(at, pairs);
      f.set(stop, i32.add(pairs, i32.mul(count, PAIR)));
      f.until(at, stop, PAIR, body);
    };
    f.if(i32.leU(count, SHORT), () => {
      overPairs(() => {
        f.set(pair, i64.load(at));
        f.set(to, at);
        // Greater than any pair of the same word.
        f.set(limit, i64.or(pair, 0xffffffff));
        const greater = i64.gtU(tee(before, i64.load(i32.sub(to, PAIR))), limit);
        f.while(i32.and(i32.gtU(to, pairs), greater), () => {
          f.store("i64", to, before);
          f.advance(to, -PAIR);
        });
        f.store("i64", to, pair);
      });
      f.return(pairs);
    });
    /** Where the count of a digit of a word is, less the offset of the digit's table. */
    const entryOf = (word: Word, digit: number): Word => {
      const fourfold = digit === 0 ? i32.shl(word, 2) : i32.shrU(word, 8 * digit - 2);
      return i32.add(tables, i32.and(fourfold, TABLE - 4));
    };
    const digits = sizeShift(dtype) === 0 ? [0] : [0, 1, 2, 3];
    f.fill(tables, 0, digits.length * TABLE);
    overPairs(() => {
      f.set(word, i32.load(at, 4));
      for (const digit of digits) {
        f.set(entry, entryOf(word, digit));
        f.store("i32", entry, i32.add(i32.load(entry, digit * TABLE), 1), digit * TABLE);
      }
    });
    for (const digit of digits) {
      const same = i32.eq(i32.load(entryOf(i32.load(pairs, 4), digit), digit * TABLE), count);
      f.if(i32.eqz(same), () => {
        // Counts become the addresses of what comes next.
        f.set(sum, room);
        f.set(entry, i32.add(tables, digit * TABLE));
        f.set(stop, i32.add(entry, TABLE));
        f.until(entry, stop, 4, () => {
          f.set(to, sum);
          f.advance(sum, i32.mul(i32.load(entry), PAIR));
          f.store("i32", entry, to);
        });
        overPairs(() => {
          f.set(pair, i64.load(at));
          f.set(entry, entryOf(i32.wrapI64(i64.shrU(pair, 32)), digit));
          f.set(to, i32.load(entry, digit * TABLE));
          f.store("i64", to, pair);
          f.store("i32", entry, i32.add(to, PAIR), digit * TABLE);
        });
        f.set(at, pairs);
        f.set(pairs, room);
        f.set(room, at);
      });
    }
    return pairs;
  });
}

/**
 * Defines the function that puts pairs in order by all words of their numbers, given the upper ones. It has the
 * parameters and the result of that which sorts, and behind them the address of the line.
 */
export function defineOrder(
  module: ModuleBuilder,
  order: Order,
): FunctionHandle<readonly ["i32", "i32", "i32", "i32", "i32"], "i32"> {
  const sort = defineSort(module, order);
  const types = ["i32", "i32", "i32", "i32", "i32"] as const;
  return module.define(null, types, "i32", (f, pairs, room, count, tables, line) => {
    const read = wordReader(f, order);
    const [both, at, end] = [f.local("i32", i32.add(pairs, room)), f.local("i32"), f.local("i32")];
    const sortBy = (upper: boolean): void => {
      f.set(at, pairs);
      f.set(end, i32.add(pairs, i32.mul(count, PAIR)));
      f.until(at, end, PAIR, () => {
        const place = i32.shl(i32.load(at), addressShift(order.dtype));
        f.store("i32", at, read(i32.add(line, place), upper), 4);
      });
      f.set(pairs, call(sort, pairs, i32.sub(both, pairs), count, tables));
    };
    if (wordsOf(order.dtype) === 1) return call(sort, pairs, room, count, tables);
    sortBy(false);
    sortBy(true);
    return pairs;
  });
}

/** Sets the addresses of pairs and room for `most` of them: in the scratch area, or the areas of line `line`. */
export function placePairs(
  f: FunctionBuilder,
  [pairs, room]: readonly [Local<"i32">, Local<"i32">],
  areas: readonly [Word, Word],
  { line, most, scratch }: { readonly line: Word; readonly most: Word; readonly scratch: Word },
): void {
  f.if(i32.leU(most, SCRATCH_LENGTH), () => {
    f.set(pairs, i32.add(scratch, TABLES));
    f.set(room, i32.add(pairs, i32.mul(most, PAIR)));
  }, () => {
    f.set(pairs, i32.mul(i32.add(areas[0], i32.mul(line, most)), PAIR));
    f.set(room, i32.mul(i32.add(areas[1], i32.mul(line, most)), PAIR));
  });
}
