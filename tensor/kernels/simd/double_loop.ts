/**
 * Loops over contiguous float64 elements for plain arithmetic, in WebAssembly SIMD: two elements to a vector.
 *
 * @module
 */
import type { ElementwiseForm } from "../elementwise.ts";
import { type Expression as Arithmetic, isComparison } from "../expression.ts";
import { type Arithmetic as Instructions, arithmeticOf, type SimdMode } from "./arithmetic.ts";
import type { ModuleBuilder } from "./assembler.ts";
import { prepare } from "./emit.ts";
import { bits, double2, doubleConstant, type Node, vectorInput } from "./nodes.ts";
import { argument } from "./operands.ts";
import { i32 } from "./scalar.ts";
import { v128 } from "./vector.ts";

/** Vectors that go along together. */
const COPIES = 4;

const UNARY: Readonly<Partial<Record<Arithmetic["op"], (x: Node) => Node>>> = {
  negative: double2.neg,
  abs: double2.abs,
  sqrt: double2.sqrt,
  floor: double2.floor,
  ceil: double2.ceil,
  round: double2.nearest,
  trunc: double2.trunc,
};

const BINARY: Readonly<Partial<Record<Arithmetic["op"], (x: Node, y: Node) => Node>>> = {
  add: double2.add,
  subtract: double2.sub,
  multiply: double2.mul,
  divide: double2.div,
  maximum: double2.max,
  minimum: double2.min,
  equal: double2.eq,
  less: double2.lt,
  lessEqual: double2.le,
};

/** What writes the module of the loop for a form; null where an operand is no float64, or vectors have no such operator. */
export function doubleLoopOf(
  form: ElementwiseForm,
  mode: SimdMode,
): ((module: ModuleBuilder) => void) | null {
  const { inputs, outputs, expressions, rank, steps } = form;
  const flat = rank === 1 && !steps.includes("s");
  if (!flat || ![...inputs, ...outputs].every((dtype) => dtype === "float64")) return null;
  const roots = lowerDoubles(expressions, mode);
  return roots === null ? null : (module) => defineLoop(module, form, roots);
}

/** Expressions of float64 as vectors of two; null where vectors do not cover them. */
export function lowerDoubles(expressions: readonly Arithmetic[], mode: SimdMode): readonly Node[] | null {
  const known = new Map<Arithmetic, Node | null>();
  const roots = expressions.map((expression) => lower(expression, false, known, arithmeticOf(mode)));
  return roots.includes(null) ? null : roots as Node[];
}

/** An expression as two numbers, or as two masks; null where vectors do not cover it. */
function lower(
  node: Arithmetic,
  mask: boolean,
  known: Map<Arithmetic, Node | null>,
  m: Instructions,
): Node | null {
  if (node.op === "input") return mask ? null : vectorInput(node.index);
  if (node.op === "constant") {
    return mask || (node.dtype ?? "float64") !== "float64" ? null : doubleConstant(node.value);
  }
  if (mask !== isComparison(node.op)) return null;
  let result = known.get(node);
  if (result === undefined) known.set(node, result = apply(node, known, m));
  return result;
}

function apply(
  node: Exclude<Arithmetic, { op: "input" | "constant" }>,
  known: Map<Arithmetic, Node | null>,
  m: Instructions,
): Node | null {
  const masked = (i: number): boolean => node.op === "not" || (node.op === "select" && i === 0);
  const operands = node.operands.map((operand: Arithmetic, i) => lower(operand, masked(i), known, m));
  if (operands.includes(null)) return null;
  const [x, y, z] = operands as Node[];
  if (node.op === "select") return m.choose(x, y, z);
  if (node.op === "not") return bits.not(x);
  return z !== undefined
    ? null
    : y === undefined
    ? UNARY[node.op]?.(x) ?? null
    : BINARY[node.op]?.(x, y) ?? null;
}

function defineLoop(module: ModuleBuilder, form: ElementwiseForm, roots: readonly Node[]): void {
  const inputs = form.inputs.length;
  const scalar = form.steps.map((step) => step === "0");
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const addresses = form.steps.map((_, i) => {
      const address = f.local("i32", i32.shl(argument(block, i), 3));
      if (!scalar[i]) f.advance(address, i32.shl(begin, 3));
      return address;
    });
    const count = f.local("i32", i32.sub(end, begin));
    const splats = form.inputs.map((_, i) =>
      scalar[i] ? f.local("v128", v128.load64Splat(addresses[i])) : null
    );
    const write = prepare(f, roots, new Map(), splats);
    const advance = (elements: number): void => {
      addresses.forEach((address, i) => {
        if (!scalar[i]) f.advance(address, 8 * elements);
      });
      f.advance(count, -elements);
    };
    const vectors = (copies: number): void => {
      const loads = Array.from(
        { length: copies },
        (_, copy) => splats.map((splat, i) => splat ?? v128.load(addresses[i], 16 * copy)),
      );
      write(loads).forEach((values, copy) =>
        values.forEach((value, i) => f.store("v128", addresses[inputs + i], value, 16 * copy))
      );
      advance(2 * copies);
    };
    f.while(i32.geU(count, 2 * COPIES), () => vectors(COPIES));
    f.while(i32.geU(count, 2), () => vectors(1));
    f.if(count, () => {
      const [values] = write([splats.map((splat, i) => splat ?? v128.load64Zero(addresses[i]))]);
      values.forEach((value, i) => f.storeLane64(addresses[inputs + i], value, 0));
    });
  });
}
