/**
 * Hyperbolic functions and their inverses of four float32.
 *
 * @module
 */
import { type Arithmetic, polynomial } from "../arithmetic.ts";
import { bits, double2, float4, floatConstant, int4, type Node } from "../nodes.ts";
import { doubleExp, doubleExpm1, doubleLog, doubleLog1p, viaDouble } from "./double.ts";

const { add, sub, mul, div, pmin, abs, lt, eq, ge } = float4;

/** `(tanh(r) / r - 1) / r^2` in powers of `r^2` for |r| <= 0.26. Minimax for tanh, error 2^-27.9. */
const SHORT_TANH: readonly number[] = [-0.33333215950791159, 0.13322737687012825, -0.051231384718235229];

/** A number below 256 added to it has its whole part in the upper 17 bits. */
const WHOLE = 256;

/** The hyperbolic tangent. Error: 1.9 units in the last place. */
export function tanh(m: Arithmetic, x: Node): Node {
  const sign = bits.and(x, 0x8000_0000);
  const size = pmin(bits.xor(x, sign), 10);
  // size = n ln(2) / 2 + r with r from -0.09 to 0.26, so that n is 0 where the result is small.
  const shift = bits.and(m.float.madd(size, 2 * Math.LOG2E, WHOLE + 0.25), 0xffff_8000);
  const r = m.float.nmadd(sub(shift, WHOLE), Math.LN2 / 2, size);
  const square = mul(r, r);
  const t = m.float.madd(mul(r, square), polynomial(m.float, SHORT_TANH, square), r);
  // With s = 2^-n, tanh(size) is ((1 - s) + (1 + s) t) / ((1 + s) + (1 - s) t). Taking the numerator from the
  // rounded denominator keeps their quotient right where it is near 1; where n is 0, both are exact.
  const s = int4.sub(0xbf80_0000, int4.shl(shift, 8));
  const twice = add(s, s);
  const below = m.float.madd(sub(1, s), t, add(s, 1));
  const above = m.float.madd(twice, t, sub(below, twice));
  return bits.or(div(above, below), sign);
}

/** The result with the sign of x. */
function signed(x: Node, result: Node): Node {
  return bits.or(result, bits.and(x, 0x8000_0000));
}

/** `(e^x - e^-x) / 2`. Error: 1 unit in the last place. */
export function sinh(m: Arithmetic, x: Node): Node {
  const value = viaDouble((y) => {
    const t = doubleExpm1(m, y);
    return double2.mul(double2.add(t, double2.div(t, double2.add(t, 1))), 0.5);
  }, pmin(abs(x), 100));
  return signed(x, value);
}

/** `(e^x + e^-x) / 2`. Error: 1 unit in the last place. */
export function cosh(m: Arithmetic, x: Node): Node {
  return viaDouble((y) => {
    const t = doubleExp(m, y);
    return double2.mul(double2.add(t, double2.div(1, t)), 0.5);
  }, pmin(abs(x), 100));
}

/** The inverse of sinh. Error: 1 unit in the last place. */
export function asinh(m: Arithmetic, x: Node): Node {
  const size = abs(x);
  const value = viaDouble((y) => {
    return doubleLog(m, double2.add(y, double2.sqrt(double2.add(double2.mul(y, y), 1))));
  }, size);
  // What is small has lost its digits in the sum, and is its own result.
  const usual = bits.and(lt(size, Infinity), ge(size, 2 ** -20));
  return m.choose(usual, signed(x, value), x);
}

/** The inverse of cosh; NaN below 1. Error: 1 unit in the last place. */
export function acosh(m: Arithmetic, x: Node): Node {
  const value = viaDouble((y) => {
    const t = double2.sub(y, 1);
    return doubleLog1p(m, double2.add(t, double2.sqrt(double2.mul(t, double2.add(t, 2)))));
  }, x);
  return m.choose(ge(x, 1), m.choose(lt(x, Infinity), value, x), floatConstant(NaN));
}

/** The inverse of tanh; infinite at -1 and 1, NaN beyond. Error: 1 unit in the last place. */
export function atanh(m: Arithmetic, x: Node): Node {
  const magnitude = abs(x);
  const value = viaDouble((y) => {
    return double2.mul(doubleLog1p(m, double2.div(double2.add(y, y), double2.sub(1, y))), 0.5);
  }, magnitude);
  const edge = m.choose(eq(magnitude, 1), floatConstant(Infinity), floatConstant(NaN));
  return signed(x, m.choose(lt(magnitude, 1), value, edge));
}
