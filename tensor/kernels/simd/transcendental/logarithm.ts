/**
 * log and log1p of four float32.
 *
 * @module
 */
import { type Arithmetic, polynomial } from "../arithmetic.ts";
import { bits, branch, float4, floatConstant, int4, type Node } from "../nodes.ts";

const { add, sub, mul, eq, gt, lt, convertI32x4S } = float4;

/** ln(2) in two parts; the product of the first with an integer of 9 bits is exact. */
const LN2_HIGH = 0.693145751953125;
const LN2_LOW = 1.42860682030941723212e-6;

/** The bits of sqrt(1/2), and of 1. */
const LEAST = 0x3f35_04f3;
const ONE = 0x3f80_0000;

/** `(log(1 + f) - f + f^2 / 2) / f^3` for `1 + f` from sqrt(1/2) to sqrt(2). Minimax for log, error 2^-27. */
const LOGARITHM: readonly number[] = [
  0.3333333170151119,
  -0.2500082100892152,
  0.2000122739637442,
  -0.16623358286423806,
  0.1420174725894487,
  -0.13160165167867063,
  0.12761641499667523,
  -0.07634613975484335,
];

/** `n ln(2) + log(1 + f)` */
function combined(m: Arithmetic, n: Node, f: Node): Node {
  const square = mul(f, f);
  const tail = mul(mul(f, square), polynomial(m.float, LOGARITHM, f, square));
  const small = m.float.madd(n, LN2_LOW, m.float.nmadd(square, 0.5, tail));
  return m.float.madd(n, LN2_HIGH, add(f, small));
}

/** The logarithm of positive normal numbers, with another power of 2 for each. */
function normalLog(m: Arithmetic, x: Node, power: Node | null): Node {
  const above = int4.sub(x, LEAST);
  const exponent = int4.shrS(above, 23);
  const mantissa = int4.add(bits.and(above, 0x007f_ffff), LEAST);
  const n = convertI32x4S(power === null ? exponent : int4.add(exponent, power));
  return combined(m, n, sub(mantissa, 1));
}

/** The natural logarithm. Error: 1 unit in the last place. */
export function log(m: Arithmetic, x: Node): Node {
  // One comparison finds whatever is not positive, normal and finite.
  const special = int4.geU(int4.sub(x, 0x0080_0000), 0x7f00_0000);
  return branch(special, anyLog(m, x), normalLog(m, x, null));
}

function anyLog(m: Arithmetic, x: Node): Node {
  const subnormal = lt(x, 2 ** -126);
  const scaled = m.choose(subnormal, mul(x, 2 ** 23), x);
  const value = normalLog(m, scaled, bits.and(subnormal, -23));
  // Infinity and NaN are their own logarithms.
  const finite = m.choose(lt(x, Infinity), value, x);
  return m.choose(gt(x, 0), finite, m.choose(eq(x, 0), floatConstant(-Infinity), floatConstant(NaN)));
}

/** `log(1 + x)` without cancellation. Error: 1.5 units in the last place. */
export function log1p(m: Arithmetic, x: Node): Node {
  const inside = bits.and(gt(x, -1), lt(x, 2 ** 30));
  return branch(bits.not(inside), anyLog1p(m, x, inside), normalLog1p(m, x));
}

/** The same above -1 and up to 2^30, and of NaN. */
export function normalLog1p(m: Arithmetic, x: Node): Node {
  const above = int4.sub(add(x, 1), LEAST);
  const exponent = int4.shrS(above, 23);
  // 2^-n; scaling is exact, so the rest is rounded once.
  const scale = int4.sub(ONE, int4.shl(exponent, 23));
  const rest = sub(mul(x, scale), sub(1, scale));
  const value = combined(m, convertI32x4S(exponent), rest);
  return m.choose(eq(x, 0), x, value);
}

function anyLog1p(m: Arithmetic, x: Node, inside: Node): Node {
  const outside = m.choose(eq(x, -1), floatConstant(-Infinity), anyLog(m, x));
  return m.choose(inside, normalLog1p(m, x), outside);
}
