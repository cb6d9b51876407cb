/**
 * The positions of numbers of given ranks in lines, by narrowing the range of words that they lie in, in WebAssembly
 * without vectors.
 *
 * @module
 */
import type { KernelReference } from "../kernel.ts";
import { call, type ModuleBuilder } from "./assembler.ts";
import { type Expression, select } from "./expression.ts";
import { simdKernel } from "./generated.ts";
import { addressShift, argument, operandAddress } from "./operands.ts";
import { type Order, wordReader } from "./ordered_word.ts";
import { defineOrder, PAIR, placePairs } from "./radix_sort.ts";
import { i32, i64 } from "./scalar.ts";

/** Bits of the number of a bucket: parts of equal width of the range that is left. */
const BITS = 8;

/** Buckets that may be left for a range to be narrowed once more. */
const NARROW = 16;

/** So few pairs are sorted at once. */
const FEW = 64;

/**
 * The loop that finds where the numbers of some ranks are in lines, which are in order as `argsort` has them. Arguments:
 * addresses of the lines, of the ranks and the positions (int32), and of two areas of a pair for each number, all
 * contiguous; the length of a line, and the number of ranks for each. Lines up to `SCRATCH_LENGTH` need no areas. Units
 * are lines.
 */
export function orderStatisticsKernel(order: Order): KernelReference {
  const { dtype, descending, signedZeros } = order;
  const define = (module: ModuleBuilder): void => {
    const sort = defineOrder(module, order);
    module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end, scratch) => {
      const read = wordReader(f, order);
      const step = 1 << addressShift(dtype);
      const lines = f.local("i32", operandAddress(block, 0, dtype));
      const [length, each] = [5, 6].map((i) => f.local("i32", argument(block, i)));
      const [ranks, output] = [1, 2].map((i) =>
        f.local("i32", i32.shl(i32.add(argument(block, i), i32.mul(begin, each)), 2))
      );
      const [line, pairs, room, at, to, stop, j] = Array.from({ length: 7 }, () => f.local("i32"));
      const [count, least, width, shift, below, low, high] = Array.from({ length: 7 }, () => f.local("i32"));
      const [first, bucket, sum, kept, going] = Array.from({ length: 5 }, () => f.local("i32"));
      const word = f.local("i32");
      const overPairs = (body: () => void): void => {
        f.set(at, pairs);
        f.set(stop, i32.add(pairs, i32.mul(count, PAIR)));
        f.until(at, stop, PAIR, body);
      };
      const overRanks = (body: () => void): void => {
        f.set(at, ranks);
        f.set(stop, i32.add(ranks, i32.shl(each, 2)));
        f.until(at, stop, 4, body);
      };
      const gather = (): void => {
        f.set(at, line);
        f.set(stop, i32.add(line, i32.mul(length, step)));
        f.set(to, pairs);
        f.set(j, 0);
        f.set(least, -1);
        f.set(kept, 0);
        f.until(at, stop, step, () => {
          f.set(word, read(at, true));
          f.store("i32", to, j);
          f.store("i32", to, word, 4);
          f.set(least, select(i32.ltU(word, least), word, least));
          f.set(kept, select(i32.gtU(word, kept), word, kept));
          f.advance(to, PAIR);
          f.advance(j, 1);
        });
        f.set(width, i32.sub(kept, least));
      };
      /** Goes on to the bucket that holds what has rank `rank` among the pairs. */
      const find = (rank: Expression<"i32">): void =>
        f.while(i32.leU(i32.add(sum, i32.load(bucket)), rank), () => {
          f.advance(sum, i32.load(bucket));
          f.advance(bucket, 4);
        });
      const narrow = (): void => {
        f.set(shift, i32.sub(32 - BITS, i32.clz(width)));
        f.set(shift, i32.and(shift, i32.xor(i32.shrS(shift, 31), -1)));
        f.fill(scratch, 0, 4 << BITS);
        overPairs(() => {
          f.set(word, i32.sub(i32.load(at, 4), least));
          f.set(bucket, i32.add(scratch, i32.shl(i32.shrU(word, shift), 2)));
          f.store("i32", bucket, i32.add(i32.load(bucket), 1));
        });
        f.set(sum, 0);
        f.set(bucket, scratch);
        find(low);
        f.set(first, bucket);
        f.advance(below, sum);
        f.set(low, i32.sub(low, sum));
        f.set(kept, sum);
        find(high);
        f.set(high, i32.sub(high, kept));
        f.set(kept, i32.sub(i32.add(sum, i32.load(bucket)), kept));
        f.advance(least, i32.shl(i32.shrU(i32.sub(first, scratch), 2), shift));
        f.set(going, i32.shrU(i32.sub(bucket, first), 2));
        f.set(width, i32.sub(i32.shl(i32.add(going, 1), shift), 1));
        f.set(going, i32.and(i32.ltU(going, NARROW), i32.ne(shift, 0)));
        f.set(to, pairs);
        f.set(first, -1);
        f.set(sum, 0);
        overPairs(() => {
          f.store("i64", to, i64.load(at));
          f.set(word, i32.sub(i32.load(at, 4), least));
          f.set(bucket, i32.leU(word, width));
          f.set(first, select(i32.ltU(word, first), word, first));
          f.set(sum, select(i32.and(bucket, i32.gtU(word, sum)), word, sum));
          f.advance(to, i32.mul(bucket, PAIR));
        });
        f.set(count, kept);
        f.advance(least, first);
        f.set(width, i32.sub(sum, first));
        f.set(going, i32.and(going, i32.ne(width, 0)));
      };

      f.until(begin, end, 1, () => {
        const areas = [argument(block, 3), argument(block, 4)] as const;
        placePairs(f, [pairs, room], areas, { line: begin, most: length, scratch });
        f.set(line, i32.add(lines, i32.mul(i32.mul(begin, length), step)));
        gather();
        f.set(count, length);
        f.set(low, -1);
        f.set(high, 0);
        overRanks(() => {
          f.set(word, i32.load(at));
          f.set(low, select(i32.ltU(word, low), word, low));
          f.set(high, select(i32.gtU(word, high), word, high));
        });
        f.set(below, 0);
        f.set(going, 1);
        f.while(i32.and(going, i32.gtU(count, FEW)), narrow);
        f.set(pairs, call(sort, pairs, room, count, scratch, line));
        overRanks(() => {
          const pair = i32.add(pairs, i32.mul(i32.sub(i32.load(at), below), PAIR));
          f.store("i32", output, i32.load(pair));
          f.advance(output, 4);
        });
        f.set(ranks, at);
      });
    });
  };
  return simdKernel(`orderStatistics|${dtype}|${descending}|${signedZeros}`, define, false, "wasm");
}
