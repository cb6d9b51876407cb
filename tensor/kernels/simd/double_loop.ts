/**
 * Loops over float64 elements for plain arithmetic, in WebAssembly SIMD: two elements to a vector.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import type { ElementwiseForm } from "../elementwise_form.ts";
import { type Expression as Arithmetic, isComparison } from "../expression.ts";
import { type Arithmetic as Instructions, arithmeticOf, type SimdMode } from "./arithmetic.ts";
import type { FunctionHandle, Local, ModuleBuilder } from "./assembler.ts";
import { DOUBLE_BINARY, DOUBLE_UNARY } from "./double_operations.ts";
import { prepare } from "./emit.ts";
import type { Expression } from "./expression.ts";
import { bits, double2, doubleConstant, float4, type Node, vectorInput } from "./nodes.ts";
import { addressShift, argument, loadSplat } from "./operands.ts";
import { least } from "./reduce_arguments.ts";
import { i32 } from "./scalar.ts";
import { i32x4, v128 } from "./vector.ts";

/** Vectors that go along together. */
const COPIES = 4;

/** Numbers that the strides of a form may come to, which are kept in locals. */
const MOST_STRIDES = 64;

/**
 * What writes the module of the loop for a form. Null where an operand is neither float64 nor cast to it or from it at
 * once, where vectors have no such operator, or where operands step unevenly along the last axis.
 */
export function doubleLoopOf(
  form: ElementwiseForm,
  mode: SimdMode,
): ((module: ModuleBuilder) => void) | null {
  const { inputs, outputs, expressions, rank, steps } = form;
  if (steps.some((step) => step !== "0" && step !== "1") || rank * steps.length > MOST_STRIDES) return null;
  if (![...inputs, ...outputs].includes("float64") || !outputs.every(isStored)) return null;
  const values = outputs.map((dtype, i) =>
    dtype === "float32" ? castToFloat(expressions[i]) : expressions[i]
  );
  if (values.includes(null)) return null;
  const masks = outputs.map((dtype) => dtype === "bool");
  const roots = lowerDoubles(values as Arithmetic[], inputs, mode, masks);
  if (roots === null) return null;
  const stored = roots.map((root, i) => outputs[i] === "float32" ? float4.demoteF64x2Zero(root) : root);
  return (module) => defineLoop(module, form, stored);
}

function isStored(dtype: DType): boolean {
  return dtype === "float64" || dtype === "float32" || dtype === "bool";
}

/** What is cast to float32 in the end; null for other values. */
function castToFloat(node: Arithmetic): Arithmetic | null {
  return node.op === "cast" && node.dtype === "float32" ? node.operands[0] : null;
}

/** Expressions of float64, or of bool where `masks` says so, as vectors of two; null where vectors do not cover them. */
export function lowerDoubles(
  expressions: readonly Arithmetic[],
  inputs: readonly DType[],
  mode: SimdMode,
  masks: readonly boolean[] = [],
): readonly Node[] | null {
  const lowering = { known: new Map<Arithmetic, Node | null>(), inputs, m: arithmeticOf(mode) };
  const roots = expressions.map((expression, i) => lower(expression, masks[i] === true, lowering));
  return roots.includes(null) ? null : roots as Node[];
}

interface Lowering {
  readonly known: Map<Arithmetic, Node | null>;
  readonly inputs: readonly DType[];
  readonly m: Instructions;
}

/** An expression as two numbers, or as two masks; null where vectors do not cover it. */
function lower(node: Arithmetic, mask: boolean, lowering: Lowering): Node | null {
  if (node.op === "input") {
    return lowering.inputs[node.index] === (mask ? "bool" : "float64") ? vectorInput(node.index) : null;
  }
  if (node.op === "constant") {
    return mask || (node.dtype ?? "float64") !== "float64" ? null : doubleConstant(node.value);
  }
  if (mask !== isComparison(node.op)) return null;
  let result = lowering.known.get(node);
  if (result === undefined) lowering.known.set(node, result = apply(node, lowering));
  return result;
}

function apply(
  node: Exclude<Arithmetic, { op: "input" | "constant" }>,
  lowering: Lowering,
): Node | null {
  if (node.op === "cast") {
    return node.dtype === "float64" ? castInput(node.operands[0], lowering.inputs) : null;
  }
  const masked = (i: number): boolean => node.op === "not" || (node.op === "select" && i === 0);
  const operands = node.operands.map((operand: Arithmetic, i) => lower(operand, masked(i), lowering));
  if (operands.includes(null)) return null;
  const [x, y, z] = operands as Node[];
  if (node.op === "select") return lowering.m.choose(x, y, z);
  if (node.op === "not") return bits.not(x);
  return z !== undefined
    ? null
    : y === undefined
    ? DOUBLE_UNARY[node.op]?.(x) ?? null
    : DOUBLE_BINARY[node.op]?.(x, y) ?? null;
}

/** The float64 of an input of another type; null where vectors have no instruction for it. */
function castInput(node: Arithmetic, inputs: readonly DType[]): Node | null {
  if (node.op !== "input") return null;
  const x = vectorInput(node.index);
  switch (inputs[node.index]) {
    case "float32":
      return double2.promoteLowF32x4(x);
    case "int32":
      return double2.convertLowI32x4S(x);
    case "bool":
      return bits.and(x, doubleConstant(1));
    default:
      return null;
  }
}

