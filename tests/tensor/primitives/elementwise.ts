/**
 * The entries of elementwise primitives.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { elementwise, type Entry } from "./entry.ts";

const ANY = [-2, 2] as const;
const POSITIVE = [0.3, 3] as const;
const INNER = [-0.8, 0.8] as const;

function slopeOf(f: (x: Tensor) => Tensor): (x: Tensor) => Tensor {
  return (x) => t.grad((y: Tensor) => t.sum(t.multiply(f(y), y)))(x);
}

/** int32 out of floats, for what only integers have. */
function whole(x: Tensor): Tensor {
  return t.cast(t.multiply(x, 1000), "int32");
}

/** By the names of the primitives. */
export const ELEMENTWISE: Readonly<Record<string, Entry>> = {
  cast: elementwise((x) => t.cast(t.cast(x, "float64"), "float32").cast("float64"), [ANY], 0),
  add: elementwise(t.add, [ANY, ANY]),
  subtract: elementwise(t.subtract, [ANY, ANY]),
  multiply: elementwise(t.multiply, [ANY, ANY]),
  divide: elementwise(t.divide, [ANY, POSITIVE]),
  negative: elementwise(t.negative, [ANY]),
  abs: elementwise(t.abs, [ANY]),
  slope: elementwise(slopeOf(t.abs), [ANY]),
  sign: elementwise(t.sign, [ANY], 0),
  square: elementwise(t.square, [ANY]),
  reciprocal: elementwise(t.reciprocal, [POSITIVE]),
  floor: elementwise(t.floor, [ANY], 0),
  ceil: elementwise(t.ceil, [ANY], 0),
  round: elementwise((x) => t.round(x), [ANY], 0),
  trunc: elementwise(t.trunc, [ANY], 0),
  power: elementwise(t.power, [POSITIVE, ANY]),
  logOfBase: elementwise(
    (x, y) => t.grad((z: Tensor) => t.sum(t.power(x, z)))(y),
    [POSITIVE, ANY],
  ),
  constantPower: elementwise((x) => t.add(t.power(x, 3), t.power(t.abs(x), -2.5)), [[0.5, 2]]),
  equal: elementwise(t.equal, [ANY, ANY], 0),
  notEqual: elementwise(t.notEqual, [ANY, ANY], 0),
  less: elementwise(t.less, [ANY, ANY], 0),
  lessEqual: elementwise(t.lessEqual, [ANY, ANY], 0),
  logicalAnd: elementwise((x, y) => t.logicalAnd(t.less(x, 0), t.less(y, 0)), [ANY, ANY], 0),
  logicalOr: elementwise((x, y) => t.logicalOr(t.less(x, 0), t.less(y, 0)), [ANY, ANY], 0),
  logicalXor: elementwise((x, y) => t.logicalXor(t.less(x, 0), t.less(y, 0)), [ANY, ANY], 0),
  logicalNot: elementwise((x) => t.logicalNot(t.less(x, 0)), [ANY], 0),
  isFinite: elementwise((x) => t.isFinite(t.log(x)), [ANY], 0),
  exp: elementwise(t.exp, [ANY]),
  expm1: elementwise(t.expm1, [ANY]),
  log: elementwise(t.log, [POSITIVE]),
  log1p: elementwise(t.log1p, [POSITIVE]),
  sqrt: elementwise(t.sqrt, [POSITIVE]),
  rsqrt: elementwise(t.rsqrt, [POSITIVE]),
  cbrt: elementwise(t.cbrt, [POSITIVE]),
  tanh: elementwise(t.tanh, [ANY]),
  sigmoid: elementwise(t.sigmoid, [ANY]),
  erf: elementwise(t.erf, [ANY]),
  erfc: elementwise(t.erfc, [ANY]),
  erfinv: elementwise(t.erfinv, [INNER]),
  sin: elementwise(t.sin, [ANY]),
  cos: elementwise(t.cos, [ANY]),
  tan: elementwise(t.tan, [[-1.2, 1.2]]),
  asin: elementwise(t.asin, [INNER]),
  acos: elementwise(t.acos, [INNER]),
  atan: elementwise(t.atan, [ANY]),
  sinh: elementwise(t.sinh, [ANY]),
  cosh: elementwise(t.cosh, [ANY]),
  asinh: elementwise(t.asinh, [ANY]),
  acosh: elementwise(t.acosh, [[1.3, 3]]),
  atanh: elementwise(t.atanh, [INNER]),
  where: elementwise((x, y) => t.where(t.less(x, 0), t.multiply(x, x), y), [ANY, ANY]),
  maximum: elementwise(t.maximum, [ANY, ANY]),
  minimum: elementwise(t.minimum, [ANY, ANY]),
  relu: elementwise((x) => t.relu(t.multiply(x, x).subtract(1.1)), [ANY]),
  softplus: elementwise((x) => t.softplus(x), [ANY]),
  tanhSoftplus: elementwise((x) => t.mish(x), [ANY]),
  gate: elementwise(slopeOf(t.relu), [ANY]),
  stopGradient: elementwise((x) => t.stopGradient(x), [ANY], 0),
  exp2: elementwise(t.exp2, [ANY]),
  log2: elementwise(t.log2, [POSITIVE]),
  log10: elementwise(t.log10, [POSITIVE]),
  logAddExp: elementwise(t.logAddExp, [ANY, ANY]),
  logAddExp2: elementwise(t.logAddExp2, [ANY, ANY]),
  log1mexp: elementwise(t.log1mexp, [POSITIVE]),
  logit: elementwise(t.logit, [[0.1, 0.9]]),
  lgamma: elementwise(t.lgamma, [POSITIVE]),
  digamma: elementwise(t.digamma, [POSITIVE]),
  polygamma: elementwise((x) => t.polygamma(2, x), [[0.5, 3]]),
  i0: elementwise(t.i0, [ANY]),
  i0e: elementwise(t.i0e, [POSITIVE]),
  i1: elementwise(t.i1, [ANY]),
  i1e: elementwise(t.i1e, [POSITIVE]),
  gammaFunction: elementwise(t.gamma, [POSITIVE]),
  gammainc: elementwise((x) => t.gammainc(2.5, x), [POSITIVE]),
  gammaincc: elementwise((x) => t.gammaincc(2.5, x), [POSITIVE]),
  gammaincByA: elementwise(
    (x) => t.grad((a: Tensor) => t.sum(t.gammainc(a, x)))(t.full(x.shape, 2.5, { dtype: x.dtype })),
    [POSITIVE],
  ),
  betaln: elementwise(t.betaln, [POSITIVE, POSITIVE]),
  betainc: elementwise((x) => t.betainc(2.5, 1.5, x), [[0.1, 0.9]]),
  zeta: elementwise((x) => t.zeta(2.5, x), [POSITIVE]),
  expi: elementwise(t.expi, [POSITIVE]),
  expn: elementwise((x) => t.expn(2, x), [POSITIVE]),
  dawsn: elementwise(t.dawsn, [ANY]),
  spence: elementwise(t.spence, [POSITIVE]),
  erfcx: elementwise(t.erfcx, [ANY]),
  ndtr: elementwise(t.ndtr, [ANY]),
  logNdtr: elementwise(t.logNdtr, [ANY]),
  ndtri: elementwise(t.ndtri, [[0.1, 0.9]]),
  floorDivide: elementwise(t.floorDivide, [ANY, POSITIVE], 0),
  fmod: elementwise(t.fmod, [[0.1, 0.25], [0.3, 0.4]]),
  remainder: elementwise(t.remainder, [[-0.25, -0.1], [0.3, 0.4]]),
  gcd: elementwise((x, y) => t.gcd(whole(x), whole(y)), [ANY, ANY], 0),
  integerPower: elementwise((x, y) => t.power(whole(x), t.bitwiseAnd(whole(y), 7)), [ANY, ANY], 0),
  bitwiseAnd: elementwise((x, y) => t.bitwiseAnd(whole(x), whole(y)), [ANY, ANY], 0),
  bitwiseOr: elementwise((x, y) => t.bitwiseOr(whole(x), whole(y)), [ANY, ANY], 0),
  bitwiseXor: elementwise((x, y) => t.bitwiseXor(whole(x), whole(y)), [ANY, ANY], 0),
  bitwiseNot: elementwise((x) => t.bitwiseNot(whole(x)), [ANY], 0),
  leftShift: elementwise((x, y) => t.leftShift(whole(x), t.bitwiseAnd(whole(y), 63)), [ANY, ANY], 0),
  rightShift: elementwise((x, y) => t.rightShift(whole(x), t.bitwiseAnd(whole(y), 63)), [ANY, ANY], 0),
  rightShiftLogical: elementwise((x, y) => t.rightShiftLogical(whole(x), whole(y)), [ANY, ANY], 0),
  populationCount: elementwise((x) => t.populationCount(whole(x)), [ANY], 0),
  countLeadingZeros: elementwise((x) => t.countLeadingZeros(whole(x)), [ANY], 0),
  atan2: elementwise(t.atan2, [ANY, POSITIVE]),
  hypot: elementwise(t.hypot, [ANY, POSITIVE]),
  sinc: elementwise((x) => t.add(t.sinc(x), t.sinc(t.multiply(x, 0.1))), [ANY]),
  signBit: elementwise(t.signBit, [ANY], 0),
  nextAfter: elementwise(t.nextAfter, [ANY, ANY], 0),
  bitcast: elementwise((x) => t.bitcast(t.cast(x, "float32"), "int32"), [ANY], 0),
};
