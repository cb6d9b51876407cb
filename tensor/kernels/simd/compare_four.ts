/**
 * Comparing four numbers with four others.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import type { Binary } from "./expression.ts";
import { f32x4, i32x4 } from "./vector.ts";

/** The comparison of elements of `dtype`; null for those that have no vectors of four. */
export function compareFour(dtype: DType, comparison: "lt" | "le" | "gt"): Binary<"v128"> | null {
  switch (dtype) {
    case "float32":
      return f32x4[comparison];
    case "int32":
      return i32x4[`${comparison}S`];
    case "uint32":
      return i32x4[`${comparison}U`];
    default:
      return null;
  }
}
