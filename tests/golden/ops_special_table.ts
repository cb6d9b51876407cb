/**
 * The golden operations of special functions, by the names of the golden files.
 *
 * @module
 */
import * as t from "../../tensor/mod.ts";
import { binary, type Operation, operation, unary } from "./ops_operation.ts";

const number = (value: unknown): number => value as number;

/** By the names of the golden files. */
export const SPECIAL: Readonly<Record<string, Operation>> = {
  i0: unary(t.i0, "close"),
  i0e: unary(t.i0e, "close"),
  i1: unary(t.i1, "close"),
  i1e: unary(t.i1e, "close"),
  gammainc: binary(t.gammainc, "close"),
  gammaincc: binary(t.gammaincc, "close"),
  betaln: binary(t.betaln, "close"),
  betainc: operation(([x], { a, b }) => t.betainc(number(a), number(b), x), "close", ["a", "b"]),
  zeta: operation(([q], { s }) => t.zeta(number(s), q), "close", ["s"]),
  entr: unary(t.entr, "close"),
  rel_entr: binary(t.relEntr, "close"),
  scipy_kl_div: binary(t.klDiv, "close"),
  ndtr: unary(t.ndtr, "close"),
  ndtri: unary(t.ndtri, "close"),
  log_ndtr: unary(t.logNdtr, "close"),
  erfcx: unary(t.erfcx, "close"),
  expi: unary(t.expi, "close"),
  exp1: unary(t.exp1, "close"),
  expn: operation(([x], { n }) => t.expn(number(n), x), "close", ["n"]),
  dawsn: unary(t.dawsn, "close"),
  spence: unary(t.spence, "close"),
  gamma: unary(t.gamma, "close"),
  gammasgn: unary(t.gammasgn, "equal"),
  factorial: unary(t.factorial, "close"),
  poch: binary(t.poch, "close"),
  boxcox: binary(t.boxcox, "close"),
  boxcox1p: binary(t.boxcox1p, "close"),
  multigammaln: operation(([x], { d }) => t.multigammaln(x, number(d)), "close", ["d"]),
  comb: operation(([n, k], { repetition }) => t.comb(n, k, { repetition: repetition === true }), "close", [
    "repetition",
  ]),
};
