/**
 * Reductions of rows of few elements: four rows at a time, whose vectors stand one beside the other, as finding where a
 * row is takes longer than reading it.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import { combineLanes, promoted } from "./accumulate.ts";
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import { allNodes, defineHelpers, prepare } from "./emit.ts";
import type { Expression } from "./expression.ts";
import { loadSplat, loadVector, loadWord, sizeShift, storeLane, storeVector } from "./operands.ts";
import { transpose } from "./pack.ts";
import { findUnit, least, readArguments, unitPlace } from "./reduce_arguments.ts";
import type { Reducing } from "./reducing.ts";
import { f32, f64, i32 } from "./scalar.ts";
import { f32x4, f64x2, i32x4, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Vector = Local<"v128">;

/** Rows that go along together. */
const ROWS = 4;

/** Vectors of a row whose sum is rounded to float32. */
const TOGETHER = 4;

/** Most operations that a row is written out into. */
const MOST_OPERATIONS = 64;

/** Whether a reduction of so many neighbours is written out. */
export function isShort({ form, root }: Reducing, extent: number): boolean {
  const { inputs, output, kept, reduced, reducedSteps } = form;
  return reduced === 1 && kept > 0 && reducedSteps.includes("1") && !reducedSteps.includes("s") &&
    output !== "float64" && inputs.length <= 3 &&
    Math.ceil(extent / 4) * allNodes([root]).length <= MOST_OPERATIONS;
}

/** Defines the kernel for rows of `extent` elements. */
export function defineShortRows(module: ModuleBuilder, reducing: Reducing, extent: number): void {
  const { form, root } = reducing;
  const { inputs, kept, output } = form;
  const helpers = defineHelpers(module, [root]);
  const whole = Math.floor(extent / 4);
  const rest = extent % 4;
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const a = readArguments(f, reducing, block);
    const place = unitPlace(f, reducing);
    const write = prepare(f, [root], helpers);
    const run = f.local("i32");
    const target = f.local("i32", i32.add(a.output, i32.shl(begin, sizeShift(output))));
    const steps = a.keptStrides.map((list) =>
      Array.from({ length: ROWS + 1 }, (_, row) => f.local("i32", i32.mul(list[kept - 1], row)))
    );
    /** Reduces some neighbouring rows, the first of which starts at the bases. */
    const reduceRows = (count: number): void => {
      const rows = Array.from(
        { length: count },
        (_, row) =>
          place.bases.map((base, i) => row === 0 ? base : f.local("i32", i32.add(base, steps[i][row]))),
      );
      const same = rows.map((list) =>
        list.map((address, i) =>
          form.reducedSteps[i] === "0" ? f.local("v128", loadSplat(inputs[i], address)) : null
        )
      );
      const values = (load: (dtype: DType, address: Word) => Expression<"v128">): readonly Vector[] =>
        write(rows.map((list, row) => list.map((address, i) => same[row][i] ?? load(inputs[i], address))))
          .map(([value]) => value);
      const at = (element: number): readonly Vector[] =>
        values((dtype, address) => loadVector(dtype, address, element << sizeShift(dtype)));
      const totals = reducing.accumulation.precise
        ? preciseTotals(f, reducing, count)
        : plainTotals(f, reducing, count);
      for (let vector = 0; vector < whole; vector++) totals.add(at(4 * vector));
      // The last elements are the last of a vector if there are enough for one.
      if (rest > 0 && whole > 0) totals.addPart(at(extent - 4), 4 - rest, 4);
      else if (rest > 0) totals.addPart(values((dtype, address) => loadFew(dtype, address, rest)), 0, rest);
      totals.store(target);
      place.bases.forEach((base, i) => f.advance(base, steps[i][count]));
      f.advance(target, count << sizeShift(output));
      f.advance(run, -count);
    };
    const packed = extent > 1 && extent < 4 && form.reducedSteps.every((step) => step === "1") &&
      [...inputs, output].every((dtype) => sizeShift(dtype) === 2);
    // Whether rows follow each other, so that vectors have elements of several.
    const follows = f.local("i32", packed ? 1 : 0);
    if (packed) steps.forEach((list) => f.set(follows, i32.and(follows, i32.eq(list[1], 4 * extent))));
    /** Reduces four rows that follow each other, from vectors of what stands at the same place of each. */
    const reducePacked = (): void => {
      const elements = place.bases.map((base) => splitRows(f, base, extent));
      const values = write(Array.from({ length: extent }, (_, j) => elements.map((list) => list[j])))
        .map(([value]) => value);
      storeAcross(f, reducing, values, target);
      place.bases.forEach((base, i) => f.advance(base, steps[i][ROWS]));
      f.advance(target, 16);
      f.advance(run, -ROWS);
    };
    f.while(i32.ltU(begin, end), () => {
      findUnit(f, a, place, begin);
      f.set(run, least(i32.sub(a.kept[kept - 1], place.column), i32.sub(end, begin)));
      f.advance(begin, run);
      if (packed) f.if(follows, () => f.while(i32.geU(run, ROWS), reducePacked));
      f.while(i32.geU(run, ROWS), () => reduceRows(ROWS));
      f.while(run, () => reduceRows(1));
    });
  });
}

