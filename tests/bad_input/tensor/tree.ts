/**
 * Bad input of functions of trees.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import { wrong } from "../operands.ts";
import type { Row } from "../row.ts";

/** Calls that fail. */
export const ROWS: readonly Row[] = [
  ["map", () => t.tree.map({}, wrong(1)), "TypeError", "a function", "a number"],
  ["sum", () => t.tree.zip("sum", [{ a: 1 }, { b: 1 }], () => 0), "TypeError", "one structure"],
  ["sum", () => t.tree.zip("sum", wrong(1), () => 0), "TypeError", "trees", "a number"],
];
