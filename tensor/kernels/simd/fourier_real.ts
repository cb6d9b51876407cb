/**
 * Transforms of real numbers as those of half as many complex ones: numbers in turns as real and imaginary parts, and
 * what tells the two halves of the spectrum apart.
 *
 * @module
 */
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import type { FloatLanes } from "./float_lanes.ts";
import { complexProduct, type Pair } from "./fourier_pass.ts";
import { i32 } from "./scalar.ts";
import { v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Vector = Expression<"v128">;

/** Takes `count` pairs of numbers apart, or joins them: addresses of the numbers, and of the parts of complex ones. */
export type Pairing = (numbers: number, re: number, im: number, count: number) => void;

/**
 * The spectrum of 2 m real numbers from that of m complex ones, or back, for `count` lines: addresses of the real parts,
 * bytes to the imaginary ones and from line to line, here and there; m; lines; the roots of unity of 2 m, real and
 * imaginary parts; whether the spectrum is written with its other half.
 */
export type Mirror = (
  from: number,
  fromImag: number,
  fromLine: number,
  to: number,
  toImag: number,
  toLine: number,
  half: number,
  count: number,
  table: number,
  tableImag: number,
  whole: number,
) => void;

/** The functions of real transforms. */
export interface RealParts {
  /** Numbers to complex ones. */
  readonly apart: Pairing;
  /** Complex numbers to numbers. */
  readonly join: Pairing;
  /** The spectrum of real numbers. */
  readonly unfold: Mirror;
  /** The spectrum of complex numbers. */
  readonly fold: Mirror;
}

/** Defines the functions of `RealParts`. */
export function defineRealParts(module: ModuleBuilder, lanes: FloatLanes): void {
  for (const joining of [false, true]) definePairing(module, lanes, joining);
  for (const folding of [false, true]) defineMirror(module, lanes, folding);
}

function definePairing(module: ModuleBuilder, lanes: FloatLanes, joining: boolean): void {
  const { size, width } = lanes;
  module.define(
    joining ? "join" : "apart",
    ["i32", "i32", "i32", "i32"],
    null,
    (f, numbers, re, im, count) => {
      const advance = (places: number): void => {
        f.advance(numbers, 2 * places * size);
        for (const part of [re, im]) f.advance(part, places * size);
        f.advance(count, -places);
      };
      f.while(i32.geU(count, width), () => {
        const sources = joining
          ? [v128.load(re), v128.load(im)]
          : [v128.load(numbers), v128.load(numbers, 16)];
        const [a, b] = sources.map((source) => f.local("v128", source));
        for (const i of [0, 1] as const) {
          if (joining) f.store("v128", numbers, lanes.weave(a, b, i), 16 * i);
          else f.store("v128", [re, im][i], lanes.every(a, b, i));
        }
        advance(width);
      });
      f.while(count, () => {
        [re, im].forEach((part, i) => {
          const place = i32.add(numbers, i * size);
          const [from, to] = joining ? [part, place] : [place, part];
          lanes.storeFirst(f, to, lanes.loadFirst(from));
        });
        advance(1);
      });
    },
  );
}

/** How numbers at a place from the front and at its mirror image are read and written. */
interface Step {
  readonly places: number;
  readonly load: (address: Word) => Vector;
  readonly store: (f: FunctionBuilder, address: Word, value: Vector) => void;
  readonly reverse: (value: Local<"v128">) => Vector;
}

function defineMirror(module: ModuleBuilder, lanes: FloatLanes, folding: boolean): void {
  const { size, width, add, sub, mul } = lanes;
  const shift = Math.log2(size);
  const vectors: Step = {
    places: width,
    load: v128.load,
    store: (f, address, value) => f.store("v128", address, value),
    reverse: lanes.reverse,
  };
  const singles: Step = {
    places: 1,
    load: lanes.loadFirst,
    store: lanes.storeFirst,
    reverse: (value) => value,
  };
  module.define(
    folding ? "fold" : "unfold",
    ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"],
    null,
    // deno-fmt-ignore
    (f, from, fromImag, fromLine, to, toImag, toLine, half, count, table, tableImag, whole) => {
      const keep = (value: Vector): Local<"v128"> => f.local("v128", value);
      const place = f.local("i32");
      const at = (first: Word, index: Word): Word => i32.add(first, i32.shl(index, shift));
      const put = (address: Word, value: Pair, { store }: Step): void => {
        const start = f.local("i32", address);
        store(f, start, value[0]);
        store(f, i32.add(start, toImag), value[1]);
      };
      /** The numbers at `place` and at its mirror image. */
      const both = (step: Step): void => {
        const { places, load, reverse } = step;
        const mirrored = f.local("i32", i32.sub(half, i32.add(place, places - 1)));
        const read = (first: Local<"i32">): Pair<Local<"v128">> =>
          [keep(load(first)), keep(load(i32.add(first, fromImag)))];
        const [near, far] = [place, mirrored].map((index) => read(f.local("i32", at(from, index))));
        const [re, im] = [keep(reverse(far[0])), keep(reverse(far[1]))];
        const even: Pair = [keep(add(near[0], re)), keep(sub(near[1], im))];
        const odd: Pair = [keep(sub(near[0], re)), keep(add(near[1], im))];
        const power = f.local("i32", at(table, place));
        const cosine = load(power);
        const root: Pair = [
          keep(folding ? sub(lanes.splat(0), cosine) : cosine),
          keep(load(i32.add(power, tableImag))),
        ];
        const [x, y] = complexProduct(lanes, odd, root);
        const scaled = (value: Vector): Local<"v128"> => keep(folding ? value : mul(value, lanes.splat(0.5)));
        const [a, b] = [scaled(add(even[0], y)), scaled(sub(even[1], x))];
        const [c, d] = [scaled(sub(even[0], y)), scaled(sub(sub(lanes.splat(0), even[1]), x))];
        put(at(to, place), [a, b], step);
        put(at(to, mirrored), [reverse(c), reverse(d)], step);
        if (folding) return;
        f.if(whole, () => {
          const negative = (value: Vector): Local<"v128"> => keep(sub(lanes.splat(0), value));
          put(at(to, i32.add(half, mirrored)), [reverse(a), reverse(negative(b))], step);
          put(at(to, i32.add(half, place)), [c, negative(d)], step);
        });
      };
      f.while(count, () => {
        const first = keep(singles.load(from));
        const middle = f.local("i32", at(to, half));
        if (folding) {
          const second = keep(singles.load(at(from, half)));
          put(to, [add(first, second), sub(first, second)], singles);
        } else {
          const second = keep(singles.load(i32.add(from, fromImag)));
          put(to, [add(first, second), lanes.splat(0)], singles);
          put(middle, [sub(first, second), lanes.splat(0)], singles);
        }
        f.set(place, 1);
        const loop = (step: Step): void =>
          f.while(i32.leU(i32.shl(place, 1), half), () => {
            both(step);
            f.advance(place, step.places);
          });
        f.if(i32.geU(half, 2 * width), () => loop(vectors), () => loop(singles));
        f.advance(from, fromLine);
        f.advance(to, toLine);
        f.advance(count, -1);
      });
    },
  );
}
