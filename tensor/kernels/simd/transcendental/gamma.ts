/**
 * The gamma function, its logarithm and the derivative of that of four float32, in double precision throughout: near their
 * zeros at negative numbers, large terms cancel.
 *
 * @module
 */
import { type Arithmetic, polynomial } from "../arithmetic.ts";
import { bits, branch, double2, doubleConstant, float4, floatConstant, long2, type Node } from "../nodes.ts";
import { doubleExp, doubleLog, viaDouble } from "./double.ts";

const { add, sub, mul, div, abs, lt, nearest } = double2;

/** Adding it to an integer below 2^51 leaves the integer in the low bits. */
const MAGIC = 1.5 * 2 ** 52;

type Ratio = readonly [above: readonly number[], below: readonly number[]];

/** `lgamma(2 + y) / (y (1 + y))` for |y| <= 1, without its zeros at 1 and 2. Minimax, error 2^-56. */
const LGAMMA: Ratio = [
  [
    0.42278433509846713,
    0.7154970458582011,
    0.4741837754724211,
    0.15499024377884124,
    0.0257386458682367,
    0.0019887645654875492,
    5.36188400843591e-05,
    1.1548143326502064e-07,
  ],
  [
    1,
    1.9296229301933585,
    1.501458989272578,
    0.6016938380630269,
    0.13127622543871745,
    0.015090905496436248,
    0.0008012004564256749,
    1.3632361467835697e-05,
  ],
];

/** `x (lgamma(x) - (x - 1/2) log(x) + x - log(2 pi) / 2)` in powers of `1 / x^2` for x >= 3. Minimax, error 2^-50. */
const STIRLING: readonly number[] = [
  0.08333333333332173,
  -0.0027777777635743022,
  0.0007936479313983297,
  -0.0005950156585384114,
  0.0008330463104435988,
  -0.0017231240768140847,
  0.0037375770070645223,
  -0.0049754643058836185,
];

const HALF_LOG_2_PI = 0.9189385332046728;

/** `digamma(2 + y) / (2 + y - root)` for |y| <= 1, without its zero. Minimax, error 2^-55. */
const DIGAMMA: Ratio = [
  [
    0.7853075386041053,
    0.8108305093215697,
    0.30443907662213543,
    0.050948636695209805,
    0.003680789525671177,
    8.798765222653317e-05,
    1.4324572666901568e-07,
  ],
  [
    1,
    1.3645220647051224,
    0.7019201896080343,
    0.17163315984483402,
    0.02048772633508238,
    0.0010783896101280068,
    1.7710936381061863e-05,
  ],
];

/** The zero of digamma in two parts. */
const ROOT: readonly [number, number] = [1.4616321449683622, 9.549995429965697e-17];

/** `x^2 (log(x) - 1 / (2 x) - digamma(x))` in powers of `1 / x^2` for x >= 3. Minimax, error 2^-42. */
const ASYMPTOTIC: readonly number[] = [
  0.08333333333317475,
  -0.008333333138187057,
  0.003968214396653586,
  -0.0041635678004782704,
  0.007453202749559663,
  -0.018310476872077302,
  0.043979647572894784,
  -0.0617669242913482,
];

/** `sin(pi r) / r` in powers of `r^2` for |r| <= 1/2. Minimax, error 2^-52. */
const SINE: readonly number[] = [
  3.1415926535897927,
  -5.167712780049753,
  2.5501640398597636,
  -0.5992645287754553,
  0.08214587825404153,
  -0.007370361058678412,
  0.00046597758296686094,
  -2.112291736102044e-05,
];

function ratio(m: Arithmetic, [above, below]: Ratio, y: Node): Node {
  const square = mul(y, y);
  return div(polynomial(m.double, above, y, square), polynomial(m.double, below, y, square));
}

/** `sin(pi r)` for |r| <= 1/2. */
function sineOfPi(m: Arithmetic, r: Node): Node {
  return mul(r, polynomial(m.double, SINE, mul(r, r)));
}

