/**
 * Positions of greatest and least elements in WebAssembly SIMD.
 *
 * Along rows, the greatest is found first and then the first place that has it; along columns, vectors of values and
 * of positions go along together.
 *
 * @module
 */
import type { KernelReference } from "../kernel.ts";
import {
  defineShortRows,
  type Find,
  type Order,
  type Ordered,
  orderOf,
  WRITTEN_OUT,
} from "./arg_reduce_short.ts";
import type { FunctionBuilder, Local } from "./assembler.ts";
import { constant, type Expression, select } from "./expression.ts";
import { simdKernel } from "./generated.ts";
import { argument } from "./operands.ts";
import { i32 } from "./scalar.ts";
import { f32x4, i32x4, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Vector = Expression<"v128">;
type Address = Local<"i32">;

/** Vectors that go along together. */
const TOGETHER = 4;

/**
 * What is a neighbour of an element: the next one of what is reduced, or that of the next output. Of few in a row,
 * vectors take one of each of four rows.
 */
export type ArgReduceLayout = "rows" | "shortRows" | "columns";

/** Most elements of a row that is short. */
const SHORT = 64;

/** The layout of what vectors cover, from the strides along the axis and along the innermost that stays, and the extent. */
export function argReduceLayout(
  axis: number,
  kept: number | undefined,
  extent: number,
): ArgReduceLayout | null {
  if (axis === 1) return extent <= SHORT && kept !== undefined ? "shortRows" : "rows";
  return kept === 1 ? "columns" : null;
}

/**
 * The loop for elements of a type, with the arguments and the units of the JavaScript loop; `kept` axes stay. Short rows may be written
 * out for the extent of the axis.
 */
export function simdArgReduceKernel(
  greatest: boolean,
  dtype: Ordered,
  kept: number,
  layout: ArgReduceLayout,
  axisExtent?: number,
): KernelReference {
  const known =
    layout === "shortRows" && axisExtent !== undefined && axisExtent > 1 && axisExtent <= WRITTEN_OUT
      ? axisExtent
      : null;
  return simdKernel(`simd|arg|${greatest}|${dtype}|${kept}|${layout}|${known}`, (module) => {
    const order = orderOf(dtype, greatest);
    module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
      const words = (index: number): Address => f.local("i32", i32.shl(argument(block, index), 2));
      const [source, output, extent, step] = [
        words(0),
        words(1),
        f.local("i32", argument(block, 2)),
        words(3),
      ];
      const axes = Array.from({ length: kept }, (_, i) => ({
        extent: f.local("i32", argument(block, 4 + i)),
        stride: words(4 + kept + i),
      }));
      const [base, rest, quotient, index, column] = Array.from({ length: 5 }, () => f.local("i32"));
      f.advance(output, i32.shl(begin, 2));
      const find = layout === "rows"
        ? defineRow(f, order, extent)
        : layout === "shortRows"
        ? defineShortRows(f, order, extent, axes[kept - 1].stride, known)
        : defineColumns(f, order, extent, step);
      f.while(i32.ltU(begin, end), () => {
        f.set(base, source);
        f.set(rest, begin);
        for (let axis = kept - 1; axis >= 0; axis--) {
          f.set(quotient, i32.divU(rest, axes[axis].extent));
          f.set(index, i32.sub(rest, i32.mul(quotient, axes[axis].extent)));
          if (axis === kept - 1) f.set(column, index);
          f.advance(base, i32.mul(index, axes[axis].stride));
          f.set(rest, quotient);
        }
        const done = find(
          base,
          output,
          kept === 0 ? constant("i32", 1) : least(
            i32.sub(axes[kept - 1].extent, column),
            i32.sub(end, begin),
          ),
        );
        f.advance(output, i32.shl(done, 2));
        f.advance(begin, done);
      });
    });
  });
}

function least(a: Word, b: Word): Word {
  return select(i32.ltU(a, b), a, b);
}

