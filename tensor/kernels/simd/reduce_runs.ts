/**
 * Reductions of the columns of matrices of few columns, whose rows follow each other.
 *
 * Vectors go along all elements of a matrix as they lie. After some of them, a period, lanes are of the same columns
 * again; each vector of a period has accumulators of its own, and the lanes of a column are combined at the end.
 *
 * @module
 */
import { inPairs, promoted } from "./accumulate.ts";
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import { defineHelpers, prepare } from "./emit.ts";
import { constant, type Expression } from "./expression.ts";
import { extreme, EXTREMES } from "./extremes.ts";
import { loadSplat, loadVector, sizeShift, storeLane, storeVector } from "./operands.ts";
import { findUnit, readArguments, unitPlace } from "./reduce_arguments.ts";
import type { Reducing } from "./reducing.ts";
import { i32 } from "./scalar.ts";
import { f32x4, f64x2, i32x4, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Vector = Local<"v128">;

/** Vectors after which their lanes are of the same columns again. */
export function vectorsOfPeriod(columns: number): number {
  return columns % 4 === 0 ? columns / 4 : columns % 2 === 0 ? columns / 2 : columns;
}

/** Periods that go along together: of a single vector, and of several. */
const [SINGLES, PERIODS] = [8, 4];

/** Defines the kernel; there are at least as many rows as a period has. */
export function defineRuns(module: ModuleBuilder, reducing: Reducing, columns: number): void {
  const { form, root } = reducing;
  const { inputs, output, keptSteps } = form;
  const vectors = vectorsOfPeriod(columns);
  const periodRows = 4 * vectors / columns;
  const together = vectors === 1 ? SINGLES : PERIODS;
  const elementBytes = output === "float64" ? 8 : 1 << sizeShift(output);
  const helpers = defineHelpers(module, [root]);
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const a = readArguments(f, reducing, block);
    const place = unitPlace(f, reducing);
    const write = prepare(f, [root], helpers);
    const totals = totalsOf(f, reducing, vectors);
    const left = f.local("i32");
    const splats = inputs.map((_, i) => keptSteps[i] === "0" ? f.local("v128") : null);
    /** Values of the vector with this number, of some periods. */
    const values = (vector: number, periods: number): readonly Vector[] =>
      write(
        Array.from({ length: periods }, (_, period) =>
          inputs.map((dtype, i) =>
            splats[i] ??
              f.local(
                "v128",
                loadVector(dtype, place.bases[i], (4 * (vectors * period + vector)) << sizeShift(dtype)),
              )
          )),
      ).map(([value]) => value);
    const advance = (rows: Word | number): void =>
      inputs.forEach((dtype, i) => {
        if (splats[i] !== null) return;
        const bytes = columns << sizeShift(dtype);
        f.advance(place.bases[i], typeof rows === "number" ? rows * bytes : i32.mul(rows, bytes));
      });
    const pass = (periods: number): void => {
      for (let vector = 0; vector < vectors; vector++) totals.add(vector, values(vector, periods));
      advance(periods * periodRows);
      f.advance(left, -periods * periodRows);
    };
    f.until(begin, end, 1, () => {
      findUnit(f, a, place, begin);
      splats.forEach((splat, i) => splat !== null && f.set(splat, loadSplat(inputs[i], place.bases[i])));
      totals.start();
      f.set(left, a.reduced[0]);
      f.while(i32.geU(left, together * periodRows), () => pass(together));
      f.while(i32.geU(left, periodRows), () => pass(1));
      if (periodRows > 1) {
        f.if(left, () => {
          // The last period, of which some rows were taken before.
          const before = f.local("i32", i32.sub(periodRows, left));
          advance(i32.sub(0, before));
          const lanes = f.local("v128", i32x4.splat(i32.mul(before, columns)));
          for (let vector = 0; vector < vectors; vector++) {
            const first = 4 * vector;
            const own = i32x4.geS(v128.constI32x4(first, first + 1, first + 2, first + 3), lanes);
            const [value] = values(vector, 1);
            totals.add(vector, [f.local("v128", v128.bitselect(value, totals.nothing, own))]);
          }
        });
      }
      totals.store(f.local("i32", i32.add(a.output, i32.mul(begin, columns * elementBytes))), columns);
    });
  });
}

/** The accumulators of the vectors of a period. */
interface Totals {
  /** A value that changes nothing. */
  readonly nothing: Expression<"v128">;
  /** Makes them empty. */
  readonly start: () => void;
  /** Adds values of the vector with this number. */
  readonly add: (vector: number, values: readonly Vector[]) => void;
  /** Stores what the columns come to. */
  readonly store: (target: Local<"i32">, columns: number) => void;
}

