/**
 * Reductions whose vectors go along the outputs: four neighbouring columns of what is reduced.
 *
 * Rows are read in their order. Accumulators of a block of columns stand in the scratch area.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import type { Step } from "../elementwise_form.ts";
import { type Accumulation, inPairs, promoted } from "./accumulate.ts";
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import { allNodes, defineHelpers, prepare, type Write } from "./emit.ts";
import { constant, type Expression, select } from "./expression.ts";
import { extreme, EXTREMES } from "./extremes.ts";
import { loadPartial, loadSplat, loadStepped, sizeShift, stepBytes, storePartial } from "./operands.ts";
import type { Reducing } from "./reducing.ts";
import {
  findUnit,
  least,
  overOuterAxes,
  readArguments,
  type ReduceArguments,
  unitPlace,
} from "./reduce_arguments.ts";
import { f64, i32 } from "./scalar.ts";
import { f32x4, f64x2, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Address = Local<"i32">;
type Vector = Local<"v128">;

const ZERO = v128.constI32x4(0);

/** Columns of a block, whose accumulators take 8 KiB at most; and of one whose rows are read from beyond the caches. */
const [COLUMNS, FAR_COLUMNS] = [1024, 4096];

/** Bytes of rows from which that is so: then memory is read quickest just as it lies, a row at a time if it is whole. */
const FAR = 1 << 24;

/** Rows that go along together. */
const ROWS = 4;

/** Rows that are added up as float32, where that is how sums are made, before they go into precise accumulators. */
const BLOCK = 16;

/** Where float32 accumulators begin, in the scratch area: behind the precise ones. */
const SINGLE = 8 * FAR_COLUMNS;

/** Vectors of a row that go along together, where little is computed of each: of one row, of several. */
const VECTORS: readonly [number, number] = [8, 4];

/** Values of an element up to which that is so. */
const FEW_VALUES = 4;

/** Bytes of the accumulators of four columns: one vector of values, or two of doubles. */
function cellOf({ precise }: Accumulation): number {
  return precise ? 32 : 16;
}

/** Bytes from an extreme of columns to the next one. */
const EXTREME = 4 * FAR_COLUMNS;

/** Defines the kernel. */
export function defineColumns(module: ModuleBuilder, reducing: Reducing): void {
  const { form, accumulation, root } = reducing;
  const { inputs, kept, reduced } = form;
  const last = reduced - 1;
  const helpers = defineHelpers(module, [root]);
  const plain = accumulation.greatest === null
    ? reducing
    : { ...reducing, accumulation: { ...accumulation, greatest: null } };
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end, scratch) => {
    const a = readArguments(f, reducing, block);
    const place = unitPlace(f, reducing);
    const write = prepare(f, [root], helpers);
    const columns = f.local("i32");
    const bytes = f.local("i32");
    const strides = inputs.map((_, i) => a.reducedStrides[i][last]);
    // Whether elements beyond the columns of a row may be read with them where another row comes after it.
    const follows = f.local("i32", 1);
    if (form.narrow === true) {
      inputs.forEach((dtype, i) => {
        const step = form.keptSteps[i];
        const row = i32.mul(a.kept[kept - 1], stepBytes(dtype, step));
        if (step === "-1") f.set(follows, 0);
        else if (step !== "0") f.set(follows, i32.and(follows, i32.geS(strides[i], row)));
      });
    }
    const far = f.local("i32", 0);
    const farFrom = f.local("i32", i32.divU(constant("i32", FAR), i32.or(a.reduced[last], 1)));
    strides.forEach((stride) => f.set(far, i32.or(far, i32.geS(stride, farFrom))));
    const whole = f.local("i32", i32.and(far, i32.leU(a.kept[kept - 1], FAR_COLUMNS)));
    f.while(i32.ltU(begin, end), () => {
      findUnit(f, a, place, begin);
      f.set(columns, least(i32.sub(a.kept[kept - 1], place.column), i32.sub(end, begin)));
      f.set(columns, least(columns, select(far, constant("i32", FAR_COLUMNS), constant("i32", COLUMNS))));
      f.set(bytes, i32.mul(i32.shrU(i32.add(columns, 3), 2), cellOf(accumulation)));
      const at = f.local("i32", 0);
      f.set(at, 0);
      const extremes = accumulation.greatest === null ? [0] : EXTREMES.map((_, i) => EXTREME * i);
      f.until(
        at,
        bytes,
        16,
        () =>
          extremes.forEach((offset) => f.store("v128", i32.add(scratch, at), accumulation.initial, offset)),
      );
      const blocked = isBlocked(reducing);
      if (blocked) {
        f.set(at, 0);
        f.until(at, i32.shrU(bytes, 1), 16, () => f.store("v128", i32.add(scratch, at), ZERO, SINGLE));
      }
      overOuterAxes(f, a, place, (starts, from, to) => {
        const count = f.local("i32", i32.sub(to, from));
        const rows = inputs.map((_, i) => f.local("i32", i32.add(starts[i], i32.mul(from, strides[i]))));
        const room = f.local("i32", BLOCK);
        const pass = (size: number, beyond = false, by = reducing): void => {
          accumulateRows(f, by, a, write, rows, size, columns, scratch, beyond);
          rows.forEach((row, i) => f.advance(row, i32.mul(strides[i], size)));
          f.advance(count, -size);
          if (!blocked) return;
          f.advance(room, -size);
          f.if(i32.leS(room, 0), () => {
            addSingles(f, bytes, scratch);
            f.set(room, BLOCK);
          });
        };
        // Of one row, comparing numbers takes less than going through three extremes.
        f.if(whole, () => f.while(count, () => pass(1, false, plain)));
        if (form.narrow === true) {
          f.if(follows, () => f.while(i32.gtU(count, ROWS), () => pass(ROWS, true)));
        }
        f.while(i32.geU(count, ROWS), () => pass(ROWS));
        // Where it is known how many rows are left, they go along together as well.
        const rest = form.extent === undefined ? 0 : form.extent % ROWS;
        if (rest > 0) f.if(i32.eq(count, rest), () => pass(rest));
        f.while(count, () => pass(1));
      });
      if (blocked) addSingles(f, bytes, scratch);
      const store = (by: Reducing) => (): void => storeColumns(f, by, a.output, begin, columns, scratch);
      if (plain === reducing) store(reducing)();
      else f.if(whole, store(plain), store(reducing));
      f.advance(begin, columns);
    });
  });
}

