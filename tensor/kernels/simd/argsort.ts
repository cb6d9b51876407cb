/**
 * The first positions of the order that sorts lines, in WebAssembly without vectors.
 *
 * @module
 */
import type { KernelReference } from "../kernel.ts";
import { call, type ModuleBuilder } from "./assembler.ts";
import { simdKernel } from "./generated.ts";
import { addressShift, argument, operandAddress } from "./operands.ts";
import { type Order, wordReader, wordsOf } from "./ordered_word.ts";
import { defineOrder, PAIR, placePairs } from "./radix_sort.ts";
import { i32 } from "./scalar.ts";

/** How many pairs of a line are gathered before all but the first `count` are dropped. */
export function pairsGathered(length: number, count: number): number {
  return Math.min(length, count + (count >> 1) + 4);
}

/**
 * The loop that finds the first positions of the order that sorts lines, equal numbers in the order of their positions.
 * Arguments: addresses of the lines, of the positions (int32) and of two areas, each for as many pairs of every line as
 * `pairsGathered` says, all contiguous; the length of a line, how many positions are wanted, and that number of pairs.
 * Up to `SCRATCH_LENGTH` pairs need no areas. Units are lines.
 */
export function argsortKernel(order: Order): KernelReference {
  const { dtype, descending, signedZeros } = order;
  const define = (module: ModuleBuilder): void => {
    const sort = defineOrder(module, order);
    module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end, scratch) => {
      const read = wordReader(f, order);
      const step = 1 << addressShift(dtype);
      const lines = f.local("i32", operandAddress(block, 0, dtype));
      const [length, count, most] = [4, 5, 6].map((i) => f.local("i32", argument(block, i)));
      const output = f.local("i32", i32.shl(i32.add(argument(block, 1), i32.mul(begin, count)), 2));
      const [line, pairs, room, both, to] = Array.from({ length: 5 }, () => f.local("i32"));
      const [j, place, stop, full, word, limit] = Array.from({ length: 6 }, () => f.local("i32"));
      const gather = (): void => {
        f.store("i32", to, j);
        f.store("i32", to, word, 4);
        f.advance(to, PAIR);
      };
      const overLine = (pairs: typeof most, body: () => void): void => {
        f.set(stop, i32.add(line, i32.mul(pairs, step)));
        f.until(place, stop, step, () => {
          f.set(word, read(place, true));
          body();
          f.advance(j, 1);
        });
      };
      const sortGathered = (): void => {
        f.set(both, i32.add(pairs, room));
        f.set(pairs, call(sort, pairs, room, i32.shrU(i32.sub(to, pairs), 3), scratch, line));
        f.set(room, i32.sub(both, pairs));
      };
      const dropOthers = (): void => {
        sortGathered();
        f.set(to, i32.add(pairs, i32.mul(count, PAIR)));
        f.set(full, i32.add(pairs, i32.mul(most, PAIR)));
        f.set(limit, i32.load(i32.sub(to, 4)));
      };
      // A later number is among the first if it is less than the last of them; that is not decided by an upper word alone.
      const wanted = wordsOf(dtype) === 1 ? i32.ltU(word, limit) : i32.leU(word, limit);

      f.until(begin, end, 1, () => {
        placePairs(f, [pairs, room], [argument(block, 2), argument(block, 3)], {
          line: begin,
          most,
          scratch,
        });
        f.set(line, i32.add(lines, i32.mul(i32.mul(begin, length), step)));
        f.set(place, line);
        f.set(to, pairs);
        f.set(j, 0);
        overLine(most, gather);
        f.if(i32.ltU(most, length), () => {
          dropOthers();
          overLine(length, () =>
            f.if(wanted, () => {
              gather();
              f.if(i32.eq(to, full), dropOthers);
            }));
        });
        sortGathered();
        f.set(stop, i32.add(output, i32.shl(count, 2)));
        f.until(output, stop, 4, () => {
          f.store("i32", output, i32.load(pairs));
          f.advance(pairs, PAIR);
        });
      });
    });
  };
  return simdKernel(`argsort|${dtype}|${descending}|${signedZeros}`, define, false, "wasm");
}
