/**
 * The scalar instructions of WebAssembly, under the names of its text format in camel case.
 *
 * @module
 */
import { type Binary, binary, each, type Load, load, type Unary, unary } from "./expression.ts";

type Of<K extends string, F> = Readonly<Record<K, F>>;

type Comparison = "eq" | "ne" | "lt" | "gt" | "le" | "ge";
type IntegerComparison = "eq" | "ne" | "ltS" | "ltU" | "gtS" | "gtU" | "leS" | "leU" | "geS" | "geU";
type FloatUnary = "abs" | "neg" | "ceil" | "floor" | "trunc" | "nearest" | "sqrt";
type FloatBinary = "add" | "sub" | "mul" | "div" | "min" | "max" | "copysign";
type IntegerUnary = "clz" | "ctz" | "popcnt";
type IntegerBinary =
  | ("add" | "sub" | "mul" | "divS" | "divU" | "remS" | "remU" | "and" | "or" | "xor")
  | ("shl" | "shrS" | "shrU" | "rotl" | "rotr");

/** Numbers from `first` up for names in their order. */
function from<K extends string>(first: number, ...names: readonly K[]): Record<K, number> {
  return Object.fromEntries(names.map((name, i) => [name, first + i])) as Record<K, number>;
}

const integerComparisons = (first: number): Record<IntegerComparison, number> =>
  from(first, "eq", "ne", "ltS", "ltU", "gtS", "gtU", "leS", "leU", "geS", "geU");
const comparisons = (first: number): Record<Comparison, number> =>
  from(first, "eq", "ne", "lt", "gt", "le", "ge");
const integerUnary = (first: number): Record<IntegerUnary, number> => from(first, "clz", "ctz", "popcnt");
const integerBinary = (first: number): Record<IntegerBinary, number> =>
  // deno-fmt-ignore
  from(first, "add", "sub", "mul", "divS", "divU", "remS", "remU", "and", "or", "xor", "shl", "shrS", "shrU",
    "rotl", "rotr");
const floatUnary = (first: number): Record<FloatUnary, number> =>
  from(first, "abs", "neg", "ceil", "floor", "trunc", "nearest", "sqrt");
const floatBinary = (first: number): Record<FloatBinary, number> =>
  from(first, "add", "sub", "mul", "div", "min", "max", "copysign");

/** Instructions on i32. Shifts take the amount second; the `truncSat` ones saturate and give 0 for NaN. */
export const i32:
  & Of<IntegerBinary, Binary<"i32">>
  & Of<IntegerComparison, Binary<"i32">>
  & Of<IntegerUnary | "eqz", Unary<"i32">>
  & Of<"load" | "load8S" | "load8U" | "load16S" | "load16U", Load<"i32">>
  & Of<"truncSatF32S" | "truncSatF32U" | "reinterpretF32", Unary<"f32", "i32">>
  & Of<"truncSatF64S" | "truncSatF64U", Unary<"f64", "i32">>
  & Of<"wrapI64", Unary<"i64", "i32">> = {
    ...each(integerBinary(0x6a), binary("i32", "i32")),
    ...each(integerComparisons(0x46), binary("i32", "i32")),
    ...each({ eqz: 0x45, ...integerUnary(0x67) }, unary("i32", "i32")),
    ...each({ load: 0x28, ...from(0x2c, "load8S", "load8U", "load16S", "load16U") }, load("i32")),
    ...each(
      { ...from(0xfc_0000, "truncSatF32S", "truncSatF32U"), reinterpretF32: 0xbc },
      unary("f32", "i32"),
    ),
    ...each(from(0xfc_0002, "truncSatF64S", "truncSatF64U"), unary("f64", "i32")),
    ...each({ wrapI64: 0xa7 }, unary("i64", "i32")),
  };

/** Instructions on i64. */
export const i64:
  & Of<IntegerBinary, Binary<"i64">>
  & Of<IntegerComparison, Binary<"i64", "i32">>
  & Of<IntegerUnary, Unary<"i64">>
  & Of<"eqz", Unary<"i64", "i32">>
  & Of<"load", Load<"i64">>
  & Of<"extendI32S" | "extendI32U", Unary<"i32", "i64">>
  & Of<"truncSatF64S" | "truncSatF64U" | "reinterpretF64", Unary<"f64", "i64">> = {
    ...each(integerBinary(0x7c), binary("i64", "i64")),
    ...each(integerComparisons(0x51), binary("i64", "i32")),
    ...each(integerUnary(0x79), unary("i64", "i64")),
    ...each({ eqz: 0x50 }, unary("i64", "i32")),
    ...each({ load: 0x29 }, load("i64")),
    ...each(from(0xac, "extendI32S", "extendI32U"), unary("i32", "i64")),
    ...each(
      { ...from(0xfc_0006, "truncSatF64S", "truncSatF64U"), reinterpretF64: 0xbd },
      unary("f64", "i64"),
    ),
  };

/** Instructions on f32. */
export const f32:
  & Of<FloatBinary, Binary<"f32">>
  & Of<Comparison, Binary<"f32", "i32">>
  & Of<FloatUnary, Unary<"f32">>
  & Of<"load", Load<"f32">>
  & Of<"convertI32S" | "convertI32U" | "reinterpretI32", Unary<"i32", "f32">>
  & Of<"demoteF64", Unary<"f64", "f32">> = {
    ...each(floatBinary(0x92), binary("f32", "f32")),
    ...each(comparisons(0x5b), binary("f32", "i32")),
    ...each(floatUnary(0x8b), unary("f32", "f32")),
    ...each({ load: 0x2a }, load("f32")),
    ...each({ ...from(0xb2, "convertI32S", "convertI32U"), reinterpretI32: 0xbe }, unary("i32", "f32")),
    ...each({ demoteF64: 0xb6 }, unary("f64", "f32")),
  };

/** Instructions on f64. */
export const f64:
  & Of<FloatBinary, Binary<"f64">>
  & Of<Comparison, Binary<"f64", "i32">>
  & Of<FloatUnary, Unary<"f64">>
  & Of<"load", Load<"f64">>
  & Of<"convertI32S" | "convertI32U", Unary<"i32", "f64">>
  & Of<"promoteF32", Unary<"f32", "f64">>
  & Of<"reinterpretI64", Unary<"i64", "f64">> = {
    ...each(floatBinary(0xa0), binary("f64", "f64")),
    ...each(comparisons(0x61), binary("f64", "i32")),
    ...each(floatUnary(0x99), unary("f64", "f64")),
    ...each({ load: 0x2b }, load("f64")),
    ...each(from(0xb7, "convertI32S", "convertI32U"), unary("i32", "f64")),
    ...each({ promoteF32: 0xbb }, unary("f32", "f64")),
    ...each({ reinterpretI64: 0xbf }, unary("i64", "f64")),
  };
