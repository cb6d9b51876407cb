/**
 * The error function and its relatives in double precision.
 *
 * The polynomials interpolate the exact functions at Chebyshev nodes, computed with 60 digits.
 *
 * @module
 */
import { polynomial } from "./polynomial.ts";

/** `erf(x) / x` for |x| <= 1, in powers of `2 x^2 - 1`. */
const ERF: readonly number[] = [
  0.9654687386698673,
  -0.1405360890227171,
  0.019852496688983708,
  -0.0022854855611440673,
  0.0002175171560415978,
  -1.75371694414921e-05,
  1.2233827383720745e-06,
  -7.511569160678145e-08,
  4.11580054145447e-09,
  -2.0352493920236875e-10,
  9.167689188119807e-12,
  -3.791093040150038e-13,
  1.4488212905007758e-14,
  -5.166061346551406e-16,
  1.713081554907914e-17,
];

/** `(1 + 2 x) exp(x^2) erfc(x)` for x >= 1/2, in powers of `(x - 4) / (x + 3)`. */
const ERFCX: readonly number[] = [
  1.2329951186255526,
  -0.12216847723549219,
  -0.003496013513368036,
  0.04665458534674222,
  -0.04180651066502497,
  0.022801799598865188,
  -0.008073603938174266,
  0.0013920612495046407,
  0.00024740376447234214,
  -0.00019788759756973629,
  1.7479106675947786e-05,
  1.8863224923306602e-05,
  -4.577269386184351e-06,
  -1.9136567552589773e-06,
  7.238746049318552e-07,
  2.410959540877587e-07,
  -1.0511547933505945e-07,
  -3.874179984762285e-08,
  1.4483334632739677e-08,
  7.231366303196027e-09,
  -1.7673487952025182e-09,
  -1.3494065059462324e-09,
  1.627106753623906e-10,
  2.064994720524174e-10,
  -7.887286866204886e-12,
  -1.8001261542129724e-11,
];

const HALF_SQRT_PI = 0.886226925452758;

/** The error function `2 / sqrt(pi)` times the integral of `exp(-t^2)` from 0 to x. Error: 2 units in the last place. */
export function erf(x: number): number {
  if (Math.abs(x) < 1) return x * polynomial(ERF, 2 * x * x - 1);
  return x < 0 ? erfcTail(-x) - 1 : 1 - erfcTail(x);
}

/** `1 - erf(x)` without cancellation, down to the smallest double near x = 27. */
export function erfc(x: number): number {
  if (x < 0.5) return x < -1 ? 2 - erfcTail(-x) : 1 - erf(x);
  return erfcTail(x);
}

function erfcTail(x: number): number {
  if (x > 28) return 0;
  // The square of the first half of the digits is exact, so the exponential does not magnify its rounding.
  const high = Math.fround(x);
  const exponential = Math.exp(-high * high) * Math.exp((high - x) * (high + x));
  return exponential * polynomial(ERFCX, (x - 4) / (x + 3)) / (1 + 2 * x);
}

/** `erfinv(y) / y` in powers of `w - 2.25` for `w = -log(1 - y^2)` up to 4.5. Minimax, error 2^-29. */
export const ERFINV_CENTRE: readonly number[] = [
  1.4395086304977258,
  0.24848034207776684,
  -0.003155380796045378,
  -0.0014729751754948282,
  0.00022105059299243159,
  7.698091405218342e-7,
  -4.225841609017129e-6,
  4.1220634968589726e-7,
  4.304582481305356e-8,
  -9.829866058372048e-9,
];

/** The same up to 1 less 2^-25, in powers of `sqrt(w) - 3` beyond. Minimax, error 2^-27. */
export const ERFINV_TAIL: readonly number[] = [
  2.832976790767751,
  1.0016750560852679,
  0.009445975907056526,
  -0.007639007532731595,
  0.0056805110740440375,
  -0.003587693009833353,
  0.0015035461874512372,
  -7.863013366323914e-5,
  -0.00032560654253906764,
  0.00013285765670059687,
];

/** The x with `erf(x) = y`; infinite at -1 and 1, NaN beyond. */
export function erfinv(y: number): number {
  // Winitzki's approximation is right to 0.2 %.
  return inverse(y, 3, (magnitude) => {
    const log = Math.log1p(-y * y);
    const half = 2 / (Math.PI * 0.147) + log / 2;
    return magnitude < 1e-4
      ? magnitude * HALF_SQRT_PI
      : Math.sqrt(Math.sqrt(half * half - log / 0.147) - half);
  });
}

/** The same of float32, for which an approximation is right to 2^-27. */
export function erfinvFloat32(y: number): number {
  return inverse(y, 1, (magnitude) => {
    const w = -Math.log1p(-y * y);
    const slope = w < 4.5 ? polynomial(ERFINV_CENTRE, w - 2.25) : polynomial(ERFINV_TAIL, Math.sqrt(w) - 3);
    return magnitude * slope;
  });
}

/** `erfinv` from an approximation for |y|: each Halley step triples its digits. */
function inverse(y: number, steps: number, approximation: (magnitude: number) => number): number {
  const magnitude = Math.abs(y);
  if (!(magnitude < 1)) return magnitude === 1 ? y * Infinity : NaN;
  if (magnitude === 0) return y;
  let x = approximation(magnitude);
  for (let step = 0; step < steps; step += 1) {
    const residual = magnitude < 0.5 ? erf(x) - magnitude : 1 - magnitude - erfc(x);
    const correction = residual * HALF_SQRT_PI * Math.exp(x * x);
    x -= correction / (1 + x * correction);
  }
  return y < 0 ? -x : x;
}
