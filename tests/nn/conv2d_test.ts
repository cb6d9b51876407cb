/**
 * Tests of `conv2d`.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { conv2d } from "../../nn/mod.ts";
import { arange, ones, random, reshape, type Tensor, tensor, transpose } from "../../tensor/mod.ts";
import { checkGradients } from "../laws/gradients.ts";

Deno.test("conv2d() slides its kernel over the image and adds its bias", () => {
  const layer = conv2d({ features: 1, kernelSize: 2 });
  const params = { kernel: tensor([[[[1, 0], [0, -1]]]]), bias: tensor([0.5]) };
  const x = reshape(arange(9), [1, 1, 3, 3]);
  assertEquals(layer.apply({ params, state: {} }, x).output.toArray(), [[[[-3.5, -3.5], [-3.5, -3.5]]]]);
});

Deno.test("conv2d() says the shape that it gives", () => {
  const shapes = [
    conv2d({ features: 4, kernelSize: 3 }),
    conv2d({ features: 4, kernelSize: [3, 2], strides: 2, padding: "same" }),
    conv2d({ features: 4, kernelSize: 2, dilation: [2, 1], padding: 1, groups: 2 }),
    conv2d({ features: 4, kernelSize: 3, padding: [[0, 1], [2, 1]], bias: false }),
  ].map((layer) => {
    const { params, state, outputShape } = layer.init(random.key(0), [2, 7, 6]);
    const { output } = layer.apply({ params, state }, ones([1, 2, 7, 6]));
    assertEquals(output.shape, [1, ...outputShape]);
    return outputShape;
  });
  assertEquals(shapes, [[4, 5, 4], [4, 4, 3], [4, 7, 7], [4, 6, 7]]);
});

Deno.test("conv2d() takes channels last", () => {
  const options = { features: 3, kernelSize: 2, strides: [1, 2] } as const;
  const [first, last] = [conv2d(options), conv2d({ ...options, layout: "NHWC" })];
  const { params, outputShape } = last.init(random.key(5), [4, 6, 2]);
  assertEquals(params.kernel.shape, [2, 2, 2, 3]);
  assertEquals(outputShape, [3, 3, 3]);
  const x = random.normal(random.key(6), [2, 4, 6, 2]);
  const output = last.apply({ params, state: {} }, x).output;
  const same = first.apply(
    { params: { kernel: transpose(params.kernel, [3, 2, 0, 1]), bias: params.bias! }, state: {} },
    transpose(x, [0, 3, 1, 2]),
  ).output;
  assertEquals(output.toArray(), transpose(same, [0, 2, 3, 1]).toArray());
});

Deno.test("conv2d() has the gradients of finite differences", () => {
  const layer = conv2d({ features: 4, kernelSize: 2, strides: [1, 2], padding: 1, groups: 2 });
  const { params } = layer.init(random.key(3), [2, 3, 4]);
  checkGradients(
    (p: typeof params, x: Tensor) => layer.apply({ params: p, state: {} }, x).output.tanh(),
    [params, random.normal(random.key(4), [1, 2, 3, 4])],
    { elements: 8 },
  );
});

Deno.test("conv2d() throws for options that are out of range", () => {
  assertThrows(
    () => conv2d({ features: -1, kernelSize: 3 }),
    RangeError,
    "conv2d expects features to be a positive integer but got -1",
  );
  assertThrows(() => conv2d({ features: 4, kernelSize: 0 }), RangeError, "kernelSize");
  assertThrows(() => conv2d({ features: 4, kernelSize: 3, strides: 0 }), RangeError, "strides");
  assertThrows(
    () => conv2d({ features: 4, kernelSize: 3, groups: 3 }),
    RangeError,
    "conv2d expects groups to divide its 4 features but got 3",
  );
  assertThrows(
    () => conv2d({ features: 4, kernelSize: 3, layout: "CHWN" as "NCHW" }),
    RangeError,
    'conv2d expects layout "NCHW" or "NHWC" but got CHWN',
  );
});

Deno.test("conv2d() throws for inputs that do not fit", () => {
  const layer = conv2d({ features: 4, kernelSize: 3 });
  assertThrows(
    () => layer.init(random.key(0), [1, 3, 8, 8], { path: "conv" }),
    RangeError,
    "conv2d at conv expects an input shape [channels, rows, columns] but got [1, 3, 8, 8]",
  );
  assertThrows(
    () => layer.init(random.key(0), [3, 2, 8]),
    RangeError,
    "conv2d expects images at least as large as its window [3, 3] but got [2, 8]",
  );
  assertThrows(
    () => conv2d({ features: 4, kernelSize: 3, groups: 2 }).init(random.key(0), [3, 8, 8]),
    RangeError,
    "conv2d expects channels that 2 groups divide but got [3, 8, 8]",
  );
  const { params, state } = layer.init(random.key(0), [3, 8, 8]);
  assertThrows(
    () => layer.apply({ params, state }, ones([1, 4, 8, 8]), { path: "net/conv" }),
    RangeError,
    "conv2d at net/conv expects images of shape [n, 3, rows, columns] but got [1, 4, 8, 8]",
  );
  assertThrows(() => layer.apply({ params, state }, ones([3, 8, 8])), RangeError, "but got [3, 8, 8]");
});
