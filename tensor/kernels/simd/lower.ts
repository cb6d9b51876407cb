/**
 * From scalar expressions to vector arithmetic.
 *
 * float32 values are four float32, integers four int32 (uint8 between 0 and 255), bools four masks, float16 and bfloat16
 * their bits, which only casts read.
 *
 * @module
 */
import { type DType, isHalf } from "../../dtype.ts";
import { type Expression, isComparison, typeOf } from "../expression.ts";
import { toStored } from "../kernel.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { divideIntegers, remainderOfFloats, remainderOfIntegers } from "./division.ts";
import { gatedProductOf, gateOf, type Users, usersOf } from "./gates.ts";
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from "./half.ts";
import { shiftHelper } from "./lane_functions.ts";
import { bits, float4, floatConstant, int4, intConstant, lanes, type Node, vectorInput } from "./nodes.ts";
import { erf, erfc, erfinv, ndtr } from "./transcendental/error_function.ts";
import { exp, exp2, expm1, expOfNegative, sigmoid } from "./transcendental/exponential.ts";
import { digamma, gamma, lgamma } from "./transcendental/gamma.ts";
import { acosh, asinh, atanh, cosh, sinh, tanh } from "./transcendental/hyperbolic.ts";
import { acos, asin, atan, atan2 } from "./transcendental/inverse_trigonometric.ts";
import { log, log1p, normalLog1p } from "./transcendental/logarithm.ts";
import { log10, log2 } from "./transcendental/logarithm_of_base.ts";
import { cbrt, power } from "./transcendental/power.ts";
import { tanhGate, tanhSlope } from "./transcendental/tanh_gate.ts";
import { cos, sin, tan } from "./transcendental/trigonometric.ts";
import { roundedToFloat } from "./widened.ts";

const FLOAT_FUNCTIONS: Readonly<Partial<Record<Expression["op"], (m: Arithmetic, x: Node) => Node>>> = {
  sqrt: (_, x) => float4.sqrt(x),
  floor: (_, x) => float4.floor(x),
  ceil: (_, x) => float4.ceil(x),
  round: (_, x) => float4.nearest(x),
  trunc: (_, x) => float4.trunc(x),
  negative: (_, x) => float4.neg(x),
  abs: (_, x) => float4.abs(x),
  // deno-fmt-ignore
  ...{ exp, expm1, log, log1p, log2, log10, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh, cbrt, erf,
    erfc, erfinv, sigmoid, lgamma, digamma, ndtr },
  gammaFunction: gamma,
};

/** Thrown inside of this module when vectors do not cover an expression. */
class NotCovered extends Error {}

function covered(dtype: DType): boolean {
  return dtype !== "float64" && dtype !== "key";
}

/**
 * The expressions as vectors, over inputs whose vectors (the graph's own inputs unless others are given) have the
 * representation of their dtypes. Null where an expression has float64 values, or an operator that vectors do not have.
 */
export function lowerExpressions(
  expressions: readonly Expression[],
  inputs: readonly DType[],
  outputs: readonly DType[],
  arithmetic: Arithmetic,
  vectors: readonly Node[] = inputs.map((_, i) => vectorInput(i)),
): readonly Node[] | null {
  if (!inputs.every(covered) || !outputs.every(covered)) return null;
  try {
    const lowering = new Lowering(expressions, inputs, arithmetic, vectors);
    return expressions.map((expression, i) => lowering.output(expression, outputs[i]));
  } catch (error) {
    if (error instanceof NotCovered) return null;
    throw error;
  }
}

class Lowering {
  readonly #inputs: readonly DType[];
  readonly #vectors: readonly Node[];
  readonly #arithmetic: Arithmetic;
  readonly #users: Users;
  readonly #known = new Map<Expression, Node>();

  constructor(
    expressions: readonly Expression[],
    inputs: readonly DType[],
    arithmetic: Arithmetic,
    vectors: readonly Node[],
  ) {
    this.#inputs = inputs;
    this.#vectors = vectors;
    this.#arithmetic = arithmetic;
    this.#users = usersOf(expressions);
  }

