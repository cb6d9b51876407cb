/**
 * Arbitrary trees of tensors and plain values, and a form of trees in which every bit counts.
 *
 * @module
 */

import fc from "fast-check";
import { isNode } from "../../../tensor/tree.ts";
import { Tensor } from "../../../tensor/tensor.ts";
import { tensorFromData } from "../../../tensor/make_tensor.ts";
import { arbitraryRecord } from "./arbitrary.ts";

const arbitraryKeys: fc.Arbitrary<Tensor> = fc.array(fc.nat(2), { maxLength: 2 }).chain((shape) => {
  const length = 2 * shape.reduce((product, size) => product * size, 1);
  const word = fc.nat().map((value) => 2 * value + 1);
  return fc.array(word, { minLength: length, maxLength: length }).map((words) =>
    tensorFromData("key", shape, words)
  );
});

const arbitraryLeaf: fc.Arbitrary<unknown> = fc.oneof(
  arbitraryRecord.map(({ dtype, shape, data }) => tensorFromData(dtype, shape, data)),
  arbitraryKeys,
  fc.double(),
  fc.integer(),
  fc.string({ unit: "binary" }),
  fc.constantFrom(true, false, null, undefined, NaN, Infinity, -Infinity, -0, "\ud800", "$tensor"),
);

const arbitraryName: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 6 }),
  fc.constantFrom("a", "b", "a/b", "", "0", "$tensor", "$number", "$object", "$undefined", "a#2"),
  fc.constantFrom("__proto__", "__metadata__", "constructor", "\ud800", "\udc00"),
);

/** Trees up to four levels deep, with names that are awkward for objects, paths, files and the format itself. */
export const arbitraryTree: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    arbitraryLeaf,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.uniqueArray(fc.tuple(arbitraryName, tie("tree")), { selector: ([name]) => name, maxLength: 4 })
      .map((pairs) => Object.fromEntries(pairs)),
  ),
})).tree;

/** A text that two trees have in common only if they agree in structure, order of keys, and every bit. */
export function exactly(tree: unknown): string {
  if (tree instanceof Tensor) {
    const data = tree.data();
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return `${tree.dtype}[${tree.shape}] ${bytes.toHex()}`;
  }
  if (Array.isArray(tree)) return `[${tree.map(exactly).join(",")}]`;
  if (isNode(tree)) {
    return `{${
      Object.entries(tree).map(([key, value]) => `${JSON.stringify(key)}:${exactly(value)}`).join(",")
    }}`;
  }
  if (Object.is(tree, -0)) return "-0";
  return typeof tree === "string" ? JSON.stringify(tree) : String(tree);
}
