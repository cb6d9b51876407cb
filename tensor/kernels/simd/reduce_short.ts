/**
 * Reductions of rows of few elements: four rows at a time, whose vectors stand one beside the other, as finding where a
 * row is takes longer than reading it.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import { isNear, isStrideOfWords, type Step } from "../elementwise_form.ts";
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import { allNodes, defineHelpers, prepare } from "./emit.ts";
import type { Expression } from "./expression.ts";
import { splitRows } from "./interleave.ts";
import { loadSplat, loadStepped, loadWord, sizeShift, stepBytes } from "./operands.ts";
import { findUnit, least, readArguments, unitPlace } from "./reduce_arguments.ts";
import type { Reducing } from "./reducing.ts";
import { plainTotals, preciseTotals, storeAcross } from "./reduce_short_totals.ts";
import { i32 } from "./scalar.ts";
import { i32x4, i8x16, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Vector = Local<"v128">;

/** Rows that go along together. */
const ROWS = 4;

/** Most elements of a row that is no sum or product of floats, of which longer ones are combined as quickly one by one. */
const MOST_PLAIN = 72;

/** Most operations that a row is written out into. */
const MOST_OPERATIONS = 64;

/** Whether a reduction of so many neighbours is written out. */
export function isShort({ form, accumulation, root }: Reducing, extent: number): boolean {
  const { inputs, output, kept, reduced, reducedSteps } = form;
  return reduced === 1 && kept > 0 && reducedSteps.some(isNear) && !reducedSteps.includes("s") &&
    (extent >= 4 || !reducedSteps.some(isStrideOfWords)) &&
    output !== "float64" && inputs.length <= 3 &&
    (accumulation.precise || extent <= MOST_PLAIN) &&
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
      const values = (
        load: (dtype: DType, address: Word, step: Step) => Expression<"v128">,
      ): readonly Vector[] =>
        write(
          rows.map((list, row) =>
            list.map((address, i) => same[row][i] ?? load(inputs[i], address, form.reducedSteps[i]))
          ),
        )
          .map(([value]) => value);
      const at = (element: number): readonly Vector[] =>
        values((dtype, address, step) => loadStepped(dtype, step, address, element * stepBytes(dtype, step)));
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
      inputs.every((dtype) => sizeShift(dtype) !== 1) && sizeShift(output) !== 1;
    // Whether rows follow each other, so that vectors have elements of several.
    const follows = f.local("i32", packed ? 1 : 0);
    if (packed) {
      steps.forEach((list, i) =>
        f.set(follows, i32.and(follows, i32.eq(list[1], extent << sizeShift(inputs[i]))))
      );
    }
    /** Reduces four rows that follow each other, from vectors of what stands at the same place of each. */
    const reducePacked = (): void => {
      const elements = place.bases.map((base, i) =>
        sizeShift(inputs[i]) === 0
          ? splitBytes(f, inputs[i], base, extent)
          : splitRows(f, Array.from({ length: extent }, (_, j) => f.local("v128", v128.load(base, 16 * j))))
      );
      const values = write(Array.from({ length: extent }, (_, j) => elements.map((list) => list[j])))
        .map(([value]) => value);
      storeAcross(f, reducing, values, target);
      place.bases.forEach((base, i) => f.advance(base, steps[i][ROWS]));
      f.advance(target, ROWS << sizeShift(output));
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

/** A vector for each place of four rows of two or three bytes that follow each other from byte `address` on. */
function splitBytes(
  f: FunctionBuilder,
  dtype: DType,
  address: Local<"i32">,
  extent: number,
): readonly Vector[] {
  const zero = v128.constI32x4(0);
  const first = v128.load64Zero(address);
  const all = f.local("v128", extent === 2 ? first : i32x4.replaceLane(first, 2, i32.load(address, 8)));
  return Array.from({ length: extent }, (_, place) => {
    const order = Array.from({ length: 16 }, (_, i) => i % 4 === 0 ? extent * (i / 4) + place : 16);
    const words = i8x16.shuffle(all, zero, order);
    return f.local("v128", dtype === "bool" ? i32x4.gtS(words, zero) : words);
  });
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