/** Vectors of the first, second and third elements of four rows of two or three that follow each other. */
function splitRows(f: FunctionBuilder, address: Word, extent: number): readonly Vector[] {
  const [a, b, c] = Array.from({ length: extent }, (_, i) => f.local("v128", v128.load(address, 16 * i)));
  const pick = (orders: readonly (readonly number[])[]): Vector => {
    const first = f32x4.shuffle(a, b, orders[0]);
    return f.local("v128", orders.length === 1 ? first : f32x4.shuffle(first, c, orders[1]));
  };
  const orders = extent === 2
    ? [[[0, 2, 4, 6]], [[1, 3, 5, 7]]]
    : [[[0, 3, 6, 0], [0, 1, 2, 5]], [[1, 4, 7, 0], [0, 1, 2, 6]], [[2, 5, 0, 0], [0, 1, 4, 7]]];
  return orders.map(pick);
}

/** Stores what elements of four rows come to, with the bits of the accumulators of one row. */
function storeAcross(
  f: FunctionBuilder,
  { form, accumulation }: Reducing,
  values: readonly Vector[],
  target: Word,
): void {
  const { precise, initial, combine, combineFirst } = accumulation;
  if (!precise) {
    const all = values.reduce((a, b) => f.local("v128", combine(a, b)));
    return storeVector(f, form.output, target as Local<"i32">, all);
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

/** One to three elements from byte `address` on. */
function loadFew(dtype: DType, address: Word, count: number): Expression<"v128"> {
  const shift = sizeShift(dtype);
  let first = shift < 2
    ? i32x4.replaceLane(v128.constI32x4(0), 0, loadWord(shift, address))
    : count === 1
    ? v128.load32Zero(address)
    : v128.load64Zero(address);
  for (let lane = shift < 2 ? 1 : 2; lane < count; lane++) {
    first = i32x4.replaceLane(first, lane, loadWord(shift, i32.add(address, lane << shift)));
  }
  return dtype === "bool" ? i32x4.gtS(first, v128.constI32x4(0)) : first;
}

/** The accumulators of some rows. */
interface Totals {
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

/** One accumulator a row of vectors of values, whose order does not matter. */
function plainTotals(f: FunctionBuilder, { form, accumulation }: Reducing, count: number): Totals {
  const { initial, combine } = accumulation;
  const totals: Vector[] = [];
  const take = (value: Expression<"v128">, row: number): void => {
    totals[row] = f.local("v128", totals[row] === undefined ? value : combine(totals[row], value));
  };
  return {
    add: (values) => values.forEach(take),
    addPart(values, first, stop) {
      // What is taken twice changes a sum or a product alone.
      const again = stop === 4 && form.reduction !== "sum" && form.reduction !== "prod";
      values.forEach((value, row) => take(again ? value : onlyLanes(value, initial, first, stop), row));
    },
    store(address) {
      if (count === 1) {
        return storeLane(f, form.output, address, combineLanes(f, accumulation, totals[0]), 0);
      }
      const [w, x, y, z] = transpose(f, totals);
      storeVector(f, form.output, address, f.local("v128", combine(combine(w, x), combine(y, z))));
    },
  };
}

/** Two accumulators a row, of doubles: the elements whose place has the same rest by four, in their order. */
function preciseTotals(f: FunctionBuilder, { form, accumulation }: Reducing, count: number): Totals {
  const { initial, combine, combineFirst } = accumulation;
  const scalar = form.reduction === "sum" ? f64.add : f64.mul;
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
        return f.store("f32", address, f32.demoteF64(scalar(sums[0], sums[1])));
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
      f.store("v128", address, f32x4.shuffle(pairs[0], pairs[1], [0, 1, 4, 5]));
    },
  };
}