function defineRow(f: FunctionBuilder, { better, equal, isMissing }: Order, extent: Word): Find {
  const best = Array.from({ length: TOGETHER }, () => f.local("v128"));
  const [missing, value, wanted] = [f.local("v128"), f.local("v128"), f.local("v128")];
  const [at, stop, whole, groups] = Array.from({ length: 4 }, () => f.local("i32"));
  const take = (into: Local<"v128">, x: Vector): void => {
    f.set(value, x);
    f.set(into, better(into, value));
    if (isMissing !== null) f.set(missing, v128.or(missing, isMissing(value)));
  };
  return (base, output) => {
    f.set(stop, i32.add(base, i32.shl(extent, 2)));
    f.set(whole, i32.add(base, i32.and(i32.shl(extent, 2), -16)));
    f.set(groups, i32.add(base, i32.and(i32.shl(extent, 2), -16 * TOGETHER)));
    for (const local of best) f.set(local, v128.load32Splat(base));
    if (isMissing !== null) f.set(missing, isMissing(best[0]));
    f.set(at, base);
    f.until(at, groups, 16 * TOGETHER, () => best.forEach((local, i) => take(local, v128.load(at, 16 * i))));
    f.until(at, whole, 16, () => take(best[0], v128.load(at)));
    f.until(at, stop, 4, () => take(best[0], v128.load32Splat(at)));
    f.set(best[0], better(better(best[0], best[1]), better(best[2], best[3])));
    f.set(best[0], better(best[0], f32x4.shuffle(best[0], best[0], [2, 3, 0, 1])));
    f.set(wanted, better(best[0], f32x4.shuffle(best[0], best[0], [1, 0, 3, 2])));
    if (isMissing !== null) {
      // Where something is missing, what is wanted is no number.
      f.set(missing, i32x4.splat(v128.anyTrue(missing)));
      f.set(missing, i32x4.neg(missing));
    }
    const found = (x: Vector): Vector => {
      if (isMissing === null) return equal(x, wanted);
      f.set(value, x);
      return v128.bitselect(isMissing(value), equal(value, wanted), missing);
    };
    const hit = f.local("v128");
    f.set(at, base);
    f.set(hit, v128.constI32x4(0));
    const search = (end: Word): void =>
      f.while(i32.and(i32.ltU(at, end), i32.eqz(v128.anyTrue(hit))), () => {
        f.set(hit, found(v128.load(at)));
        f.advance(at, 16);
      });
    search(whole);
    f.if(
      v128.anyTrue(hit),
      () => f.set(at, i32.add(i32.sub(at, 16), i32.shl(i32.ctz(i32x4.bitmask(hit)), 2))),
      () => {
        f.set(hit, found(v128.load32Splat(at)));
        f.while(i32.eqz(v128.anyTrue(hit)), () => {
          f.advance(at, 4);
          f.set(hit, found(v128.load32Splat(at)));
        });
      },
    );
    f.store("i32", output, i32.shrU(i32.sub(at, base), 2));
    return constant("i32", 1);
  };
}

function defineColumns(f: FunctionBuilder, { betterThan }: Order, extent: Word, step: Word): Find {
  const lists = (): readonly Local<"v128">[] => Array.from({ length: TOGETHER }, () => f.local("v128"));
  const [values, positions, next] = [lists(), lists(), lists()];
  const [at, index, done, shift] = Array.from({ length: 4 }, () => f.local("i32"));
  const [here, better] = [f.local("v128"), f.local("v128")];
  return (base, output, left) => {
    const scan = (
      count: number,
      place: (i: number) => Word,
      load: (address: Word) => Vector,
      store: (i: number) => void,
    ): void => {
      const all = Array.from({ length: count }, (_, i) => i);
      f.set(at, base);
      f.set(index, 1);
      for (const i of all) {
        f.set(values[i], load(place(i)));
        f.set(positions[i], v128.constI32x4(0));
      }
      f.while(i32.ltU(index, extent), () => {
        f.advance(at, step);
        f.set(here, i32x4.splat(index));
        for (const i of all) f.set(next[i], load(place(i)));
        for (const i of all) {
          f.set(better, betterThan(next[i], values[i]));
          f.set(values[i], v128.bitselect(next[i], values[i], better));
          f.set(positions[i], v128.bitselect(here, positions[i], better));
        }
        f.advance(index, 1);
      });
      all.forEach(store);
    };
    const whole = (count: number): void =>
      scan(
        count,
        (i) => i32.add(at, 16 * i),
        v128.load,
        (i) => f.store("v128", output, positions[i], 16 * i),
      );
    /** The last vector of `count` begins before the others end. */
    const upTo = (count: number): void => {
      f.set(shift, i32.shl(i32.sub(done, 4), 2));
      const place = (from: Word, i: number): Word => i32.add(from, i + 1 === count ? shift : 16 * i);
      scan(count, (i) => place(at, i), v128.load, (i) => f.store("v128", place(output, i), positions[i]));
    };
    const few = (count: number): void => {
      const load = (address: Word): Vector => {
        const first = count === 1 ? v128.load32Zero(address) : v128.load64Zero(address);
        return count === 3 ? i32x4.replaceLane(first, 2, i32.load(address, 8)) : first;
      };
      scan(1, () => at, load, () => {
        for (let lane = 0; lane < count; lane++) f.storeLane32(output, positions[0], lane, 4 * lane);
      });
    };
    const choose = (
      counts: readonly number[],
      most: (count: number) => number,
      body: (n: number) => void,
    ): void => {
      const [count, ...others] = counts;
      if (others.length === 0) return body(count);
      f.if(i32.leU(done, most(count)), () => body(count), () => choose(others, most, body));
    };
    f.set(done, left);
    f.if(i32.geU(done, 4 * TOGETHER), () => {
      f.set(done, 4 * TOGETHER);
      whole(TOGETHER);
    }, () =>
      f.if(
        i32.geU(done, 4),
        () => choose([1, 2, 3, 4], (count) => 4 * count, upTo),
        () => choose([1, 2, 3], (count) => count, few),
      ));
    return done;
  };
}