/** `lgamma` of doubles from 0 on. */
function positiveLgamma(m: Arithmetic, x: Node): Node {
  const log = doubleLog(m, x);
  const small = lt(x, 1);
  const rest = sub(x, m.choose(small, doubleConstant(1), doubleConstant(2)));
  const product = mul(mul(rest, add(rest, 1)), ratio(m, LGAMMA, rest));
  // The sum of both zeros at 1 is 0.
  const near = add(product, bits.and(small, double2.neg(log)));
  const inverse = div(1, x);
  const series = polynomial(m.double, STIRLING, mul(inverse, inverse));
  const far = add(sub(mul(sub(x, 0.5), log), x), m.double.madd(inverse, series, HALF_LOG_2_PI));
  return m.choose(lt(x, 3), near, far);
}

/** `log(|gamma(x)|)`; infinite at 0 and the negative integers. Error: 1 unit in the last place. */
export function lgamma(m: Arithmetic, x: Node): Node {
  const value = viaDouble((y) => {
    const [size, negative] = [abs(y), lt(y, 0)];
    const positive = positiveLgamma(m, size);
    // The product of both gammas is pi / (x sin(pi x)).
    const sine = abs(sineOfPi(m, sub(y, nearest(y))));
    const both = sub(Math.log(Math.PI), doubleLog(m, mul(size, sine)));
    const reflected = sub(branch(negative, both, doubleConstant(0)), positive);
    return m.choose(negative, reflected, positive);
  }, x);
  return atPoles(m, x, value, floatConstant(Infinity));
}

/** The gamma function; infinite at 0, NaN at the negative integers. Error: 1 unit in the last place. */
export function gamma(m: Arithmetic, x: Node): Node {
  const value = viaDouble((y) => {
    const [size, negative] = [abs(y), lt(y, 0)];
    const positive = doubleExp(m, double2.pmin(positiveLgamma(m, size), 700));
    const whole = nearest(y);
    const sine = bits.xor(sineOfPi(m, sub(y, whole)), long2.shl(add(whole, MAGIC), 63));
    const reflected = div(-Math.PI, mul(mul(y, sine), positive));
    return m.choose(negative, branch(negative, reflected, positive), positive);
  }, x);
  return atPoles(m, x, value, m.choose(float4.eq(x, 0), float4.div(1, x), floatConstant(NaN)));
}

/** The derivative of `lgamma`; NaN at 0 and the negative integers. Error: 1 unit in the last place. */
export function digamma(m: Arithmetic, x: Node): Node {
  const value = viaDouble((y) => {
    const negative = lt(y, 0);
    const z = m.choose(negative, sub(1, y), y);
    const [small, moderate] = [lt(z, 1), lt(z, 3)];
    const rest = sub(z, m.choose(small, doubleConstant(1), doubleConstant(2)));
    const near = mul(sub(sub(add(rest, 2), ROOT[0]), ROOT[1]), ratio(m, DIGAMMA, rest));
    const inverse = div(1, z);
    const square = mul(inverse, inverse);
    const far = m.double.nmadd(square, polynomial(m.double, ASYMPTOTIC, square), doubleLog(m, z));
    const weight = m.choose(small, doubleConstant(1), bits.andnot(doubleConstant(0.5), moderate));
    const positive = m.double.nmadd(inverse, weight, m.choose(moderate, near, far));
    const r = sub(y, nearest(y));
    const cosine = sineOfPi(m, sub(0.5, abs(r)));
    const cotangent = mul(Math.PI, div(cosine, sineOfPi(m, r)));
    return sub(positive, branch(negative, bits.and(negative, cotangent), doubleConstant(0)));
  }, x);
  return atPoles(m, x, value, floatConstant(NaN));
}

/** The values, but `pole` at 0 and at the negative integers; infinity and NaN are their own, that of -Infinity is a pole. */
function atPoles(m: Arithmetic, x: Node, value: Node, pole: Node): Node {
  const finite = m.choose(float4.lt(x, Infinity), value, x);
  const isPole = bits.and(float4.le(x, 0), float4.eq(x, float4.trunc(x)));
  return m.choose(isPole, pole, finite);
}
