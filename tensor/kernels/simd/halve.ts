/**
 * Copies of lines in two halves, every other element and those between them, and back.
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

/**
 * The way back, with the parameters of `Halve`: from elements at even and odd places to lines.
 */
export type Join = Halve;

const I32 = "i32";

/** Defines `halve`. */
export function defineHalve(module: ModuleBuilder): void {
  defineBetween(module, "halve", true);
}

/** Defines `join`. */
export function defineJoin(module: ModuleBuilder): void {
  defineBetween(module, "join", false);
}

/** Defines copies between lines and their halves: to the halves where `apart`. */
function defineBetween(module: ModuleBuilder, name: string, apart: boolean): void {
  const parameters = [I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32] as const;
  // deno-fmt-ignore
  module.define(name, parameters, null, (f, lines, lineChannel, lineStep, even, odd, halfChannel, halfStep, channels, rows,
    count, moreEven, moreOdd) => {
    const [line, first, second, rest, j] = [1, 2, 3, 4, 5].map(() => f.local("i32"));
    const [low, high] = [f.local("v128"), f.local("v128")];
    const last = f.local("i32", i32.sub(count, 4));
    const [both, left, right] = [
      i32.add(line, i32.shl(j, 3)),
      ...[first, second].map((half) => i32.add(half, i32.shl(j, 2))),
    ];
    const one = (half: typeof left, offset: number): void =>
      apart ? f.store("f32", half, f32.load(both, offset)) : f.store("f32", both, f32.load(half), offset);
    const four = (): void => {
      f.set(low, v128.load(apart ? both : left));
      f.set(high, apart ? v128.load(both, 16) : v128.load(right));
      f.store("v128", apart ? left : both, f32x4.shuffle(low, high, apart ? [0, 2, 4, 6] : [0, 4, 1, 5]));
      const rest = f32x4.shuffle(low, high, apart ? [1, 3, 5, 7] : [2, 6, 3, 7]);
      if (apart) f.store("v128", right, rest);
      else f.store("v128", both, rest, 16);
    };
    /** The next place, of which the last are four again where there are fewer. */
    const advance = (place: Local<"i32">): void =>
      f.set(place, select(i32.eq(place, last), count, least(i32.add(place, 4), last)));
    f.while(channels, () => {
      f.set(line, lines);
      f.set(first, even);
      f.set(second, odd);
      f.set(rest, rows);
      f.while(rest, () => {
        f.set(j, 0);
        f.if(i32.geS(last, 0), () =>
          f.repeat(() => {
            four();
            advance(j);
          }, () => i32.ltU(j, count)));
        f.until(j, count, 1, () => {
          one(left, 0);
          one(right, 4);
        });
        f.if(moreEven, () => one(left, 0));
        f.if(moreOdd, () => one(right, 4));
        f.advance(line, lineStep);
        f.advance(first, halfStep);
        f.advance(second, halfStep);
        f.advance(rest, -1);
      });
      f.advance(lines, lineChannel);
      f.advance(even, halfChannel);
      f.advance(odd, halfChannel);
      f.advance(channels, -1);
    });
  });
}
