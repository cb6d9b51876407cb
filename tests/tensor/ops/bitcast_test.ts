import { assertEquals } from "@std/assert/equals";
import * as t from "../../../tensor/mod.ts";

Deno.test("bitcast() keeps every bit, of NaN too", () => {
  const words = t.tensor([0x7fc12345, 0xffc00001, 0x3f800000], { dtype: "uint32" });
  assertEquals(t.bitcast(t.bitcast(words, "float32"), "uint32").toArray(), words.toArray());
});
