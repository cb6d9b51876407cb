/**
 * The logarithm of the gamma function and its derivative in double precision.
 *
 * The polynomials interpolate the exact functions at Chebyshev nodes, computed with 60 digits.
 *
 * @module
 */
import { polynomial } from "./polynomial.ts";

/** `lgamma(2 + y) / (y (1 + y))` for |y| <= 1: without its zeros at 1 and 2. */
const LGAMMA: readonly number[] = [
  0.42278433509846713,
  -0.10031730167435392,
  0.03296500062115583,
  -0.012384192193371281,
  0.0049986411646967465,
  -0.0021081308339555033,
  0.0009153769222707815,
  -0.00040570739751837585,
  0.00018255263873555506,
  -8.309512611788942e-05,
  3.816889292298188e-05,
  -1.7661678411724024e-05,
  8.22216504804543e-06,
  -3.847310267877505e-06,
  1.8082175835468087e-06,
  -8.530191609865739e-07,
  4.0333996464191575e-07,
  -1.9146174158031374e-07,
  9.21388035355947e-08,
  -4.396662803032218e-08,
  1.9154871760639296e-08,
  -9.161622215587696e-09,
  6.915323389115334e-09,
  -3.338506444900642e-09,
  -8.565868100375897e-10,
  4.235324058487562e-10,
  1.4933544932751008e-09,
  -7.268124874450559e-10,
  -4.297645248580929e-10,
  2.0962032408762526e-10,
  1.1390564273704021e-10,
  -5.546451520257133e-11,
];

/** `digamma(2 + y) / (2 + y - root)` for |y| <= 1: without its zero. */
const DIGAMMA: readonly number[] = [
  0.7853075386041053,
  -0.2607389546830014,
  0.10899991701762839,
  -0.04955103291767397,
  0.023447309597566822,
  -0.01133843255325482,
  0.0055522541759630865,
  -0.002739572885475415,
  0.0013581421199914086,
  -0.000675313334609556,
  0.0003364330200606836,
  -0.00016781550918906608,
  8.37758414413039e-05,
  -4.1844317337787525e-05,
  2.090716478290105e-05,
  -1.0448794254038578e-05,
  5.225036451675859e-06,
  -2.611989648850036e-06,
  1.2992617964524046e-06,
  -6.495723785046654e-07,
  3.3912351831298994e-07,
  -1.6955526974891184e-07,
  6.128250598647428e-08,
  -3.064053316177705e-08,
  4.39201606327077e-08,
  -2.1959999891950657e-08,
  -1.4540146345124142e-08,
  7.2700816651829716e-09,
  1.2568206805657777e-08,
  -6.284102179850801e-09,
  -3.786235725056506e-09,
  1.893117878871063e-09,
  8.413859344325243e-10,
  -4.2069293455428005e-10,
];

/** The zero of digamma in two parts. */
const ROOT: readonly [number, number] = [1.4616321449683622, 9.549995429965697e-17];

/** Stirling's series of lgamma in powers of `1 / x^2`. */
const STIRLING: readonly number[] = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
];

/** The asymptotic series of digamma in powers of `1 / x^2`. */
const ASYMPTOTIC: readonly number[] = [
  1 / 12,
  -1 / 120,
  1 / 252,
  -1 / 240,
  1 / 132,
  -691 / 32760,
  1 / 12,
  -3617 / 8160,
];

const HALF_LOG_2_PI = 0.9189385332046728;

/** `lgamma(x)` less `(x - 1/2) log(x) - x + log(2 pi) / 2`, for x >= 10. */
export function stirling(x: number): number {
  const inverse = 1 / x;
  return inverse * polynomial(STIRLING, inverse * inverse);
}

/** The gamma function: infinite at 0, NaN at the negative integers, exact at the positive ones that a double holds. */
export function gamma(x: number): number {
  if (x === Math.floor(x)) {
    if (x < 0) return NaN;
    if (x === 0) return 1 / x;
    if (x > 171) return Infinity;
    let product = 1;
    for (let k = 2; k < x; k += 1) product *= k;
    return product;
  }
  if (x < 0) return Math.PI / (sinPi(x) * gamma(1 - x));
  return x > 172 ? Infinity : Math.exp(lgamma(x));
}

/** `log(|gamma(x)|)`; infinite at 0 and the negative integers. */
export function lgamma(x: number): number {
  if (!(Math.abs(x) < Infinity)) return x * x;
  if (x <= 0) {
    if (x === Math.floor(x)) return Infinity;
    // Near the pole at 0 the product below would underflow.
    if (x > -1e-17) return -Math.log(-x);
    return Math.log(Math.PI / Math.abs(x * sinPi(x))) - lgamma(-x);
  }
  if (x >= 10) {
    return (x - 0.5) * Math.log(x) - x + (HALF_LOG_2_PI + stirling(x));
  }
  if (x < 1) return lgammaNear(x - 1) - Math.log(x);
  let product = 1;
  while (x >= 3) product *= x -= 1;
  return lgammaNear(x - 2) + Math.log(product);
}

function lgammaNear(y: number): number {
  return y * (1 + y) * polynomial(LGAMMA, y);
}

/** The derivative of `lgamma`. NaN at 0 and the negative integers, where it has poles. */
export function digamma(x: number): number {
  if (x === Infinity) return x;
  if (x <= 0) return x === Math.floor(x) ? NaN : digamma(1 - x) - Math.PI / tanPi(x);
  if (x >= 10) {
    const inverse = 1 / x;
    const square = inverse * inverse;
    return Math.log(x) - (0.5 * inverse + square * polynomial(ASYMPTOTIC, square));
  }
  if (x < 1) return digamma(x + 1) - 1 / x;
  let sum = 0;
  while (x >= 3) sum += 1 / (x -= 1);
  return (x - ROOT[0] - ROOT[1]) * polynomial(DIGAMMA, x - 2) + sum;
}

/** `sin(pi x)`, exact at integers. */
function sinPi(x: number): number {
  const nearest = Math.round(x);
  const sine = Math.sin(Math.PI * (x - nearest));
  return nearest % 2 === 0 ? sine : -sine;
}

/** `tan(pi x)`, exact at integers. */
function tanPi(x: number): number {
  return Math.tan(Math.PI * (x - Math.round(x)));
}
