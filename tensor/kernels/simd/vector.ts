/**
 * The vector instructions of WebAssembly on 128 bits, under the names of its text format in camel case.
 *
 * @module
 */
import type { Code } from "./encoding.ts";
import {
  type Binary,
  binary,
  codeOf,
  each,
  type Expression,
  instruction,
  type Load,
  load,
  type Operand,
  type Ternary,
  ternary,
  type Unary,
  unary,
  type ValueType,
} from "./expression.ts";

type Of<K extends string, F> = Readonly<Record<K, F>>;
type Vector = Expression<"v128">;

type Comparison = "eq" | "ne" | "lt" | "gt" | "le" | "ge";
type Rounding = "ceil" | "floor" | "trunc" | "nearest";
type FloatBinary = "add" | "sub" | "mul" | "div" | "min" | "max" | "pmin" | "pmax";

/** The lanes of a shape. */
interface Lanes<T extends ValueType> {
  /** A vector whose lanes are all this value. */
  readonly splat: Unary<T, "v128">;
  /** The lane with this number. */
  readonly extractLane: (vector: Vector, lane: number) => Expression<T>;
  /** The vector with another value in this lane. */
  readonly replaceLane: (vector: Vector, lane: number, value: Operand<T>) => Vector;
}

/** A shift of every lane by the same number of bits. */
type Shift = (vector: Vector, bits: Operand<"i32">) => Vector;

function lanes<T extends ValueType>(type: T, splat: number, extract: number, replace: number): Lanes<T> {
  return {
    splat: unary(type, "v128")(splat),
    extractLane: (vector, lane) => ({ type, code: [vector.code, instruction(extract), lane] }),
    replaceLane: (vector, lane, value) => ({
      type: "v128",
      code: [vector.code, codeOf(type, value), instruction(replace), lane],
    }),
  };
}

function shift(opcode: number): Shift {
  return (vector, bits) => ({ type: "v128", code: [vector.code, codeOf("i32", bits), instruction(opcode)] });
}

/** A shuffle of bytes as a shuffle of lanes of `size` bytes. */
function shuffle(size: number): (a: Vector, b: Vector, order: readonly number[]) => Vector {
  return (a, b, order) => {
    const bytes: Code = order.flatMap((lane) => Array.from({ length: size }, (_, i) => lane * size + i));
    return { type: "v128", code: [a.code, b.code, instruction(0xfd_000d), bytes] };
  };
}

const vectors = binary("v128", "v128");
const vector = unary("v128", "v128");
const test = unary("v128", "i32");

/** Instructions on all 128 bits, and loads. `bitselect(a, b, mask)` has the bits of `a` where the mask has 1. */
export const v128:
  & Of<"and" | "andnot" | "or" | "xor", Binary<"v128">>
  & Of<"not", Unary<"v128">>
  & Of<"bitselect", Ternary>
  & Of<"anyTrue", Unary<"v128", "i32">>
  & Of<
    "load" | "load32Splat" | "load64Splat" | "load32Zero" | "load64Zero" | "load8x8U" | "load16x4U",
    Load<"v128">
  >
  & { readonly constI32x4: (a: number, b?: number, c?: number, d?: number) => Vector } = {
    ...each({ and: 0xfd_004e, andnot: 0xfd_004f, or: 0xfd_0050, xor: 0xfd_0051 }, vectors),
    ...each({ not: 0xfd_004d }, vector),
    ...each({ bitselect: 0xfd_0052 }, ternary),
    ...each({ anyTrue: 0xfd_0053 }, test),
    ...each({
      load: 0xfd_0000,
      load8x8U: 0xfd_0002,
      load16x4U: 0xfd_0004,
      load32Splat: 0xfd_0009,
      load64Splat: 0xfd_000a,
      load32Zero: 0xfd_005c,
      load64Zero: 0xfd_005d,
    }, load("v128")),
    constI32x4: (a, b = a, c = a, d = a) => ({
      type: "v128",
      code: [instruction(0xfd_000c), ...new Uint8Array(Int32Array.of(a, b, c, d).buffer)],
    }),
  };

