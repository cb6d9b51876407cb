/**
 * What the host's WebAssembly can do.
 *
 * @module
 */
import { assemble } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { f32x4 } from "./vector.ts";

/** What of SIMD the host has. */
export interface SimdFeatures {
  /** Vectors of 128 bits. */
  readonly simd: boolean;
  /** The relaxed instructions, of which kernels use the fused multiply-add. */
  readonly relaxed: boolean;
}

let found: SimdFeatures | null = null;

function validates(vector: Expression<"v128">): boolean {
  const bytes = assemble((module) => {
    module.define("lane", [], "f32", () => f32x4.extractLane(vector, 0));
  });
  return typeof WebAssembly === "object" && WebAssembly.validate(bytes);
}

/** Asks the host once, with the smallest modules that need the feature. */
export function simdFeatures(): SimdFeatures {
  if (found === null) {
    const splat = f32x4.splat(1);
    const simd = validates(splat);
    found = { simd, relaxed: simd && validates(f32x4.relaxedMadd(splat, splat, splat)) };
  }
  return found;
}

/**
 * Which form of the SIMD kernels to use where `chosen` was configured: the relaxed one falls back to the strict
 * one, and both to none (`"off"`), where the host lacks the instructions.
 */
export function availableSimd(chosen: "relaxed" | "strict" | "off"): "relaxed" | "strict" | "off" {
  if (chosen === "off" || !simdFeatures().simd) return "off";
  return simdFeatures().relaxed ? chosen : "strict";
}
