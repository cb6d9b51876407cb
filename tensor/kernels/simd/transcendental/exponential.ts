/**
 * exp, exp2 and expm1 of four float32.
 *
 * @module
 */
import { type Arithmetic, polynomial } from "../arithmetic.ts";
import { bits, branch, double2, float4, floatConstant, int4, type Node } from "../nodes.ts";
import { doubleExp, viaDouble } from "./double.ts";

const { add, sub, mul, div, pmin, pmax, eq, gt } = float4;

/** Adding it to a number below 2^21 leaves the nearest integer in the low bits. */
export const MAGIC: number = 1.5 * 2 ** 23;

/** ln(2) in two parts; the product of the first with an integer of 9 bits is exact. */
const LN2_HIGH = 0.693145751953125;
const LN2_LOW = 1.42860682030941723212e-6;

/** Compared as integers, the bits of numbers from these on, infinity and NaN are greater. */
const BITS_OF_87 = 0x42ae_0000;
const BITS_OF_126 = 0x42fc_0000;

/** `(exp(r) - 1 - r) / r^2` for |r| <= ln(2) / 2. Minimax for exp, error 2^-28. */
const EXPONENTIAL: readonly number[] = [
  0.4999999331192134,
  0.16666518622163445,
  0.04166841172321905,
  0.0083689599543656,
  0.0013814093843655104,
];

/** What is left of a number, and a whole number in the low bits of `shift`. */
interface Reduced {
  readonly shift: Node;
  readonly r: Node;
}

/** `x = n ln(2) + r`: r, and `offset + n` in the low bits of `shift`. */
function reduce(m: Arithmetic, x: Node, offset: number): Reduced {
  const shift = m.float.madd(x, Math.LOG2E, MAGIC + offset);
  const n = sub(shift, MAGIC + offset);
  return { shift, r: m.float.nmadd(n, LN2_LOW, m.float.nmadd(n, LN2_HIGH, x)) };
}

/** The same for `x ln(2) = n ln(2) + r`. */
function reduceDoublings(x: Node, offset: number): Reduced {
  const shift = add(x, MAGIC + offset);
  return { shift, r: mul(sub(x, sub(shift, MAGIC + offset)), Math.LN2) };
}

function expm1Near0(m: Arithmetic, r: Node): Node {
  const square = mul(r, r);
  return m.float.madd(square, polynomial(m.float, EXPONENTIAL, r, square), r);
}

/** `e^x`. Error: 1.03 units in the last place. */
export function exp(m: Arithmetic, x: Node): Node {
  const special = int4.gtS(bits.and(x, 0x7fff_ffff), BITS_OF_87);
  const bounded = pmin(pmax(x, -104), 89);
  return branch(special, anyExp(m, x, reduce(m, bounded, -64)), normalExp(m, reduce(m, x, 0)));
}

/** `2^x`. Error: 1.3 units in the last place; whole powers are exact. */
export function exp2(m: Arithmetic, x: Node): Node {
  const special = int4.gtS(bits.and(x, 0x7fff_ffff), BITS_OF_126);
  const bounded = pmin(pmax(x, -151), 129);
  return branch(
    special,
    anyExp(m, x, reduceDoublings(bounded, -64)),
    normalExp(m, reduceDoublings(x, 0)),
  );
}

/** `e^x` of numbers up to 0, and of NaN, without a branch. Error: 1.03 units in the last place. */
export function expOfNegative(m: Arithmetic, x: Node): Node {
  const { shift, r } = reduce(m, pmax(x, -104), 127 + Math.log2(EXP_SCALE));
  const scale = int4.shl(shift, 23);
  return mul(m.float.madd(scale, expm1Near0(m, r), scale), 1 / EXP_SCALE);
}

/** Where the result is a normal number. */
function normalExp(m: Arithmetic, { shift, r }: Reduced): Node {
  return int4.add(add(expm1Near0(m, r), 1), int4.shl(shift, 23));
}

/** `(exp(r) - 1) / r` for |r| <= ln(2) / 2, so that exp has an error of at most 1.07 units in the last place. */
const SHORT_EXPONENTIAL: readonly number[] = [
  0.999999463558197,
  0.49999144673347473,
  0.16668179631233215,
  0.04189847409725189,
  0.00826209131628275,
];

