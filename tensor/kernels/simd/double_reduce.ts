/**
 * Reductions of float64 in WebAssembly SIMD, with the bits of the JavaScript loops: two elements to a vector.
 *
 * @module
 */
import type { ReduceForm, Reduction } from "../reduce_form.ts";
import type { SimdMode } from "./arithmetic.ts";
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import { lowerDoubles } from "./double_loop.ts";
import { prepare } from "./emit.ts";
import { type Binary, constant, type Expression } from "./expression.ts";
import type { Node } from "./nodes.ts";
import {
  findUnit,
  overOuterAxes,
  readArguments,
  type ReduceArguments,
  type UnitPlace,
  unitPlace,
} from "./reduce_arguments.ts";
import { addressShift } from "./operands.ts";
import { f32, f64, i32 } from "./scalar.ts";
import { f32x4, f64x2, v128 } from "./vector.ts";

type Vector = Expression<"v128">;

/** How numbers are combined, and what they begin with. */
interface Combination {
  /** Accumulators along rows: two in the order of the JavaScript loop, more where no order matters. */
  readonly vectors: 2 | 4;
  readonly initial: number;
  readonly two: (a: Vector, b: Vector) => Vector;
  readonly one: Binary<"f64">;
}

const COMBINATIONS: Readonly<Partial<Record<Reduction, Combination>>> = {
  sum: { vectors: 2, initial: 0, two: f64x2.add, one: f64.add },
  prod: { vectors: 2, initial: 1, two: f64x2.mul, one: f64.mul },
  max: { vectors: 4, initial: -Infinity, two: f64x2.max, one: f64.max },
  min: { vectors: 4, initial: Infinity, two: f64x2.min, one: f64.min },
};

/** Neighbouring outputs that go along together. */
const COLUMNS = 8;

/**
 * What writes the module for a form. Null where an operand is no float64, where vectors do not cover the expression, or
 * where neighbours in memory are neither of one output nor of neighbouring ones.
 */
export function doubleReductionOf(
  form: ReduceForm,
  mode: SimdMode,
): ((module: ModuleBuilder) => void) | null {
  const { expression, inputs, output, reduction, kept, keptSteps, reducedSteps } = form;
  const combination = COMBINATIONS[reduction];
  const stored = output === "float64" || output === "float32";
  if (combination === undefined || !stored || inputs.some((dtype) => dtype !== "float64")) return null;
  const roots = lowerDoubles([expression], inputs, mode);
  if (roots === null) return null;
  if (!reducedSteps.includes("s") && reducedSteps.includes("1")) {
    return (module) => defineLoop(module, form, (f, a) => overRows(f, form, roots, combination, a));
  }
  const across = kept > 0 && !keptSteps.includes("s") && keptSteps.includes("1") &&
    !reducedSteps.includes("1");
  return across
    ? (module) => defineLoop(module, form, (f, a) => overColumns(f, form, roots, combination, a))
    : null;
}

/** What computes the outputs from unit `begin` on, and moves `begin` behind them. */
type Units = (place: UnitPlace, begin: Local<"i32">, end: Local<"i32">, target: Expression<"i32">) => void;

function defineLoop(
  module: ModuleBuilder,
  form: ReduceForm,
  prepareUnits: (f: FunctionBuilder, a: ReduceArguments) => Units,
): void {
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const a = readArguments(f, { form }, block);
    const place = unitPlace(f, { form });
    const units = prepareUnits(f, a);
    f.while(i32.ltU(begin, end), () => {
      findUnit(f, a, place, begin);
      units(place, begin, end, i32.add(a.output, i32.shl(begin, addressShift(form.output))));
    });
  });
}

