/**
 * Nested arrays: there and back.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { tensor, transpose } from "../../tensor/mod.ts";

Deno.test("tensor() and toArray() are each other's inverse, at any depth", () => {
  const extents = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 });
  const seen = { numbers: 0, booleans: 0 };
  fc.assert(fc.property(extents, fc.boolean(), (shape, booleans) => {
    let next = 0;
    const nested = (axis: number): unknown => {
      if (axis === shape.length) return booleans ? ++next % 3 === 0 : ++next / 8 - 3;
      return Array.from({ length: shape[axis] }, () => nested(axis + 1));
    };
    const values = nested(0) as number[];
    const x = tensor(values);
    assertEquals(x.toArray(), values);
    const isFull = next > 0;
    assertEquals(x.dtype, booleans && isFull ? "bool" : "float32");
    if (isFull) assertEquals(x.shape, shape);
    seen[booleans ? "booleans" : "numbers"] += next;
  }));
  assertEquals(seen.numbers > 0 && seen.booleans > 0, true);
});

Deno.test("toArray() reads views in the order of their elements", () => {
  assertEquals(transpose(tensor([[1, 2, 3], [4, 5, 6]])).toArray(), [[1, 4], [2, 5], [3, 6]]);
});

Deno.test("tensor() rounds numbers to the dtype, also what is no float32", () => {
  assertEquals(tensor([0.1, 1e39, -1e-50]).toArray(), [Math.fround(0.1), Infinity, -0]);
  assertEquals(tensor([[0.1], [1e39]], { dtype: "float64" }).toArray(), [[0.1], [1e39]]);
  assertEquals(tensor([true, 2.5]).toArray(), [1, 2.5]);
  assertEquals(tensor([0.1, 70000], { dtype: "float16" }).toArray(), [0.0999755859375, Infinity]);
  assertEquals(tensor([3], { shape: [] }).item(), 3);
  assertEquals(tensor([0.1], { shape: [] }).item(), Math.fround(0.1));
});