/** The power of 2 by which `scaledExp` is too large, so that its results are normal numbers. */
export const EXP_SCALE: number = 2 ** 64;

/**
 * `EXP_SCALE e^x` of numbers up to 0, and of NaN. Those below -104 are taken for it, whose exponential rounds to 0.
 * Error: 1.9 units in the last place; where products are fused, `|x| / 43` units more, as one constant stands for ln(2).
 */
export function scaledExp(m: Arithmetic, x: Node): Node {
  const bounded = pmax(x, -104);
  const offset = 127 + Math.log2(EXP_SCALE);
  // NaN stays: its product with any scale is NaN.
  if (m.mode === "strict") {
    const { shift, r } = reduce(m, bounded, offset);
    const scale = int4.shl(shift, 23);
    // Where products are rounded by themselves, an error of the polynomial would come on top.
    return m.float.madd(mul(scale, r), polynomial(m.float, [1, ...EXPONENTIAL], r), scale);
  }
  const shift = m.float.madd(bounded, Math.LOG2E, MAGIC + offset);
  const r = m.float.nmadd(sub(shift, MAGIC + offset), Math.LN2, bounded);
  const scale = int4.shl(shift, 23);
  return m.float.madd(mul(scale, r), polynomial(m.float, SHORT_EXPONENTIAL, r), scale);
}

/** The scale is applied in two steps, the second of which overflows or rounds to a subnormal number. */
function anyExp(m: Arithmetic, x: Node, { shift, r }: Reduced): Node {
  const negative = bits.and(int4.shrS(x, 31), 0x4000_0000);
  const first = int4.add(add(expm1Near0(m, r), 1), int4.add(int4.shl(shift, 23), negative));
  const value = mul(first, int4.sub(0x5f80_0000, negative));
  return m.choose(eq(x, x), value, x);
}

/** The logistic function `1 / (1 + e^-x)`. Error: 1.8 units in the last place. */
export function sigmoid(m: Arithmetic, x: Node): Node {
  return m.mode === "strict" ? doubleSigmoid(m, x) : fusedSigmoid(m, x);
}

/** Rounding every product costs more digits than there are to lose. */
function doubleSigmoid(m: Arithmetic, x: Node): Node {
  const bounded = pmin(pmax(x, -110), 110);
  return viaDouble((y) => double2.div(1, double2.add(doubleExp(m, double2.neg(y)), 1)), bounded);
}

function fusedSigmoid(m: Arithmetic, x: Node): Node {
  // exp(-|x|) is 2^n (1 + part). Above and below the line stand 2^n, or 1, and 1 + exp(-|x|), times 1.5: so what
  // is below is hardly ever just above a power of 2, where rounding costs most; and the part comes last.
  const { shift, r } = reduce(m, pmax(bits.or(x, 0x8000_0000), -104), 64);
  const part = expm1Near0(m, r);
  // 2^64 times as much is no subnormal number.
  const large = int4.add(0x3fc0_0000, int4.shl(shift, 23));
  const scale = mul(large, 2 ** -64);
  const below = m.float.madd(scale, part, add(scale, 1.5));
  const negative = int4.shrS(x, 31);
  const quotient = div(m.choose(negative, large, floatConstant(1.5 * 2 ** 64)), below);
  return mul(m.float.madd(quotient, bits.and(part, negative), quotient), 2 ** -64);
}

/** `e^x - 1` without cancellation. Error: 1.7 units in the last place. */
export function expm1(m: Arithmetic, x: Node): Node {
  const large = gt(x, 88);
  const most = pmin(x, 88);
  const exponential = anyExp(m, x, reduce(m, pmin(pmax(x, -104), 89), -64));
  return branch(large, m.choose(large, exponential, normalExpm1(m, most)), normalExpm1(m, x));
}

function normalExpm1(m: Arithmetic, x: Node): Node {
  const { shift, r } = reduce(m, pmax(x, -18), 0);
  const scale = int4.add(int4.shl(shift, 23), 0x3f80_0000);
  const value = m.float.madd(scale, expm1Near0(m, r), sub(scale, 1));
  // For the sign of 0; all others have it.
  return bits.or(value, bits.and(x, 0x8000_0000));
}
