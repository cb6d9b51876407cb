/**
 * The error function and its relatives of four float32.
 *
 * @module
 */
import { ERFINV_CENTRE, ERFINV_TAIL } from "../../scalar/erf.ts";
import { type Arithmetic, polynomial } from "../arithmetic.ts";
import { bits, branch, double2, doubleConstant, float4, floatConstant, type Node } from "../nodes.ts";
import { doubleExp, doubleLog1p, viaDouble } from "./double.ts";

const { abs, pmin, lt, eq } = float4;
const { add, sub, mul, div, sqrt } = double2;

/** `erf(x) / x` for |x| <= 3.95 is the quotient of these in powers of `x^2`. Minimax, error 2^-30. */
const ERF: readonly [readonly number[], readonly number[]] = [
  [
    1.1283791679977102,
    0.1637732842004672,
    0.05037971407587881,
    0.002805604522960041,
    0.00029394148767454054,
    -1.1213746333107317e-6,
    -5.0414254225461297e-8,
  ],
  [
    1,
    0.4784736612199072,
    0.1041388454228467,
    0.013162147891872573,
    0.0009956752296258833,
    3.7416679934535326e-5,
    -7.268699836488211e-7,
  ],
];

/** `(1 + 2 x) exp(x^2) erfc(x)` for x from 0 to 10.2, in powers of `(x - 3) / (x + 3)`. Minimax, error 2^-36. */
const ERFC: readonly number[] = [
  1.253008058277951,
  -0.1356211064081899,
  -0.04756229586439973,
  0.12964517512235657,
  -0.11927361116116811,
  0.06830777301388877,
  -0.02377124377897454,
  0.002530851471154068,
  0.0018934934019707267,
  -0.0007821965516384068,
  -0.00011991642028365722,
  0.00011976402800796362,
  2.1741101753712915e-5,
  -4.035132301593385e-6,
];

/** The error function. Error: 1 unit in the last place. */
export function erf(m: Arithmetic, x: Node): Node {
  const magnitude = pmin(abs(x), 3.9375);
  const value = viaDouble((y) => {
    const square = mul(y, y);
    const [above, below] = ERF.map((coefficients) => polynomial(m.double, coefficients, square));
    return div(mul(y, above), below);
  }, magnitude);
  return bits.or(value, bits.and(x, 0x8000_0000));
}

/** `1 - erf(y)` of doubles for float32 results. */
function doubleErfc(m: Arithmetic, y: Node): Node {
  const t = pmin2(abs2(y), 10.2);
  const smooth = polynomial(m.double, ERFC, div(sub(t, 3), add(t, 3)));
  const tail = div(mul(doubleExp(m, double2.neg(mul(t, t))), smooth), add(add(t, t), 1));
  return m.choose(double2.lt(y, 0), sub(2, tail), tail);
}

/** `1 - erf(x)` without cancellation. Error: 1 unit in the last place. */
export function erfc(m: Arithmetic, x: Node): Node {
  return viaDouble((y) => doubleErfc(m, y), x);
}

/** The share of a standard normal distribution below x. Error: 1 unit in the last place. */
export function ndtr(m: Arithmetic, x: Node): Node {
  return viaDouble((y) => mul(doubleErfc(m, mul(y, -Math.SQRT1_2)), 0.5), x);
}

const { pmin: pmin2, abs: abs2 } = double2;

/** The x with `erf(x) = y`; infinite at -1 and 1, NaN beyond. Error: 1 unit in the last place. */
export function erfinv(m: Arithmetic, y: Node): Node {
  const value = viaDouble((x) => {
    const w = double2.neg(doubleLog1p(m, double2.neg(mul(x, x))));
    const centre = polynomial(m.double, ERFINV_CENTRE, sub(w, 2.25));
    const tail = polynomial(m.double, ERFINV_TAIL, sub(sqrt(w), 3));
    const central = double2.lt(w, 4.5);
    // Few numbers are in the tails, which take a square root.
    return mul(x, m.choose(central, centre, branch(bits.not(central), tail, doubleConstant(0))));
  }, y);
  const magnitude = abs(y);
  const infinite = bits.or(floatConstant(Infinity), bits.and(y, 0x8000_0000));
  const edge = m.choose(eq(magnitude, 1), infinite, floatConstant(NaN));
  return m.choose(lt(magnitude, 1), value, edge);
}
