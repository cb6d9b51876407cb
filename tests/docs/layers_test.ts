import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { checkEntries, layersPage } from "../../docs/layers.ts";
import { ENTRIES } from "../../docs/layers/entries.ts";

Deno.test("docs/layers.md is what the layers and their docs say", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/layers.md", import.meta.url));
  assertEquals(page === layersPage(), true, "Expected a fresh page: deno task docs");
});

Deno.test("a layer without an entry in the page is told by name", () => {
  const layers = Object.keys(ENTRIES).map((name) => ({ name }));
  checkEntries(layers);
  assertThrows(() => checkEntries([...layers, { name: "novel" }]), Error, "it lacks novel and has no others");
  assertThrows(() => checkEntries(layers.slice(1)), Error, `it lacks none and has ${layers[0].name} others`);
});