/** Whether some rows are added up as float32 before they go into precise accumulators. */
function isBlocked({ form, accumulation }: Reducing): boolean {
  return accumulation.precise && accumulation.combineFirst !== null && form.extent === undefined;
}

/** Adds the float32 accumulators to the precise ones, and empties them. */
function addSingles(f: FunctionBuilder, bytes: Word, scratch: Word): void {
  const end = f.local("i32", i32.add(scratch, bytes));
  const precise = f.local("i32", scratch);
  const single = f.local("i32", i32.add(scratch, SINGLE));
  f.while(i32.ltU(precise, end), () => {
    promoted(f.local("v128", v128.load(single))).forEach((part, i) =>
      f.store("v128", precise, f64x2.add(v128.load(precise, 16 * i), part), 16 * i)
    );
    f.store("v128", single, ZERO);
    f.advance(precise, 32);
    f.advance(single, 16);
  });
}

/** Adds some rows to the accumulators of all columns of the block; `beyond`: more may be read than these. */
function accumulateRows(
  f: FunctionBuilder,
  reducing: Reducing,
  a: ReduceArguments,
  write: Write,
  rows: readonly Address[],
  size: number,
  columns: Word,
  scratch: Word,
  beyond: boolean,
): void {
  const { form, accumulation, root } = reducing;
  const { inputs, keptSteps, reduced } = form;
  const { precise, combine, combineFirst, greatest } = accumulation;
  const cell = cellOf(accumulation);
  const addresses = Array.from(
    { length: size },
    (_, copy) =>
      inputs.map((_, i) => f.local("i32", i32.add(rows[i], i32.mul(a.reducedStrides[i][reduced - 1], copy)))),
  );
  const splats = addresses.map((list) =>
    list.map((address, i) => keptSteps[i] === "0" ? f.local("v128", loadSplat(inputs[i], address)) : null)
  );
  const left = f.local("i32", columns);
  const accumulators = f.local("i32", scratch);
  const single = f.local("i32", i32.add(scratch, SINGLE));
  const blocked = isBlocked(reducing);
  /** Adds what has been loaded of each row, for the vector with this number. */
  const addLoaded = (loads: readonly (readonly Vector[])[], vector: number): void => {
    const to = cell * vector;
    const add = (value: Expression<"v128">, offset: number): void =>
      f.store("v128", accumulators, combine(v128.load(accumulators, offset), value), offset);
    const addVector = (value: Vector): void => {
      if (blocked) f.store("v128", single, f32x4.add(v128.load(single, 16 * vector), value), 16 * vector);
      else if (precise) promoted(value).forEach((part, i) => add(part, to + 16 * i));
      else add(value, to);
    };
    const values = write(loads).map(([value]) => value);
    if (greatest !== null) {
      return EXTREMES.forEach((two, i) => {
        const value = inPairs(f, values, two);
        const offset = to + EXTREME * i;
        f.store("v128", accumulators, two(v128.load(accumulators, offset), value), offset);
      });
    }
    if (size === 1 || combineFirst === null) {
      if (precise && !blocked) addInOrder(f, values, accumulators, to, combine);
      else values.forEach(addVector);
    } else {
      const [w, x, ...others] = values;
      const all = others.length === 0 ? combineFirst(w, x) : combineFirst(
        combineFirst(w, x),
        others.length === 1 ? others[0] : combineFirst(others[0], others[1]),
      );
      addVector(f.local("v128", all));
    }
  };
  const advance = (vectors: number): void => {
    addresses.forEach((list) =>
      list.forEach((address, i) => {
        if (keptSteps[i] !== "0") f.advance(address, 4 * vectors * stepBytes(inputs[i], keptSteps[i]));
      })
    );
    f.advance(accumulators, cell * vectors);
    if (blocked) f.advance(single, 16 * vectors);
    f.advance(left, -4 * vectors);
  };
  const vectors = VECTORS[size === 1 ? 0 : 1];
  if ((size === 1 || size === ROWS) && combineFirst !== null && allNodes([root]).length <= FEW_VALUES) {
    f.while(i32.geS(left, 4 * vectors), () => {
      for (let vector = 0; vector < vectors; vector++) {
        const loads = splats.map((list, copy) =>
          list.map((splat, i) =>
            splat ??
              f.local(
                "v128",
                loadStepped(
                  inputs[i],
                  keptSteps[i],
                  addresses[copy][i],
                  4 * vector * stepBytes(inputs[i], keptSteps[i]),
                ),
              )
          )
        );
        addLoaded(loads, vector);
      }
      advance(vectors);
    });
  }
  const loads = splats.map((list) => list.map((splat) => splat ?? f.local("v128")));
  const each = (load: (dtype: DType, step: Step, address: Address) => Expression<"v128">) => (): void =>
    loads.forEach((list, copy) =>
      list.forEach((local, i) => {
        if (splats[copy][i] === null) f.set(local, load(inputs[i], keptSteps[i], addresses[copy][i]));
      })
    );
  f.while(i32.gtS(left, 0), () => {
    const whole = each((dtype, step, address) => loadStepped(dtype, step, address));
    if (beyond) whole();
    else {
      f.if(
        i32.geS(left, 4),
        whole,
        each((dtype, step, address) => loadPartial(f, dtype, address, left, stepBytes(dtype, step))),
      );
    }
    addLoaded(loads, 0);
    advance(1);
  });
}

