import { assertEquals } from "@std/assert/equals";
import { checkNames, operationsPage } from "../../docs/operations.ts";

Deno.test("every operation has its name in JAX, or none", () => checkNames());

Deno.test("docs/operations.md is what the operations and primitives say", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/operations.md", import.meta.url));
  assertEquals(page === operationsPage(), true, "Expected a fresh page: deno run -A docs/operations.ts");
});
