/**
 * Tests of `dense`.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { dense, initializers } from "../../nn/mod.ts";
import { ones, random, reshape, type Tensor, tensor } from "../../tensor/mod.ts";
import { checkGradients } from "../laws/gradients.ts";

Deno.test("dense() multiplies by its kernel and adds its bias", () => {
  const layer = dense({ features: 2 });
  const params = { kernel: tensor([[1, 2], [3, 4], [5, 6]]), bias: tensor([10, 20]) };
  const { output, state } = layer.apply({ params, state: {} }, tensor([[1, 0, 2]]));
  assertEquals(output.toArray(), [[21, 34]]);
  assertEquals(state, {});
});

Deno.test("dense() makes a kernel of [inputs, features] and a bias of zeros", () => {
  const { params, state, outputShape } = dense({ features: 4 }).init(random.key(0), [5, 3]);
  assertEquals(params.kernel.shape, [3, 4]);
  assertEquals(params.bias!.toArray(), [0, 0, 0, 0]);
  assertEquals(state, {});
  assertEquals(outputShape, [5, 4]);
});

Deno.test("dense() has no bias where told so, and takes initializers", () => {
  const layer = dense({ features: 2, bias: false, kernelInitializer: initializers.constant(0.5) });
  const { params, state } = layer.init(random.key(0), [3]);
  assertEquals(Object.keys(params), ["kernel"]);
  assertEquals(layer.apply({ params, state }, ones([1, 3])).output.toArray(), [[1.5, 1.5]]);
});

Deno.test("dense() of any leading axes is dense() of its rows", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }), (lead) => {
      const layer = dense({ features: 2 });
      const { params, state } = layer.init(random.key(7), [3]);
      const x = random.normal(random.key(1), [...lead, 3]);
      const whole = layer.apply({ params, state }, x).output;
      assertEquals(whole.shape, [...lead, 2]);
      const rows = layer.apply({ params, state }, reshape(x, [-1, 3])).output;
      assertEquals(whole.data(), rows.data());
    }),
    { numRuns: 20 },
  );
});

Deno.test("dense() has the gradients of finite differences", () => {
  const layer = dense({ features: 2 });
  const { params } = layer.init(random.key(3), [3]);
  checkGradients(
    (p: typeof params, x: Tensor) => layer.apply({ params: p, state: {} }, x).output.tanh(),
    [params, random.normal(random.key(4), [2, 3])],
  );
});

Deno.test("dense() throws for options and inputs that do not fit", () => {
  assertThrows(
    () => dense({ features: 0 }),
    RangeError,
    "dense expects features to be a positive integer but got 0",
  );
  assertThrows(() => dense({ features: 1.5 }), RangeError, "but got 1.5");
  const layer = dense({ features: 2 });
  assertThrows(
    () => layer.init(random.key(0), []),
    RangeError,
    "dense expects an input shape [..., inputs] but got []",
  );
  const { params, state } = layer.init(random.key(0), [3]);
  assertThrows(
    () => layer.apply({ params, state }, ones([4, 5]), { path: "head" }),
    RangeError,
    "dense at head expects inputs of shape [n, ..., 3] but got [4, 5]",
  );
  assertThrows(() => layer.apply({ params, state }, ones([3])), RangeError, "but got [3]");
  assertThrows(
    () => layer.apply({ params: {} as typeof params, state }, ones([1, 3])),
    TypeError,
    "dense expects its params to have the tensor kernel",
  );
});
