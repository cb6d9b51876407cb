/**
 * The order of long lines by several threads, in WebAssembly without vectors: parts of a line are sorted by radix, and
 * merged two by two, of which each thread takes segments of the result.
 *
 * @module
 */
import type { KernelReference } from "../kernel.ts";
import { call } from "./assembler.ts";
import { constant, type Expression, select } from "./expression.ts";
import { simdKernel } from "./generated.ts";
import { addressShift, argument, operandAddress } from "./operands.ts";
import { type Order, wordReader } from "./ordered_word.ts";
import { defineOrder, PAIR } from "./radix_sort.ts";
import { least } from "./reduce_arguments.ts";
import { i32, i64 } from "./scalar.ts";

/** Pairs of a segment. */
export const SEGMENT: number = 1 << 13;

/**
 * The loop that sorts parts of lines of numbers of one word. Arguments: addresses of the lines, of their pairs (float64)
 * and of room for as many; the length of a line, elements of a part, and parts. Units are parts.
 */
export function sortPartsKernel(order: Order): KernelReference {
  const { dtype, descending, signedZeros } = order;
  return simdKernel(
    `sortParts|${dtype}|${descending}|${signedZeros}`,
    (module) => {
      const sort = defineOrder(module, order);
      module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end, scratch) => {
        const read = wordReader(f, order);
        const shift = addressShift(dtype);
        const lines = f.local("i32", operandAddress(block, 0, dtype));
        const [areas, rooms] = [1, 2].map((i) => f.local("i32", i32.mul(PAIR, argument(block, i))));
        const [length, size, parts] = [3, 4, 5].map((i) => f.local("i32", argument(block, i)));
        const [line, first, count, place, j] = Array.from({ length: 5 }, () => f.local("i32"));
        const [pairs, room, from, to, stop] = Array.from({ length: 5 }, () => f.local("i32"));
        f.until(begin, end, 1, () => {
          f.set(line, i32.divU(begin, parts));
          f.set(first, i32.mul(i32.sub(begin, i32.mul(line, parts)), size));
          f.set(count, least(size, i32.sub(length, first)));
          f.set(line, i32.mul(line, length));
          const start = f.local("i32", i32.mul(PAIR, i32.add(line, first)));
          f.set(pairs, i32.add(areas, start));
          f.set(room, i32.add(rooms, start));
          f.set(line, i32.add(lines, i32.shl(line, shift)));
          f.set(place, i32.add(line, i32.shl(first, shift)));
          f.set(to, pairs);
          f.set(stop, i32.add(pairs, i32.mul(count, PAIR)));
          f.set(j, first);
          f.until(to, stop, PAIR, () => {
            f.store("i32", to, j);
            f.store("i32", to, read(place, true), 4);
            f.advance(place, 1 << shift);
            f.advance(j, 1);
          });
          f.set(from, call(sort, pairs, room, count, scratch, line));
          f.if(i32.ne(from, pairs), () => {
            f.set(to, pairs);
            f.until(to, stop, PAIR, () => {
              f.store("i64", to, i64.load(from));
              f.advance(from, PAIR);
            });
          });
        });
      });
    },
    false,
    "wasm",
  );
}

/**
 * The loop that merges sorted runs of pairs two by two, the lower positions in the first of two. Arguments: addresses of
 * the pairs and of the merged ones, or where these are the `last` of their positions (int32); the length of a line, the
 * length of runs, and segments of two runs. Units are segments.
 */
export function mergeKernel(last: boolean): KernelReference {
  const size = last ? 4 : PAIR;
  return simdKernel(
    `merge|${last}`,
    (module) => {
      module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
        const area = f.local("i32", i32.mul(PAIR, argument(block, 0)));
        const output = f.local("i32", i32.mul(size, argument(block, 1)));
        const [length, run, segments] = [2, 3, 4].map((i) => f.local("i32", argument(block, i)));
        const twos = f.local("i32", i32.divU(i32.add(length, i32.sub(i32.shl(run, 1), 1)), i32.shl(run, 1)));
        const [line, two, skipped, first, second] = Array.from({ length: 5 }, () => f.local("i32"));
        const [a, b, aEnd, bEnd, low, high, middle, to, stop] = Array.from(
          { length: 9 },
          () => f.local("i32"),
        );
        const [x, y, isFirst] = [f.local("i64"), f.local("i64"), f.local("i32")];
        const put = (pair: Expression<"i64">): void => {
          f.store(last ? "i32" : "i64", to, last ? i32.wrapI64(pair) : pair);
          f.advance(to, size);
        };
        f.until(begin, end, 1, () => {
          f.set(two, i32.divU(begin, segments));
          f.set(skipped, i32.mul(SEGMENT, i32.sub(begin, i32.mul(two, segments))));
          f.set(line, i32.divU(two, twos));
          f.set(low, i32.mul(i32.shl(run, 1), i32.sub(two, i32.mul(line, twos))));
          f.set(first, least(run, i32.sub(length, low)));
          f.set(second, least(run, i32.sub(i32.sub(length, low), first)));
          f.set(low, i32.add(low, i32.mul(line, length)));
          f.set(a, i32.add(area, i32.mul(PAIR, low)));
          f.set(b, i32.add(a, i32.mul(PAIR, first)));
          f.set(aEnd, b);
          f.set(bEnd, i32.add(b, i32.mul(PAIR, second)));
          f.set(skipped, least(skipped, i32.add(first, second)));
          f.set(to, i32.add(output, i32.mul(size, i32.add(low, skipped))));
          f.set(stop, least(constant("i32", SEGMENT), i32.sub(i32.add(first, second), skipped)));
          f.set(stop, i32.add(to, i32.mul(size, stop)));
          // How many of those before the segment are of the first run.
          f.set(low, select(i32.gtU(skipped, second), i32.sub(skipped, second), constant("i32", 0)));
          f.set(high, least(skipped, first));
          f.while(i32.ltU(low, high), () => {
            f.set(middle, i32.shrU(i32.add(low, high), 1));
            f.set(x, i64.load(i32.add(a, i32.mul(PAIR, middle))));
            f.set(y, i64.load(i32.add(b, i32.mul(PAIR, i32.sub(i32.sub(skipped, middle), 1)))));
            f.if(i64.ltU(x, y), () => f.set(low, i32.add(middle, 1)), () => f.set(high, middle));
          });
          f.advance(a, i32.mul(PAIR, low));
          f.advance(b, i32.mul(PAIR, i32.sub(skipped, low)));
          // So many can be taken before a run may have ended.
          const safe = (): void =>
            f.set(
              middle,
              least(
                i32.divU(i32.sub(stop, to), size),
                i32.shrU(least(i32.sub(aEnd, a), i32.sub(bEnd, b)), 3),
              ),
            );
          safe();
          f.while(middle, () => {
            f.while(middle, () => {
              f.set(x, i64.load(a));
              f.set(y, i64.load(b));
              f.set(isFirst, i64.ltU(x, y));
              put(select(isFirst, x, y));
              f.advance(a, i32.shl(isFirst, 3));
              f.advance(b, i32.shl(i32.xor(isFirst, 1), 3));
              f.advance(middle, -1);
            });
            safe();
          });
          f.set(a, select(i32.ltU(a, aEnd), a, b));
          f.until(to, stop, 0, () => {
            f.set(x, i64.load(a));
            put(x);
            f.advance(a, PAIR);
          });
        });
      });
    },
    false,
    "wasm",
  );
}
