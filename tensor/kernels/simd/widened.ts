/**
 * float32 values by way of float64: arithmetic on two doubles at a time, rounded once at the end.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import type { Expression } from "../expression.ts";
import { DOUBLE_BINARY, DOUBLE_UNARY } from "./double_operations.ts";
import { double2, doubleConstant, float4, joinHalves, type Node, upperHalf } from "./nodes.ts";

/** How doubles are made of two lanes. */
const PROMOTIONS = {
  float32: double2.promoteLowF32x4,
  int32: double2.convertLowI32x4S,
  uint32: double2.convertLowI32x4U,
} as const;

/** Two doubles, and the two after them. */
type Pair = readonly [Node, Node];

/**
 * An expression of float64 rounded to float32, made of casts from narrower values that `visit` gives, of constants and
 * of basic arithmetic; null where there is more in it.
 */
export function roundedToFloat(
  expression: Expression,
  typeOf: (node: Expression) => DType,
  visit: (node: Expression, dtype: DType) => Node,
): Node | null {
  const known = new Map<Expression, Pair | null>();
  const compute = (node: Expression): Pair | null => {
    if (node.op === "constant") {
      const constant = doubleConstant(node.value);
      return (node.dtype ?? "float64") === "float64" ? [constant, constant] : null;
    }
    if (node.op === "cast") {
      const [operand] = node.operands;
      const from = typeOf(operand);
      if (!Object.hasOwn(PROMOTIONS, from)) return null;
      const [promote, lanes] = [PROMOTIONS[from as keyof typeof PROMOTIONS], visit(operand, from)];
      return [promote(lanes), promote(upperHalf(lanes))];
    }
    if (node.op === "input" || typeOf(node) !== "float64") return null;
    const operands = node.operands.map(pairOf);
    if (operands.includes(null) || operands.length > 2) return null;
    const [[low, high], second] = operands as Pair[];
    if (second === undefined) {
      const operate = DOUBLE_UNARY[node.op];
      return operate === undefined ? null : [operate(low), operate(high)];
    }
    const operate = DOUBLE_BINARY[node.op];
    return operate === undefined ? null : [operate(low, second[0]), operate(high, second[1])];
  };
  const pairOf = (node: Expression): Pair | null => {
    let pair = known.get(node);
    if (pair === undefined) known.set(node, pair = compute(node));
    return pair;
  };
  const pair = pairOf(expression);
  return pair && joinHalves(float4.demoteF64x2Zero(pair[0]), float4.demoteF64x2Zero(pair[1]));
}
