/**
 * Tests of `matchPath`.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { matchPath } from "../../optim/mod.ts";

const cases: readonly (readonly [pattern: string, path: string, matches: boolean])[] = [
  ["conv", "conv", true],
  ["conv", "conv/kernel", false],
  ["conv/**", "conv/kernel", true],
  ["conv/**", "conv/1/kernel", true],
  ["conv/**", "conv", true],
  ["conv/**", "convolution/kernel", false],
  ["**/bias", "bias", true],
  ["**/bias", "a/b/bias", true],
  ["**/bias", "a/bias/b", false],
  ["*/kernel", "conv/kernel", true],
  ["*/kernel", "kernel", false],
  ["*/kernel", "a/b/kernel", false],
  ["layers/*/k*l", "layers/10/kernel", true],
  ["a/**/z", "a/z", true],
  ["a/**/m/**/z", "a/b/m/c/d/z", true],
  ["a.c", "abc", false],
  ["a+(b)", "a+(b)", true],
  ["**", "", true],
  ["*", "", false],
];

for (const [pattern, path, matches] of cases) {
  Deno.test(`matchPath() ${pattern} ${matches ? "matches" : "does not match"} "${path}"`, () => {
    assertEquals(matchPath(pattern)(path), matches);
  });
}

Deno.test("matchPath() matches every path with itself, two stars, and each segment starred", () => {
  const segment = fc.string({ minLength: 1 }).filter((text) => !/[/*]/.test(text));
  fc.assert(fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (segments) => {
    const path = segments.join("/");
    assertEquals(matchPath(path)(path), true);
    assertEquals(matchPath("**")(path), true);
    assertEquals(matchPath(segments.map(() => "*").join("/"))(path), true);
    assertEquals(matchPath(`${path}/x`)(path), false);
  }));
});

Deno.test("matchPath() stays quick where stars are many", () => {
  assertEquals(matchPath("**/a/".repeat(12) + "b")("a/".repeat(60) + "c"), false);
});

Deno.test("matchPath() throws for malformed patterns", () => {
  assertThrows(() => matchPath("conv/***"), SyntaxError, "conv/***");
  assertThrows(() => matchPath("a**/b"), SyntaxError);
  assertThrows(() => matchPath("a//b"), SyntaxError);
  assertThrows(() => matchPath(3 as unknown as string), TypeError, "got number");
});
