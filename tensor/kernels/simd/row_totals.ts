/**
 * What adds up the totals of a row whose vectors go along it.
 *
 * @module
 */
import { combineLanes, inPairs, promoted } from "./accumulate.ts";
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { extreme, EXTREMES } from "./extremes.ts";
import type { Total } from "./row_pass.ts";
import { firstLanes } from "./rows_arguments.ts";
import { f64, i32 } from "./scalar.ts";
import { f32x4, f64x2, v128 } from "./vector.ts";

type Vector = Local<"v128">;

const ZERO = v128.constI32x4(0);

/** What adds up a total along a row. */
export interface Accumulator {
  /** How many values it takes of an element. */
  readonly roots: number;
  /** Before a block. */
  readonly open: () => void;
  readonly add: (values: readonly (readonly Vector[])[]) => void;
  /** After a block. */
  readonly close: () => void;
  /** Adds a vector, or the one to three first lanes of it. */
  readonly addFirst: (value: readonly Vector[], left: Expression<"i32">, whole: Expression<"i32">) => void;
  /** The total in all lanes. */
  readonly result: () => Vector;
}

/** What adds up a total in so many copies. */
export function accumulator(f: FunctionBuilder, total: Total, copies: number): Accumulator {
  const { precise, greatest } = total.accumulation;
  return precise
    ? preciseAccumulator(f, total, copies)
    : greatest === null
    ? plainAccumulator(f, total, copies)
    : extremeAccumulator(f, total, greatest);
}

function preciseAccumulator(
  f: FunctionBuilder,
  { accumulation, factors, block }: Total,
  copies: number,
): Accumulator {
  const blocks = block > 0;
  const halves = [0, 1].map(() => f.local("v128", accumulation.initial));
  const parts = Array.from({ length: blocks ? copies : 0 }, () => f.local("v128"));
  const promote = (value: Vector): void =>
    promoted(value).forEach((part, i) => f.set(halves[i], f64x2.add(halves[i], part)));
  const fused = blocks && factors !== null;
  return {
    roots: fused ? 2 : 1,
    open: () => parts.forEach((part) => f.set(part, ZERO)),
    add: (values) =>
      values.forEach(([x, y], copy) => {
        if (!blocks) promote(x);
        else f.set(parts[copy], fused ? f32x4.relaxedMadd(x, y, parts[copy]) : f32x4.add(parts[copy], x));
      }),
    close() {
      if (blocks) promote(inPairs(f, parts, f32x4.add));
    },
    addFirst([x, y], left, whole) {
      if (blocks) return promote(f.local("v128", firstLanes(fused ? f32x4.mul(x, y) : x, ZERO, left)));
      f.if(whole, () => promote(x), () => {
        // One after the other, as the loop of the reduction alone does.
        const sum = f.local("f64", f64x2.extractLane(halves[0], 0));
        for (let lane = 0; lane < 3; lane++) {
          const add = (): void => f.set(sum, f64.add(sum, f64.promoteF32(f32x4.extractLane(x, lane))));
          if (lane === 0) add();
          else f.if(i32.gtU(left, lane), add);
        }
        f.set(halves[0], f64x2.replaceLane(halves[0], 0, sum));
      });
    },
    result() {
      const [low, high] = halves.map((half) =>
        f64.add(f64x2.extractLane(half, 0), f64x2.extractLane(half, 1))
      );
      return f.local("v128", f64x2.splat(f64.add(low, high)));
    },
  };
}

function extremeAccumulator(f: FunctionBuilder, { accumulation }: Total, greatest: boolean): Accumulator {
  const { initial } = accumulation;
  const totals = EXTREMES.map(() => f.local("v128", initial));
  const take = (value: Vector, i: number): void => f.set(totals[i], EXTREMES[i](totals[i], value));
  return {
    roots: 1,
    open: () => {},
    add: (values) => EXTREMES.forEach((two, i) => take(inPairs(f, values.map(([value]) => value), two), i)),
    close: () => {},
    addFirst([value], left) {
      const first = f.local("v128", firstLanes(value, initial, left));
      EXTREMES.forEach((_, i) => take(first, i));
    },
    result() {
      const [signed, least, most] = totals;
      return combineLanes(f, accumulation, f.local("v128", extreme(greatest, signed, least, most)));
    },
  };
}

function plainAccumulator(f: FunctionBuilder, { accumulation }: Total, copies: number): Accumulator {
  const { initial, combine } = accumulation;
  const totals = Array.from({ length: copies }, () => f.local("v128", initial));
  return {
    roots: 1,
    open: () => {},
    add: (values) => values.forEach(([value], copy) => f.set(totals[copy], combine(totals[copy], value))),
    close: () => {},
    addFirst: ([value], left) => f.set(totals[0], combine(totals[0], firstLanes(value, initial, left))),
    result() {
      return combineLanes(f, accumulation, inPairs(f, totals, combine));
    },
  };
}