/**
 * Instructions on four f32. `shuffle(a, b, order)` picks lanes 0 to 3 of `a` and 4 to 7 of `b`. Only
 * `relaxedMadd(a, b, c) = a b + c` and what else is called relaxed may differ between machines.
 */
export const f32x4:
  & Lanes<"f32">
  & Of<FloatBinary | Comparison | "relaxedMin" | "relaxedMax", Binary<"v128">>
  & Of<
    Rounding | "abs" | "neg" | "sqrt" | "convertI32x4S" | "convertI32x4U" | "demoteF64x2Zero",
    Unary<"v128">
  >
  & Of<"relaxedMadd" | "relaxedNmadd", Ternary>
  & { readonly shuffle: (a: Vector, b: Vector, order: readonly number[]) => Vector } = {
    ...lanes("f32", 0xfd_0013, 0xfd_001f, 0xfd_0020),
    ...each({
      ...{ eq: 0xfd_0041, ne: 0xfd_0042, lt: 0xfd_0043, gt: 0xfd_0044, le: 0xfd_0045, ge: 0xfd_0046 },
      ...{ add: 0xfd_00e4, sub: 0xfd_00e5, mul: 0xfd_00e6, div: 0xfd_00e7 },
      ...{ min: 0xfd_00e8, max: 0xfd_00e9, pmin: 0xfd_00ea, pmax: 0xfd_00eb },
      ...{ relaxedMin: 0xfd_010d, relaxedMax: 0xfd_010e },
    }, vectors),
    ...each({
      ...{ ceil: 0xfd_0067, floor: 0xfd_0068, trunc: 0xfd_0069, nearest: 0xfd_006a },
      ...{ abs: 0xfd_00e0, neg: 0xfd_00e1, sqrt: 0xfd_00e3 },
      ...{ convertI32x4S: 0xfd_00fa, convertI32x4U: 0xfd_00fb, demoteF64x2Zero: 0xfd_005e },
    }, vector),
    ...each({ relaxedMadd: 0xfd_0105, relaxedNmadd: 0xfd_0106 }, ternary),
    shuffle: shuffle(4),
  };

/** Instructions on two f64. `shuffle(a, b, order)` picks lanes 0 and 1 of `a`, 2 and 3 of `b`. */
export const f64x2:
  & Lanes<"f64">
  & Of<FloatBinary | Comparison | "relaxedMin" | "relaxedMax", Binary<"v128">>
  & Of<Rounding | "abs" | "neg" | "sqrt", Unary<"v128">>
  & Of<"promoteLowF32x4" | "convertLowI32x4S" | "convertLowI32x4U", Unary<"v128">>
  & Of<"relaxedMadd" | "relaxedNmadd", Ternary>
  & { readonly shuffle: (a: Vector, b: Vector, order: readonly number[]) => Vector } = {
    ...lanes("f64", 0xfd_0014, 0xfd_0021, 0xfd_0022),
    ...each({
      ...{ eq: 0xfd_0047, ne: 0xfd_0048, lt: 0xfd_0049, gt: 0xfd_004a, le: 0xfd_004b, ge: 0xfd_004c },
      ...{ add: 0xfd_00f0, sub: 0xfd_00f1, mul: 0xfd_00f2, div: 0xfd_00f3 },
      ...{ min: 0xfd_00f4, max: 0xfd_00f5, pmin: 0xfd_00f6, pmax: 0xfd_00f7 },
      ...{ relaxedMin: 0xfd_010f, relaxedMax: 0xfd_0110 },
    }, vectors),
    ...each({
      ...{ ceil: 0xfd_0074, floor: 0xfd_0075, trunc: 0xfd_007a, nearest: 0xfd_0094 },
      ...{ abs: 0xfd_00ec, neg: 0xfd_00ed, sqrt: 0xfd_00ef, promoteLowF32x4: 0xfd_005f },
      ...{ convertLowI32x4S: 0xfd_00fe, convertLowI32x4U: 0xfd_00ff },
    }, vector),
    ...each({ relaxedMadd: 0xfd_0107, relaxedNmadd: 0xfd_0108 }, ternary),
    shuffle: shuffle(8),
  };

