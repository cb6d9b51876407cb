import { assertEquals } from "@std/assert/equals";
import { availableSimd, simdFeatures } from "../../../../tensor/kernels/simd/features.ts";

Deno.test("simdFeatures() finds what Deno has", () => {
  assertEquals(simdFeatures(), { simd: true, relaxed: true });
});

Deno.test("availableSimd() is what was chosen where the host has it", () => {
  assertEquals(availableSimd("relaxed"), "relaxed");
  assertEquals(availableSimd("strict"), "strict");
  assertEquals(availableSimd("off"), "off");
});
