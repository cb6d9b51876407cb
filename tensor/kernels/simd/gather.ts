/**
 * Reading whole rows at positions, in WebAssembly SIMD: the SIMD form of `../gather.ts` where the elements
 * of a part are neighbours.
 *
 * @module
 */
import { itemSize } from "../../dtype.ts";
import { type GatherForm, missingOf } from "../gather.ts";
import type { KernelReference } from "../kernel.ts";
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { simdKernel } from "./generated.ts";
import { coveringPieces, loadPiece, narrowSize, type Piece, startOf, storePiece } from "./narrow.ts";
import { bytesOf, overNeighbours } from "./neighbours.ts";
import { argument } from "./operands.ts";
import { walkAlong } from "./outer_axes.ts";
import { type FourPositions, fourPositions, position, POSITIONS, shiftOf } from "./positions.ts";
import { least } from "./reduce_arguments.ts";
import { i32 } from "./scalar.ts";
import { f32x4, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Vector = Expression<"v128">;

/** Sixteen bytes of what is read outside of the axis. */
function outsideVector({ dtype, outside }: GatherForm): Vector {
  const missing = outside === "zero" ? 0 : missingOf(dtype);
  const bytes = dtype === "float64"
    ? new Uint8Array(Float64Array.of(missing, missing).buffer)
    : dtype === "float32"
    ? new Uint8Array(new Float32Array(4).fill(missing).buffer)
    : itemSize(dtype) === 1
    ? new Uint8Array(16).fill(missing)
    : new Uint8Array(new Uint32Array(4).fill(missing).buffer);
  const [a, b, c, d] = new Int32Array(bytes.buffer);
  return v128.constI32x4(a, b, c, d);
}

/** Four parts of one to three words one after the other, as vectors; null for others. */
function fewWords(
  f: FunctionBuilder,
  [a, b, c, d]: readonly Word[],
  bytes: number,
): readonly Vector[] | null {
  const words = (low: Vector, high: Vector): Vector => f32x4.shuffle(low, high, [0, 4, 1, 5]);
  const pairs = (low: Vector, high: Vector): Local<"v128"> =>
    f.local("v128", f32x4.shuffle(low, high, [0, 1, 4, 5]));
  const [one, two] = [v128.load32Zero, v128.load64Zero];
  switch (bytes) {
    case 4:
      return [pairs(words(one(a), one(b)), words(one(c), one(d)))];
    case 8:
      return [pairs(two(a), two(b)), pairs(two(c), two(d))];
    case 12:
      return [
        pairs(two(a), words(one(a, 8), one(b))),
        pairs(two(b, 4), two(c)),
        pairs(words(one(c, 8), one(d)), two(d, 4)),
      ];
    default:
      return null;
  }
}

/** Copies four parts, each of the same few bytes. */
function copyFour(
  f: FunctionBuilder,
  pieces: readonly Piece[],
  base: Word,
  to: Local<"i32">,
  positions: FourPositions,
): void {
  const last = pieces[pieces.length - 1];
  const places = Array.from({ length: POSITIONS }, (_, i) => i);
  const froms = places.map((i) => f.local("i32", i32.add(base, positions.offset(i))));
  const vectors = fewWords(f, froms, last.offset + last.bytes);
  if (vectors !== null) {
    vectors.forEach((vector, i) => f.store("v128", to, vector, 16 * i));
    return f.advance(to, 16 * vectors.length);
  }
  for (const i of places) {
    const values = pieces.map((piece) => {
      const value = loadPiece(piece, froms[i]);
      return f.local(value.type, value);
    });
    pieces.forEach((piece, k) => storePiece(f, piece, to, values[k]));
    f.advance(to, last.offset + last.bytes);
  }
}

/**
 * The loop that copies parts at positions, with the arguments and the units of the JavaScript loop. The part's
 * elements are neighbours, of which it has `size`; `form.inner` is at most 1.
 */
export function simdGatherKernel(form: GatherForm, size: number): KernelReference {
  const { dtype, indices, outer, inner, outside } = form;
  const shift = shiftOf(dtype);
  const narrow = narrowSize(size, shift);
  const pieces = coveringPieces(narrow << shift);
  return simdKernel(`simd|gather|${dtype}|${indices}|${outer}|${inner}|${outside}|${narrow}`, (module) => {
    module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
      const number = (index: number): Local<"i32"> => f.local("i32", argument(block, index));
      const bytes = (index: number): Local<"i32"> => f.local("i32", bytesOf(argument(block, index), shift));
      const base = bytes(0);
      const list = f.local("i32", bytesOf(argument(block, 1), shiftOf(indices)));
      const [count, extent, stride, row] = [number(3), number(4), bytes(5), bytes(6)];
      const axes = Array.from(
        { length: outer },
        (_, i) => ({ extent: number(7 + i), strides: [bytes(7 + outer + i)] }),
      );
      const walk = walkAlong(f, axes, [base]);
      const filling = f.local("v128", outsideVector(form));
      const [part, place, rest] = Array.from({ length: 3 }, () => f.local("i32"));
      const [index, from, left, at] = Array.from({ length: 4 }, () => f.local("i32"));
      const to = f.local("i32", i32.add(bytesOf(argument(block, 2), shift), i32.mul(begin, row)));
      const four = narrow > 0 && shiftOf(indices) === 2 ? fourPositions(f, indices, extent, stride) : null;
      /** Writes the last vector of a part of more than one, where some bytes are left. */
      const overLast = (pointers: readonly Local<"i32">[], vector: () => void): void =>
        f.if(rest, () => {
          for (const pointer of pointers) f.advance(pointer, i32.sub(rest, 16));
          vector();
          f.advance(to, 16);
        });
      /** Copies the part at the next position. */
      const single = (): void => {
        position(f, index, indices, at, extent);
        if (narrow === 0) f.set(rest, row);
        f.if(i32.ltU(index, extent), () => {
          f.set(from, i32.add(base, i32.mul(index, stride)));
          if (narrow > 0) {
            const values = pieces.map((piece) => {
              const value = loadPiece(piece, from);
              return f.local(value.type, value);
            });
            pieces.forEach((piece, i) => storePiece(f, piece, to, values[i]));
            return;
          }
          overNeighbours(f, [to, from], rest, 16, (offsets) => {
            const values = offsets.map((offset) => f.local("v128", v128.load(from, offset)));
            offsets.forEach((offset, i) => f.store("v128", to, values[i], offset));
          });
          overLast([to, from], () => f.store("v128", to, v128.load(from)));
        }, () => {
          if (narrow > 0) {
            for (const piece of pieces) storePiece(f, piece, to, startOf(piece, filling));
            return;
          }
          overNeighbours(f, [to], rest, 16, (offsets) => {
            for (const offset of offsets) f.store("v128", to, filling, offset);
          });
          overLast([to], () => f.store("v128", to, filling));
        });
        if (narrow > 0) f.advance(to, narrow << shift);
        f.advance(at, 1 << shiftOf(indices));
        f.advance(left, -1);
      };
      f.set(part, i32.divU(begin, count));
      f.set(place, i32.sub(begin, i32.mul(part, count)));
      walk.start(part);
      f.while(i32.ltU(begin, end), () => {
        f.set(at, i32.add(list, bytesOf(place, shiftOf(indices))));
        f.set(left, least(i32.sub(end, begin), i32.sub(count, place)));
        f.advance(begin, left);
        if (four !== null) {
          f.while(i32.geU(left, POSITIONS), () => {
            four.read(at);
            f.if(four.inside, () => {
              copyFour(f, pieces, base, to, four);
              f.advance(at, POSITIONS << shiftOf(indices));
              f.advance(left, -POSITIONS);
            }, single);
          });
        }
        f.while(left, single);
        f.set(place, 0);
        walk.next();
      });
    });
  });
}
