/**
 * Loops over contiguous float32 rows that need a whole row at once, in WebAssembly SIMD: the vector form of
 * `kernels/rows.ts`, with its arguments and units.
 *
 * @module
 */
import type { KernelReference } from "../kernel.ts";
import type { RowOperation } from "../rows.ts";
import { promoted } from "./accumulate.ts";
import { arithmeticOf, type SimdMode } from "./arithmetic.ts";
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import { defineHelpers, prepare, type Write } from "./emit.ts";
import type { Expression } from "./expression.ts";
import { simdKernel } from "./generated.ts";
import { float4, vectorInput } from "./nodes.ts";
import { argument, loadPartial } from "./operands.ts";
import { f32, f64, i32 } from "./scalar.ts";
import { exp } from "./transcendental/exponential.ts";
import { log } from "./transcendental/logarithm.ts";
import { f32x4, f64x2, i32x4, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Vector = Expression<"v128">;

/** Vectors that go along together. */
const COPIES = 4;

const LOWEST = v128.constI32x4(-0x80_0000);
const ZERO = v128.constI32x4(0);

/** The loop for rows whose elements are neighbours. */
export function simdRowKernel(operation: RowOperation, axes: number, mode: SimdMode): KernelReference {
  return simdKernel(
    `simd|${mode}|${operation}|${axes}`,
    (module) => defineRowLoop(module, operation, axes, mode),
  );
}

/** A row: where it starts in the input and in the output, and how many elements it has. */
interface Row {
  readonly x: Local<"i32">;
  readonly y: Local<"i32">;
  readonly count: Local<"i32">;
}

function defineRowLoop(module: ModuleBuilder, operation: RowOperation, axes: number, mode: SimdMode): void {
  const arithmetic = arithmeticOf(mode);
  const shifted = exp(arithmetic, float4.sub(vectorInput(0), vectorInput(1)));
  const logarithm = log(arithmetic, vectorInput(0));
  const helpers = defineHelpers(module, [shifted, logarithm]);
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const normalizes = operation === "normalize";
    let next = 2;
    const input = f.local("i32", i32.shl(argument(block, 0), 2));
    const output = f.local("i32", i32.shl(argument(block, 1), 2));
    const second = normalizes ? f.local("i32", i32.shl(argument(block, next++), 2)) : output;
    const count = f.local("i32", argument(block, next++));
    const eps = f.local("f64", f64.load(block, 8 * (++next)));
    next++;
    const extents = Array.from({ length: axes }, (_, d) => f.local("i32", argument(block, next + d)));
    const strides = Array.from(
      { length: axes },
      (_, d) => f.local("i32", i32.shl(argument(block, next + axes + d), 2)),
    );
    const exponential = operation === "normalize" ? null : prepare(f, [shifted], helpers);
    const log1 = operation === "logSoftmax" || operation === "logSumExp"
      ? prepare(f, [logarithm], helpers)
      : null;
    const row: Row = { x: f.local("i32"), y: f.local("i32"), count };
    const rest = f.local("i32");
    const quotient = f.local("i32");
    f.until(begin, end, 1, () => {
      f.set(row.x, input);
      f.set(rest, begin);
      for (let d = axes - 1; d >= 0; d--) {
        f.set(quotient, i32.divU(rest, extents[d]));
        f.advance(row.x, i32.mul(i32.sub(rest, i32.mul(quotient, extents[d])), strides[d]));
        f.set(rest, quotient);
      }
      f.set(row.y, i32.add(output, i32.shl(i32.mul(begin, count), 2)));
      const one = (base: Word): Word => i32.add(base, i32.shl(begin, 2));
      switch (operation) {
        case "softmax":
          return softmax(f, row, exponential!);
        case "logSoftmax":
          return logSoftmax(f, row, exponential!, log1!);
        case "logSumExp":
          return logSumExp(f, row, exponential!, log1!, one(output));
        case "normalize":
          return normalize(f, row, eps, one(second));
      }
    });
  });
}

/**
 * Goes along a row: `whole` for several vectors at byte offsets of the moving addresses, `partial` for the one to
 * three elements at its end.
 */
