/**
 * Search in sorted lines for several values in step: by halves, or in short lines by vectors that count.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import type { KernelReference } from "../kernel.ts";
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import { compareFour } from "./compare_four.ts";
import { type Binary, constant, type Expression } from "./expression.ts";
import { simdKernel } from "./generated.ts";
import { addressShift, argument, loadWord, operandAddress, sizeShift } from "./operands.ts";
import { least } from "./reduce_arguments.ts";
import { f32, f64, i32 } from "./scalar.ts";
import { i32x4, v128 } from "./vector.ts";

type Word = Expression<"i32">;

/** Values that go along together: none of them waits for what another reads. */
const TOGETHER = 8;

/** Lines up to this length are gone through by vectors. */
const SHORT = 64;

/** A value that is searched for. */
interface Value {
  /** Sets it to the one at byte `address`. */
  readonly read: (address: Word) => void;
  /** Whether it is NaN. */
  readonly missing: Word;
  /** Whether the element at byte `address` is before it; `ordered` says that it is not NaN. */
  readonly before: (address: Word, ordered: boolean) => Word;
}

function valueOf(f: FunctionBuilder, dtype: DType, right: boolean): Value {
  if (dtype === "float32" || dtype === "float64") {
    const type = dtype as "float32";
    const { load, lt, le, eq, ne } = { float32: f32, float64: f64 as unknown as typeof f32 }[type];
    const [v, s] = [0, 1].map(() => f.local(dtype === "float32" ? "f32" : "f64") as Local<"f32">);
    return {
      read: (address) => f.set(v, load(address)),
      missing: ne(v, v),
      before(address, ordered) {
        if (ordered) return (right ? le : lt)(load(address), v);
        f.set(s, load(address));
        // NaN is the greatest.
        return right ? i32.or(le(s, v), ne(v, v)) : i32.or(lt(s, v), i32.and(ne(v, v), eq(s, s)));
      },
    };
  }
  const shift = sizeShift(dtype);
  const v = f.local("i32");
  const compare = dtype === "int32" ? (right ? i32.leS : i32.ltS) : right ? i32.leU : i32.ltU;
  return {
    read: (address) => f.set(v, loadWord(shift, address)),
    missing: constant("i32", 0),
    before: (address) => compare(loadWord(shift, address), v),
  };
}

/**
 * The loop that finds where values belong in sorted lines, NaN as the greatest: before their equals, or with `right`
 * behind them. Arguments: addresses of the lines, of the values and of the result, all contiguous; the length of a
 * line; the number of values for each. Units are values.
 */
export function searchSortedKernel(dtype: DType, right: boolean, vectors: boolean): KernelReference {
  const beforeVector = vectors ? compareFour(dtype, right ? "le" : "lt") : null;
  const define = (module: ModuleBuilder): void => {
    module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
      const shift = addressShift(dtype);
      const [length, each] = [3, 4].map((i) => f.local("i32", argument(block, i)));
      const lines = f.local("i32", operandAddress(block, 0, dtype));
      const value = f.local("i32", i32.add(operandAddress(block, 1, dtype), i32.shl(begin, shift)));
      const output = f.local("i32", i32.shl(i32.add(argument(block, 2), begin), 2));
      const [start, at, left, half, line, count, stop] = Array.from({ length: 7 }, () => f.local("i32"));
      // Places are kept as the addresses of the elements before them.
      const places = Array.from({ length: TOGETHER }, () => f.local("i32"));
      const values = places.map(() => valueOf(f, dtype, right));
      const read = (together: number): void => {
        for (let i = 0; i < together; i++) values[i].read(i32.add(value, i << shift));
      };
      const proceed = (together: number): void => {
        f.advance(value, together << shift);
        f.advance(output, 4 * together);
        f.advance(count, -together);
      };
      const byHalves = (together: number, ordered: boolean): void => {
        const lanes = places.slice(0, together);
        for (const place of lanes) f.set(place, start);
        const step = (): void =>
          lanes.forEach((place, i) => {
            const before = values[i].before(i32.add(place, half), ordered);
            f.advance(place, i32.and(i32.sub(0, before), half));
          });
        f.set(left, length);
        f.while(i32.gtU(left, 1), () => {
          f.set(half, i32.shrU(left, 1));
          f.set(left, i32.sub(left, half));
          f.set(half, i32.shl(half, shift));
          step();
        });
        f.set(half, i32.shl(left, shift));
        step();
        lanes.forEach((place, i) => f.store("i32", output, i32.shrU(i32.sub(place, start), shift), 4 * i));
        proceed(together);
      };
      const single = (): void => {
        read(1);
        byHalves(1, false);
      };
      const byCounts = (before: Binary<"v128">): void => {
        const rows = Array.from(
          { length: TOGETHER / 4 },
          (_, i) => f.local("v128", v128.load(value, 16 * i)),
        );
        const counts = rows.map(() => f.local("v128"));
        const element = f.local("v128");
        for (const counted of counts) f.set(counted, v128.constI32x4(0));
        f.set(at, i32.add(start, 1 << shift));
        f.set(stop, i32.add(at, i32.shl(length, shift)));
        f.until(at, stop, 1 << shift, () => {
          f.set(element, v128.load32Splat(at));
          counts.forEach((counted, i) => f.set(counted, i32x4.sub(counted, before(element, rows[i]))));
        });
        counts.forEach((counted, i) => f.store("v128", output, counted, 16 * i));
        proceed(TOGETHER);
      };
      const together = (): void => {
        if (beforeVector === null) return byHalves(TOGETHER, true);
        f.if(i32.leU(length, SHORT), () => byCounts(beforeVector), () => byHalves(TOGETHER, true));
      };

      f.while(i32.ltU(begin, end), () => {
        f.set(line, i32.divU(begin, each));
        f.set(count, least(i32.sub(end, begin), i32.sub(i32.mul(i32.add(line, 1), each), begin)));
        f.advance(begin, count);
        f.set(start, i32.add(lines, i32.shl(i32.mul(line, length), shift)));
        f.set(start, i32.sub(start, 1 << shift));
        f.while(i32.geU(count, TOGETHER), () => {
          read(TOGETHER);
          const missing = values.map((value) => value.missing).reduce((a, b) => i32.or(a, b));
          f.if(missing, () => {
            f.set(stop, i32.sub(count, TOGETHER));
            f.while(i32.gtU(count, stop), single);
          }, together);
        });
        f.while(count, single);
      });
    });
  };
  const label = beforeVector === null ? "wasm" : "simd";
  return simdKernel(`searchSorted|${dtype}|${right}|${label}`, define, false, label);
}
