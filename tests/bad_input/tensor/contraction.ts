/**
 * Bad input of contractions.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import { f32, keys, wrong } from "../operands.ts";
import type { Row } from "../row.ts";

/** Calls that fail. */
export const ROWS: readonly Row[] = [
  ["dot", () => t.dot(f32, f32), "RangeError", "to agree", "[2, 3]"],
  ["inner", () => t.inner(f32, t.ones([2])), "RangeError", "to agree", "[2, 3]", "[2]"],
  ["vdot", () => t.vdot(f32, t.ones([5])), "RangeError", "as many elements", "[5]"],
  ["outer", () => t.outer(f32, wrong("b")), "TypeError", "a string"],
  ["kron", () => t.kron(wrong(null), f32), "TypeError", "null"],
  ["cross", () => t.cross(t.ones([4]), t.ones([4])), "RangeError", "2 or 3 components", "[4]"],
  ["tensordot", () => t.tensordot(f32, f32, { axes: 3 }), "RangeError", "both operands have", "3"],
  ["tensordot", () => t.tensordot(f32, f32, { axes: [[0], [1]] }), "RangeError", "to agree", "[2, 3]"],
  ["tensordot", () => t.tensordot(f32, f32, { axes: [[0, 0], [0, 1]] }), "RangeError", "each axis once"],
  ["einsum", () => t.einsum(f32, [0, 52]), "TypeError", "0 to 51", "52"],
  ["einsum", () => t.einsum(f32, f32), "RangeError", "behind each operand", "0 for 2"],
  ["einsum", () => t.einsum("ij,jk", f32), "RangeError", "an operand for each term", "ij,jk"],
  ["einsum", () => t.einsum("ij->ijk", f32), "RangeError", "labels of operands", "k"],
  ["einsum", () => t.einsum("ijk", f32), "RangeError", "rank 3", "rank 2"],
  ["einsum", () => t.einsum("ij,ji", f32, f32), "RangeError", "one extent for each label", "[2, 3]"],
  ["einsum", () => t.einsum("i-j", f32), "RangeError", "letters", "i-j"],
  ["einsum", () => t.einsum("ij->ii", f32), "RangeError", "once in the result", "ij->ii"],
  ["einsum", () => t.einsum("...->", f32), "RangeError", "an ellipsis in the result"],
  ["einsum", () => t.einsum("i->j->k", f32), "RangeError", "one arrow"],
  ["einsum", () => t.einsum(wrong(3), f32), "TypeError", "text", "number"],
  ["matmul", () => t.matmul(f32, f32), "RangeError", "inner dimensions", "[2, 3] and [2, 3]"],
  ["matmul", () => t.matmul(f32, t.tensor(2)), "RangeError", "[2, 3] and []"],
  ["matmul", () => t.matmul(t.ones([2, 1, 3]), t.ones([3, 3, 1])), "RangeError", "broadcast", "[2] and [3]"],
  ["matmul", () => t.matmul(f32, wrong(2)), "TypeError", "a number"],
  ["matmul", () => t.matmul(keys, keys), "TypeError", "key"],
];
