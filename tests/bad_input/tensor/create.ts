/**
 * Bad input of operations that make tensors.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import { f32, i32, keys, wrong } from "../operands.ts";
import type { Row } from "../row.ts";

/** Calls that fail. */
export const ROWS: readonly Row[] = [
  ["tensor", () => t.tensor([[1, 2], [3]]), "RangeError", "an array of 1", "an array of 2"],
  ["tensor", () => t.tensor([1, [2]]), "RangeError", "an array of 1", "a number"],
  ["tensor", () => t.tensor([[1], 2]), "RangeError", "a number", "an array of 1"],
  ["tensor", () => t.tensor(wrong(["a"])), "TypeError", "a string"],
  ["tensor", () => t.tensor(wrong("a")), "TypeError", "a string"],
  ["tensor", () => t.tensor(wrong(f32)), "TypeError", "a tensor"],
  ["tensor", () => t.tensor(wrong(null)), "TypeError", "null"],
  ["tensor", () => t.tensor(wrong(new BigInt64Array(2))), "TypeError", "BigInt64Array"],
  ["tensor", () => t.tensor([1, NaN], { dtype: "int32" }), "TypeError", "integers", "NaN"],
  ["tensor", () => t.tensor([1.5], { dtype: "uint8" }), "TypeError", "integers", "1.5"],
  ["tensor", () => t.tensor([256], { dtype: "uint8" }), "RangeError", "uint8", "256"],
  ["tensor", () => t.tensor([1, 2], { shape: [3] }), "RangeError", "3 values", "[3]", "2"],
  ["tensor", () => t.tensor([1], { shape: [-1] }), "RangeError", "non-negative", "[-1]"],
  ["tensor", () => t.tensor([1], { dtype: wrong("int64") }), "TypeError", "int64"],
  ["tensor", () => t.tensor(true, { shape: [2] }), "RangeError", "2 values", "[2]"],
  ["full", () => t.full([2], NaN, { dtype: "int32" }), "TypeError", "integers", "NaN"],
  ["full", () => t.full([2], wrong("1")), "TypeError", "a string"],
  ["full", () => t.full(wrong(2), 1), "TypeError", "a shape as an array", "2"],
  ["zeros", () => t.zeros([1.5]), "RangeError", "non-negative integers", "[1.5]"],
  ["ones", () => t.ones(wrong(["2"])), "TypeError", "integers", "[2]"],
  ["zeros", () => t.zeros([2], { dtype: wrong("key") }), "TypeError", "key"],
  ["zerosLike", () => t.zerosLike(keys), "TypeError", "key"],
  ["onesLike", () => t.onesLike(keys), "TypeError", "key"],
  ["arange", () => t.arange(Infinity), "RangeError", "finite", "Infinity"],
  ["arange", () => t.arange(5, { step: 0 }), "RangeError", "other than 0", "0"],
  ["arange", () => t.arange(NaN), "RangeError", "finite", "NaN"],
  ["arange", () => t.arange(300, { dtype: "uint8" }), "RangeError", "uint8", "256"],
  ["linspace", () => t.linspace(0, 1, { count: -1 }), "RangeError", "-1"],
  ["linspace", () => t.linspace(0, 1, { count: 2.5 }), "RangeError", "2.5"],
  ["linspace", () => t.linspace(0, NaN, { dtype: "int32" }), "RangeError", "finite", "NaN"],
  ["eye", () => t.eye(-1), "RangeError", "-1"],
  ["tri", () => t.tri(-1), "RangeError", "-1"],
  ["meshgrid", () => t.meshgrid([f32]), "RangeError", "vectors", "float32[2, 3]"],
  ["meshgrid", () => t.meshgrid(wrong(1)), "TypeError", "array", "1"],
  ["meshgrid", () => t.meshgrid([], { indexing: wrong("yx") }), "RangeError", "xy", "yx"],
  ["logspace", () => t.logspace(0, NaN), "RangeError", "finite", "NaN"],
  ["logspace", () => t.logspace(0, 1, { dtype: "int32" }), "TypeError", "int32"],
  ["geomspace", () => t.geomspace(-1, 1), "RangeError", "one sign", "-1 and 1"],
  ["identity", () => t.identity(-1), "RangeError", "-1"],
  ["fullLike", () => t.fullLike(keys, 0), "TypeError", "key"],
  ["fullLike", () => t.fullLike(i32, 0.5), "TypeError"],
  ["eye", () => t.eye(2, { offset: 0.5 }), "TypeError", "integer offset", "0.5"],
];
