/**
 * The golden operations of elementwise functions, by the names of the golden files.
 *
 * @module
 */
import type { DType } from "../../tensor/dtype.ts";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";

import { binary, type Operation, operation, unary } from "./ops_operation.ts";

/** A function whose zeros are not at 0: the error of the reference is relative to what it subtracts there. */
function nearZeros(operation: Operation): Operation {
  return { ...operation, absolute: 1e-14 };
}

/** Of a product with x whose other factor leaves the normal range of float32: what its last place is to the product. */
function belowNormal([x]: readonly number[]): number {
  return Math.abs(x) * 2 ** -126;
}

/** A number as it is; a boolean is no operand, but a tensor of one is. */
function scalarOf(value: unknown): Tensor | number {
  return typeof value === "boolean" ? t.tensor(value) : value as number;
}

/** By the names of the golden files. */
export const ELEMENTWISE: Readonly<Record<string, Operation>> = {
  neg: unary(t.negative, "bits"),
  abs: unary(t.abs, "bits"),
  sign: unary(t.sign, "bits"),
  exp: unary(t.exp),
  expm1: unary(t.expm1),
  log: unary(t.log),
  log1p: unary(t.log1p),
  sqrt: unary(t.sqrt),
  rsqrt: unary(t.rsqrt),
  cbrt: unary(t.cbrt),
  square: unary(t.square),
  reciprocal: unary(t.reciprocal),
  sin: unary(t.sin),
  cos: unary(t.cos),
  tan: unary(t.tan),
  asin: unary(t.asin),
  acos: unary(t.acos),
  atan: unary(t.atan),
  sinh: unary(t.sinh),
  cosh: unary(t.cosh),
  tanh: unary(t.tanh),
  asinh: unary(t.asinh),
  acosh: unary(t.acosh),
  atanh: unary(t.atanh),
  erf: unary(t.erf),
  erfc: unary(t.erfc),
  erfinv: unary(t.erfinv, 4),
  sigmoid: unary(t.sigmoid),
  log_sigmoid: unary(t.logSigmoid),
  relu: unary(t.relu),
  relu6: unary(t.relu6),
  elu: operation(
    ([x], { alpha }) => t.elu(x, alpha === undefined ? {} : { alpha: alpha as number }),
    2,
    ["alpha"],
  ),
  leaky_relu: operation(
    ([x], { negative_slope: slope }) =>
      t.leakyRelu(x, slope === undefined ? {} : { negativeSlope: slope as number }),
    2,
    ["negative_slope"],
  ),
  gelu: {
    ...operation(
      ([x], { approximate }) => t.gelu(x, { approximate: approximate === false ? "none" : "tanh" }),
      2,
      ["approximate"],
    ),
    // Half of x and its product with erf or tanh cancel below 0, in the reference too.
    terms: ([x]) => Math.abs(x),
  },
  silu: { ...unary(t.silu), terms: belowNormal },
  softplus: unary(t.softplus),
  soft_sign: unary(t.softSign),
  hard_tanh: unary(t.hardTanh),
  hard_sigmoid: unary(t.hardSigmoid),
  hardsigmoid: unary(t.hardSigmoid),
  hard_silu: unary(t.hardSilu),
  mish: { ...unary(t.mish), terms: belowNormal },
  floor: unary(t.floor, "bits"),
  ceil: unary(t.ceil, "bits"),
  round: unary(t.round, "bits"),
  trunc: unary(t.trunc, "bits"),
  isnan: unary(t.isNaN, "equal"),
  isfinite: unary(t.isFinite, "equal"),
  logical_not: unary(t.logicalNot, "equal"),
  add: binary(t.add),
  sub: binary(t.subtract),
  mul: binary(t.multiply),
  div: binary(t.divide),
  pow: binary(t.power, 4),
  maximum: binary(t.maximum, "equal"),
  minimum: binary(t.minimum, "equal"),
  equal: binary(t.equal, "equal"),
  not_equal: binary(t.notEqual, "equal"),
  less: binary(t.less, "equal"),
  less_equal: binary(t.lessEqual, "equal"),
  greater: binary(t.greater, "equal"),
  greater_equal: binary(t.greaterEqual, "equal"),
  logical_and: binary(t.logicalAnd, "equal"),
  logical_or: binary(t.logicalOr, "equal"),
  logical_xor: binary(t.logicalXor, "equal"),
  where: operation(([condition, x, y]) => t.where(condition, x, y), "bits"),
  where_sqrt_unsafe: unary((x) => t.where(t.greater(x, 0), t.sqrt(x), 0)),
  where_sqrt_safe: unary((x) => t.where(t.greater(x, 0), t.sqrt(t.where(t.greater(x, 0), x, 1)), 0)),
  where_div_unsafe: binary((x, y) => t.where(t.notEqual(y, 0), t.divide(x, y), 0)),
  clip: operation(
    ([x], { min, max }) =>
      t.clip(x, {
        ...(min === undefined ? {} : { min: min as number }),
        ...(max === undefined ? {} : { max: max as number }),
      }),
    "equal",
    ["min", "max"],
  ),
  clip_tensor: operation(([x, min, max]) => t.clip(x, { min, max }), "equal"),
  integer_pow: operation(([x], { y }) => t.power(x, y as number), 4, ["y"]),
  pow_scalar: operation(([x], { exponent }) => t.power(x, exponent as number), 4, ["exponent"]),
  add_scalar: operation(([x], { scalar }) => t.add(x, scalarOf(scalar)), 2, ["scalar"]),
  mul_scalar: operation(([x], { scalar }) => t.multiply(x, scalarOf(scalar)), 2, ["scalar"]),
  div_scalar: operation(([x], { scalar }) => t.divide(x, scalar as number), 2, ["scalar"]),
  cast: operation(([x], { to }) => t.cast(x, to as DType), "bits", ["to"]),
  exp2: unary(t.exp2),
  log2: unary(t.log2),
  log10: unary(t.log10),
  lgamma: nearZeros(unary(t.lgamma, 4)),
  digamma: nearZeros(unary(t.digamma, 4)),
  celu: operation(
    ([x], { alpha }) => t.celu(x, alpha === undefined ? {} : { alpha: alpha as number }),
    2,
    [
      "alpha",
    ],
  ),
  selu: unary(t.selu),
  squareplus: {
    ...operation(([x], { b }) => t.squareplus(x, b === undefined ? {} : { b: b as number }), 2, ["b"]),
    // The terms of the reference cancel below 0.
    terms: ([x]) => Math.abs(x),
  },
  log1mexp: unary(t.log1mexp),
  logit: unary(t.logit),
  glu: operation(([x], { axis }) => t.glu(x, axis as number | undefined), 2, ["axis"]),
  nan_to_num: unary(t.nanToNum, "equal"),
  isinf: unary(t.isInf, "equal"),
  signbit: unary(t.signBit, "equal"),
  bitwise_not: unary(t.bitwiseNot, "equal"),
  population_count: unary(t.populationCount, "equal"),
  clz: unary(t.countLeadingZeros, "equal"),
  floor_divide: binary(t.floorDivide, "equal"),
  remainder: binary(t.remainder),
  fmod: binary(t.fmod),
  atan2: binary(t.atan2),
  hypot: binary(t.hypot),
  logaddexp: { ...binary(t.logAddExp), terms: ([x, y]) => Math.abs(Math.max(x, y)) },
  copysign: binary(t.copySign, "bits"),
  bitwise_and: binary(t.bitwiseAnd, "equal"),
  bitwise_or: binary(t.bitwiseOr, "equal"),
  bitwise_xor: binary(t.bitwiseXor, "equal"),
  left_shift: binary(t.leftShift, "equal"),
  right_shift: binary(t.rightShift, "equal"),
  shift_right_logical: binary(t.rightShiftLogical, "equal"),
  clamp: operation(([min, x, max]) => t.clamp(x, { min, max }), "equal"),
  round_decimals: operation(([x], { decimals }) => t.round(x, { decimals: decimals as number }), "close", [
    "decimals",
  ]),
  isclose: operation(
    ([x, y], { rtol, atol, equal_nan: equalNan }) =>
      t.isClose(x, y, {
        ...(rtol === undefined ? {} : { relativeTolerance: rtol as number }),
        ...(atol === undefined ? {} : { absoluteTolerance: atol as number }),
        equalNan: equalNan === true,
      }),
    "equal",
    ["rtol", "atol", "equal_nan"],
  ),
  bitcast: operation(([x], { to }) => t.bitcast(x, to as DType), "bits", ["to"]),
};
