import { assertEquals } from "@std/assert/equals";
import { CASES } from "../../bench/layers/cases.ts";
import { ENTRIES, makeLayer } from "../../docs/layers/entries.ts";
import { abstractInit } from "../../nn/infer_shape.ts";

Deno.test("each layer of the page is timed at a size that it takes", () => {
  assertEquals(CASES.map(({ name }) => name), Object.keys(ENTRIES).toSorted());
  for (const one of CASES) {
    const { outputShape } = abstractInit("bench", makeLayer(one), one.inputShape);
    assertEquals(outputShape.every((extent) => extent >= 1), true, one.name);
  }
});
