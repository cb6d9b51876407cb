import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import * as tree from "../../tensor/tree.ts";

/** Trees of numbers with holes, empty nodes and awkward keys. */
const TREE: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    fc.integer(),
    fc.constantFrom(null, undefined),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b/c", "", "1", "__proto__", "constructor", "toString"), tie("tree"), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
})).tree;

Deno.test("unflatten() undoes flatten()", () => {
  fc.assert(
    fc.property(TREE, (value) => {
      const { leaves, structure } = tree.flatten(value);
      const built = tree.unflatten(structure, leaves);
      assertEquals(JSON.stringify(built), JSON.stringify(value));
      assertEquals(tree.flatten(built), { leaves, structure });
      assertEquals(leaves, tree.leaves(value));
    }),
    { numRuns: 500 },
  );
});

Deno.test("map() by the identity is the identity, and by a composition the composition", () => {
  fc.assert(
    fc.property(TREE, (value) => {
      assertEquals(tree.flatten(tree.map(value, (leaf) => leaf)), tree.flatten(value));
      const twice = tree.map(tree.map(value, (x) => (x as number) + 1), (x) => (x as number) * 2);
      assertEquals(tree.flatten(twice), tree.flatten(tree.map(value, (x) => ((x as number) + 1) * 2)));
    }),
    { numRuns: 300 },
  );
});

Deno.test("entries() and leaves() go in the same order, and map() tells the same paths", () => {
  fc.assert(
    fc.property(TREE, (value) => {
      const paths: string[] = [];
      tree.map(value, (leaf, path) => {
        paths.push(path);
        return leaf;
      });
      assertEquals(tree.entries(value).map((leaf) => leaf.path), paths);
      assertEquals(tree.entries(value).map((leaf) => leaf.value), tree.leaves(value));
    }),
    { numRuns: 300 },
  );
});

Deno.test("zip() of a tree with itself pairs its leaves", () => {
  fc.assert(
    fc.property(TREE, (value) => {
      const sums = tree.zip("f", [value, value], ([x, y]) => (x as number) + (y as number));
      assertEquals(tree.flatten(sums), tree.flatten(tree.map(value, (x) => 2 * (x as number))));
    }),
    { numRuns: 300 },
  );
});

Deno.test("zip() refuses trees of other structures, and takes anything in place of a hole", () => {
  const add = ([x, y]: readonly unknown[]): number => (x as number) + (y as number);
  assertEquals(tree.zip("f", [{ a: 1, b: null }, { a: 2, b: [1, 2] }], add), { a: 3, b: null });
  assertThrows(() => tree.zip("f", [{ a: 1 }, {}], add), TypeError, "f expects trees of one structure");
  assertThrows(() => tree.zip("f", [{ a: 1 }, { b: 1 }], add), TypeError, "{ a } and { b } at the root");
  assertThrows(
    () => tree.zip("f", [{ a: [1] }, { a: [1, 2] }], add),
    TypeError,
    "an array of 1 and an array of 2 at a",
  );
  assertThrows(
    () => tree.zip("f", [{ a: 1 }, { a: [1] }], add),
    TypeError,
    "where the first has a leaf, at a",
  );
  assertThrows(() => tree.zip("f", [[1], { 0: 1 }], add), TypeError, "one structure");
});

Deno.test("a key named __proto__ is a key like any other", () => {
  const value = JSON.parse('{ "__proto__": { "x": 1 }, "y": 2 }');
  const doubled = tree.map(value, (x) => 2 * (x as number));
  assertEquals(Object.getPrototypeOf(doubled), Object.prototype);
  assertEquals(JSON.stringify(doubled), '{"__proto__":{"x":2},"y":4}');
  assertEquals(tree.entries(value).map((leaf) => leaf.path), ["__proto__/x", "y"]);
  assertEquals(({} as Record<string, unknown>).x, undefined);
});

Deno.test("instances of classes are leaves, and so are maps and dates", () => {
  const date = new Date(0);
  assertEquals(tree.leaves({ a: date, b: new Map([[1, 2]]), c: Object.create(null) }).length, 2);
  assertEquals([tree.describe(date), tree.describe(null), tree.describe([1])], [
    "Date",
    "a hole",
    "an array of 1",
  ]);
});
