import { assertEquals } from "@std/assert/equals";
import { type DType, DTYPES } from "../../../tensor/dtype.ts";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";

function slopes(f: (x: Tensor) => Tensor, at: readonly number[]): number[] {
  return [...t.grad((x: Tensor) => t.sum(f(x)))(t.tensor([...at])).data()];
}

Deno.test("gradients at kinks are those of JAX", () => {
  assertEquals(slopes(t.abs, [0, -0, -2, 2]), [1, 1, -1, 1]);
  assertEquals(slopes(t.relu, [0, -0, -1, 1]), [0, 0, 0, 1]);
  assertEquals(slopes(t.relu6, [0, 6, 3]), [0, 0, 1]);
  assertEquals(slopes(t.hardTanh, [-1, 1, 0, 2]), [1, 1, 1, 0]);
  assertEquals(slopes(t.hardSigmoid, [-3, 3]), [0, 0]);
  assertEquals(slopes(t.leakyRelu, [0]), [1]);
  assertEquals(slopes(t.elu, [0]), [1]);
  assertEquals(slopes((x) => t.clip(x, { min: -1, max: 1 }), [-1, 1, 0, 3]), [0.5, 0.5, 1, 0]);
  assertEquals(slopes((x) => t.maximum(x, 2), [2, 3, 1]), [0.5, 1, 0]);
  assertEquals(slopes((x) => t.minimum(x, 2), [2, 3, 1]), [0.5, 0, 1]);
  assertEquals(slopes(t.softplus, [0]), [0.5]);
  assertEquals(slopes(t.cbrt, [0]), [Infinity]);
});

Deno.test("max() and min() share the gradient among ties", () => {
  assertEquals(slopes((x) => t.max(x), [3, 1, 3, 3]), [1 / 3, 0, 1 / 3, 1 / 3].map(Math.fround));
  assertEquals(slopes((x) => t.min(x), [3, 1, 1, 3]), [0, 0.5, 0.5, 0]);
});

Deno.test("prod() has the gradient of the other elements where some are 0", () => {
  assertEquals(slopes((x) => t.prod(x), [2, 0, 5]), [0, 10, 0]);
  assertEquals(slopes((x) => t.prod(x), [0, 0, 5]), [0, 0, 0]);
});

Deno.test("powers with plain exponents have gradients at 0", () => {
  assertEquals(slopes((x) => t.power(x, 0), [0, 2]), [0, 0]);
  assertEquals(slopes((x) => t.power(x, 1), [0, 2]), [1, 1]);
  assertEquals(slopes((x) => t.power(x, 2), [0, -2]), [0, -4]);
  const second = t.grad((x: Tensor) => t.sum(t.grad((y: Tensor) => t.sum(t.power(y, 1)))(x)));
  assertEquals(second(t.tensor([0])).toArray(), [0]);
});

Deno.test("round() takes halves to even", () => {
  assertEquals(t.round(t.tensor([0.5, 1.5, 2.5, -0.5, -1.5])).toArray(), [0, 2, 2, -0, -2]);
});

Deno.test("casts saturate, truncate and turn NaN into 0", () => {
  const x = t.tensor([1.9, -1.9, NaN, Infinity, -Infinity, 1e20]);
  assertEquals(t.cast(x, "int32").toArray(), [1, -1, 0, 2147483647, -2147483648, 2147483647]);
  assertEquals(t.cast(x, "uint32").toArray(), [1, 0, 0, 4294967295, 0, 4294967295]);
  assertEquals(t.cast(x, "uint8").toArray(), [1, 0, 0, 255, 0, 255]);
  assertEquals(t.cast(x, "bool").toArray(), [true, true, true, true, true, true]);
  assertEquals(t.cast(t.tensor([-1, 300], { dtype: "int32" }), "uint8").toArray(), [255, 44]);
  assertEquals(t.cast(t.tensor([-1], { dtype: "int32" }), "uint32").toArray(), [4294967295]);
  assertEquals(t.cast(t.tensor([16777217], { dtype: "int32" }), "float32").toArray(), [16777216]);
});

Deno.test("cast() carries the gradient back in the dtype of its operand", () => {
  const gradient = t.grad((x: Tensor) => t.sum(t.square(t.cast(x, "float64"))))(t.tensor([1, 3]));
  assertEquals([gradient.dtype, gradient.toArray()], ["float32", [2, 6]]);
  assertEquals(slopes((x) => t.cast(t.cast(x, "int32"), "float32"), [1.5]), [0]);
});

