/**
 * Tensors that agree but for rounding.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";

/** Throws unless two tensors have one dtype and shape, and no elements that are further apart than the tolerance. */
export function near(a: Tensor, b: Tensor, tolerance = 1e-12): void {
  assertEquals([a.dtype, a.shape], [b.dtype, b.shape]);
  const distance = t.max(t.abs(t.subtract(a, b))).item();
  if (!(distance <= tolerance)) throw new Error(`Expected a distance up to ${tolerance} but got ${distance}`);
}
