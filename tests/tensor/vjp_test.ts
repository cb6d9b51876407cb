import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";

const x = t.tensor([1, 2, 3]);

// deno-lint-ignore no-explicit-any -- what the types forbid may still come from JavaScript
const wrong = (value: unknown): any => value;

Deno.test("vjp() pulls cotangents of trees back", () => {
  const { value, pullback } = t.vjp(
    (a: Tensor, b: Tensor) => ({ sum: t.add(a, b), product: t.multiply(a, b) }),
    x,
    x,
  );
  assertEquals(value.product.toArray(), [1, 4, 9]);
  const [da, db] = pullback({ sum: t.ones([3]), product: t.tensor([1, 0, 0]) }) as Tensor[];
  assertEquals([da.toArray(), db.toArray()], [[2, 1, 1], [2, 1, 1]]);
  assertThrows(() => pullback({ sum: t.ones([3]), product: t.ones([2]) }), RangeError, "[3] but got [2]");
  assertThrows(() => pullback(wrong({ sum: t.ones([3]) })), RangeError, "2 cotangents but got 1");
});

Deno.test("vjp() gives null for integers", () => {
  const { pullback } = t.vjp((a: Tensor, i: Tensor) => t.multiply(a, i), x, x.cast("int32"));
  const [da, di] = pullback(t.ones([3]));
  assertEquals([(da as Tensor).toArray(), di], [[1, 2, 3], null]);
});