Deno.test("integers wrap around", () => {
  const int32 = (...values: number[]): Tensor => t.tensor(values, { dtype: "int32" });
  assertEquals(t.add(int32(2147483647), 1).toArray(), [-2147483648]);
  assertEquals(t.multiply(int32(65537), 65537).toArray(), [131073]);
  assertEquals(t.abs(int32(-2147483648)).toArray(), [-2147483648]);
  assertEquals(t.negative(t.tensor([1], { dtype: "uint32" })).toArray(), [4294967295]);
  assertEquals(t.add(t.tensor([250], { dtype: "uint8" }), 10).toArray(), [4]);
  assertEquals(t.sum(int32(2147483647, 1)).item(), -2147483648);
});

Deno.test("NaN wins over numbers, and compares with nothing", () => {
  const x = t.tensor([1, NaN, 3]);
  assertEquals([t.max(x).item(), t.min(x).item(), t.argmax(x).item(), t.argmin(x).item()], [NaN, NaN, 1, 1]);
  assertEquals(t.maximum(x, 2).toArray(), [2, NaN, 3]);
  assertEquals(t.equal(x, x).toArray(), [true, false, true]);
  assertEquals(t.notEqual(x, x).toArray(), [false, true, false]);
  assertEquals(t.less(x, 2).toArray(), [true, false, false]);
  assertEquals(t.greaterEqual(x, 2).toArray(), [false, false, true]);
  assertEquals(t.sign(t.tensor([NaN, -0, 0])).toArray(), [NaN, -0, 0]);
  assertEquals(t.maximum(t.tensor([-0]), 0).toArray(), [0]);
});

Deno.test("dtypes promote as in JAX without 64-bit integers", () => {
  const order: readonly DType[] = ["bool", "uint8", "uint32", "int32", "float16", "float32", "float64"];
  const one = (dtype: DType): Tensor => t.ones([2], { dtype });
  for (const [i, a] of order.entries()) {
    for (const [j, b] of order.entries()) {
      const wanted = order[Math.max(i, j)];
      assertEquals(t.maximum(one(a), one(b)).dtype, wanted, `${a} and ${b}`);
      assertEquals(t.multiply(one(a), one(b)).dtype, wanted);
    }
  }
  assertEquals(DTYPES.length, order.length + 2);
});

Deno.test("a number takes the dtype of what it meets, but never widens beyond its kind", () => {
  const typed = (dtype: DType): Tensor => t.ones([1], { dtype });
  assertEquals(t.add(typed("int32"), 2).dtype, "int32");
  assertEquals(t.add(typed("int32"), 2.5).dtype, "float32");
  assertEquals(t.add(typed("uint8"), 1).dtype, "uint8");
  assertEquals(t.add(typed("float64"), 2.5).dtype, "float64");
  assertEquals(t.add(typed("bool"), 2).dtype, "int32");
  assertEquals(t.add(typed("uint32"), -1).toArray(), [0]);
  assertEquals(t.subtract(0.1, typed("float64")).toArray(), [0.1 - 1]);
});

Deno.test("integers are divided and raised as the numbers they are", () => {
  const uint32 = t.tensor([4294967295], { dtype: "uint32" });
  const int32 = t.tensor([-1], { dtype: "int32" });
  assertEquals(t.divide(uint32, int32).toArray(), [-4294967296]);
  assertEquals(
    t.divide(t.tensor([16777217], { dtype: "int32" }), t.ones([1], { dtype: "float64" })).toArray(),
    [
      16777217,
    ],
  );
});

Deno.test("rounding leaves integers and bools as they are", () => {
  for (const f of [t.floor, t.ceil, t.round, t.trunc]) {
    assertEquals(f(t.tensor([5], { dtype: "int32" })).dtype, "int32");
  }
});

Deno.test("reductions of nothing", () => {
  const none = t.zeros([0, 3]);
  assertEquals(t.sum(none, { axes: 0 }).toArray(), [0, 0, 0]);
  assertEquals(t.prod(none).item(), 1);
  assertEquals(t.mean(none, { axes: 0 }).toArray(), [NaN, NaN, NaN]);
  assertEquals(t.all(none).item(), 1);
  assertEquals(t.any(none).item(), 0);
  // Whatever lies where kernels keep what they work with.
  t.softmax(t.reshape(t.arange(350), [50, 7]), { axes: 0 });
  assertEquals(t.logSumExp(none, { axes: 0 }).toArray(), [-Infinity, -Infinity, -Infinity]);
  assertEquals(t.softmax(none, { axes: 0 }).shape, [0, 3]);
  assertEquals(t.max(none, { axes: 1 }).shape, [0]);
});

Deno.test("where() keeps the NaN of the side not taken out of the value", () => {
  const x = t.tensor([-1, 4]);
  assertEquals(t.where(t.greater(x, 0), t.sqrt(x), 0).toArray(), [0, 2]);
  const safe = (y: Tensor): Tensor => {
    const positive = t.greater(y, 0);
    return t.where(positive, t.sqrt(t.where(positive, y, 1)), 0);
  };
  assertEquals(slopes(safe, [-1, 4]), [0, 0.25]);
});