/** Adds several rows to double accumulators, one after the other, which are read and written once. */
function addInOrder(
  f: FunctionBuilder,
  values: readonly Vector[],
  accumulators: Address,
  place: number,
  combine: (a: Expression<"v128">, b: Expression<"v128">) => Expression<"v128">,
): void {
  const halves = [0, 16].map((offset) => f.local("v128", v128.load(accumulators, place + offset)));
  for (const value of values) {
    promoted(value).forEach((part, i) => f.set(halves[i], combine(halves[i], part)));
  }
  halves.forEach((half, i) => f.store("v128", accumulators, half, place + 16 * i));
}

/** Writes the outputs of a block. */
function storeColumns(
  f: FunctionBuilder,
  { form, accumulation }: Reducing,
  output: Word,
  begin: Word,
  columns: Word,
  scratch: Word,
): void {
  const wide = form.output === "float64";
  const size = wide ? 8 : 1 << sizeShift(form.output);
  const target = f.local("i32", i32.add(output, i32.mul(begin, size)));
  const source = f.local("i32", scratch);
  const left = f.local("i32", columns);
  if (size === 4) {
    const four = fourOf(accumulation, source);
    f.while(i32.geU(left, 4), () => {
      f.store("v128", target, four);
      f.advance(target, 16);
      f.advance(source, cellOf(accumulation));
      f.advance(left, -4);
    });
    f.if(left, () => storePartial(f, form.output, target, f.local("v128", four), left));
    return;
  }
  f.while(left, () => {
    if (wide) f.store("f64", target, f64.load(source));
    else f.store8(target, i32.and(i32.load(source), 1));
    f.advance(target, size);
    f.advance(source, cellOf(accumulation) / 4);
    f.advance(left, -1);
  });
}

/** What the accumulators of four columns come to. */
function fourOf({ precise, greatest }: Accumulation, source: Address): Expression<"v128"> {
  if (greatest !== null) {
    const [signed, least, most] = EXTREMES.map((_, i) => v128.load(source, EXTREME * i));
    return extreme(greatest, signed, least, most);
  }
  if (!precise) return v128.load(source);
  const [low, high] = [0, 16].map((offset) => f32x4.demoteF64x2Zero(v128.load(source, offset)));
  return f32x4.shuffle(low, high, [0, 1, 4, 5]);
}