/** A few accumulators, in each lane the elements whose place has the same rest by their number. */
function overRows(
  f: FunctionBuilder,
  { inputs, output, reduced, reducedSteps }: ReduceForm,
  roots: readonly Node[],
  { vectors, initial, two, one }: Combination,
  a: ReduceArguments,
): Units {
  const write = prepare(f, roots, new Map());
  const halves = Array.from({ length: vectors }, () => f.local("v128"));
  const lane = (half: Vector, i: number): Expression<"f64"> => f64x2.extractLane(half, i);
  return (place, begin, _, target) => {
    for (const half of halves) f.set(half, f64x2.splat(constant("f64", initial)));
    overOuterAxes(f, a, place, (starts, from, to) => {
      const count = f.local("i32", i32.sub(to, from));
      const addresses = inputs.map((_, i) =>
        f.local("i32", i32.add(starts[i], i32.mul(from, a.reducedStrides[i][reduced - 1])))
      );
      const splats = inputs.map((_, i) =>
        reducedSteps[i] === "0" ? f.local("v128", v128.load64Splat(addresses[i])) : null
      );
      const advance = (elements: number): void => {
        addresses.forEach((address, i) => {
          if (splats[i] === null) f.advance(address, 8 * elements);
        });
        f.advance(count, -elements);
      };
      f.while(i32.geU(count, 2 * vectors), () => {
        const loads = halves.map((_, v) =>
          splats.map((splat, i) => splat ?? v128.load(addresses[i], 16 * v))
        );
        write(loads).forEach(([value], i) => f.set(halves[i], two(halves[i], value)));
        advance(2 * vectors);
      });
      f.while(count, () => {
        const [[value]] = write([splats.map((splat, i) => splat ?? v128.load64Zero(addresses[i]))]);
        f.set(halves[0], f64x2.replaceLane(halves[0], 0, one(lane(halves[0], 0), lane(value, 0))));
        advance(1);
      });
    });
    const all = halves.map((half) => one(lane(half, 0), lane(half, 1)));
    const total = all.reduce((a, b) => one(a, b));
    if (output === "float64") f.store("f64", target, total);
    else f.store("f32", target, f32.demoteF64(total));
    f.advance(begin, 1);
  };
}

/** Some neighbouring outputs, each of which adds up its elements one after the other. */
function overColumns(
  f: FunctionBuilder,
  { inputs, output, kept, keptSteps, reduced }: ReduceForm,
  roots: readonly Node[],
  { initial, two }: Combination,
  a: ReduceArguments,
): Units {
  const write = prepare(f, roots, new Map());
  const totals = Array.from({ length: COLUMNS / 2 }, () => f.local("v128"));
  /** Stores some totals, of each both lanes or the first one. */
  const store = (some: readonly Vector[], target: Expression<"i32">): void => {
    const both = some.length > 1;
    some.forEach((total, v) => {
      if (output === "float64") {
        if (both) f.store("v128", target, total, 16 * v);
        else f.storeLane64(target, total, 0);
      } else if (both) f.storeLane64(target, f32x4.demoteF64x2Zero(total), 0, 8 * v);
      else f.storeLane32(target, f32x4.demoteF64x2Zero(total), 0);
    });
  };
  return (place, begin, end, target) => {
    const columns = (
      vectors: number,
      load: (address: Expression<"i32">, offset?: number) => Vector,
    ) =>
    (): void => {
      const some = totals.slice(0, vectors);
      for (const total of some) f.set(total, f64x2.splat(constant("f64", initial)));
      overOuterAxes(f, a, place, (starts, from, to) => {
        const strides = inputs.map((_, i) => a.reducedStrides[i][reduced - 1]);
        const count = f.local("i32", i32.sub(to, from));
        const addresses = starts.map((start, i) => f.local("i32", i32.add(start, i32.mul(from, strides[i]))));
        f.while(count, () => {
          const splats = addresses.map((address, i) =>
            keptSteps[i] === "0" ? f.local("v128", v128.load64Splat(address)) : null
          );
          const loads = some.map((_, v) => splats.map((splat, i) => splat ?? load(addresses[i], 16 * v)));
          write(loads).forEach(([value], v) => f.set(some[v], two(some[v], value)));
          addresses.forEach((address, i) => f.advance(address, strides[i]));
          f.advance(count, -1);
        });
      });
      store(some, target);
      f.advance(begin, vectors > 1 ? COLUMNS : 1);
    };
    const fits = i32.and(
      i32.leU(i32.add(place.column, COLUMNS), a.kept[kept - 1]),
      i32.leU(i32.add(begin, COLUMNS), end),
    );
    f.if(
      fits,
      columns(COLUMNS / 2, v128.load),
      columns(1, v128.load64Zero),
    );
  };
}
