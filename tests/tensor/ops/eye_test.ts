import { assertEquals } from "@std/assert/equals";
import { eye } from "../../../tensor/mod.ts";

Deno.test("eye() has ones where row and column agree", () => {
  assertEquals(eye(2, { columns: 3, dtype: "int32" }).toArray(), [[1, 0, 0], [0, 1, 0]]);
  assertEquals(eye(0).shape, [0, 0]);
});
