/**
 * Vector arithmetic as a graph of values: what is shared is computed once, constants are kept in registers.
 *
 * @module
 */
import type { FunctionHandle, ModuleBuilder } from "./assembler.ts";
import type { Expression, ValueType } from "./expression.ts";
import { f32x4, f64x2, i32x4, i64x2, v128 } from "./vector.ts";

type Vector = Expression<"v128">;

/** A scalar function that a module defines when a graph needs it. */
export interface Helper {
  /** Types of its parameters and of its result. */
  readonly type: "f32" | "i32";
  /** Adds it to a module. */
  readonly define: (module: ModuleBuilder) => FunctionHandle<readonly ValueType[], ValueType>;
}

/** A vector value. Nodes are compared by identity. */
export type Node =
  | { readonly kind: "constant"; readonly words: readonly [number, number] }
  | { readonly kind: "input"; readonly index: number }
  | {
    readonly kind: "operation";
    readonly write: (...operands: readonly Vector[]) => Vector;
    readonly operands: readonly Node[];
  }
  | Lanes
  | Branch;

/** A scalar function of every lane where `when` has one; else, or where its lane is 0, `otherwise`. */
export interface Lanes {
  readonly kind: "lanes";
  readonly helper: Helper;
  readonly operands: readonly Node[];
  readonly when: Node | null;
  readonly otherwise: Node | null;
}

/** `then` if any lane of `when` is set, else `otherwise`; only one of them is computed. */
export interface Branch {
  readonly kind: "branch";
  readonly when: Node;
  readonly then: Node;
  readonly otherwise: Node;
}

/** A node, or a number that stands for a constant in every lane. */
export type Term = Node | number;

type Write = (...operands: readonly Vector[]) => Vector;

/** The nodes that a node is computed from. */
export function operandsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case "constant":
    case "input":
      return [];
    case "operation":
      return node.operands;
    case "lanes": {
      const { operands, when, otherwise } = node;
      return [...operands, ...(when === null ? [] : [when]), ...(otherwise === null ? [] : [otherwise])];
    }
    case "branch":
      return [node.when, node.then, node.otherwise];
  }
}

const words = new Int32Array(2);
const float32 = new Float32Array(words.buffer);
const float64 = new Float64Array(words.buffer);

/** A float32 in four lanes. */
export function floatConstant(value: number): Node {
  float32[0] = value;
  return { kind: "constant", words: [words[0], words[0]] };
}

/** A float64 in two lanes. */
export function doubleConstant(value: number): Node {
  float64[0] = value;
  return { kind: "constant", words: [words[0], words[1]] };
}

/** An int32 in four lanes. */
export function intConstant(value: number): Node {
  return { kind: "constant", words: [value | 0, value | 0] };
}

/** An int64 below 2^53 in two lanes. */
export function longConstant(value: number): Node {
  return { kind: "constant", words: [value | 0, Math.floor(value / 2 ** 32) | 0] };
}

/** The graph's input with this index. */
export function vectorInput(index: number): Node {
  return { kind: "input", index };
}

/** An instruction applied to nodes. */
export function operation(write: Write, ...operands: readonly Node[]): Node {
  return { kind: "operation", write, operands };
}

/** A scalar function of every lane. */
export function lanes(helper: Helper, ...operands: readonly Node[]): Node {
  return { kind: "lanes", helper, operands, when: null, otherwise: null };
}

/** The lanes of `otherwise`, but those that `when` has set from a scalar function of `operands`. */
export function repaired(otherwise: Node, when: Node, helper: Helper, ...operands: readonly Node[]): Node {
  return { kind: "lanes", helper, operands, when, otherwise };
}

/** `then` if any lane of `when` is set, else `otherwise`. */
export function branch(when: Node, then: Node, otherwise: Node): Node {
  return { kind: "branch", when, then, otherwise };
}

type Make = (...terms: readonly Term[]) => Node;

/** The instructions of a table as functions of nodes; numbers become constants by `constant`. */
function lifted<K extends string>(
  table: Readonly<Record<K, (...operands: never[]) => Vector>>,
  constant: (value: number) => Node,
  ...keys: readonly K[]
): Readonly<Record<K, Make>> {
  const lift = (write: Write): Make => (...terms) =>
    operation(write, ...terms.map((term) => typeof term === "number" ? constant(term) : term));
  return Object.fromEntries(keys.map((key) => [key, lift(table[key] as unknown as Write)])) as Record<
    K,
    Make
  >;
}

