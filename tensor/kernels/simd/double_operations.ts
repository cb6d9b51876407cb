/**
 * What vectors of two float64 compute with one instruction.
 *
 * @module
 */
import type { Expression } from "../expression.ts";
import { double2, type Node } from "./nodes.ts";

/** Operators of one operand. */
export const DOUBLE_UNARY: Readonly<Partial<Record<Expression["op"], (x: Node) => Node>>> = {
  negative: double2.neg,
  abs: double2.abs,
  sqrt: double2.sqrt,
  floor: double2.floor,
  ceil: double2.ceil,
  round: double2.nearest,
  trunc: double2.trunc,
};

/** Operators of two. */
export const DOUBLE_BINARY: Readonly<Partial<Record<Expression["op"], (x: Node, y: Node) => Node>>> = {
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
