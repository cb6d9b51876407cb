/**
 * Reductions whose vectors go along what is reduced.
 *
 * @module
 */
import { isNear } from "../elementwise_form.ts";
import { combineLanes, promoted } from "./accumulate.ts";
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import { defineHelpers, prepare } from "./emit.ts";
import type { Expression } from "./expression.ts";
import { extreme, EXTREMES } from "./extremes.ts";
import { loadPartial, loadSplat, loadStepped, loadStrided, sizeShift, stepBytes } from "./operands.ts";
import type { Reducing } from "./reducing.ts";
import { findUnit, overOuterAxes, readArguments, unitPlace } from "./reduce_arguments.ts";
import { firstLanes } from "./rows_arguments.ts";
import { f32, f64, i32 } from "./scalar.ts";
import { f32x4, f64x2, i32x4, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Vector = Local<"v128">;

/** Vectors of an input that go along together. */
export const COPIES = 4;

/** Defines the kernel. */
export function defineRows(module: ModuleBuilder, reducing: Reducing): void {
  const { form, root } = reducing;
  const { inputs, reduced, reducedSteps } = form;
  const last = reduced - 1;
  const size = form.output === "float64" ? 8 : 1 << sizeShift(form.output);
  const helpers = defineHelpers(module, [root]);
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const a = readArguments(f, reducing, block);
    const place = unitPlace(f, reducing);
    const write = prepare(f, [root], helpers);
    const totals = accumulators(f, reducing);
    f.until(begin, end, 1, () => {
      findUnit(f, a, place, begin);
      totals.start();
      overOuterAxes(f, a, place, (starts, from, to) => {
        const count = f.local("i32", i32.sub(to, from));
        const addresses = inputs.map((_, i) =>
          f.local("i32", i32.add(starts[i], i32.mul(from, a.reducedStrides[i][last])))
        );
        const splats = inputs.map((dtype, i) =>
          reducedSteps[i] === "0" ? f.local("v128", loadSplat(dtype, addresses[i])) : null
        );
        const load = (i: number, copy: number): Expression<"v128"> =>
          splats[i] ??
            (reducedSteps[i] === "s"
              ? loadStrided(f, inputs[i], addresses[i], a.reducedStrides[i][last])
              : loadStepped(inputs[i], reducedSteps[i], addresses[i], 4 * copy * bytes[i]));
        const bytes = inputs.map((dtype, i) => stepBytes(dtype, reducedSteps[i]));
        const isWhole = f.local("i32", i32.geU(count, 4));
        // A single double is added sooner than a vector of them.
        const least = reducing.accumulation.precise ? 2 : 1;
        const advance = (vectors: number): void => {
          inputs.forEach((_, i) => {
            if (isNear(reducedSteps[i])) f.advance(addresses[i], 4 * vectors * bytes[i]);
          });
          f.advance(count, -4 * vectors);
        };
        f.while(i32.geU(count, 4 * COPIES), () => {
          const loads = Array.from({ length: COPIES }, (_, copy) => inputs.map((_, i) => load(i, copy)));
          totals.addAll(write(loads).map(([value]) => value));
          advance(COPIES);
        });
        f.while(i32.geU(count, 4), () => {
          totals.add(write([inputs.map((_, i) => load(i, 0))])[0][0]);
          advance(1);
        });
        const addFirst = (): void => {
          const loads = inputs.map((dtype, i) =>
            splats[i] ?? loadPartial(f, dtype, addresses[i], count, a.reducedStrides[i][last])
          );
          totals.addPartial(write([loads])[0][0], count);
        };
        const { addLast } = totals;
        if (addLast === null || reducedSteps.includes("s")) f.if(count, addFirst);
        else {
          // The last elements are the last of a vector if there are enough for one.
          f.if(count, () =>
            f.if(i32.and(isWhole, i32.geU(count, least)), () => {
              const back = f.local("i32", i32.sub(count, 4));
              const loads = inputs.map((dtype, i) =>
                splats[i] ??
                  loadStepped(
                    dtype,
                    reducedSteps[i],
                    f.local("i32", i32.add(addresses[i], i32.mul(back, bytes[i]))),
                  )
              );
              const own = i32x4.gtS(v128.constI32x4(0, 1, 2, 3), i32x4.splat(i32.sub(3, count)));
              addLast(write([loads])[0][0], own);
            }, addFirst));
        }
      });
      totals.store(i32.add(a.output, i32.mul(begin, size)));
    });
  });
}

