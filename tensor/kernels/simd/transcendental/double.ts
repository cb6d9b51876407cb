/**
 * Functions of four float32 by way of double precision, where float32 alone would lose too many digits.
 *
 * @module
 */
import { type Arithmetic, polynomial } from "../arithmetic.ts";
import { bits, double2, doubleConstant, float4, joinHalves, long2, type Node, upperHalf } from "../nodes.ts";

const { add, sub, mul, div, eq } = double2;

/** Adding it to a number below 2^51 leaves the nearest integer in the low bits. */
const MAGIC = 1.5 * 2 ** 52;

/** `(expm1(r) - r) / r^2` for |r| <= ln(2) / 2. Minimax; the error of exp is 2^-37. */
const EXPONENTIAL: readonly number[] = [
  0.5000000000105964,
  0.1666666675374396,
  0.04166666595022703,
  0.008333289167489499,
  0.0013888985561433006,
  0.0001990483527739613,
  2.4796265510654754e-5,
];

/** `(2 atanh(s) / s - 2) / s^2` in powers of `s^2` for |s| <= 3 - sqrt(8). Minimax, error 2^-44. */
const LOGARITHM: readonly number[] = [
  0.6666666667579313,
  0.39999995624018686,
  0.2857210899253154,
  0.22176193133221547,
  0.1958411738522575,
];

/** The same to the last place of double precision. Minimax, error 2^-59. */
const LONG_LOGARITHM: readonly number[] = [
  0.6666666666666735,
  0.39999999999413627,
  0.28571428742583593,
  0.22222198555645223,
  0.18183565141863134,
  0.15314031535392642,
  0.1479612539311758,
];

/** A function of doubles applied to every float32 of its operands. */
export function viaDouble(f: (...xs: readonly Node[]) => Node, ...xs: readonly Node[]): Node {
  const low = f(...xs.map((x) => double2.promoteLowF32x4(x)));
  const high = f(...xs.map((x) => double2.promoteLowF32x4(upperHalf(x))));
  return joinHalves(float4.demoteF64x2Zero(low), float4.demoteF64x2Zero(high));
}

/** `x = n ln(2) + r`: `expm1(r)`, and n in the low bits of `shift`. */
function reduced(m: Arithmetic, x: Node): { readonly shift: Node; readonly part: Node } {
  const shift = m.double.madd(x, Math.LOG2E, MAGIC);
  const r = m.double.nmadd(sub(shift, MAGIC), Math.LN2, x);
  const square = mul(r, r);
  return { shift, part: m.double.madd(square, polynomial(m.double, EXPONENTIAL, r, square), r) };
}

/** `e^x` for |x| <= 700. */
export function doubleExp(m: Arithmetic, x: Node): Node {
  const { shift, part } = reduced(m, x);
  return long2.add(add(part, 1), long2.shl(shift, 52));
}

/** `e^x - 1` for |x| <= 700. */
export function doubleExpm1(m: Arithmetic, x: Node): Node {
  const { shift, part } = reduced(m, x);
  const scale = long2.add(long2.shl(shift, 52), doubleConstant(1));
  return m.double.madd(scale, part, sub(scale, 1));
}

/** `y = 2^exponent (1 + rest)` with `1 + rest` from sqrt(1/2) to sqrt(2); y is positive, normal and finite. */
function split(y: Node): { readonly exponent: Node; readonly rest: Node } {
  const above = long2.sub(y, doubleConstant(Math.SQRT1_2));
  const mantissa = bits.and(above, { kind: "constant", words: [-1, 0x000fffff] });
  const biased = long2.shrU(long2.add(above, { kind: "constant", words: [0, 1024 << 20] }), 52);
  const exponent = sub(bits.or(biased, doubleConstant(2 ** 52)), 2 ** 52 + 1024);
  return { exponent, rest: sub(long2.add(mantissa, doubleConstant(Math.SQRT1_2)), 1) };
}

function logOfRest(m: Arithmetic, rest: Node, coefficients: readonly number[] = LOGARITHM): Node {
  const s = div(rest, add(rest, 2));
  const square = mul(s, s);
  return mul(s, m.double.madd(square, polynomial(m.double, coefficients, square), 2));
}

/** The logarithm to base 2 of a positive, normal and finite double. */
export function doubleLog2(m: Arithmetic, x: Node): Node {
  const { exponent, rest } = split(x);
  return m.double.madd(logOfRest(m, rest), Math.LOG2E, exponent);
}

/** The natural logarithm of a positive, normal and finite double, to nearly the last place. */
export function doubleLog(m: Arithmetic, x: Node): Node {
  const { exponent, rest } = split(x);
  return m.double.madd(exponent, Math.LN2, logOfRest(m, rest, LONG_LOGARITHM));
}

/** `log(1 + x)` for finite x above -1. */
export function doubleLog1p(m: Arithmetic, x: Node): Node {
  const { exponent, rest } = split(add(x, 1));
  const exact = m.choose(eq(exponent, 0), x, rest);
  return m.double.madd(exponent, Math.LN2, logOfRest(m, exact));
}
