/**
 * Patterns that paths of leaves match.
 *
 * @module
 */

/** One segment of a pattern with its stars, as a test of a segment of a path. */
function segmentTest(segment: string): (text: string) => boolean {
  if (!segment.includes("*")) return (text) => text === segment;
  const literals = segment.split("*").map((literal) => literal.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const expression = new RegExp(`^${literals.join(".*")}$`, "s");
  return (text) => expression.test(text);
}

/**
 * A test of whether a leaf's path matches a pattern. In a pattern, `*` stands for one segment or a part of one,
 * and a segment `**` for any number of segments, also none. Everything else stands for itself.
 *
 * @throws {TypeError} If the pattern is not a string.
 * @throws {SyntaxError} If two stars stand beside something else in a segment, or a segment is empty.
 *
 * @example
 * ```ts
 * import { matchPath } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const isKernel = matchPath("conv/**");
 * assertEquals(isKernel("conv/1/kernel"), true);
 * assertEquals(isKernel("head/kernel"), false);
 * ```
 */
export function matchPath(pattern: string): (path: string) => boolean {
  if (typeof pattern !== "string") {
    throw new TypeError(`matchPath expects a pattern to be a string but got ${typeof pattern}`);
  }
  const parts = pattern.split("/");
  for (const part of parts) {
    if (part === "" || (part !== "**" && part.includes("**"))) {
      throw new SyntaxError(
        `matchPath expects segments that are "**" or hold single stars but got "${pattern}"`,
      );
    }
  }
  const tests = parts.map((part) => part === "**" ? null : segmentTest(part));
  return (path) => {
    const segments = path === "" ? [] : path.split("/");
    // reachable[i]: the tests so far can take the first i segments; each test widens or moves the set.
    let reachable = new Set([0]);
    for (const test of tests) {
      const next = new Set<number>();
      for (const start of reachable) {
        if (test === null) { for (let i = start; i <= segments.length; i++) next.add(i); }
        else if (start < segments.length && test(segments[start])) next.add(start + 1);
      }
      reachable = next;
    }
    return reachable.has(segments.length);
  };
}