/** Two bools from byte `address + offset` on, each as a mask of 64 bits. */
function loadMasks(address: Expression<"i32">, offset: number): Expression<"v128"> {
  const [first, second] = [i32.load8U(address, offset), i32.load8U(address, offset + 1)];
  const pair = i32x4.replaceLane(i32x4.replaceLane(i32x4.splat(first), 2, second), 3, second);
  return i32x4.gtS(pair, v128.constI32x4(0));
}

/** The function of a number of elements and of the addresses of all operands. */
function defineBody(
  module: ModuleBuilder,
  { inputs, outputs, steps }: ElementwiseForm,
  roots: readonly Node[],
): FunctionHandle<readonly "i32"[], null> {
  const shifts = [...inputs, ...outputs].map(addressShift);
  const scalar = steps.map((step) => step === "0");
  return module.define(
    null,
    steps.map(() => "i32" as const).concat("i32"),
    null,
    (f, count, ...addresses) => {
      const splats = inputs.map((_, i) => {
        if (!scalar[i]) return null;
        if (shifts[i] === 0) return f.local("v128", loadSplat("bool", addresses[i]));
        return f.local("v128", (shifts[i] === 3 ? v128.load64Splat : v128.load32Splat)(addresses[i]));
      });
      const write = prepare(f, roots, new Map(), splats);
      const advance = (elements: number): void => {
        addresses.forEach((address, i) => {
          if (!scalar[i]) f.advance(address, elements << shifts[i]);
        });
        f.advance(count, -elements);
      };
      const load = (i: number, copy: number): Expression<"v128"> =>
        shifts[i] === 0
          ? loadMasks(addresses[i], 2 * copy)
          : shifts[i] === 3
          ? v128.load(addresses[i], 16 * copy)
          : v128.load64Zero(addresses[i], 8 * copy);
      const loadOne = (i: number): Expression<"v128"> =>
        shifts[i] === 0
          ? loadSplat("bool", addresses[i])
          : (shifts[i] === 3 ? v128.load64Zero : v128.load32Zero)(addresses[i]);
      const storeBool = (at: Local<"i32">, value: Local<"v128">, lane: number, offset: number): void =>
        f.store8(at, i32.and(i32x4.extractLane(value, 2 * lane), 1), offset + lane);
      const store = (i: number, value: Local<"v128">, copy: number): void => {
        const [at, shift] = [addresses[inputs.length + i], shifts[inputs.length + i]];
        if (shift === 3) f.store("v128", at, value, 16 * copy);
        else if (shift === 2) f.storeLane64(at, value, 0, 8 * copy);
        else for (const lane of [0, 1]) storeBool(at, value, lane, 2 * copy);
      };
      const storeOne = (i: number, value: Local<"v128">): void => {
        const [at, shift] = [addresses[inputs.length + i], shifts[inputs.length + i]];
        if (shift === 0) storeBool(at, value, 0, 0);
        else (shift === 3 ? f.storeLane64 : f.storeLane32)(at, value, 0);
      };
      const vectors = (copies: number): void => {
        const loads = Array.from(
          { length: copies },
          (_, copy) => splats.map((splat, i) => splat ?? load(i, copy)),
        );
        write(loads).forEach((values, copy) => values.forEach((value, i) => store(i, value, copy)));
        advance(2 * copies);
      };
      f.while(i32.geU(count, 2 * COPIES), () => vectors(COPIES));
      f.while(i32.geU(count, 2), () => vectors(1));
      f.if(count, () => {
        const [values] = write([splats.map((splat, i) => splat ?? loadOne(i))]);
        values.forEach((value, i) => storeOne(i, value));
      });
    },
  );
}

function defineLoop(module: ModuleBuilder, form: ElementwiseForm, roots: readonly Node[]): void {
  const { rank, steps } = form;
  const count = steps.length;
  const body = defineBody(module, form, roots);
  const shifts = [...form.inputs, ...form.outputs].map(addressShift);
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const number = (index: number): Local<"i32"> => f.local("i32", argument(block, index));
    const bytes = (index: number, i: number): Local<"i32"> =>
      f.local("i32", i32.shl(argument(block, index), shifts[i]));
    const bases = steps.map((_, i) => bytes(i, i));
    if (rank === 1) {
      bases.forEach((base, i) => {
        if (steps[i] === "1") f.advance(base, i32.shl(begin, shifts[i]));
      });
      f.call(body, i32.sub(end, begin), ...bases);
      return;
    }
    const extents = Array.from({ length: rank }, (_, axis) => number(count + axis));
    const strides = steps.map((_, i) =>
      Array.from({ length: rank - 1 }, (_, axis) => bytes(count + rank * (1 + i) + axis, i))
    );
    const addresses = steps.map(() => f.local("i32"));
    const [row, column, piece, quotient, index] = Array.from({ length: 5 }, () => f.local("i32"));
    const length = extents[rank - 1];
    f.while(i32.ltU(begin, end), () => {
      f.set(row, i32.divU(begin, length));
      f.set(column, i32.sub(begin, i32.mul(row, length)));
      f.set(piece, least(i32.sub(length, column), i32.sub(end, begin)));
      addresses.forEach((address, i) =>
        f.set(address, steps[i] === "1" ? i32.add(bases[i], i32.shl(column, shifts[i])) : bases[i])
      );
      for (let axis = rank - 2; axis >= 0; axis--) {
        f.set(index, row);
        if (axis > 0) {
          f.set(quotient, i32.divU(row, extents[axis]));
          f.set(index, i32.sub(row, i32.mul(quotient, extents[axis])));
          f.set(row, quotient);
        }
        addresses.forEach((address, i) => f.advance(address, i32.mul(index, strides[i][axis])));
      }
      f.call(body, piece, ...addresses);
      f.advance(begin, piece);
    });
  });
}