function totalsOf(f: FunctionBuilder, reducing: Reducing, vectors: number): Totals {
  return reducing.accumulation.precise
    ? preciseTotals(f, reducing, vectors)
    : plainTotals(f, reducing, vectors);
}

/** Double accumulators, two for each vector. */
function preciseTotals(f: FunctionBuilder, { form, accumulation }: Reducing, vectors: number): Totals {
  const { initial, combine, combineFirst } = accumulation;
  const halves = Array.from({ length: 2 * vectors }, () => f.local("v128"));
  return {
    nothing: f32x4.splat(form.reduction === "sum" ? 0 : 1),
    start: () => halves.forEach((half) => f.set(half, initial)),
    add(vector, values) {
      const sums = combineFirst === null ? values : [inPairs(f, values, combineFirst)];
      for (const sum of sums) {
        promoted(sum).forEach((part, i) => {
          const half = halves[2 * vector + i];
          f.set(half, combine(half, part));
        });
      }
    },
    store(target, columns) {
      const folded = fold(f, halves, 2, columns, combine);
      if (form.output === "float64") {
        folded.forEach((pair, i) => {
          const whole = 2 * i + 1 < columns;
          if (whole) f.store("v128", target, pair, 16 * i);
          else f.storeLane64(target, pair, 0, 16 * i);
        });
        return;
      }
      const single = folded.map((pair) => f.local("v128", f32x4.demoteF64x2Zero(pair)));
      const fours = Array.from({ length: Math.ceil(single.length / 2) }, (_, i) => {
        const [low, high] = [single[2 * i], single[2 * i + 1]];
        return high === undefined ? low : f.local("v128", f32x4.shuffle(low, high, [0, 1, 4, 5]));
      });
      storeFours(f, form.output, target, fours, columns);
    },
  };
}

/** Accumulators of values whose order does not matter, or three of the extremes of their bits. */
function plainTotals(f: FunctionBuilder, { form, accumulation }: Reducing, vectors: number): Totals {
  const { initial, combine, greatest } = accumulation;
  const ways = greatest === null ? [combine] : EXTREMES;
  const totals = ways.map(() => Array.from({ length: vectors }, () => f.local("v128")));
  return {
    nothing: initial,
    start: () => totals.forEach((list) => list.forEach((total) => f.set(total, initial))),
    add: (vector, values) =>
      ways.forEach((two, i) => f.set(totals[i][vector], two(totals[i][vector], inPairs(f, values, two)))),
    store(target, columns) {
      const folded = totals.map((list, i) => fold(f, list, 4, columns, ways[i]));
      const fours = greatest === null
        ? folded[0]
        : folded[0].map((signed, i) =>
          f.local("v128", extreme(greatest, signed, folded[1][i], folded[2][i]))
        );
      storeFours(f, form.output, target, fours, columns);
    },
  };
}

/** Combines the lanes of each column, of vectors of so many lanes; lanes beyond the columns are of no use. */
function fold(
  f: FunctionBuilder,
  vectors: readonly Vector[],
  lanes: 2 | 4,
  columns: number,
  combine: (a: Expression<"v128">, b: Expression<"v128">) => Expression<"v128">,
): readonly Vector[] {
  const window = (start: number): Vector => {
    const [first, from] = [Math.floor(start / lanes), start % lanes];
    if (from === 0) return vectors[first];
    const next = vectors[first + 1] ?? vectors[first];
    const order = Array.from({ length: lanes }, (_, lane) => from + lane);
    return f.local("v128", (lanes === 2 ? f64x2 : f32x4).shuffle(vectors[first], next, order));
  };
  const rows = lanes * vectors.length / columns;
  return Array.from(
    { length: Math.ceil(columns / lanes) },
    (_, i) =>
      inPairs(f, Array.from({ length: rows }, (_, row) => window(row * columns + i * lanes)), combine),
  );
}

function storeFours(
  f: FunctionBuilder,
  output: Reducing["form"]["output"],
  target: Local<"i32">,
  fours: readonly Vector[],
  columns: number,
): void {
  fours.forEach((four, i) => {
    const count = Math.min(4, columns - 4 * i);
    const offset = (4 * i) << sizeShift(output);
    if (count === 4) return storeVector(f, output, target, four, offset);
    for (let lane = 0; lane < count; lane++) {
      storeLane(f, output, i32.add(target, constant("i32", offset)), four, lane);
    }
  });
}
