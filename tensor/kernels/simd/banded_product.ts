/**
 * Products along an axis with a banded matrix, in WebAssembly SIMD: the SIMD form of `../banded_product.ts`.
 *
 * @module
 */
import type { KernelReference } from "../kernel.ts";
import type { SimdMode } from "./arithmetic.ts";
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { simdKernel } from "./generated.ts";
import { overNeighbours } from "./neighbours.ts";
import { argument } from "./operands.ts";
import { f32, i32 } from "./scalar.ts";
import { f32x4, v128 } from "./vector.ts";

type Vector = Expression<"v128">;

/** What multiplies and adds vectors. */
type MultiplyAdd = (a: Vector, b: Vector, c: Vector) => Vector;

/** The taps of one output. */
interface Taps {
  /** The byte of the element of the first tap. */
  readonly of: Local<"i32">;
  /** The bytes of the first weight and behind the last. */
  readonly weights: readonly [Local<"i32">, Local<"i32">];
  /** Bytes from the element of a tap to that of the next. */
  readonly row: Local<"i32">;
}

/**
 * The loop for float32, with the arguments and the units of the JavaScript loop; `single` says that there is one element
 * behind one of the axis, where vectors go along the taps.
 */
export function simdBandedProductKernel(single: boolean, mode: SimdMode): KernelReference {
  const madd: MultiplyAdd = mode === "relaxed"
    ? f32x4.relaxedMadd
    : (a, b, c) => f32x4.add(f32x4.mul(a, b), c);
  return simdKernel(`simd|bandedProduct|${single}|${mode}`, (module) => {
    module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
      const number = (index: number): Local<"i32"> => f.local("i32", argument(block, index));
      const address = (index: number): Local<"i32"> => f.local("i32", i32.shl(argument(block, index), 2));
      const [source, table, starts, target] = [0, 1, 2, 3].map(address);
      const [from, to] = [number(4), number(5)];
      const [width, row] = [address(6), address(7)];
      const outer = f.local("i32", i32.divU(begin, to));
      const index = f.local("i32", i32.sub(begin, i32.mul(outer, to)));
      const line = f.local("i32", i32.add(source, i32.mul(outer, i32.mul(from, row))));
      const at = f.local("i32", i32.add(target, i32.mul(begin, row)));
      const [of, first, last] = [f.local("i32"), f.local("i32"), f.local("i32")];
      f.while(i32.ltU(begin, end), () => {
        f.set(of, i32.add(line, i32.mul(i32.load(i32.add(starts, i32.shl(index, 2))), row)));
        f.set(first, i32.add(table, i32.mul(index, width)));
        f.set(last, i32.add(first, width));
        (single ? alongTaps : besideTaps)(f, at, { of, weights: [first, last], row }, madd);
        f.advance(begin, 1);
        f.advance(index, 1);
        f.if(i32.eq(index, to), () => {
          f.set(index, 0);
          f.advance(line, i32.mul(from, row));
        });
      });
    });
  });
}

/** One output, whose taps are neighbours; moves `at` behind it. */
function alongTaps(f: FunctionBuilder, at: Local<"i32">, taps: Taps, madd: MultiplyAdd): void {
  const { of, weights: [first, last] } = taps;
  const sums = f.local("v128", v128.constI32x4(0));
  f.while(i32.leU(i32.add(first, 16), last), () => {
    f.set(sums, madd(v128.load(first), v128.load(of), sums));
    f.advance(first, 16);
    f.advance(of, 16);
  });
  f.set(sums, f32x4.add(sums, f32x4.shuffle(sums, sums, [2, 3, 2, 3])));
  const sum = f.local("f32", f32.add(f32x4.extractLane(sums, 0), f32x4.extractLane(sums, 1)));
  f.while(i32.ltU(first, last), () => {
    f.set(sum, f32.add(sum, f32.mul(f32.load(first), f32.load(of))));
    f.advance(first, 4);
    f.advance(of, 4);
  });
  f.store("f32", at, sum);
  f.advance(at, 4);
}

/** A row of outputs beside each other, which have the same taps; moves `at` behind it. */
function besideTaps(f: FunctionBuilder, at: Local<"i32">, taps: Taps, madd: MultiplyAdd): void {
  const { of, weights: [first, last], row } = taps;
  const [left, tap, weight] = [f.local("i32", row), f.local("i32"), f.local("i32")];
  const overTaps = (add: () => void): void => {
    f.set(tap, of);
    f.set(weight, first);
    f.while(i32.ltU(weight, last), () => {
      add();
      f.advance(tap, row);
      f.advance(weight, 4);
    });
  };
  overNeighbours(f, [of, at], left, 4, (offsets) => {
    const sums = offsets.map(() => f.local("v128", v128.constI32x4(0)));
    const factor = f.local("v128");
    overTaps(() => {
      f.set(factor, v128.load32Splat(weight));
      offsets.forEach((offset, i) => f.set(sums[i], madd(factor, v128.load(tap, offset), sums[i])));
    });
    offsets.forEach((offset, i) => f.store("v128", at, sums[i], offset));
  }, () => {
    const sum = f.local("f32", 0);
    overTaps(() => f.set(sum, f32.add(sum, f32.mul(f32.load(weight), f32.load(tap)))));
    f.store("f32", at, sum);
  });
}
