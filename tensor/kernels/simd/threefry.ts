/**
 * Random words in WebAssembly SIMD: the words of four positions at a time, with the bits of `../threefry.ts`.
 *
 * @module
 */
import type { KernelReference } from "../kernel.ts";
import { type Draw, KEY_PARITY, ROTATIONS } from "../threefry.ts";
import type { FunctionBuilder, Local } from "./assembler.ts";
import { type Expression, select } from "./expression.ts";
import { simdKernel } from "./generated.ts";
import { argument } from "./operands.ts";
import { i32 } from "./scalar.ts";
import { f32x4, i32x4, i8x16, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Vector = Local<"v128">;

/** Vectors that go along together, so that one does not wait for its last sum. */
const COPIES = 4;

/** What vectors draw: all but bytes of the original layout, four of which share a word. */
export type VectorDraw = Exclude<Draw, "originalByte">;

/** The loop that draws words, with the arguments and the units of the JavaScript loop. */
export function simdDrawKernel(draw: VectorDraw): KernelReference {
  const pair = draw === "pair" || draw === "originalPair";
  const bytes = draw === "byte" ? 1 : pair ? 8 : 4;
  return simdKernel(`simd|threefry|${draw}`, (module) => {
    module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
      const keys = f.local("i32", i32.shl(argument(block, 0), 2));
      const output = f.local("i32", argument(block, 1));
      if (draw !== "byte") f.set(output, i32.shl(output, 2));
      const each = f.local("i32", argument(block, 2));
      const [which, at, stop, key] = Array.from({ length: 4 }, () => f.local("i32"));
      const schedule = Array.from({ length: 3 }, () => f.local("v128"));
      const lastKeys = Array.from({ length: 5 }, () => f.local("v128"));
      const counter = counters(f, draw, each);
      const target = f.local("i32", i32.add(output, i32.mul(begin, bytes)));

      /** Draws for the positions from `at` on, `copies` times four of them. */
      const vectors = (copies: number): readonly (readonly [Vector, Vector, Vector | null])[] => {
        const drawn = Array.from({ length: copies }, (_, copy) => counter(at, 4 * copy));
        const scratch = drawn.map(() => f.local("v128"));
        const each = (write: (x: Vector, y: Vector, temporary: Vector) => void): void =>
          drawn.forEach(([x, y], i) => write(x, y, scratch[i]));
        each((x, y) => {
          f.set(x, i32x4.add(x, schedule[0]));
          f.set(y, i32x4.add(y, schedule[1]));
        });
        for (let group = 0; group < 5; group++) {
          for (const rotation of ROTATIONS[group % 2]) {
            each((x, y) => f.set(x, i32x4.add(x, y)));
            each((_, y, high) => f.set(high, i32x4.shl(y, rotation)));
            each((_, y, high) => f.set(y, v128.or(i32x4.shrU(y, 32 - rotation), high)));
            each((x, y) => f.set(y, v128.xor(y, x)));
          }
          each((x, y) => {
            f.set(x, i32x4.add(x, schedule[(group + 1) % 3]));
            f.set(y, i32x4.add(y, lastKeys[group]));
          });
        }
        return drawn;
      };
      /** What is stored for a vector of positions: one vector, or two where each has a pair of words. */
      const results = ([x, y, late]: readonly [Vector, Vector, Vector | null]): readonly Vector[] => {
        if (pair) {
          return [[0, 4, 1, 5], [2, 6, 3, 7]].map((order) => f.local("v128", f32x4.shuffle(x, y, order)));
        }
        return [f.local("v128", late === null ? v128.xor(x, y) : v128.bitselect(y, x, late))];
      };
      const pass = (copies: number): void => {
        vectors(copies).forEach((drawn, copy) =>
          results(drawn).forEach((value, i) => {
            const offset = 4 * bytes * copy + 16 * i;
            if (draw === "byte") f.storeLane32(target, lowBytes(value), 0, offset);
            else f.store("v128", target, value, offset);
          })
        );
        f.advance(at, 4 * copies);
        f.advance(target, 4 * bytes * copies);
      };
      const rest = (): void => {
        const last = results(vectors(1)[0]);
        f.while(i32.ltU(at, stop), () => {
          if (draw === "byte") f.store8(target, i32x4.extractLane(last[0], 0));
          else if (pair) f.storeLane64(target, last[0], 0);
          else f.storeLane32(target, last[0], 0);
          const order = pair ? [2, 3, 4, 5] : [1, 2, 3, 0];
          f.set(last[0], f32x4.shuffle(last[0], last[last.length - 1], order));
          f.advance(target, bytes);
          f.advance(at, 1);
        });
      };

      f.while(i32.ltU(begin, end), () => {
        f.set(which, i32.divU(begin, each));
        f.set(at, i32.sub(begin, i32.mul(which, each)));
        f.set(stop, i32.add(at, i32.sub(end, begin)));
        f.set(stop, select(i32.ltU(stop, each), stop, each));
        f.advance(begin, i32.sub(stop, at));
        f.set(key, i32.add(keys, i32.shl(which, 3)));
        f.set(schedule[0], v128.load32Splat(key));
        f.set(schedule[1], v128.load32Splat(key, 4));
        f.set(schedule[2], v128.xor(v128.xor(schedule[0], schedule[1]), v128.constI32x4(KEY_PARITY)));
        lastKeys.forEach((sum, group) =>
          f.set(sum, i32x4.add(schedule[(group + 2) % 3], v128.constI32x4(group + 1)))
        );
        f.while(i32.geU(i32.sub(stop, at), 4 * COPIES), () => pass(COPIES));
        f.while(i32.geU(i32.sub(stop, at), 4), () => pass(1));
        f.if(i32.ltU(at, stop), rest);
      });
    });
  });
}

/** The lowest byte of each lane, side by side. */
function lowBytes(value: Vector): Expression<"v128"> {
  return i8x16.shuffle(value, value, [0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12]);
}

/**
 * What makes the two counters of four positions from `at + offset` on, and for words of the original layout which
 * lanes take the second word; null for the others.
 */
function counters(
  f: FunctionBuilder,
  draw: VectorDraw,
  each: Word,
): (at: Word, offset: number) => readonly [Vector, Vector, Vector | null] {
  const position = (at: Word, offset: number): Vector =>
    f.local(
      "v128",
      i32x4.add(i32x4.splat(at), v128.constI32x4(offset, offset + 1, offset + 2, offset + 3)),
    );
  const zero = v128.constI32x4(0);
  if (draw === "originalWord") {
    const total = f.local("v128", i32x4.splat(each));
    const half = f.local("v128", i32x4.splat(i32.shrU(i32.add(each, 1), 1)));
    return (at, offset) => {
      const place = position(at, offset);
      const late = f.local("v128", i32x4.geU(place, half));
      f.set(place, i32x4.sub(place, v128.and(late, half)));
      const second = f.local("v128", i32x4.add(place, half));
      f.set(second, v128.and(second, i32x4.ltU(second, total)));
      return [place, second, late];
    };
  }
  if (draw === "originalPair") {
    const total = f.local("v128", i32x4.splat(each));
    return (at, offset) => {
      const place = position(at, offset);
      return [place, f.local("v128", i32x4.add(place, total)), null];
    };
  }
  return (at, offset) => {
    const second = position(at, offset);
    const first = f.local("v128");
    f.set(first, zero);
    return [first, second, null];
  };
}
