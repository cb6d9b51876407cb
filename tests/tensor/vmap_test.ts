import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import * as t from "../../tensor/mod.ts";
import { compile, grad, stack, sum, type Tensor, tensor, vmap } from "../../tensor/mod.ts";
import { definePrimitive } from "../../tensor/primitive.ts";
import { apply } from "../../tensor/apply.ts";
import { numbers } from "./primitives/entry.ts";

/** Compares `vmap` over the first axis of all operands with a loop. */
function checkLoop(f: (...operands: Tensor[]) => Tensor, operands: readonly Tensor[]): void {
  const size = operands[0].shape[0];
  const loop = stack(Array.from({ length: size }, (_, k) => f(...operands.map((x) => x.at(k)))));
  const all = vmap(f)(...operands);
  assertEquals([all.dtype, all.shape], [loop.dtype, loop.shape]);
  assertEquals(all.data(), loop.data());
}

const INDICES = tensor([[0, -1], [2, 5], [-9, 1]], { dtype: "int32" });

Deno.test("vmap of indexing along any axis reads each example's own positions", () => {
  const x = numbers([3, 4, 3, 2], -2, 2);
  for (const axis of [0, 1, 2]) {
    checkLoop((one, list) => t.take(one, list, { axis, mode: "fill" }), [x, INDICES]);
    checkLoop((one, at) => t.take(one, at, { axis, mode: "fill" }), [
      x,
      INDICES.slice([null, [0, 1]]).reshape([3]),
    ]);
  }
  for (const dtype of ["uint8", "uint32"] as const) {
    checkLoop((one, list) => t.take(one, list, { mode: "fill" }), [x, t.cast(t.abs(INDICES), dtype)]);
  }
});

Deno.test("vmap of scatterAdd along any axis adds at each example's own positions", () => {
  for (const axis of [0, 1, 2]) {
    const shape = [3, 4, 3];
    shape.splice(axis + 1, 0, 2);
    checkLoop((one, list) => t.scatterAdd(one, list, { extent: 4, axis, mode: "drop" }), [
      numbers(shape, -2, 2),
      INDICES,
    ]);
  }
  const updates = numbers([2, 3], -2, 2);
  assertEquals(
    vmap((list) => t.scatterAdd(updates, list, { extent: 4, mode: "drop" }))(INDICES).toArray(),
    [0, 1, 2].map((k) => t.scatterAdd(updates, INDICES.at(k), { extent: 4, mode: "drop" }).toArray()),
  );
});

Deno.test("vmap gives examples of lower rank the axes that broadcasting gives them", () => {
  checkLoop(t.add, [numbers([3, 2], -1, 1), numbers([3, 4, 2], -1, 1)]);
  checkLoop((x, y) => t.matmul(x, y), [numbers([3, 2, 4], -1, 1), numbers([3, 5, 4, 2], -1, 1)]);
  checkLoop((x) => t.broadcastTo(x, [2, 4, 3]), [numbers([5, 3], -1, 1)]);
});

Deno.test("vmap of convolution takes groups and strides of either operand", () => {
  const [x, w] = [numbers([3, 2, 4, 5, 6], -1, 1), numbers([3, 6, 2, 3, 2], -1, 1)];
  const f = (image: Tensor, weights: Tensor) =>
    t.conv2d(image, weights, { groups: 2, strides: [2, 1], padding: [[1, 0], [0, 1]], dilation: [1, 2] });
  const near = (a: Tensor, b: Tensor) => assertEquals(t.max(t.abs(t.subtract(a, b))).item() < 1e-12, true);
  near(vmap(f)(x, w), stack([0, 1, 2].map((k) => f(x.at(k), w.at(k)))));
  near(vmap(f, { inAxes: [null, 0] })(x.at(0), w), stack([0, 1, 2].map((k) => f(x.at(0), w.at(k)))));
});

Deno.test("vmap takes axes over trees and puts results where outAxes says", () => {
  const f = (p: { a: Tensor; b: readonly Tensor[] }, y: Tensor) => ({
    total: t.add(p.a, t.multiply(p.b[0], y)),
    same: p.b[1],
  });
  const [a, b] = [numbers([2, 3], -1, 1), numbers([3, 2], -1, 1)];
  const result = vmap(f, {
    inAxes: [{ a: 0, b: [-1, null] }, null],
    outAxes: { total: 1, same: null },
  })({ a, b: [b, tensor([7])] }, tensor([2, 2, 2]));
  assertEquals(result.total.shape, [3, 2]);
  assertEquals(result.total.toArray(), t.transpose(t.add(a, t.multiply(t.transpose(b), 2))).toArray());
  assertEquals(result.same.toArray(), [7]);
});

