/**
 * Bad input of sorting and searching.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { f32, keys, wrong } from "../operands.ts";
import type { Row } from "../row.ts";

/** Calls that fail. */
export const ROWS: readonly Row[] = [
  ["lexsort", () => t.lexsort([]), "RangeError", "at least one key"],
  ["lexsort", () => t.lexsort([f32, t.ones([3])]), "RangeError", "one shape", "float32[3]"],
  ["sortKeyVal", () => t.sortKeyVal(f32, t.ones([3])), "RangeError", "float32[2, 3]", "float32[3]"],
  ["sortKeyVal", () => t.sortKeyVal(keys, keys), "TypeError", "key"],
  ["topK", () => t.topK(f32, 4), "RangeError", "0 to 3", "4"],
  ["topK", () => t.topK(f32, 1, { axis: 2 }), "RangeError", "axis", "2"],
  ["topK", () => t.topK(keys, 1), "TypeError", "key"],
  ["unique", () => t.unique(f32, { axis: 2 }), "RangeError", "axis", "2"],
  ["unique", () => t.unique(keys), "TypeError", "key"],
  ["unique", () => t.unique(f32, { size: -1 }), "RangeError", "-1"],
  ["unique", () => t.compile((x: Tensor) => t.unique(x))(f32), "TypeError", "size"],
  ["uniqueAll", () => t.uniqueAll(keys), "TypeError", "key"],
  ["isIn", () => t.isIn(f32, keys), "TypeError", "key"],
  ["argsort", () => t.argsort(f32, { axis: 2 }), "RangeError", "axis", "2"],
  ["argsort", () => t.argsort(keys), "TypeError", "random keys"],
  ["sort", () => t.sort(f32, { axis: -3 }), "RangeError", "axis", "-3"],
  ["sort", () => t.sort(keys), "TypeError", "random keys"],
  ["searchSorted", () => t.searchSorted(f32, 1), "RangeError", "one axis", "float32[2, 3]"],
  ["searchSorted", () => t.searchSorted(t.ones([2]), 1, { side: wrong("up") }), "RangeError", "left", "up"],
  ["searchSorted", () => t.searchSorted(keys, keys), "TypeError", "key"],
  ["digitize", () => t.digitize(f32, f32), "RangeError", "one axis", "float32[2, 3]"],
];
