/**
 * The special functions by the names of their operators.
 *
 * @module
 */
import type { SpecialOperator } from "../expression.ts";
import { i0, i0e, i1, i1e } from "./bessel.ts";
import { dawsn, spence } from "./dawson.ts";
import { expi, expn } from "./exponential_integral.ts";
import { gamma } from "./gamma.ts";
import { betainc, betaln } from "./incomplete_beta.ts";
import { gammainc, gammaincByA, gammaincc } from "./incomplete_gamma.ts";
import { erfcx, logNdtr, ndtr, ndtri } from "./normal_distribution.ts";
import { zeta } from "./zeta.ts";

/** A function of each operand in turn, in double precision. */
export type SpecialFunctions = Readonly<Record<SpecialOperator, (...operands: number[]) => number>>;

/** By the names of the operators. */
export const SPECIAL: SpecialFunctions = {
  betainc,
  betaln,
  dawsn,
  erfcx,
  expi,
  expn,
  gammaFunction: gamma,
  gammainc,
  gammaincByA,
  gammaincc,
  i0,
  i0e,
  i1,
  i1e,
  logNdtr,
  ndtr,
  ndtri,
  spence,
  zeta,
};
