/**
 * Hyperbolic functions and their inverses of four float32.
 *
 * @module
 */
import { type Arithmetic, polynomial } from "../arithmetic.ts";
import { bits, double2, float4, floatConstant, int4, type Node } from "../nodes.ts";
import { doubleExp, doubleExpm1, doubleLog1p, viaDouble } from "./double.ts";
import { MAGIC } from "./exponential.ts";

const { sub, mul, div, pmin, abs, lt, eq, ge } = float4;

/** `exp(2 r)` for |r| <= ln(2) / 4. Minimax for the tanh of what is above 0.55, error 2^-23. */
const DOUBLED: readonly number[] = [
  1,
  1.9999991489832216,
  1.999967541647006,
  1.3334477709096892,
  0.6702999759936387,
  0.2643269011610061,
];

/** `(tanh(x) / x - 1) / x^2` in powers of `x^2` for |x| <= 0.555. Minimax, error 2^-24.5. */
const NEAR: readonly number[] = [
  -0.33332919099887237,
  0.1332006836040447,
  -0.05262854917575574,
  0.016353345800515798,
];

/** The hyperbolic tangent. Error: 1.9 units in the last place. */
export function tanh(m: Arithmetic, x: Node): Node {
  const size = abs(x);
  // 1 - 2 / (exp(2 x) + 1), which is 1 beyond 9.1.
  const bounded = pmin(size, 10);
  const shift = m.float.madd(bounded, 2 * Math.LOG2E, MAGIC);
  const r = m.float.nmadd(sub(shift, MAGIC), Math.LN2 / 2, bounded);
  const exponential = polynomial(m.float, DOUBLED, r);
  const half = int4.add(int4.shl(shift, 23), 0x3f00_0000);
  const far = sub(1, div(1, m.float.madd(half, exponential, 0.5)));
  // Where that loses digits.
  const square = mul(size, size);
  const tail = polynomial(m.float, NEAR, square);
  const near = m.float.madd(mul(size, square), tail, size);
  return signed(x, m.choose(lt(size, 0.55), near, far));
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
  const value = viaDouble((y) => {
    const square = double2.mul(y, y);
    const root = double2.sqrt(double2.add(square, 1));
    return doubleLog1p(m, double2.add(y, double2.div(square, double2.add(root, 1))));
  }, abs(x));
  return m.choose(lt(abs(x), Infinity), signed(x, value), x);
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
