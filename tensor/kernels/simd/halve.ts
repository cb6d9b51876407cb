/**
 * Copies of lines in two halves: every other element, and those between them.
 *
 * @module
 */
import type { Local, ModuleBuilder } from "./assembler.ts";
import { select } from "./expression.ts";
import { least } from "./reduce_arguments.ts";
import { f32, i32 } from "./scalar.ts";
import { f32x4, v128 } from "./vector.ts";

/**
 * Copies lines of channels, whose elements are neighbours, in two halves: of each line `count` elements at even places, from
 * the first on, to `even`, and `count` at odd places to `odd`; and one more of each where `moreEven` or `moreOdd` is 1.
 * Addresses and strides: bytes.
 */
export type Halve = (
  from: number,
  channelStride: number,
  lineStride: number,
  even: number,
  odd: number,
  toChannel: number,
  toLine: number,
  channels: number,
  lines: number,
  count: number,
  moreEven: number,
  moreOdd: number,
) => void;

const I32 = "i32";

/** Defines `halve`. */
export function defineHalve(module: ModuleBuilder): void {
  const parameters = [I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32] as const;
  // deno-fmt-ignore
  module.define("halve", parameters, null, (f, from, channelStride, lineStride, even, odd, toChannel, toLine, channels,
    lines, count, moreEven, moreOdd) => {
    const [line, first, second, rest, j] = [1, 2, 3, 4, 5].map(() => f.local("i32"));
    const [low, high] = [f.local("v128"), f.local("v128")];
    const last = f.local("i32", i32.sub(count, 4));
    const [source, left, right] = [
      i32.add(line, i32.shl(j, 3)),
      ...[first, second].map((target) => i32.add(target, i32.shl(j, 2))),
    ];
    const one = (target: typeof left, offset: number): void => f.store("f32", target, f32.load(source, offset));
    /** The next place, of which the last are four again where there are fewer. */
    const advance = (place: Local<"i32">): void =>
      f.set(place, select(i32.eq(place, last), count, least(i32.add(place, 4), last)));
    f.while(channels, () => {
      f.set(line, from);
      f.set(first, even);
      f.set(second, odd);
      f.set(rest, lines);
      f.while(rest, () => {
        f.set(j, 0);
        f.if(i32.geS(last, 0), () =>
          f.repeat(() => {
            f.set(low, v128.load(source));
            f.set(high, v128.load(source, 16));
            f.store("v128", left, f32x4.shuffle(low, high, [0, 2, 4, 6]));
            f.store("v128", right, f32x4.shuffle(low, high, [1, 3, 5, 7]));
            advance(j);
          }, () => i32.ltU(j, count)));
        f.until(j, count, 1, () => {
          one(left, 0);
          one(right, 4);
        });
        f.if(moreEven, () => one(left, 0));
        f.if(moreOdd, () => one(right, 4));
        f.advance(line, lineStride);
        f.advance(first, toLine);
        f.advance(second, toLine);
        f.advance(rest, -1);
      });
      f.advance(from, channelStride);
      f.advance(even, toChannel);
      f.advance(odd, toChannel);
      f.advance(channels, -1);
    });
  });
}