/** The accumulators of one output. */
export interface Totals {
  /** Makes them empty. */
  readonly start: () => void;
  /** Adds `COPIES` vectors. */
  readonly addAll: (values: readonly Vector[]) => void;
  /** Adds a vector. */
  readonly add: (value: Vector) => void;
  /** Adds the first one to three lanes. */
  readonly addPartial: (value: Vector, count: Word) => void;
  /** Adds the lanes of which `own` says so, of which the others were added before; null where their order matters. */
  readonly addLast: ((value: Vector, own: Expression<"v128">) => void) | null;
  /** Stores what they come to together. */
  readonly store: (address: Word) => void;
}

/** The accumulators for a form. */
export function accumulators(f: FunctionBuilder, reducing: Reducing): Totals {
  const { precise, greatest } = reducing.accumulation;
  return precise
    ? preciseTotals(f, reducing)
    : greatest === null
    ? plainTotals(f, reducing)
    : extremeTotals(f, reducing, greatest);
}

/** Four double accumulators, of the elements whose place has the same rest by four. */
function preciseTotals(f: FunctionBuilder, { form, accumulation }: Reducing): Totals {
  const { initial, combine, combineFirst } = accumulation;
  const halves = [f.local("v128"), f.local("v128")];
  const add = (value: Vector): void =>
    promoted(value).forEach((part, i) => f.set(halves[i], combine(halves[i], part)));
  const scalar = form.reduction === "sum" ? f64.add : f64.mul;
  return {
    start: () => halves.forEach((half) => f.set(half, initial)),
    addAll([a, b, c, d]) {
      if (combineFirst === null) [a, b, c, d].forEach(add);
      else add(f.local("v128", combineFirst(combineFirst(a, b), combineFirst(c, d))));
    },
    add,
    addPartial(value, count) {
      const total = f.local("f64", f64x2.extractLane(halves[0], 0));
      for (let lane = 0; lane < 3; lane++) {
        const addLane = (): void =>
          f.set(total, scalar(total, f64.promoteF32(f32x4.extractLane(value, lane))));
        if (lane === 0) addLane();
        else f.if(i32.gtU(count, lane), addLane);
      }
      f.set(halves[0], f64x2.replaceLane(halves[0], 0, total));
    },
    addLast: combineFirst === null ? null : (value, own) => add(f.local("v128", v128.and(value, own))),
    store(address) {
      const sums = halves.map((half) => scalar(f64x2.extractLane(half, 0), f64x2.extractLane(half, 1)));
      const total = scalar(sums[0], sums[1]);
      if (form.output === "float64") f.store("f64", address, total);
      else f.store("f32", address, f32.demoteF64(total));
    },
  };
}

/** The extremes of the bits of all values. */
function extremeTotals(f: FunctionBuilder, { accumulation }: Reducing, greatest: boolean): Totals {
  const { initial } = accumulation;
  const totals = EXTREMES.map(() => f.local("v128"));
  const add = (value: Vector): void => totals.forEach((total, i) => f.set(total, EXTREMES[i](total, value)));
  return {
    start: () => totals.forEach((total) => f.set(total, initial)),
    addAll: ([a, b, c, d]) =>
      totals.forEach((total, i) => {
        const two = EXTREMES[i];
        f.set(total, two(total, two(two(a, b), two(c, d))));
      }),
    add,
    addPartial: (value, count) => add(f.local("v128", firstLanes(value, initial, count))),
    addLast: add,
    store(address) {
      const [signed, least, most] = totals;
      const all = f.local("v128", extreme(greatest, signed, least, most));
      f.store("i32", address, i32x4.extractLane(combineLanes(f, accumulation, all), 0));
    },
  };
}

/** Four accumulators of vectors of values, whose order does not matter. */
function plainTotals(f: FunctionBuilder, { form, accumulation }: Reducing): Totals {
  const { initial, combine } = accumulation;
  const totals = Array.from({ length: COPIES }, () => f.local("v128"));
  return {
    start: () => totals.forEach((total) => f.set(total, initial)),
    addAll: (values) => values.forEach((value, i) => f.set(totals[i], combine(totals[i], value))),
    add: (value) => f.set(totals[0], combine(totals[0], value)),
    addPartial(value, count) {
      f.set(totals[0], combine(totals[0], firstLanes(value, initial, count)));
    },
    addLast: (value, own) => f.set(totals[0], combine(totals[0], v128.bitselect(value, initial, own))),
    store(address) {
      const all = f.local("v128", combine(combine(totals[0], totals[1]), combine(totals[2], totals[3])));
      const word = i32x4.extractLane(combineLanes(f, accumulation, all), 0);
      if (form.output === "bool") f.store8(address, i32.and(word, 1));
      else f.store("i32", address, word);
    },
  };
}
