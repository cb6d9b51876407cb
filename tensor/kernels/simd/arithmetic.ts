/**
 * How vector functions multiply and add: fused where the mode is relaxed, rounded twice where it is strict.
 *
 * @module
 */
import { i32x4 } from "./vector.ts";
import { bits, double2, float4, type Node, operation, type Term } from "./nodes.ts";

/** Which form of vector arithmetic: "relaxed" fuses multiply-add, "strict" has the same bits everywhere. */
export type SimdMode = "relaxed" | "strict";

/** Multiply-add on lanes of one type. */
export interface MultiplyAdd {
  /** `a b + c` */
  readonly madd: (a: Term, b: Term, c: Term) => Node;
  /** `c - a b` */
  readonly nmadd: (a: Term, b: Term, c: Term) => Node;
}

/** The arithmetic of a mode. */
export interface Arithmetic {
  /** The mode. */
  readonly mode: SimdMode;
  /** On four float32. */
  readonly float: MultiplyAdd;
  /** On two float64. */
  readonly double: MultiplyAdd;
  /** The lanes of `a` where the mask's are all ones, else those of `b`. */
  readonly choose: (mask: Node, a: Node, b: Node) => Node;
}

function multiplyAdd(operations: typeof float4 | typeof double2, fused: boolean): MultiplyAdd {
  const { add, sub, mul, relaxedMadd, relaxedNmadd } = operations;
  return fused
    ? { madd: relaxedMadd, nmadd: relaxedNmadd }
    : { madd: (a, b, c) => add(mul(a, b), c), nmadd: (a, b, c) => sub(c, mul(a, b)) };
}

/** The arithmetic of a mode. */
export function arithmeticOf(mode: SimdMode): Arithmetic {
  const relaxed = mode === "relaxed";
  return {
    mode,
    float: multiplyAdd(float4, relaxed),
    double: multiplyAdd(double2, relaxed),
    choose: (mask, a, b) =>
      relaxed ? operation(i32x4.relaxedLaneselect as never, a, b, mask) : bits.bitselect(a, b, mask),
  };
}

/**
 * The polynomial `coefficients[0] + coefficients[1] x + ...` by Horner's rule; where `x^2` is at hand, by Horner's
 * rule for pairs of terms, half as many of which wait for each other.
 */
export function polynomial(m: MultiplyAdd, coefficients: readonly number[], x: Node, square?: Node): Node {
  const terms: Term[] = [];
  const size = square === undefined ? 1 : 2;
  for (let i = 0; i < coefficients.length; i += size) {
    const [low, high] = coefficients.slice(i, i + size);
    terms.push(high === undefined ? low : m.madd(x, high, low));
  }
  return terms.reduceRight((sum, term) => m.madd(sum, square ?? x, term)) as Node;
}