function along(
  f: FunctionBuilder,
  row: Row,
  whole: (x: Word, y: Word, copies: number) => void,
  partial: (x: Word, y: Word, count: Word) => void,
): void {
  const x = f.local("i32", row.x);
  const y = f.local("i32", row.y);
  const count = f.local("i32", row.count);
  for (const copies of [COPIES, 1]) {
    f.while(i32.geU(count, 4 * copies), () => {
      whole(x, y, copies);
      f.advance(x, 16 * copies);
      f.advance(y, 16 * copies);
      f.advance(count, -4 * copies);
    });
  }
  f.if(count, () => partial(x, y, count));
}

/** The first lanes of a vector, the others taken from `filler`. */
function firstLanes(value: Vector, filler: Vector, count: Word): Vector {
  return v128.bitselect(value, filler, i32x4.ltU(v128.constI32x4(0, 1, 2, 3), i32x4.splat(count)));
}

function storePartial(f: FunctionBuilder, address: Word, value: Vector, count: Word): void {
  f.storeLane32(address, value, 0);
  for (const lane of [1, 2]) f.if(i32.gtU(count, lane), () => f.storeLane32(address, value, lane, 4 * lane));
}

function vectorsAt(x: Word, copies: number): Vector[] {
  return Array.from({ length: copies }, (_, copy) => v128.load(x, 16 * copy));
}

/** The greatest element of the row, in all lanes; NaN wins. */
function greatest(f: FunctionBuilder, row: Row): Local<"v128"> {
  const bests = Array.from({ length: COPIES }, () => f.local("v128", LOWEST));
  along(f, row, (x, _, copies) => {
    vectorsAt(x, copies).forEach((value, copy) => f.set(bests[copy], f32x4.max(bests[copy], value)));
  }, (x, _, count) => {
    f.set(bests[0], f32x4.max(bests[0], firstLanes(loadPartial(f, "float32", x, count, 4), LOWEST, count)));
  });
  const all = f.local("v128", f32x4.max(f32x4.max(bests[0], bests[1]), f32x4.max(bests[2], bests[3])));
  f.set(all, f32x4.max(all, f32x4.shuffle(all, all, [2, 3, 0, 1])));
  f.set(all, f32x4.max(all, f32x4.shuffle(all, all, [1, 0, 3, 2])));
  return all;
}

/** A sum in double precision; up to four vectors are added up first. */
class Sum {
  readonly #f: FunctionBuilder;
  readonly #halves: readonly Local<"v128">[];

  constructor(f: FunctionBuilder) {
    this.#f = f;
    this.#halves = [f.local("v128", ZERO), f.local("v128", ZERO)];
  }