  /** An expression in the representation that the output is stored from. */
  output(expression: Expression, dtype: DType): Node {
    const value = expression.op === "constant" ? dtype : typeOf(expression, this.#inputs);
    const same = value === dtype || (isWord(value) && isWord(dtype));
    if (!same) throw new NotCovered();
    return this.#visit(expression, dtype);
  }

  #visit(node: Expression, hint: DType): Node {
    if (node.op === "input") return this.#vectors[node.index];
    if (node.op === "constant") return constantOf(node.value, node.dtype ?? hint);
    let value = this.#known.get(node);
    if (value === undefined) this.#known.set(node, value = this.#compute(node));
    return value;
  }

  /** An operand, which must have the given type. */
  #operand(node: Expression, dtype: DType): Node {
    if (node.op !== "constant" && typeOf(node, this.#inputs) !== dtype) throw new NotCovered();
    return this.#visit(node, dtype);
  }

  /** Whether values are not 0, as a mask. */
  #truth(node: Expression): Node {
    const dtype = typeOf(node, this.#inputs);
    if (isHalf(dtype)) throw new NotCovered();
    return toMask(
      this.#visit(node, node.op === "constant" ? "bool" : dtype),
      node.op === "constant" ? "bool" : dtype,
    );
  }

  #compute(node: Exclude<Expression, { op: "input" | "constant" }>): Node {
    switch (node.op) {
      case "cast": {
        const from = typeOf(node.operands[0], this.#inputs);
        if (from === "float64" && node.dtype === "float32") return this.#rounded(node.operands[0]);
        return castOf(this.#arithmetic, this.#visit(node.operands[0], from), from, node.dtype);
      }
      case "select": {
        const dtype = typeOf(node, this.#inputs);
        const [condition, x, y] = node.operands;
        return this.#arithmetic.choose(
          this.#truth(condition),
          this.#operand(x, dtype),
          this.#operand(y, dtype),
        );
      }
      case "not":
        return bits.not(this.#truth(node.operands[0]));
      default:
    }
    if (isComparison(node.op)) {
      const typed = node.operands.find((operand) => operand.op !== "constant") ?? node.operands[0];
      const dtype = typeOf(typed, this.#inputs);
      if (isHalf(dtype)) throw new NotCovered();
      const [x, y] = node.operands.map((operand) => this.#operand(operand, dtype));
      return comparisonOf(node.op, dtype, x, y);
    }
    const dtype = typeOf(node, this.#inputs);
    if (dtype === "float32") return this.#float(node);
    const [x, y] = node.operands.map((operand) => this.#operand(operand, dtype));
    if (dtype === "bool") return boolOf(node.op, x, y);
    if (dtype === "float64" || dtype === "key" || isHalf(dtype)) throw new NotCovered();
    const value = integerOf(node, dtype, x, y);
    return dtype === "uint8" ? bits.and(value, 255) : value;
  }

  /** An expression of float64 as float32. */
  #rounded(node: Expression): Node {
    const rounded = roundedToFloat(
      node,
      (operand) => typeOf(operand, this.#inputs),
      (operand, dtype) => this.#visit(operand, dtype),
    );
    if (rounded === null) throw new NotCovered();
    return rounded;
  }

  /** The factors of a product that nothing else uses, where it may be fused with an addition. */
  #product(node: Expression): readonly [Node, Node] | null {
    if (this.#arithmetic.mode !== "relaxed" || node.op !== "multiply") return null;
    if (this.#users.get(node)!.length !== 1 || gatedProductOf(node, this.#users) !== null) return null;
    const [x, y] = node.operands;
    return [this.#operand(x, "float32"), this.#operand(y, "float32")];
  }

  /** What is made of `1 + tanh(u)` alone, where arithmetic is fused. */
  #gated(node: Expression): Node | null {
    if (this.#arithmetic.mode !== "relaxed") return null;
    const at = (operand: Expression): Node => this.#operand(operand, "float32");
    const product = gatedProductOf(node, this.#users);
    if (product !== null) {
      const { y, w, slope, half } = product;
      return tanhGate(this.#arithmetic, at(y), at(w), slope, half);
    }
    const gate = gateOf(node, this.#users);
    if (gate === null) return null;
    return gate.sum === node
      ? tanhGate(this.#arithmetic, 1, at(gate.w), gate.slope, false)
      : tanhSlope(at(gate.sum));
  }

  #float(node: Exclude<Expression, { op: "input" | "constant" }>): Node {
    const gated = this.#gated(node);
    if (gated !== null) return gated;
    const { float } = this.#arithmetic;
    const at = (i: number): Node => this.#operand(node.operands[i]!, "float32");
    if (isShare(node)) return expOfNegative(this.#arithmetic, at(0));
    if (node.op === "log1p" && isShare(node.operands[0])) return normalLog1p(this.#arithmetic, at(0));
    const unary = FLOAT_FUNCTIONS[node.op];
    if (unary !== undefined) return unary(this.#arithmetic, at(0));
    switch (node.op) {
      case "add": {
        for (const i of [0, 1]) {
          const product = this.#product(node.operands[i]);
          if (product !== null) return float.madd(...product, at(1 - i));
        }
        return float4.add(at(0), at(1));
      }
      case "subtract": {
        const product = this.#product(node.operands[1]);
        return product === null ? float4.sub(at(0), at(1)) : float.nmadd(...product, at(0));
      }
      case "multiply":
        return float4.mul(at(0), at(1));
      case "divide": {
        const [, divisor] = node.operands;
        const inverse = divisor.op === "constant" ? exactInverse(divisor.value) : null;
        return inverse === null ? float4.div(at(0), at(1)) : float4.mul(at(0), inverse);
      }
      case "maximum":
      case "minimum":
        return this.#extreme(node.op, node.operands, at);
      case "power":
        if (isConstant(node.operands[0], 2)) return exp2(this.#arithmetic, at(1));
        return power(this.#arithmetic, at(0), at(1));
      case "atan2":
        return atan2(this.#arithmetic, at(0), at(1));
      case "remainder":
        return remainderOfFloats(this.#arithmetic, at(0), at(1));
      default:
        throw new NotCovered();
    }
  }

  /** Beside a constant, one instruction or two have the meaning that takes eight otherwise. */
  #extreme(op: "maximum" | "minimum", operands: readonly Expression[], at: (i: number) => Node): Node {
    const i = operands.findIndex((operand) => operand.op === "constant");
    const constant = operands[i];
    const greatest = op === "maximum";
    if (constant === undefined || constant.op !== "constant" || Number.isNaN(constant.value)) {
      return (greatest ? float4.max : float4.min)(at(0), at(1));
    }
    const value = Math.fround(constant.value);
    const x = at(1 - i);
    if (greatest) {
      const larger = float4.pmax(x, value);
      // Only a sum turns -0 into 0.
      return Object.is(value, 0) ? float4.add(larger, 0) : larger;
    }
    return Object.is(value, -0) ? float4.min(x, value) : float4.pmin(x, value);
  }
}

function isConstant(node: Expression, value: number): boolean {
  return node.op === "constant" && node.value === value;
}

/** Whether this is `e^-|u|`, or a power of it that is written as such: what is from 0 to 1, or NaN. */
function isShare(node: Expression): boolean {
  if (node.op !== "exp") return false;
  const [exponent] = node.operands;
  const size = exponent.op === "multiply" && exponent.operands[1].op === "constant" &&
      exponent.operands[1].value > 0
    ? exponent.operands[0]
    : exponent;
  return size.op === "negative" && size.operands[0].op === "abs";
}

function isWord(dtype: DType): boolean {
  return dtype === "int32" || dtype === "uint32";
}

function constantOf(value: number, dtype: DType): Node {
  switch (dtype) {
    case "float32":
      return floatConstant(value);
    case "bool":
      return intConstant(value === 0 ? 0 : -1);
    case "int32":
    case "uint32":
    case "uint8": {
      const [low, high] = RANGES[dtype];
      if (!Number.isInteger(value) || value < low || value > high) throw new NotCovered();
      return intConstant(value);
    }
    case "float16":
    case "bfloat16":
      return intConstant(toStored(dtype, value));
    default:
      throw new NotCovered();
  }
}

const RANGES = { int32: [-(2 ** 31), 2 ** 31 - 1], uint32: [0, 2 ** 32 - 1], uint8: [0, 255] } as const;

/** The float32 `1 / value` if multiplying by it is the same as dividing. */
function exactInverse(value: number): number | null {
  const inverse = 1 / Math.fround(value);
  const exponent = Math.log2(Math.abs(inverse));
  return Number.isInteger(exponent) && Math.abs(exponent) < 127 && 2 ** exponent === Math.abs(inverse)
    ? inverse
    : null;
}

/** Which lanes are not 0. */
function toMask(x: Node, dtype: DType): Node {
  return dtype === "bool" ? x : dtype === "float32" ? float4.ne(x, 0) : int4.ne(x, 0);
}

function castOf(m: Arithmetic, x: Node, from: DType, to: DType): Node {
  if (from === to) return x;
  if (to === "float64" || to === "key") throw new NotCovered();
  if (isHalf(from)) return castOf(m, from === "float16" ? fromFloat16(m, x) : fromBfloat16(x), "float32", to);
  if (isHalf(to)) {
    // By way of float32, many integers would be rounded twice; of float16, those are infinite.
    if (isWord(from) && to === "bfloat16") throw new NotCovered();
    return (to === "float16" ? toFloat16 : toBfloat16)(m, castOf(m, x, from, "float32"));
  }
  if (to === "bool") return toMask(x, from);
  if (from === "bool") return to === "float32" ? bits.and(x, floatConstant(1)) : bits.and(x, 1);
  if (to === "float32") return from === "uint32" ? float4.convertI32x4U(x) : float4.convertI32x4S(x);
  if (from !== "float32") return to === "uint8" ? bits.and(x, 255) : x;
  if (to === "uint32") return int4.truncSatF32x4U(x);
  const whole = int4.truncSatF32x4S(x);
  return to === "int32" ? whole : int4.minS(int4.maxS(whole, 0), 255);
}

function comparisonOf(op: Expression["op"], dtype: DType, x: Node, y: Node): Node {
  if (dtype === "bool") {
    const { not, xor, andnot, or } = bits;
    return op === "equal" ? not(xor(x, y)) : op === "less" ? andnot(y, x) : or(not(x), y);
  }
  if (dtype === "float32") {
    return (op === "equal" ? float4.eq : op === "less" ? float4.lt : float4.le)(x, y);
  }
  if (op === "equal") return int4.eq(x, y);
  if (dtype === "uint32") return (op === "less" ? int4.ltU : int4.leU)(x, y);
  return (op === "less" ? int4.ltS : int4.leS)(x, y);
}

function boolOf(op: Expression["op"], x: Node, y: Node): Node {
  switch (op) {
    case "and":
    case "minimum":
      return bits.and(x, y);
    case "or":
    case "maximum":
      return bits.or(x, y);
    case "xor":
      return bits.xor(x, y);
    default:
      throw new NotCovered();
  }
}

function integerOf(
  node: Exclude<Expression, { op: "input" | "constant" }>,
  dtype: "int32" | "uint32" | "uint8",
  x: Node,
  y: Node,
): Node {
  const signed = dtype !== "uint32";
  switch (node.op) {
    case "add":
      return int4.add(x, y);
    case "subtract":
      return int4.sub(x, y);
    case "multiply":
      return int4.mul(x, y);
    case "and":
    case "or":
    case "xor":
      return bits[node.op](x, y);
    case "maximum":
      return (signed ? int4.maxS : int4.maxU)(x, y);
    case "minimum":
      return (signed ? int4.minS : int4.minU)(x, y);
    case "negative":
      return int4.neg(x);
    case "abs":
      return dtype === "int32" ? int4.abs(x) : x;
    case "bitwiseNot":
      return bits.not(x);
    case "divide":
      return divideIntegers(signed, x, y);
    case "remainder":
      return remainderOfIntegers(signed, x, y);
    case "shiftLeft":
    case "shiftRight":
      return shiftOf(node.op, dtype, node.operands[1]!, x, y);
    default:
      throw new NotCovered();
  }
}

function shiftOf(op: "shiftLeft" | "shiftRight", dtype: DType, amount: Expression, x: Node, y: Node): Node {
  const kind = op === "shiftLeft" ? "shl" : dtype === "int32" ? "shrS" : "shrU";
  if (amount.op !== "constant") return lanes(shiftHelper(kind), x, y);
  const count = amount.value >>> 0;
  if (count > 31) return kind === "shrS" ? int4.shrS(x, 31) : intConstant(0);
  return int4[kind](x, count);
}