/** A shift of lanes by a constant number of bits. */
const shifted = (write: (vector: Vector, bits: number) => Vector) => (x: Node, bits: number): Node =>
  operation((vector) => write(vector, bits), x);

type FloatOperation =
  | ("add" | "sub" | "mul" | "div" | "min" | "max" | "pmin" | "pmax")
  | ("eq" | "ne" | "lt" | "gt" | "le" | "ge")
  | ("ceil" | "floor" | "trunc" | "nearest" | "abs" | "neg" | "sqrt" | "relaxedMadd" | "relaxedNmadd");

// deno-fmt-ignore
const FLOAT: readonly FloatOperation[] = ["add", "sub", "mul", "div", "min", "max", "pmin", "pmax", "eq", "ne",
  "lt", "gt", "le", "ge", "ceil", "floor", "trunc", "nearest", "abs", "neg", "sqrt", "relaxedMadd",
  "relaxedNmadd"];

type Convert = "convertI32x4S" | "convertI32x4U" | "demoteF64x2Zero";

/** Four float32. */
export const float4: Readonly<Record<FloatOperation | Convert, Make>> = {
  ...lifted(f32x4, floatConstant, ...FLOAT),
  ...lifted(f32x4, intConstant, "convertI32x4S", "convertI32x4U", "demoteF64x2Zero"),
};

/** Two float64. */
export const double2: Readonly<
  Record<FloatOperation | "promoteLowF32x4" | "convertLowI32x4S" | "convertLowI32x4U", Make>
> = {
  ...lifted(f64x2, doubleConstant, ...FLOAT),
  ...lifted(f64x2, floatConstant, "promoteLowF32x4"),
  ...lifted(f64x2, intConstant, "convertLowI32x4S", "convertLowI32x4U"),
};

type IntegerOperation =
  | ("add" | "sub" | "mul" | "minS" | "minU" | "maxS" | "maxU" | "abs" | "neg")
  | ("eq" | "ne" | "ltS" | "ltU" | "gtS" | "gtU" | "leS" | "leU" | "geS" | "geU");

// deno-fmt-ignore
const INTEGER: readonly IntegerOperation[] = ["add", "sub", "mul", "minS", "minU", "maxS", "maxU", "abs", "neg",
  "eq", "ne", "ltS", "ltU", "gtS", "gtU", "leS", "leU", "geS", "geU"];

type ShiftOperation = "shl" | "shrS" | "shrU";
type Shifts = Readonly<Record<ShiftOperation, (x: Node, bits: number) => Node>>;

/** Four int32. */
export const int4:
  & Readonly<Record<IntegerOperation | "truncSatF32x4S" | "truncSatF32x4U", Make>>
  & Shifts = {
    ...lifted(i32x4, intConstant, ...INTEGER),
    ...lifted(i32x4, floatConstant, "truncSatF32x4S", "truncSatF32x4U"),
    shl: shifted(i32x4.shl),
    shrS: shifted(i32x4.shrS),
    shrU: shifted(i32x4.shrU),
  };

/** Two int64. */
export const long2: Readonly<Record<"add" | "sub", Make>> & Shifts = {
  ...lifted(i64x2, longConstant, "add", "sub"),
  shl: shifted(i64x2.shl),
  shrS: shifted(i64x2.shrS),
  shrU: shifted(i64x2.shrU),
};

/** All 128 bits; numbers are int32 in every lane. `andnot(a, b)` is `a & ~b`. */
export const bits: Readonly<Record<"and" | "or" | "xor" | "andnot" | "not" | "bitselect", Make>> = lifted(
  v128,
  intConstant,
  "and",
  "or",
  "xor",
  "andnot",
  "not",
  "bitselect",
);

/** The upper two float32 of a vector as its lower two. */
export function upperHalf(x: Node): Node {
  return operation((vector) => f32x4.shuffle(vector, vector, [2, 3, 2, 3]), x);
}

/** The lower words of the four float64 or int64 of two vectors. */
export function lowWords(low: Node, high: Node): Node {
  return operation((a, b) => f32x4.shuffle(a, b, [0, 2, 4, 6]), low, high);
}

/** The lower halves of two vectors together. */
export function joinHalves(low: Node, high: Node): Node {
  return operation((a, b) => f32x4.shuffle(a, b, [0, 1, 4, 5]), low, high);
}
