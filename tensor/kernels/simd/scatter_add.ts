/**
 * Adding whole rows at positions, in WebAssembly SIMD: the SIMD form of the loop in `../gather.ts` that does so.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import type { KernelReference } from "../kernel.ts";
import type { Local } from "./assembler.ts";
import { select } from "./expression.ts";
import { simdKernel } from "./generated.ts";
import { narrowSize, piecesOf } from "./narrow.ts";
import { bytesOf, overNeighbours } from "./neighbours.ts";
import { argument } from "./operands.ts";
import { fourPositions, position, POSITIONS, shiftOf } from "./positions.ts";
import { f32, f64, i32 } from "./scalar.ts";
import { f32x4, f64x2, i32x4, v128 } from "./vector.ts";

/**
 * The loop that adds parts of `size` elements at positions, with the arguments and the units of the JavaScript loop; not
 * for uint8.
 */
export function simdScatterAddKernel(dtype: DType, indices: DType, size: number): KernelReference {
  const shift = shiftOf(dtype);
  const narrow = narrowSize(size, shift);
  const pieces = piecesOf(narrow << shift);
  const addVectors = dtype === "float32" ? f32x4.add : dtype === "float64" ? f64x2.add : i32x4.add;
  return simdKernel(`simd|scatterAdd|${dtype}|${indices}|${narrow}`, (module) => {
    module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
      const number = (index: number): Local<"i32"> => f.local("i32", argument(block, index));
      const bytes = (index: number): Local<"i32"> => f.local("i32", bytesOf(argument(block, index), shift));
      const [source, target] = [bytes(0), bytes(2)];
      const list = f.local("i32", bytesOf(argument(block, 1), shiftOf(indices)));
      const [count, extent, size, row] = [number(3), number(4), number(5), bytes(5)];
      const [outer, first, width, left, index] = Array.from({ length: 5 }, () => f.local("i32"));
      const [from, start, at, line, to, of] = Array.from({ length: 6 }, () => f.local("i32"));
      const zero = f.local("v128");
      const four = narrow > 0 && shiftOf(indices) === 2 ? fourPositions(f, indices, extent, row) : null;
      const addElement = (at = 0): void => {
        if (dtype === "float32") f.store("f32", to, f32.add(f32.load(to, at), f32.load(of, at)), at);
        else if (dtype === "float64") f.store("f64", to, f64.add(f64.load(to, at), f64.load(of, at)), at);
        else f.store("i32", to, i32.add(i32.load(to, at), i32.load(of, at)), at);
      };
      const sums = pieces.map(() => f.local("v128"));
      /** Adds a whole part, all of which is read before any of it is stored. */
      const addPart = (): void => {
        pieces.forEach(({ offset, bytes }, i) => {
          if (bytes < 8) return;
          const load = bytes === 16 ? v128.load : v128.load64Zero;
          f.set(sums[i], addVectors(load(to, offset), load(of, offset)));
        });
        pieces.forEach(({ offset, bytes }, i) => {
          if (bytes === 16) f.store("v128", to, sums[i], offset);
          else if (bytes === 8) f.storeLane64(to, sums[i], 0, offset);
          else addElement(offset);
        });
      };
      f.while(i32.ltU(begin, end), () => {
        f.set(outer, i32.divU(begin, size));
        f.set(first, i32.sub(begin, i32.mul(outer, size)));
        f.set(width, i32.sub(size, first));
        f.set(left, i32.sub(end, begin));
        f.set(width, select(i32.ltU(width, left), width, left));
        f.advance(begin, width);
        f.set(width, bytesOf(width, shift));
        f.set(first, bytesOf(first, shift));
        f.set(start, i32.add(target, i32.add(first, i32.mul(outer, i32.mul(extent, row)))));
        f.set(from, i32.add(source, i32.add(first, i32.mul(outer, i32.mul(count, row)))));
        const whole = f.local("i32", i32.eq(width, row));
        f.if(whole, () => f.fill(start, 0, i32.mul(extent, row)), () => {
          f.set(index, 0);
          f.set(line, start);
          f.until(index, extent, 1, () => {
            f.set(to, line);
            f.set(left, width);
            overNeighbours(
              f,
              [to],
              left,
              1 << shift,
              (offsets) => offsets.forEach((offset) => f.store("v128", to, zero, offset)),
              () => shift === 2 ? f.store("i32", to, 0) : f.store("i64", to, 0),
            );
            f.advance(line, row);
          });
        });
        f.set(at, list);
        f.set(line, i32.add(list, bytesOf(count, shiftOf(indices))));
        /** Adds the part of the next position. */
        const single = (add: () => void): void => {
          position(f, index, indices, at, extent);
          f.if(i32.ltU(index, extent), () => {
            f.set(to, i32.add(start, i32.mul(index, row)));
            f.set(of, from);
            add();
          });
          f.advance(from, row);
          f.advance(at, 1 << shiftOf(indices));
        };
        const overPositions = (add: () => void): void => f.while(i32.ltU(at, line), () => single(add));
        if (narrow > 0) {
          f.if(whole, () => {
            if (four !== null) {
              f.while(i32.leU(i32.add(at, POSITIONS << 2), line), () => {
                four.read(at);
                f.if(four.inside, () => {
                  for (let i = 0; i < POSITIONS; i++) {
                    f.set(to, i32.add(start, four.offset(i)));
                    f.set(of, from);
                    addPart();
                    f.advance(from, narrow << shift);
                  }
                  f.advance(at, POSITIONS << 2);
                }, () => single(addPart));
              });
            }
            overPositions(addPart);
          });
        }
        overPositions(() => {
          f.set(left, width);
          overNeighbours(f, [to, of], left, 1 << shift, (offsets) => {
            const sums = offsets.map((offset) =>
              f.local("v128", addVectors(v128.load(to, offset), v128.load(of, offset)))
            );
            offsets.forEach((offset, i) => f.store("v128", to, sums[i], offset));
          }, () => addElement());
        });
      });
    });
  });
}
