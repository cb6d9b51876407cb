import { assertEquals } from "@std/assert/equals";
import * as weft from "../mod.ts";

/** The names of constants, which are inner matters, among exports and those of the namespaces in them. */
function constants(exports: object, path: string): readonly string[] {
  return Object.entries(exports).flatMap(([name, value]) => {
    const isNamespace = Object.prototype.toString.call(value) === "[object Module]";
    if (isNamespace) return constants(value, `${path}${name}.`);
    return typeof value !== "function" && /^[A-Z0-9_]+$/.test(name) ? [`${path}${name}`] : [];
  });
}

Deno.test("the package exports no constants", () => {
  assertEquals(constants(weft, ""), []);
});
