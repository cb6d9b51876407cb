import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";

Deno.test("methods forward to the functions of their names", () => {
  const x = t.tensor([[1, -2, 3], [4, 5, -6]]);
  const y = t.tensor([2, 3, 0.5]);
  const pairs: Readonly<Record<string, readonly [Tensor, Tensor]>> = {
    add: [x.add(y), t.add(x, y)],
    subtract: [x.subtract(y), t.subtract(x, y)],
    multiply: [x.multiply(y), t.multiply(x, y)],
    divide: [x.divide(y), t.divide(x, y)],
    power: [x.power(2), t.power(x, 2)],
    maximum: [x.maximum(y), t.maximum(x, y)],
    minimum: [x.minimum(1), t.minimum(x, 1)],
    equal: [x.equal(3), t.equal(x, 3)],
    less: [x.less(y), t.less(x, y)],
    greater: [x.greater(y), t.greater(x, y)],
    matmul: [x.matmul(y), t.matmul(x, y)],
    negative: [x.negative(), t.negative(x)],
    abs: [x.abs(), t.abs(x)],
    exp: [x.exp(), t.exp(x)],
    log: [x.log(), t.log(x)],
    sqrt: [x.sqrt(), t.sqrt(x)],
    square: [x.square(), t.square(x)],
    tanh: [x.tanh(), t.tanh(x)],
    sigmoid: [x.sigmoid(), t.sigmoid(x)],
    relu: [x.relu(), t.relu(x)],
    sum: [x.sum({ axes: 0 }), t.sum(x, { axes: 0 })],
    mean: [x.mean({ keepDims: true }), t.mean(x, { keepDims: true })],
    max: [x.max({ axes: 1 }), t.max(x, { axes: 1 })],
    min: [x.min(), t.min(x)],
    argmax: [x.argmax({ axis: 1 }), t.argmax(x, { axis: 1 })],
    reshape: [x.reshape([3, 2]), t.reshape(x, [3, 2])],
    transpose: [x.transpose(), t.transpose(x)],
    broadcastTo: [x.broadcastTo([2, 2, 3]), t.broadcastTo(x, [2, 2, 3])],
    slice: [x.slice([[1, null]]), t.slice(x, [[1, null]])],
    cast: [x.cast("int32"), t.cast(x, "int32")],
    at: [x.at(-1), t.index(x, -1)],
  };
  for (const [name, [method, free]] of Object.entries(pairs)) {
    assertEquals(
      [method.dtype, method.shape, method.toArray()],
      [free.dtype, free.shape, free.toArray()],
      name,
    );
  }
  const others = ["item", "data", "toArray", "toString"];
  const methods = Object.getOwnPropertyNames(t.Tensor.prototype).filter((name) =>
    typeof Object.getOwnPropertyDescriptor(t.Tensor.prototype, name)!.value === "function" &&
    name !== "constructor" && !others.includes(name)
  );
  assertEquals(methods.toSorted(), Object.keys(pairs).toSorted());
});

Deno.test("a tensor prints dtype, shape and elements", () => {
  const x = t.tensor([[1, 2], [3, 4.5]]);
  assertEquals(String(x), "float32[2, 2]\n[[1.0, 2.0],\n [3.0, 4.5]]");
  assertEquals(Deno.inspect(x), x.toString());
  assertEquals(`${t.tensor(3)}`, "float32[] 3");
  assertEquals(String(t.tensor([true, false])), "bool[2] [ true, false]");
  assertEquals(String(t.zeros([0, 2])), "float32[0, 2] []");
  assertEquals(Deno.inspect({ loss: t.tensor(1) }), "{ loss: float32[] 1 }");
});

Deno.test("a tracer prints its shape, and its value where it has one", () => {
  const seen: string[] = [];
  const look = (x: Tensor): Tensor => {
    seen.push(String(x));
    return t.sum(x);
  };
  t.grad(look)(t.ones([2]));
  t.compile(look)(t.ones([2]));
  assertEquals(seen, [
    "float32[2] [1, 1] (traced by look)",
    "float32[2] (traced by look, no value yet)",
  ]);
});

Deno.test("operators of JavaScript do not work on tensors", () => {
  const x = t.tensor(2) as unknown as number;
  assertThrows(() => x + 1, TypeError, "a JavaScript operator on float32[]");
  assertThrows(() => x < 3, TypeError, "item()");
  assertThrows(() => -x, TypeError, "float32[]");
});

Deno.test("item() takes tensors of one element", () => {
  assertEquals(t.tensor([[7]]).item(), 7);
  assertEquals(t.tensor([true]).item(), 1);
  assertEquals(t.arange(4).slice([[2, 3]]).item(), 2);
  assertThrows(() => t.ones([2]).item(), RangeError, "one element but got shape [2]");
  assertThrows(() => t.zeros([0]).item(), RangeError, "[0]");
  assertThrows(() => t.random.key(0).item(), TypeError, "random key");
  assertThrows(() => t.random.key(0).toArray(), TypeError, "random key");
});

Deno.test("rank and size follow from the shape", () => {
  assertEquals([t.zeros([2, 0]).size, t.zeros([2, 3]).size, t.tensor(1).size], [0, 6, 1]);
  assertEquals([t.zeros([2, 0]).rank, t.tensor(1).rank], [2, 0]);
  assertThrows(() => [...t.tensor(1)], RangeError, "scalar");
});
