/**
 * Sine, cosine and tangent of four float32.
 *
 * @module
 */
import { type Arithmetic, polynomial } from "../arithmetic.ts";
import {
  bits,
  double2,
  float4,
  int4,
  joinHalves,
  lowWords,
  type Node,
  operation,
  repaired,
  upperHalf,
} from "../nodes.ts";
import { f32x4 } from "../vector.ts";
import { COSINE, largeCosine, largeSine, largeTangent, LEAST, SINE } from "./large_angle.ts";

const { add, mul, abs, eq, lt } = float4;

/** Adding it to a number below 2^51 leaves the nearest integer in the low bits. */
const MAGIC = 1.5 * 2 ** 52;

/** `pi / 2` in two parts; the product of the first with an integer of 20 bits is exact. */
const QUARTER_HIGH = 1.57079632673412561417e+00;
const QUARTER_LOW = 6.07710050650619224932e-11;

/** `(sin(r) / r - 1) / r^2` in powers of `r^2`. Minimax, error 2^-37. */
const SHORT_SINE: readonly number[] = [
  -0.16666666640701824,
  0.008333329293056807,
  -0.00019839308307571677,
  2.7180827819590513e-6,
];

/** `(cos(r) - 1 + r^2 / 2) / r^4` in powers of `r^2`. Minimax, error 2^-33. */
const SHORT_COSINE: readonly number[] = [0.041666645615424464, -0.0013887312894778057, 2.4432765510325592e-5];

/** `x = n pi / 2 + r` in double precision, n in the low bits of `shift`. */
function reduce(m: Arithmetic, x: Node): { readonly shift: Node; readonly r: Node } {
  const shift = m.double.madd(x, 2 / Math.PI, MAGIC);
  const n = double2.sub(shift, MAGIC);
  return { shift, r: m.double.nmadd(n, QUARTER_LOW, m.double.nmadd(n, QUARTER_HIGH, x)) };
}

/** `x = n pi / 2 + r` for four float32, n as integers. */
function reduceAll(m: Arithmetic, x: Node): { readonly n: Node; readonly r: Node } {
  const low = reduce(m, double2.promoteLowF32x4(x));
  const high = reduce(m, double2.promoteLowF32x4(upperHalf(x)));
  const n = lowWords(low.shift, high.shift);
  return { n, r: joinHalves(float4.demoteF64x2Zero(low.r), float4.demoteF64x2Zero(high.r)) };
}

/** The sine of `(n + quarters) pi / 2 + r`. */
function sineOf(m: Arithmetic, n: Node, r: Node): Node {
  const square = mul(r, r);
  const sine = m.float.madd(mul(r, square), polynomial(m.float, SHORT_SINE, square), r);
  const half = m.float.nmadd(
    square,
    0.5,
    mul(mul(square, square), polynomial(m.float, SHORT_COSINE, square)),
  );
  const cosine = add(half, 1);
  const odd = int4.ne(bits.and(n, 1), 0);
  return bits.xor(m.choose(odd, cosine, sine), int4.shl(bits.and(n, 2), 30));
}

function large(x: Node): Node {
  return bits.not(lt(abs(x), LEAST));
}

/** The sine of angles in radians. Error: 2 units in the last place, for angles of any size. */
export function sin(m: Arithmetic, x: Node): Node {
  const { n, r } = reduceAll(m, x);
  const value = m.choose(eq(x, 0), x, sineOf(m, n, r));
  return repaired(value, large(x), largeSine, x);
}

/** The cosine of angles in radians. Error: 2 units in the last place, for angles of any size. */
export function cos(m: Arithmetic, x: Node): Node {
  const { n, r } = reduceAll(m, x);
  return repaired(sineOf(m, int4.add(n, 1), r), large(x), largeCosine, x);
}

/** The tangent of angles in radians. Error: 1 unit in the last place, for angles of any size. */
export function tan(m: Arithmetic, x: Node): Node {
  const half = (y: Node): Node => {
    const { shift, r } = reduce(m, y);
    const square = double2.mul(r, r);
    const sine = m.double.madd(double2.mul(r, square), polynomial(m.double, SINE, square), r);
    const cosine = m.double.madd(square, polynomial(m.double, COSINE, square), 1);
    // The low bit of n in both words of its double.
    const n = operation((a) => f32x4.shuffle(a, a, [0, 0, 2, 2]), shift);
    const odd = int4.ne(bits.and(n, 1), 0);
    const above = m.choose(odd, double2.neg(cosine), sine);
    return double2.div(above, m.choose(odd, sine, cosine));
  };
  const low = half(double2.promoteLowF32x4(x));
  const high = half(double2.promoteLowF32x4(upperHalf(x)));
  const value = joinHalves(float4.demoteF64x2Zero(low), float4.demoteF64x2Zero(high));
  return repaired(m.choose(eq(x, 0), x, value), large(x), largeTangent, x);
}
