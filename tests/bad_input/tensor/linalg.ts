/**
 * Bad input of linear algebra.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { f32, keys, wrong } from "../operands.ts";
import type { Row } from "../row.ts";

/** Calls that fail. */
export const ROWS: readonly Row[] = [
  ["cholesky", () => t.cholesky(f32), "RangeError", "square matrices", "[2, 3]"],
  ["cholesky", () => t.cholesky(keys), "RangeError", "two axes or more", "key[2]"],
  ["det", () => t.det(f32), "RangeError", "square matrices", "[2, 3]"],
  ["slogdet", () => t.slogdet(f32), "RangeError", "square matrices", "[2, 3]"],
  ["inv", () => t.inv(t.ones([3])), "RangeError", "two axes or more", "[3]"],
  ["solve", () => t.solve(f32, f32), "RangeError", "square matrices", "[2, 3]"],
  ["solve", () => t.solve(t.eye(3), f32), "RangeError", "3 unknowns", "[3, 3]", "[2, 3]"],
  ["solve", () => t.solve(wrong("a"), f32), "TypeError", "a string"],
  ["triangularSolve", () => t.triangularSolve(t.eye(3), f32), "RangeError", "3 unknowns", "[2, 3]"],
  ["triangularSolve", () => t.triangularSolve(f32, f32), "RangeError", "square matrices", "[2, 3]"],
  ["eigh", () => t.eigh(f32), "RangeError", "square matrices", "[2, 3]"],
  ["eigvalsh", () => t.eigvalsh(f32), "RangeError", "square matrices", "[2, 3]"],
  ["expm", () => t.expm(f32), "RangeError", "square matrices", "[2, 3]"],
  ["matrixPower", () => t.matrixPower(t.eye(2), 0.5), "RangeError", "whole exponent", "0.5"],
  ["qr", () => t.qr(f32, { mode: wrong("raw") }), "RangeError", '"reduced" or "complete"', "raw"],
  ["svd", () => t.svd(t.ones([3])), "RangeError", "two axes or more", "[3]"],
  ["svdvals", () => t.svdvals(t.ones([3])), "RangeError", "two axes or more", "[3]"],
  [
    "svd",
    () => t.grad((x: Tensor) => t.sum(t.svd(x, { fullMatrices: true }).u))(f32),
    "TypeError",
    "fullMatrices",
  ],
  ["pinv", () => t.pinv(f32, { cutoff: -1 }), "RangeError", "cutoff", "-1"],
  ["lstsq", () => t.lstsq(f32, t.ones([2]), { cutoff: -1 }), "RangeError", "cutoff", "-1"],
  ["lstsq", () => t.lstsq(f32, t.ones([3])), "RangeError", "right sides", "[2, 3]", "[3]"],
];
