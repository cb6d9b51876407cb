/**
 * Bad input of special functions.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import { f32, keys, wrong } from "../operands.ts";
import { takeNumbers } from "./numbers.ts";
import type { Row } from "../row.ts";

const UNARY = [
  "dawsn",
  "entr",
  "erfcx",
  "exp1",
  "expi",
  "factorial",
  "gamma",
  "gammasgn",
  "i0",
  "i0e",
  "i1",
  "i1e",
  "logMeanExp",
  "logNdtr",
  "ndtr",
  "ndtri",
  "spence",
  "zeta",
] as const;

const BINARY = [
  "betaln",
  "boxcox",
  "boxcox1p",
  "comb",
  "gammainc",
  "gammaincc",
  "klDiv",
  "poch",
  "relEntr",
] as const;

/** Calls that fail. */
export const ROWS: readonly Row[] = [
  ...takeNumbers(UNARY),
  ...BINARY.flatMap((name): Row[] => [
    [name, () => t[name](f32, wrong("x")), "TypeError", "expects a tensor or a number", "a string"],
    [name, () => t[name](keys, keys), "TypeError", "key"],
    [name, () => t[name](f32, t.ones([4])), "RangeError", "broadcast", "[2, 3]", "[4]"],
  ]),
  ["betainc", () => t.betainc(wrong("a"), 1, 0.5), "TypeError", "a string"],
  ["betainc", () => t.betainc(1, keys, 0.5), "TypeError", "key"],
  ["betainc", () => t.betainc(1, f32, t.ones([4])), "RangeError", "broadcast", "[2, 3]", "[4]"],
  ["betainc", () => t.grad((a: t.Tensor) => t.betainc(a, 1, 0.5))(t.tensor(2)), "TypeError", "constant in a"],
  ["zeta", () => t.grad((s: t.Tensor) => t.zeta(s))(t.tensor(2)), "TypeError", "constant in s"],
  ["expn", () => t.expn(-1, f32), "RangeError", "order", "-1"],
  ["expn", () => t.expn(0.5, f32), "RangeError", "order", "0.5"],
  ["expn", () => t.expn(1, keys), "TypeError", "key"],
  ["multigammaln", () => t.multigammaln(f32, 0), "RangeError", "dimension", "0"],
  ["multigammaln", () => t.multigammaln(keys, 1), "TypeError", "key"],
];
