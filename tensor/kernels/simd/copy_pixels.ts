/**
 * Copies of some channels of rows of pixels, whose channels or columns are neighbours, to where channels are neighbours.
 *
 * @module
 */
import type { Local, ModuleBuilder } from "./assembler.ts";
import { select } from "./expression.ts";
import { loadFirst } from "./lanes.ts";
import { least } from "./reduce_arguments.ts";
import { f32, i32 } from "./scalar.ts";
import { transpose } from "./turn.ts";
import { v128 } from "./vector.ts";

/** Copies the first channels of rows of pixels: addresses and strides here and there, rows, columns and channels. */
export type CopyPixels = (
  from: number,
  fromRow: number,
  fromColumn: number,
  to: number,
  toRow: number,
  toColumn: number,
  rows: number,
  columns: number,
  channels: number,
) => void;

const I32 = "i32";

/** Defines `copyPixels`. */
export function defineCopyPixels(module: ModuleBuilder): void {
  // deno-fmt-ignore
  module.define("copyPixels", [I32, I32, I32, I32, I32, I32, I32, I32, I32], null,
    (f, from, fromRow, fromColumn, to, toRow, toColumn, rows, columns, channels) => {
      const [at, into, left, offset] = [1, 2, 3, 4].map(() => f.local(I32));
      const last = f.local(I32, i32.shl(i32.sub(channels, 4), 2));
      const four = (place: Local<"i32">): void => f.store("v128", i32.add(into, place), v128.load(i32.add(at, place)));
      const overPixels = (pixel: () => void): void => f.while(rows, () => {
        f.set(at, from);
        f.set(into, to);
        f.set(left, columns);
        f.while(left, () => {
          pixel();
          f.advance(at, fromColumn);
          f.advance(into, toColumn);
          f.advance(left, -1);
        });
        f.advance(from, fromRow);
        f.advance(to, toRow);
        f.advance(rows, -1);
      });
      f.if(i32.eq(channels, 16), () => overPixels(() => {
        for (let v = 0; v < 4; v++) f.store("v128", into, v128.load(at, 16 * v), 16 * v);
      }));
      f.if(i32.geS(last, 0), () => overPixels(() => {
        f.set(offset, 0);
        f.until(offset, last, 16, () => four(offset));
        four(last);
      }));
      overPixels(() => {
        f.set(offset, 0);
        f.until(offset, i32.shl(channels, 2), 4, () =>
          f.store("f32", i32.add(into, offset), f32.load(i32.add(at, offset))));
      });
    });
}

/** Turns rows of channels to the first channels of pixels: the parameters of `CopyPixels`, with the stride of channels for that of columns. */
export type TurnPixels = CopyPixels;

/** Defines `turnPixels`. */
export function defineTurnPixels(module: ModuleBuilder): void {
  // deno-fmt-ignore
  module.define("turnPixels", [I32, I32, I32, I32, I32, I32, I32, I32, I32], null,
    (f, from, fromRow, fromChannel, to, toRow, toColumn, rows, columns, channels) => {
      const [channel, column, at, into, target] = [1, 2, 3, 4, 5].map(() => f.local(I32));
      const lines = Array.from({ length: 4 }, () => f.local(I32));
      const values = lines.map(() => f.local("v128"));
      /** The next place, of which the last are four again where there are fewer. */
      const advance = (place: Local<"i32">, count: Local<"i32">): void => {
        const last = i32.sub(count, 4);
        f.set(place, select(i32.eq(place, last), count, least(i32.add(place, 4), last)));
      };
      const overRows = (row: () => void): void => f.while(rows, () => {
        row();
        f.advance(from, fromRow);
        f.advance(to, toRow);
        f.advance(rows, -1);
      });
      /** Turns so many columns of four channels. */
      const four = (count: number): void => {
        lines.forEach((line, i) => {
          f.set(line, i === 0 ? i32.add(at, i32.shl(column, 2)) : i32.add(lines[i - 1], fromChannel));
          f.set(values[i], count === 4 ? v128.load(line) : loadFirst(line, 0, count));
        });
        f.set(target, i32.add(into, i32.mul(column, toColumn)));
        transpose(f, values).slice(0, count).forEach((value) => {
          f.store("v128", target, value);
          f.advance(target, toColumn);
        });
      };
      const inFours = (count: number): void => overRows(() => {
        f.set(channel, 0);
        f.repeat(() => {
          f.set(at, i32.add(from, i32.mul(channel, fromChannel)));
          f.set(into, i32.add(to, i32.shl(channel, 2)));
          f.set(column, 0);
          if (count < 4) four(count);
          else f.repeat(() => {
            four(4);
            advance(column, columns);
          }, () => i32.ltU(column, columns));
          advance(channel, channels);
        }, () => i32.ltU(channel, channels));
      });
      f.if(i32.geU(channels, 4), () => {
        f.if(i32.geU(columns, 4), () => inFours(4));
        for (const count of [3, 2, 1]) f.if(i32.eq(columns, count), () => inFours(count));
      });
      overRows(() => {
        f.set(channel, 0);
        f.until(channel, channels, 1, () => {
          f.set(at, i32.add(from, i32.mul(channel, fromChannel)));
          f.set(into, i32.add(to, i32.shl(channel, 2)));
          f.set(column, columns);
          f.while(column, () => {
            f.store("f32", into, f32.load(at));
            f.advance(at, 4);
            f.advance(into, toColumn);
            f.advance(column, -1);
          });
        });
      });
    });
}
