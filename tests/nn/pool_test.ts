/**
 * Tests of `maxPool2d` and `avgPool2d` as layers.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { avgPool2d, maxPool2d } from "../../nn/mod.ts";
import { arange, ones, random, reshape, type Tensor } from "../../tensor/mod.ts";
import { checkGradients } from "../laws/gradients.ts";

Deno.test("maxPool2d() and avgPool2d() give the greatest and the mean of each window", () => {
  const x = reshape(arange(16), [1, 1, 4, 4]);
  const [greatest, middle] = [maxPool2d({ window: 2 }), avgPool2d({ window: [4, 2] })];
  assertEquals(greatest.apply(greatest.init(random.key(0), [1, 4, 4]), x).output.toArray(), [[[[5, 7], [
    13,
    15,
  ]]]]);
  assertEquals(middle.apply(middle.init(random.key(0), [1, 4, 4]), x).output.toArray(), [[[[6.5, 8.5]]]]);
});

Deno.test("maxPool2d() and avgPool2d() say the shape that they give", () => {
  for (const make of [maxPool2d, avgPool2d]) {
    for (
      const options of [
        { window: 2 },
        { window: 3, strides: 2, padding: 1 },
        { window: [2, 3], strides: 1, padding: "same" },
      ] as const
    ) {
      const layer = make(options);
      const { params, state, outputShape } = layer.init(random.key(0), [2, 7, 6]);
      assertEquals(layer.apply({ params, state }, ones([1, 2, 7, 6])).output.shape, [1, ...outputShape]);
    }
    const last = make({ window: 2, layout: "NHWC" });
    const variables = last.init(random.key(0), [7, 6, 2]);
    assertEquals(variables.outputShape, [3, 3, 2]);
    assertEquals(last.apply(variables, ones([1, 7, 6, 2])).output.shape, [1, 3, 3, 2]);
  }
});

Deno.test("maxPool2d() and avgPool2d() have the gradients of finite differences", () => {
  for (const layer of [maxPool2d({ window: 2, strides: 1 }), avgPool2d({ window: 2, padding: 1 })]) {
    checkGradients(
      (x: Tensor) => layer.apply({ params: {}, state: {} }, x).output.tanh(),
      [random.normal(random.key(4), [1, 2, 3, 3])],
    );
  }
});

Deno.test("maxPool2d() and avgPool2d() throw for inputs that do not fit", () => {
  for (const [name, make] of [["maxPool2d", maxPool2d], ["avgPool2d", avgPool2d]] as const) {
    assertThrows(() => make({ window: 0 }), RangeError, `${name} expects window`);
    const layer = make({ window: 3 });
    assertThrows(
      () => layer.init(random.key(0), [4], { path: "pool" }),
      RangeError,
      `${name} at pool expects an input shape [channels, rows, columns] but got [4]`,
    );
    assertThrows(
      () => layer.init(random.key(0), [1, 2, 4]),
      RangeError,
      `${name} expects images at least as large as its window [3, 3] but got [2, 4]`,
    );
    assertThrows(
      () => layer.apply({ params: {}, state: {} }, ones([4, 4]), { path: "pool" }),
      RangeError,
      `${name} at pool expects images of shape [n, channels, rows, columns] but got [4, 4]`,
    );
  }
});