/** Instructions on four i32. The lanes of `relaxedLaneselect(a, b, mask)` need masks of all 0 or all 1. */
export const i32x4:
  & Lanes<"i32">
  & Of<"add" | "sub" | "mul" | "minS" | "minU" | "maxS" | "maxU", Binary<"v128">>
  & Of<"eq" | "ne" | "ltS" | "ltU" | "gtS" | "gtU" | "leS" | "leU" | "geS" | "geU", Binary<"v128">>
  & Of<"abs" | "neg" | "truncSatF32x4S" | "truncSatF32x4U", Unary<"v128">>
  & Of<"relaxedTruncF32x4S" | "relaxedTruncF32x4U" | "truncSatF64x2SZero", Unary<"v128">>
  & Of<"allTrue" | "bitmask", Unary<"v128", "i32">>
  & Of<"shl" | "shrS" | "shrU", Shift>
  & Of<"relaxedLaneselect", Ternary> = {
    ...lanes("i32", 0xfd_0011, 0xfd_001b, 0xfd_001c),
    ...each({
      ...{ eq: 0xfd_0037, ne: 0xfd_0038, ltS: 0xfd_0039, ltU: 0xfd_003a, gtS: 0xfd_003b, gtU: 0xfd_003c },
      ...{ leS: 0xfd_003d, leU: 0xfd_003e, geS: 0xfd_003f, geU: 0xfd_0040 },
      ...{ add: 0xfd_00ae, sub: 0xfd_00b1, mul: 0xfd_00b5 },
      ...{ minS: 0xfd_00b6, minU: 0xfd_00b7, maxS: 0xfd_00b8, maxU: 0xfd_00b9 },
    }, vectors),
    ...each({
      ...{ abs: 0xfd_00a0, neg: 0xfd_00a1, truncSatF32x4S: 0xfd_00f8, truncSatF32x4U: 0xfd_00f9 },
      ...{ truncSatF64x2SZero: 0xfd_00fc, relaxedTruncF32x4S: 0xfd_0101, relaxedTruncF32x4U: 0xfd_0102 },
    }, vector),
    ...each({ allTrue: 0xfd_00a3, bitmask: 0xfd_00a4 }, test),
    ...each({ shl: 0xfd_00ab, shrS: 0xfd_00ac, shrU: 0xfd_00ad }, shift),
    ...each({ relaxedLaneselect: 0xfd_010b }, ternary),
  };

/** Instructions on two i64. */
export const i64x2:
  & Lanes<"i64">
  & Of<"add" | "sub" | "mul" | "eq", Binary<"v128">>
  & Of<"extendLowI32x4S" | "extendHighI32x4S" | "extendLowI32x4U" | "extendHighI32x4U", Unary<"v128">>
  & Of<"shl" | "shrS" | "shrU", Shift> = {
    ...lanes("i64", 0xfd_0012, 0xfd_001d, 0xfd_001e),
    ...each({ add: 0xfd_00ce, sub: 0xfd_00d1, mul: 0xfd_00d5, eq: 0xfd_00d6 }, vectors),
    ...each({
      ...{ extendLowI32x4S: 0xfd_00c7, extendHighI32x4S: 0xfd_00c8 },
      ...{ extendLowI32x4U: 0xfd_00c9, extendHighI32x4U: 0xfd_00ca },
    }, vector),
    ...each({ shl: 0xfd_00cb, shrS: 0xfd_00cc, shrU: 0xfd_00cd }, shift),
  };

/** Instructions on sixteen i8. */
export const i8x16:
  & Of<"swizzle", Binary<"v128">>
  & { readonly shuffle: (a: Vector, b: Vector, order: readonly number[]) => Vector } = {
    ...each({ swizzle: 0xfd_000e }, vectors),
    shuffle: shuffle(1),
  };
