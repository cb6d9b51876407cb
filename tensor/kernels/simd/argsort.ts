/**
 * The first positions of the order that sorts lines.
 *
 * @module
 */
import type { KernelReference } from "../kernel.ts";
import { call, type Local, type ModuleBuilder } from "./assembler.ts";
import { compareFour } from "./compare_four.ts";
import type { Binary } from "./expression.ts";
import { simdKernel } from "./generated.ts";
import { addressShift, argument, operandAddress } from "./operands.ts";
import { type Order, wordReader, wordsOf } from "./ordered_word.ts";
import { defineOrder, PAIR, placePairs } from "./radix_sort.ts";
import { least } from "./reduce_arguments.ts";
import { i32 } from "./scalar.ts";
import { i32x4, v128 } from "./vector.ts";

/** How many pairs of a line are gathered before all but the first `count` are dropped. */
export function pairsGathered(length: number, count: number): number {
  return Math.min(length, count + (count >> 1) + 4);
}

/** Numbers that are left out at once where all of them come behind. */
const SKIPPED = 8;

/**
 * The loop that finds the first positions of the order that sorts lines, equal numbers in the order of their positions.
 * Arguments: addresses of the lines, of the positions (int32) and of two areas, each for as many pairs of every line as
 * `pairsGathered` says, all contiguous; the length of a line, how many positions are wanted, and that number of pairs.
 * Up to `SCRATCH_LENGTH` pairs need no areas. Units are lines.
 */
export function argsortKernel(order: Order, vectors: boolean): KernelReference {
  const { dtype, descending, signedZeros } = order;
  const behind = vectors ? compareFour(dtype, descending ? "lt" : "gt") : null;
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
      const [lineEnd, going, last] = [f.local("i32"), f.local("i32"), f.local("v128")];
      const gather = (): void => {
        f.store("i32", to, j);
        f.store("i32", to, word, 4);
        f.advance(to, PAIR);
      };
      const upTo = (stop: Local<"i32">, body: () => void): void =>
        f.until(place, stop, step, () => {
          f.set(word, read(place, true));
          body();
          f.advance(j, 1);
        });
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
        if (behind === null) return;
        const position = i32.load(i32.sub(to, PAIR));
        f.set(last, v128.load32Splat(i32.add(line, i32.mul(position, step))));
      };
      /** Leaves out what is not wanted for sure, as far as nothing else lies between. */
      const skip = (behind: Binary<"v128">): void => {
        const others = v128.and(behind(v128.load(place), last), behind(v128.load(place, 16), last));
        f.set(going, i32.leU(i32.add(place, SKIPPED * step), lineEnd));
        f.while(going, () => {
          f.set(going, i32x4.allTrue(others));
          f.if(going, () => {
            f.advance(place, SKIPPED * step);
            f.advance(j, SKIPPED);
            f.set(going, i32.leU(i32.add(place, SKIPPED * step), lineEnd));
          });
        });
        f.set(stop, least(lineEnd, i32.add(place, SKIPPED * step)));
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
        f.set(stop, i32.add(line, i32.mul(most, step)));
        upTo(stop, gather);
        f.set(lineEnd, i32.add(line, i32.mul(length, step)));
        f.if(i32.ltU(most, length), () => {
          dropOthers();
          f.while(i32.ltU(place, lineEnd), () => {
            if (behind === null) f.set(stop, lineEnd);
            else skip(behind);
            upTo(stop, () =>
              f.if(wanted, () => {
                gather();
                f.if(i32.eq(to, full), dropOthers);
              }));
          });
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
  const label = behind === null ? "wasm" : "simd";
  return simdKernel(`argsort|${dtype}|${descending}|${signedZeros}|${label}`, define, false, label);
}
