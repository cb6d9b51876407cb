/**
 * Tests of convolutions that treat channels and places apart.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import * as nn from "../../nn/mod.ts";
import { concatenate, random, slice, type Tensor } from "../../tensor/mod.ts";
import { assertClose } from "../laws/mod.ts";

const EXTENTS = [[7], [5, 4], [3, 4, 3]];
const CONVS = [nn.conv1d, nn.conv2d, nn.conv3d] as unknown as readonly (typeof nn.conv1d)[];
const DEPTHWISE = [
  nn.depthwiseConv1d,
  nn.depthwiseConv2d,
  nn.depthwiseConv3d,
] as unknown as readonly (typeof nn.depthwiseConv1d)[];
const SEPARABLE = [
  nn.separableConv1d,
  nn.separableConv2d,
  nn.separableConv3d,
] as unknown as readonly (typeof nn.separableConv1d)[];

Deno.test("a depthwise convolution is one convolution a channel, over one to three axes", () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.constantFrom(1, 2), fc.constantFrom(1, 2), (seed, multiplier, strides) => {
      EXTENTS.forEach((extents, i) => {
        const options = { kernelSize: 2, strides, padding: 1, bias: false };
        const layer = DEPTHWISE[i]({ ...options, multiplier });
        const { params, state, outputShape } = layer.init(random.key(seed), [3, ...extents]);
        const x = random.normal(random.key(seed + 1), [2, 3, ...extents]);
        const one = CONVS[i]({ ...options, features: multiplier });
        const apart = [0, 1, 2].map((c) => {
          const kernel = slice(params.kernel, [[c * multiplier, (c + 1) * multiplier]]);
          return one.apply({ params: { kernel }, state: {} }, slice(x, [null, [c, c + 1]])).output;
        });
        const { output } = layer.apply({ params, state }, x);
        assertEquals(output.shape, [2, ...outputShape]);
        assertClose(output, concatenate(apart, 1), { absoluteTolerance: 1e-5 });
      });
    }),
    { numRuns: 15 },
  );
});

Deno.test("a separable convolution is a depthwise one and then one of single places", () => {
  EXTENTS.forEach((extents, i) => {
    const layer = SEPARABLE[i]({ features: 5, kernelSize: 2, multiplier: 2 });
    const { params, state, outputShape } = layer.init(random.key(0), [3, ...extents]);
    const x = random.normal(random.key(1), [2, 3, ...extents]);
    const first = DEPTHWISE[i]({ kernelSize: 2, multiplier: 2, bias: false })
      .apply({ params: params.depthwise, state: {} }, x).output;
    const both: Tensor = CONVS[i]({ features: 5, kernelSize: 1 })
      .apply({ params: params.pointwise, state: {} }, first).output;
    const { output } = layer.apply({ params, state }, x);
    assertEquals(output.toArray(), both.toArray());
    assertEquals(output.shape, [2, ...outputShape]);
    assertEquals(Object.keys(nn.toTorch(layer, { params, state })), [
      "depthwise.weight",
      "pointwise.weight",
      "pointwise.bias",
    ]);
  });
});

Deno.test("depthwise and separable convolutions name themselves where an input does not fit", () => {
  const layer = nn.depthwiseConv1d({ kernelSize: 4 });
  assertThrows(
    () => layer.init(random.key(0), [3, 2], { path: "net/part" }),
    RangeError,
    "depthwiseConv1d at net/part expects",
  );
  assertThrows(
    () => nn.depthwiseConv2d({ kernelSize: 4 }).init(random.key(0), [3, 2, 2], { path: "net/part" }),
    RangeError,
    "depthwiseConv2d at net/part expects",
  );
  assertThrows(() => nn.depthwiseConv3d({ kernelSize: 2, multiplier: 0 }), RangeError, "multiplier");
  assertThrows(
    () => nn.separableConv3d({ features: 2, kernelSize: 3 }).init(random.key(0), [3, 2]),
    RangeError,
    "separableConv3d at depthwise expects",
  );
});
