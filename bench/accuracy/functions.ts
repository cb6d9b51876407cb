/**
 * The transcendental functions whose float32 results are compared with float64.
 *
 * @module
 */
import {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  cbrt,
  cos,
  cosh,
  digamma,
  erf,
  erfc,
  erfinv,
  exp,
  exp2,
  expm1,
  lgamma,
  log,
  log10,
  log1p,
  log2,
  power,
  rsqrt,
  sigmoid,
  sin,
  sinh,
  sqrt,
  tan,
  tanh,
  type Tensor,
} from "../../mod.ts";
import { lib } from "../../tensor/kernels/scalar.ts";

/** A function of one or two numbers. */
export interface Compared {
  /** What it computes of tensors. */
  readonly vector: (...xs: Tensor[]) => Tensor;
  /** The same of float64. */
  readonly exact: (...xs: number[]) => number;
  /** How many operands it has. */
  readonly operands: 1 | 2;
}

const one = (vector: (x: Tensor) => Tensor, exact: (x: number) => number): Compared => ({
  vector: (x) => vector(x),
  exact: (x) => exact(x),
  operands: 1,
});
const two = (
  vector: (x: Tensor, y: Tensor) => Tensor,
  exact: (x: number, y: number) => number,
): Compared => ({
  vector: (x, y) => vector(x, y),
  exact: (x, y) => exact(x, y),
  operands: 2,
});

/** Each by its name. */
export const FUNCTIONS: Readonly<Record<string, Compared>> = {
  exp: one(exp, Math.exp),
  exp2: one(exp2, (x) => 2 ** x),
  expm1: one(expm1, Math.expm1),
  log: one(log, Math.log),
  log2: one(log2, Math.log2),
  log10: one(log10, Math.log10),
  log1p: one(log1p, Math.log1p),
  sqrt: one(sqrt, Math.sqrt),
  rsqrt: one(rsqrt, (x) => 1 / Math.sqrt(x)),
  cbrt: one(cbrt, Math.cbrt),
  power: two(power, lib.power),
  sin: one(sin, Math.sin),
  cos: one(cos, Math.cos),
  tan: one(tan, Math.tan),
  asin: one(asin, Math.asin),
  acos: one(acos, Math.acos),
  atan: one(atan, Math.atan),
  atan2: two(atan2, Math.atan2),
  sinh: one(sinh, Math.sinh),
  cosh: one(cosh, Math.cosh),
  tanh: one(tanh, Math.tanh),
  asinh: one(asinh, Math.asinh),
  acosh: one(acosh, Math.acosh),
  atanh: one(atanh, Math.atanh),
  sigmoid: one(sigmoid, lib.sigmoid),
  erf: one(erf, lib.erf),
  erfc: one(erfc, lib.erfc),
  erfinv: one(erfinv, lib.erfinv),
  lgamma: one(lgamma, lib.lgamma),
  digamma: one(digamma, lib.digamma),
};
