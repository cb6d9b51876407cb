/**
 * Tests of `sort`, `argsort` and `cumsum`.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import {
  argsort,
  compile,
  cumsum,
  grad,
  random,
  sort,
  sum,
  type Tensor,
  tensor,
} from "../../../tensor/mod.ts";
import { checkGradients } from "../../laws/gradients.ts";

const element = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(NaN, Infinity, -Infinity, -0));
const line = fc.array(element, { minLength: 1, maxLength: 70 });

/** Whether `a` comes after `b`: NaN is the greatest. */
function above(a: number, b: number): boolean {
  return a > b || Number.isNaN(a) && !Number.isNaN(b);
}

Deno.test("argsort() is a stable order of the elements, and sort() follows it", () => {
  fc.assert(fc.property(line, fc.boolean(), (values, descending) => {
    const expected = values.map((_, i) => i).sort((i, j) => {
      const [a, b] = descending ? [values[j], values[i]] : [values[i], values[j]];
      return above(a, b) ? 1 : above(b, a) ? -1 : i - j;
    });
    for (const dtype of ["float32", "float64"] as const) {
      const x = tensor(values, { dtype });
      assertEquals(argsort(x, { descending }).toArray(), expected);
      assertEquals(sort(x, { descending }).toArray(), expected.map((i) => values[i]));
    }
  }));
});

Deno.test("sort() works on any axis, on every dtype and on nothing", () => {
  const x = tensor([[3, 1], [2, 5], [0, 4]]);
  assertEquals(sort(x, { axis: 0 }).toArray(), [[0, 1], [2, 4], [3, 5]]);
  assertEquals(sort(x, { axis: -1, descending: true }).toArray(), [[3, 1], [5, 2], [4, 0]]);
  assertEquals(sort(tensor([5, 200, 7], { dtype: "uint8" })).toArray(), [5, 7, 200]);
  assertEquals(sort(tensor([true, false])).toArray(), [false, true]);
  assertEquals(sort(tensor([2 ** 31, 1], { dtype: "uint32" })).toArray(), [1, 2 ** 31]);
  assertEquals(sort(tensor([], { shape: [2, 0] })).shape, [2, 0]);
});

Deno.test("sort() sends gradients to where its elements came from", () => {
  const weights = tensor([1, 10, 100]);
  const f = (x: Tensor) => sum(sort(x).multiply(weights));
  const x = tensor([5, 2, 3]);
  assertEquals(grad(f)(x).toArray(), [100, 1, 10]);
  assertEquals(compile(grad(f))(x).toArray(), [100, 1, 10]);
  checkGradients((x: Tensor) => sort(x, { axis: 0 }), [random.normal(random.key(0), [4, 2])]);
});

Deno.test("cumsum() adds up from either end", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1 }), (values) => {
    let total = 0;
    const sums = values.map((value) => total += value);
    assertEquals(cumsum(tensor(values)).toArray(), sums);
    assertEquals(cumsum(tensor(values, { dtype: "int32" })).toArray(), sums);
    assertEquals(cumsum(tensor([...values].reverse()), { reverse: true }).toArray(), sums.reverse());
  }));
  assertEquals(cumsum(tensor([true, true])).toArray(), [1, 2]);
  const bytes = cumsum(tensor([200, 100], { dtype: "uint8" }));
  assertEquals([bytes.dtype, bytes.toArray()], ["uint32", [200, 300]]);
});

Deno.test("sort(), argsort() and cumsum() throw for what they cannot take", () => {
  assertThrows(() => sort(tensor(1)), RangeError, "sort expects");
  assertThrows(() => argsort(tensor([1]), { axis: 1 }), RangeError, "argsort expects");
  assertThrows(() => sort(random.key(0)), TypeError, "sort expects numbers but got random keys");
  assertThrows(() => cumsum(tensor([1]), { axis: 2 }), RangeError, "cumsum expects");
});