  add(values: readonly Vector[]): void {
    const pairs = values.length === 1
      ? values
      : [f32x4.add(values[0], values[1]), f32x4.add(values[2], values[3])];
    const total = pairs.length === 1 ? pairs[0] : f32x4.add(pairs[0], pairs[1]);
    const value = this.#f.local("v128", total);
    promoted(value).forEach((part, i) => this.#f.set(this.#halves[i], f64x2.add(this.#halves[i], part)));
  }

  total(): Local<"f64"> {
    const both = this.#f.local("v128", f64x2.add(this.#halves[0], this.#halves[1]));
    return this.#f.local("f64", f64.add(f64x2.extractLane(both, 0), f64x2.extractLane(both, 1)));
  }
}

/** The sum of `e^(x - shift)`; each vector of them goes to `keep`. */
function sumOfExponentials(
  f: FunctionBuilder,
  row: Row,
  shift: Local<"v128">,
  exponential: Write,
  keep: ((y: Word, value: Local<"v128">, copy: number, count: Word | null) => void) | null,
): Local<"f64"> {
  const sum = new Sum(f);
  along(f, row, (x, y, copies) => {
    const values = exponential(vectorsAt(x, copies).map((value) => [value, shift])).map(([value]) => value);
    values.forEach((value, copy) => keep?.(y, value, copy, null));
    sum.add(values);
  }, (x, y, count) => {
    const [[value]] = exponential([[loadPartial(f, "float32", x, count, 4), shift]]);
    keep?.(y, value, 0, count);
    sum.add([firstLanes(value, ZERO, count)]);
  });
  return sum.total();
}

function softmax(f: FunctionBuilder, row: Row, exponential: Write): void {
  const shift = greatest(f, row);
  const total = sumOfExponentials(f, row, shift, exponential, (y, value, copy, count) => {
    if (count === null) f.store("v128", y, value, 16 * copy);
    else storePartial(f, y, value, count);
  });
  const factor = f.local("v128", f32x4.splat(f32.demoteF64(f64.div(1, total))));
  const scaled: Row = { ...row, x: row.y };
  along(f, scaled, (x, y, copies) => {
    vectorsAt(x, copies).forEach((value, copy) => f.store("v128", y, f32x4.mul(value, factor), 16 * copy));
  }, (x, y, count) => {
    storePartial(f, y, f.local("v128", f32x4.mul(loadPartial(f, "float32", x, count, 4), factor)), count);
  });
}

/** The logarithm of a sum, in all lanes. */
function logarithmOf(f: FunctionBuilder, total: Local<"f64">, log1: Write): Local<"v128"> {
  return log1([[f.local("v128", f32x4.splat(f32.demoteF64(total)))]])[0][0];
}

function logSoftmax(f: FunctionBuilder, row: Row, exponential: Write, log1: Write): void {
  const shift = greatest(f, row);
  const logarithm = logarithmOf(f, sumOfExponentials(f, row, shift, exponential, null), log1);
  const value = (x: Vector): Vector => f32x4.sub(f32x4.sub(x, shift), logarithm);
  along(f, row, (x, y, copies) => {
    vectorsAt(x, copies).forEach((vector, copy) => f.store("v128", y, value(vector), 16 * copy));
  }, (x, y, count) => {
    storePartial(f, y, f.local("v128", value(loadPartial(f, "float32", x, count, 4))), count);
  });
}

function logSumExp(f: FunctionBuilder, row: Row, exponential: Write, log1: Write, target: Word): void {
  const shift = greatest(f, row);
  // Where the greatest is infinite, subtracting it would make NaN of the others.
  const finite = f32x4.eq(f32x4.sub(shift, shift), ZERO);
  f.set(shift, v128.and(shift, finite));
  const logarithm = logarithmOf(f, sumOfExponentials(f, row, shift, exponential, null), log1);
  f.store("f32", target, f32.add(f32x4.extractLane(logarithm, 0), f32x4.extractLane(shift, 0)));
}

function normalize(f: FunctionBuilder, row: Row, eps: Local<"f64">, target: Word): void {
  const sum = new Sum(f);
  along(f, row, (x, _, copies) => sum.add(vectorsAt(x, copies)), (x, _, count) => {
    sum.add([loadPartial(f, "float32", x, count, 4)]);
  });
  const mean = f.local("f64", f64.div(sum.total(), f64.convertI32U(row.count)));
  // The mean in two parts, so that a large one does not cost digits of small distances.
  const high = f.local("f32", f32.demoteF64(mean));
  const highs = f.local("v128", f32x4.splat(high));
  const lows = f.local("v128", f32x4.splat(f32.demoteF64(f64.sub(mean, f64.promoteF32(high)))));
  const centered = (x: Vector): Vector => f32x4.sub(f32x4.sub(x, highs), lows);
  const squares = new Sum(f);
  const square = (x: Vector): Vector => {
    const distance = f.local("v128", centered(x));
    return f32x4.mul(distance, distance);
  };
  along(f, row, (x, _, copies) => squares.add(vectorsAt(x, copies).map(square)), (x, _, count) => {
    squares.add([firstLanes(square(loadPartial(f, "float32", x, count, 4)), ZERO, count)]);
  });
  const variance = f64.div(squares.total(), f64.convertI32U(row.count));
  const factor = f.local("f32", f32.demoteF64(f64.div(1, f64.sqrt(f64.add(variance, eps)))));
  f.store("f32", target, factor);
  const factors = f.local("v128", f32x4.splat(factor));
  along(f, row, (x, y, copies) => {
    vectorsAt(x, copies).forEach((value, copy) =>
      f.store("v128", y, f32x4.mul(centered(value), factors), 16 * copy)
    );
  }, (x, y, count) => {
    storePartial(
      f,
      y,
      f.local("v128", f32x4.mul(centered(loadPartial(f, "float32", x, count, 4)), factors)),
      count,
    );
  });
}
