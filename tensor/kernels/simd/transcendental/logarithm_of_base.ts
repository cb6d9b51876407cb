/**
 * log2 and log10 of four float32, in double precision, so that powers of the base come out whole.
 *
 * @module
 */
import type { Arithmetic } from "../arithmetic.ts";
import { bits, double2, float4, floatConstant, type Node } from "../nodes.ts";
import { doubleLog2, viaDouble } from "./double.ts";

/** The logarithm to base 2. Error: 1 unit in the last place. */
export function log2(m: Arithmetic, x: Node): Node {
  return special(m, x, viaDouble((y) => doubleLog2(m, y), x));
}

/** The logarithm to base 10. Error: 1 unit in the last place. */
export function log10(m: Arithmetic, x: Node): Node {
  return special(m, x, viaDouble((y) => double2.mul(doubleLog2(m, y), Math.LOG10E * Math.LN2), x));
}

/** The value where x is positive and finite; infinity and NaN are their own logarithms. */
function special(m: Arithmetic, x: Node, value: Node): Node {
  const positive = float4.gt(x, 0);
  const outside = m.choose(float4.eq(x, 0), floatConstant(-Infinity), floatConstant(NaN));
  const usual = bits.and(positive, float4.lt(x, Infinity));
  return m.choose(usual, value, m.choose(positive, x, outside));
}
