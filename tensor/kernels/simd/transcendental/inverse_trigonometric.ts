/**
 * Inverse trigonometric functions of four float32, in double precision.
 *
 * @module
 */
import { type Arithmetic, polynomial } from "../arithmetic.ts";
import { bits, double2, doubleConstant, float4, type Node } from "../nodes.ts";
import { viaDouble } from "./double.ts";

const { add, sub, mul, div, sqrt, abs, lt, gt, eq, neg } = double2;

/** `(asin(s) / s - 1) / s^2` in powers of `s^2` for |s| <= 1/2. Minimax, error 2^-39. */
const ARCSINE: readonly number[] = [
  0.16666666626724436,
  0.07500005042086558,
  0.04464068770536099,
  0.03042684270331789,
  0.021863001642625734,
  0.02065906957566406,
  0.0019483803862039384,
  0.032941826323677356,
];

/** `(atan(s) / s - 1) / s^2` in powers of `s^2` for |s| <= 1. Minimax, error 2^-34. */
const ARCTANGENT: readonly number[] = [
  -0.33333332235379154,
  0.19999932199801237,
  -0.14284250894820982,
  0.11095202621957231,
  -0.08988792617638804,
  0.07269385267631483,
  -0.054704497545561184,
  0.034704662934112215,
  -0.016471456221063642,
  0.004999314985419606,
  -0.0007113042273223011,
];

function signed(x: Node, result: Node): Node {
  return bits.or(result, bits.and(x, 0x8000_0000));
}

/** `s + s^3 p(s^2)` */
function odd(m: Arithmetic, coefficients: readonly number[], s: Node, square: Node): Node {
  return m.double.madd(mul(s, square), polynomial(m.double, coefficients, square), s);
}

/** The arcsine of s for s up to 1/2, beyond that of `sqrt((1 - s) / 2)`; both are at most pi / 6. */
function arcsine(m: Arithmetic, s: Node): { readonly small: Node; readonly angle: Node } {
  const small = lt(s, 0.5);
  const square = m.choose(small, mul(s, s), mul(sub(1, s), 0.5));
  return { small, angle: odd(m, ARCSINE, m.choose(small, s, sqrt(square)), square) };
}

/** The arcsine; NaN beyond 1. Error: 1 unit in the last place. */
export function asin(m: Arithmetic, x: Node): Node {
  const value = viaDouble((y) => {
    const { small, angle } = arcsine(m, y);
    return m.choose(small, angle, m.double.nmadd(angle, 2, Math.PI / 2));
  }, float4.abs(x));
  return signed(x, value);
}

/** The arccosine; NaN beyond 1. Error: 1 unit in the last place. */
export function acos(m: Arithmetic, x: Node): Node {
  return viaDouble((y) => {
    const { small, angle } = arcsine(m, abs(y));
    const negative = lt(y, 0);
    const near = sub(Math.PI / 2, m.choose(negative, neg(angle), angle));
    const far = add(angle, angle);
    return m.choose(small, near, m.choose(negative, sub(Math.PI, far), far));
  }, x);
}

/** The arctangent. Error: 1 unit in the last place. */
export function atan(m: Arithmetic, x: Node): Node {
  const value = viaDouble((y) => {
    const large = gt(y, 1);
    const s = m.choose(large, div(1, y), y);
    const angle = odd(m, ARCTANGENT, s, mul(s, s));
    return m.choose(large, sub(Math.PI / 2, angle), angle);
  }, float4.abs(x));
  return signed(x, value);
}

/** The angle of the point `(x, y)`, from -pi to pi, with the signs of zeros as IEEE 754 has them. */
export function atan2(m: Arithmetic, y: Node, x: Node): Node {
  const value = viaDouble(
    (b, a) => {
      const [height, width] = [abs(b), abs(a)];
      const steep = gt(height, width);
      const ratio = div(m.choose(steep, width, height), m.choose(steep, height, width));
      // Equal are two zeros and two infinities, whose quotients are NaN.
      const s = m.choose(
        eq(height, width),
        m.choose(eq(height, 0), doubleConstant(0), doubleConstant(1)),
        ratio,
      );
      const angle = odd(m, ARCTANGENT, s, mul(s, s));
      const upright = m.choose(steep, sub(Math.PI / 2, angle), angle);
      // Less than 0 is also -0: the sign of a number that is not 0.
      const sign = bits.or(bits.and(a, { kind: "constant", words: [0, -0x8000_0000] }), doubleConstant(1));
      return m.choose(lt(sign, 0), sub(Math.PI, upright), upright);
    },
    y,
    x,
  );
  return signed(y, value);
}
