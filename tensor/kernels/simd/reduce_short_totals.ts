/**
 * The accumulators of rows of few elements, of one row or of four whose results are stored as a vector.
 *
 * @module
 */
import { combineLanes, promoted } from "./accumulate.ts";
import type { FunctionBuilder, Local } from "./assembler.ts";
import { constant, type Expression } from "./expression.ts";
import { extreme, EXTREMES } from "./extremes.ts";
import { storeLane, storeVector } from "./operands.ts";
import { transpose } from "./turn.ts";
import type { Reducing } from "./reducing.ts";
import { f32, f64 } from "./scalar.ts";
import { f32x4, f64x2, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Vector = Local<"v128">;

/** Vectors of a row whose sum is rounded to float32. */
const TOGETHER = 4;

/** The accumulators of some rows. */
export interface Totals {
  /** Adds a vector to each row. */
  readonly add: (values: readonly Vector[]) => void;
  /** Adds the lanes from `first` to `stop` of a vector to each row, after all others. */
  readonly addPart: (values: readonly Vector[], first: number, stop: number) => void;
  /** Stores what they come to, one after the other. */
  readonly store: (address: Word) => void;
}

/** The vector in the lanes from `first` to `stop`, others or else 0 in the rest. */
function onlyLanes(
  value: Vector,
  others: Expression<"v128"> | null,
  first: number,
  stop: number,
): Expression<"v128"> {
  const lane = (i: number): number => i >= first && i < stop ? -1 : 0;
  const mask = v128.constI32x4(lane(0), lane(1), lane(2), lane(3));
  return others === null ? v128.and(value, mask) : v128.bitselect(value, others, mask);
}

/** Elements of a row from which the extremes of their bits take less than comparing numbers, whatever comes after. */
const MANY = 17;

/** Accumulators of a row of vectors of values, whose order does not matter. */
export function plainTotals(f: FunctionBuilder, { form, accumulation }: Reducing, count: number): Totals {
  const { initial, combine, greatest } = accumulation;
  const ways = greatest !== null && form.extent! >= MANY ? EXTREMES : [combine];
  const totals = ways.map((): Vector[] => []);
  const take = (value: Vector, row: number): void =>
    ways.forEach((two, i) => {
      const before = totals[i][row];
      totals[i][row] = before === undefined ? value : f.local("v128", two(before, value));
    });
  const finished = (all: readonly Expression<"v128">[]): Vector =>
    f.local("v128", all.length === 1 ? all[0] : extreme(greatest!, ...toVectors(f, all)));
  return {
    add: (values) => values.forEach(take),
    addPart(values, first, stop) {
      // What is taken twice changes a sum or a product alone.
      const again = stop === 4 && form.reduction !== "sum" && form.reduction !== "prod";
      values.forEach((value, row) =>
        take(again ? value : f.local("v128", onlyLanes(value, initial, first, stop)), row)
      );
    },
    store(address) {
      if (count === 1) {
        const all = finished(totals.map(([one]) => one));
        return storeLane(f, form.output, address, combineLanes(f, accumulation, all), 0);
      }
      const all = totals.map((rows, i) => {
        const [w, x, y, z] = transpose(f, rows);
        return ways[i](ways[i](w, x), ways[i](y, z));
      });
      storeVector(f, form.output, address, finished(all));
    },
  };
}

/** Locals of the three extremes of bits. */
function toVectors(f: FunctionBuilder, all: readonly Expression<"v128">[]): [Vector, Vector, Vector] {
  const [signed, least, most] = all.map((one) => f.local("v128", one));
  return [signed, least, most];
}

/** Two accumulators a row, of doubles: the elements whose place has the same rest by four, in their order. */
export function preciseTotals(f: FunctionBuilder, { form, accumulation }: Reducing, count: number): Totals {
  const { initial, combine, combineFirst } = accumulation;
  // Sums begin with 0 here as well, which shows where all elements are -0.
  const isSum = form.reduction === "sum";
  const scalar = isSum ? f64.add : f64.mul;
  const halves = Array.from({ length: count }, (): Vector[] => []);
  const waiting: Vector[][] = halves.map(() => []);
  const accumulate = (value: Vector, row: number): void =>
    promoted(value).forEach((part, i) => {
      const half = halves[row][i];
      halves[row][i] = f.local("v128", half === undefined ? part : combine(half, part));
    });
  const flush = (): void =>
    waiting.forEach((list, row) => {
      if (list.length === 0) return;
      const sum = list.splice(0).reduce((a, b) => f.local("v128", combineFirst!(a, b)));
      accumulate(sum, row);
    });
  const add = (values: readonly Vector[]): void => {
    if (combineFirst === null) return values.forEach(accumulate);
    values.forEach((value, row) => waiting[row].push(value));
    if (waiting[0].length === TOGETHER) flush();
  };
  return {
    add,
    addPart(values, first, stop) {
      if (combineFirst !== null) {
        return add(values.map((value) => f.local("v128", onlyLanes(value, null, first, stop))));
      }
      values.forEach((value, row) => {
        if (halves[row].length === 0) halves[row] = [f.local("v128", initial), f.local("v128", initial)];
        const total = f.local("f64", f64x2.extractLane(halves[row][0], 0));
        for (let lane = first; lane < stop; lane++) {
          f.set(total, scalar(total, f64.promoteF32(f32x4.extractLane(value, lane))));
        }
        halves[row][0] = f.local("v128", f64x2.replaceLane(halves[row][0], 0, total));
      });
    },
    store(address) {
      flush();
      if (count === 1) {
        const sums = halves[0].map((half) => scalar(f64x2.extractLane(half, 0), f64x2.extractLane(half, 1)));
        const total = scalar(sums[0], sums[1]);
        return f.store("f32", address, f32.demoteF64(isSum ? f64.add(total, constant("f64", 0)) : total));
      }
      const pairs = [[0, 1], [2, 3]].map(([a, b]) => {
        const sums = [0, 1].map((i) =>
          combine(
            f64x2.shuffle(halves[a][i], halves[b][i], [0, 2]),
            f64x2.shuffle(halves[a][i], halves[b][i], [1, 3]),
          )
        );
        return f.local("v128", f32x4.demoteF64x2Zero(combine(sums[0], sums[1])));
      });
      const totals = f32x4.shuffle(pairs[0], pairs[1], [0, 1, 4, 5]);
      f.store("v128", address, isSum ? f32x4.add(totals, initial) : totals);
    },
  };
}

/** Stores what elements of four rows come to, with the bits of the accumulators of one row. */
export function storeAcross(
  f: FunctionBuilder,
  { form, accumulation }: Reducing,
  values: readonly Vector[],
  target: Local<"i32">,
): void {
  const { precise, initial, combine, combineFirst } = accumulation;
  if (!precise) {
    const all = values.reduce((a, b) => f.local("v128", combine(a, b)));
    return storeVector(f, form.output, target, all);
  }
  // Two float32 have the same sum.
  if (values.length === 2 && combineFirst !== null) {
    return f.store("v128", target, combineFirst(combineFirst(values[0], values[1]), initial));
  }
  const parts = values.map(promoted);
  const halves = [0, 1].map((half) => {
    const list = parts.map((part) => part[half]);
    const inOrder = (): Expression<"v128"> => list.reduce((sum, part) => combine(sum, part), initial);
    const inPairs = (): Expression<"v128"> =>
      combine(combine(list[0], list[1]), list.length === 3 ? combine(list[2], initial) : initial);
    return f32x4.demoteF64x2Zero(combineFirst === null ? inOrder() : inPairs());
  });
  f.store("v128", target, f32x4.shuffle(halves[0], halves[1], [0, 1, 4, 5]));
}