Deno.test("vmap of vmap, of grad and in compile are the same loops", () => {
  const x = numbers([2, 3, 4], -1, 1);
  const f = (one: Tensor) => sum(t.square(t.sin(one)));
  const expected = t.sum(t.square(t.sin(x)), { axes: 2 });
  assertEquals(vmap(vmap(f))(x).toArray(), expected.toArray());
  const slopes = grad((y: Tensor) => sum(vmap(vmap(f))(y)))(x);
  assertEquals(vmap(vmap(grad(f)))(x).toArray(), slopes.toArray());
  assertEquals(compile(vmap(vmap(grad(f))))(x).shape, x.shape);
  assertEquals(vmap(compile(f))(x.at(0)).toArray(), expected.at(0).toArray());
});

Deno.test("vmap takes what a function closes over, tracers too", () => {
  const x = tensor([1, 2, 3]);
  const f = (w: Tensor) => sum(vmap((one) => t.multiply(t.multiply(one, w), w))(x));
  assertEquals(grad(f)(tensor(2)).item(), 24);
  assertEquals(vmap(grad(f))(tensor([2, 3])).toArray(), [24, 36]);
});

Deno.test("vmap gives every example a random key of its own", () => {
  const keys = t.random.split(t.random.key(3), 4);
  const drawn = vmap((key) => t.random.normal(key, [2]))(keys);
  assertEquals(drawn.toArray(), [0, 1, 2, 3].map((k) => t.random.normal(keys.at(k), [2]).toArray()));
});

Deno.test("vmap without a mapped argument repeats its result axisSize times", () => {
  assertEquals(vmap(t.square, { inAxes: null, axisSize: 2 })(tensor([3])).toArray(), [[9], [9]]);
});

Deno.test("vmap takes no examples", () => {
  const f = (x: Tensor) => t.scan((c: Tensor, y: Tensor) => [t.add(c, sum(y)), y], tensor(0), x);
  const [last, all] = vmap(f)(t.zeros([0, 2, 3]));
  assertEquals([last.shape, all.shape], [[0], [0, 2, 3]]);
  assertEquals(vmap(grad((x) => sum(t.square(x))))(t.zeros([0, 3])).shape, [0, 3]);
});

Deno.test("vmap explains what does not fit", () => {
  const [x, y] = [t.ones([2, 3]), t.ones([3, 3])];
  const bad: readonly (readonly [() => unknown, typeof TypeError | typeof RangeError, string])[] = [
    [() => vmap(3 as unknown as typeof t.add), TypeError, "vmap expects a function but got a number"],
    [
      () => vmap(t.add)(x, y),
      RangeError,
      "vmap expects mapped axes of one extent but got 2 and 3 of float32[3, 3]",
    ],
    [() => vmap(t.add, { inAxes: [0] })(x, x), RangeError, "inAxes for each of its 2 arguments but got 1"],
    [() => vmap(t.add, { inAxes: [0, 2] })(x, x), RangeError, "vmap expects an axis"],
    [
      () => vmap(t.square, { inAxes: "0" })(x),
      TypeError,
      "vmap expects inAxes to be numbers, null, or a tree",
    ],
    [() => vmap(t.square, { inAxes: 0.5 })(x), TypeError, "integers or null in inAxes but got 0.5"],
    [() => vmap(t.square)(tensor(2)), RangeError, "the scalar float32[]"],
    [() => vmap(t.square, { inAxes: null })(x), RangeError, "or axisSize, but got neither"],
    [() => vmap(t.square, { axisSize: -1 }), RangeError, "axisSize to be a non-negative integer but got -1"],
    [
      () => vmap(t.square, { outAxes: null })(x),
      TypeError,
      "the same for all examples where outAxes is null",
    ],
    [
      () => vmap(t.square, { outAxes: [0] })(x),
      TypeError,
      "vmap expects outAxes to be numbers, null, or a tree",
    ],
    [() => vmap((one) => one.item())(tensor([1])), TypeError, "has none yet"],
    [
      () => vmap((one) => t.hostValue(one))(tensor([1])),
      TypeError,
      "vmap expects plain numbers that are the same for all examples",
    ],
    [
      () => vmap((one: Tensor) => Promise.resolve(one))(tensor([1])),
      TypeError,
      "vmap expects a synchronous function but got one that returns a promise",
    ],
  ];
  for (const [call, type, message] of bad) assertThrows(call, type, message);
});

Deno.test("a primitive without a batching rule is named", () => {
  const lonely = definePrimitive({
    name: "lonelyWithoutBatch",
    infer: ([x]) => [x],
    execute() {},
  });
  assertThrows(
    () => vmap((x) => apply(lonely, [x], {}))(tensor([1])),
    TypeError,
    "vmap expects every primitive to have a batching rule but lonelyWithoutBatch has none",
  );
});
