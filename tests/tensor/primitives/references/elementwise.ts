/**
 * What the entries of elementwise primitives compute, on plain arrays.
 *
 * @module
 */
import { mapAll } from "../../ops/reference.ts";
import { sumTo } from "./arrays.ts";
import type { Reference } from "./reference.ts";
import * as special from "./special.ts";
import { digamma, erf, erfinv, lgamma, polygamma2 } from "./special.ts";

/** The same function of the elements at each place. */
const of = (f: (...elements: number[]) => number): Reference => (...operands) => mapAll(f, ...operands);
const flag = (f: (...elements: number[]) => boolean): Reference =>
  of((...elements) => Number(f(...elements)));
/** int32 out of floats, as the entries have it. */
const whole = (x: number): number => Math.trunc(x * 1000);
const ofWhole = (f: (...elements: number[]) => number): Reference =>
  of((...elements) => f(...elements.map(whole)));

const halfEven = (x: number): number => {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
};
const gcd = (a: number, b: number): number => b === 0 ? Math.abs(a) : gcd(b, a % b);
const sinc = (x: number): number => x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
const ones = (x: number): number => (x >>> 0).toString(2).replaceAll("0", "").length;
const power32 = (x: number, n: number): number =>
  Array.from({ length: n }).reduce<number>((product) => Math.imul(product, x), 1);

/** The number of the same dtype next to one, on the way to another. */
function nextAfter(x: number, y: number): number {
  if (x === y) return y;
  if (x === 0) return y > 0 ? Number.MIN_VALUE : -Number.MIN_VALUE;
  const bits = new BigInt64Array(Float64Array.of(x).buffer);
  bits[0] += (y > x) === (x > 0) ? 1n : -1n;
  return new Float64Array(bits.buffer)[0];
}

const float32Bits = (x: number): number => new Int32Array(Float32Array.of(x).buffer)[0];

/** By the names of the primitives. */
export const ELEMENTWISE: Readonly<Record<string, Reference>> = {
  cast: of(Math.fround),
  add: of((x, y) => x + y),
  subtract: of((x, y) => x - y),
  multiply: of((x, y) => x * y),
  divide: of((x, y) => x / y),
  negative: of((x) => -x),
  abs: of(Math.abs),
  slope: of((x) => 2 * Math.abs(x)),
  sign: of(Math.sign),
  square: of((x) => x * x),
  reciprocal: of((x) => 1 / x),
  floor: of(Math.floor),
  ceil: of(Math.ceil),
  round: of(halfEven),
  trunc: of(Math.trunc),
  power: of((x, y) => x ** y),
  logOfBase: (x, y) => sumTo(mapAll((a, b) => a ** b * Math.log(a), x, y), y.shape),
  constantPower: of((x) => x * x * x + 1 / (x * x * Math.sqrt(x))),
  equal: flag((x, y) => x === y),
  notEqual: flag((x, y) => x !== y),
  less: flag((x, y) => x < y),
  lessEqual: flag((x, y) => x <= y),
  logicalAnd: flag((x, y) => x < 0 && y < 0),
  logicalOr: flag((x, y) => x < 0 || y < 0),
  logicalXor: flag((x, y) => x < 0 !== y < 0),
  logicalNot: flag((x) => !(x < 0)),
  isFinite: flag((x) => x > 0),
  exp: of(Math.exp),
  expm1: of(Math.expm1),
  log: of(Math.log),
  log1p: of(Math.log1p),
  sqrt: of(Math.sqrt),
  rsqrt: of((x) => 1 / Math.sqrt(x)),
  cbrt: of(Math.cbrt),
  tanh: of(Math.tanh),
  sigmoid: of((x) => 1 / (1 + Math.exp(-x))),
  erf: of(erf),
  erfc: of((x) => 1 - erf(x)),
  erfinv: of(erfinv),
  sin: of(Math.sin),
  cos: of(Math.cos),
  tan: of(Math.tan),
  asin: of(Math.asin),
  acos: of(Math.acos),
  atan: of(Math.atan),
  sinh: of(Math.sinh),
  cosh: of(Math.cosh),
  asinh: of(Math.asinh),
  acosh: of(Math.acosh),
  atanh: of(Math.atanh),
  where: of((x, y) => x < 0 ? x * x : y),
  maximum: of((x, y) => Math.max(x, y)),
  minimum: of((x, y) => Math.min(x, y)),
  relu: of((x) => Math.max(0, x * x - 1.1)),
  softplus: of((x) => Math.log(1 + Math.exp(x))),
  tanhSoftplus: of((x) => x * Math.tanh(Math.log(1 + Math.exp(x)))),
  gate: of((x) => 2 * Math.max(0, x)),
  stopGradient: of((x) => x),
  exp2: of((x) => 2 ** x),
  log2: of(Math.log2),
  log10: of(Math.log10),
  logAddExp: of((x, y) => Math.log(Math.exp(x) + Math.exp(y))),
  logAddExp2: of((x, y) => Math.log2(2 ** x + 2 ** y)),
  log1mexp: of((x) => Math.log(1 - Math.exp(-x))),
  logit: of((x) => Math.log(x / (1 - x))),
  lgamma: of(lgamma),
  digamma: of(digamma),
  polygamma: of(polygamma2),
  i0: of(special.i0),
  i0e: of((x) => special.i0(x) * Math.exp(-Math.abs(x))),
  i1: of(special.i1),
  i1e: of((x) => special.i1(x) * Math.exp(-Math.abs(x))),
  gammaFunction: of((x) => Math.exp(lgamma(x))),
  gammainc: of((x) => special.gammainc(2.5, x)),
  gammaincc: of((x) => 1 - special.gammainc(2.5, x)),
  gammaincByA: of((x) => special.gammaincByA(2.5, x)),
  betaln: of(special.betaln),
  betainc: of((x) => special.betainc(2.5, 1.5, x)),
  zeta: of((x) => special.zeta(2.5, x)),
  expi: of(special.expi),
  expn: of(special.expn2),
  dawsn: of(special.dawsn),
  spence: of(special.spence),
  erfcx: of((x) => Math.exp(x * x) * (1 - erf(x))),
  ndtr: of(special.ndtr),
  logNdtr: of((x) => Math.log(special.ndtr(x))),
  ndtri: of((x) => Math.SQRT2 * erfinv(2 * x - 1)),
  floorDivide: of((x, y) => Math.floor(x / y)),
  fmod: of((x, y) => x % y),
  remainder: of((x, y) => x - y * Math.floor(x / y)),
  gcd: ofWhole(gcd),
  integerPower: ofWhole((x, y) => power32(x, y & 7)),
  bitwiseAnd: ofWhole((x, y) => x & y),
  bitwiseOr: ofWhole((x, y) => x | y),
  bitwiseXor: ofWhole((x, y) => x ^ y),
  bitwiseNot: ofWhole((x) => ~x),
  leftShift: ofWhole((x, y) => (y & 63) > 31 ? 0 : x << (y & 63)),
  rightShift: ofWhole((x, y) => x >> Math.min(31, y & 63)),
  rightShiftLogical: ofWhole((x, y) => y >>> 0 > 31 ? 0 : x >>> y | 0),
  populationCount: ofWhole(ones),
  countLeadingZeros: ofWhole(Math.clz32),
  atan2: of(Math.atan2),
  hypot: of(Math.hypot),
  sinc: of((x) => sinc(x) + sinc(x * 0.1)),
  signBit: flag((x) => Object.is(Math.sign(x), -0) || x < 0),
  nextAfter: of(nextAfter),
  bitcast: of(float32Bits),
};
