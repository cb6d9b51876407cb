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
import { coveringPieces, loadPiece, narrowSize, startOf, storePiece } from "./narrow.ts";
import { bytesOf, overNeighbours } from "./neighbours.ts";
import { argument } from "./operands.ts";
import { position, shiftOf } from "./positions.ts";
import { i32, i64 } from "./scalar.ts";
import { i32x4, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Vector = Expression<"v128">;

/** Copies one element of `1 << shift` bytes. */
function copyElement(f: FunctionBuilder, shift: number, to: Word, from: Word): void {
  if (shift === 0) f.store8(to, i32.load8U(from));
  else if (shift === 2) f.store("i32", to, i32.load(from));
  else f.store("i64", to, i64.load(from));
}

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
      const source = bytes(0);
      const list = f.local("i32", bytesOf(argument(block, 1), shiftOf(indices)));
      const [count, extent, stride, row] = [number(3), number(4), bytes(5), bytes(6)];
      const axes = Array.from(
        { length: outer },
        (_, i) => ({ extent: number(7 + i), stride: bytes(7 + outer + i) }),
      );
      const filling = f.local("v128", outsideVector(form));
      const [part, place, base, rest, quotient] = Array.from({ length: 5 }, () => f.local("i32"));
      const [index, from, left, at] = Array.from({ length: 4 }, () => f.local("i32"));
      const to = f.local("i32", i32.add(bytesOf(argument(block, 2), shift), i32.mul(begin, row)));
      f.set(part, i32.divU(begin, count));
      f.set(place, i32.sub(begin, i32.mul(part, count)));
      f.while(i32.ltU(begin, end), () => {
        f.set(rest, part);
        f.set(base, source);
        for (const axis of axes.toReversed()) {
          f.set(quotient, i32.divU(rest, axis.extent));
          f.advance(base, i32.mul(i32.sub(rest, i32.mul(quotient, axis.extent)), axis.stride));
          f.set(rest, quotient);
        }
        f.set(at, i32.add(list, bytesOf(place, shiftOf(indices))));
        f.while(i32.and(i32.ltU(begin, end), i32.ltU(place, count)), () => {
          position(f, index, indices, at, extent);
          if (narrow === 0) f.set(left, row);
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
            overNeighbours(f, [to, from], left, 1 << shift, (offsets) => {
              const values = offsets.map((offset) => f.local("v128", v128.load(from, offset)));
              offsets.forEach((offset, i) => f.store("v128", to, values[i], offset));
            }, () => copyElement(f, shift, to, from));
          }, () => {
            if (narrow > 0) {
              for (const piece of pieces) storePiece(f, piece, to, startOf(piece, filling));
              return;
            }
            overNeighbours(
              f,
              [to],
              left,
              1 << shift,
              (offsets) => offsets.forEach((offset) => f.store("v128", to, filling, offset)),
              () => {
                if (shift === 0) f.store8(to, i32x4.extractLane(filling, 0));
                else if (shift === 2) f.storeLane32(to, filling, 0);
                else f.storeLane64(to, filling, 0);
              },
            );
          });
          if (narrow > 0) f.advance(to, narrow << shift);
          f.advance(at, 1 << shiftOf(indices));
          f.advance(place, 1);
          f.advance(begin, 1);
        });
        f.set(place, 0);
        f.advance(part, 1);
      });
    });
  });
}
