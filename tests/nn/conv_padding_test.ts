/**
 * Tests of what surrounds inputs of convolutions, and of what transposed ones keep.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import {
  conv1d,
  conv2d,
  type ConvPadding,
  convTranspose1d,
  convTranspose2d,
  type ConvTransposePadding,
  sequential,
} from "../../nn/mod.ts";
import { multiply, random, slice, sum, swapAxes, type Tensor } from "../../tensor/mod.ts";
import { checkGradients } from "../laws/gradients.ts";

const draw = (seed: number, shape: readonly number[]): Tensor =>
  random.normal(random.key(seed), shape, { dtype: "float64" });

function assertClose(a: Tensor, b: Tensor): void {
  assertEquals(a.shape, b.shape);
  const wanted = b.data();
  a.data().forEach((x, i) => {
    if (!(Math.abs(x - wanted[i]) <= 1e-9)) {
      throw new Error(`element ${i}: expected ${wanted[i]} but got ${x}`);
    }
  });
}

const window = fc.record({
  kernelSize: fc.integer({ min: 1, max: 4 }),
  strides: fc.integer({ min: 1, max: 3 }),
  dilation: fc.integer({ min: 1, max: 2 }),
});

Deno.test("a transposed convolution is the transpose of the convolution with the same padding", () => {
  const padding = fc.constantFrom("same" as const, "circular" as const);
  fc.assert(
    fc.property(window, padding, fc.integer({ min: 3, max: 5 }), (given, padding, length) => {
      const isAround = padding === "circular";
      const options = { ...given, strides: isAround ? 1 : given.strides };
      const reach = options.dilation * (options.kernelSize - 1) + 1;
      if (reach < options.strides || (isAround && reach > length)) return;
      const back = convTranspose1d({ ...options, features: 2, bias: false, padding });
      const there = conv1d({
        ...options,
        features: 3,
        bias: false,
        padding: "same",
        paddingMode: isAround ? "circular" : "zeros",
      });
      const kernel = draw(1, [3, 2, options.kernelSize]);
      const y = draw(2, [1, 3, length]);
      const x = draw(3, [1, 2, length * options.strides]);
      const up = back.apply({ params: { kernel }, state: {} }, y).output;
      const down = there.apply({ params: { kernel }, state: {} }, x).output;
      assertEquals(up.shape, x.shape);
      assertClose(sum(multiply(up, x)), sum(multiply(down, y)));
    }),
    { numRuns: 40 },
  );
});

Deno.test("convolutions have the shapes they say, with channels first and last alike", () => {
  const paddings: readonly ConvPadding[] = ["valid", "same", "sameLower", "causal", 1, [[2, 0], [0, 1]]];
  const modes = ["zeros", "reflect", "circular"] as const;
  fc.assert(
    fc.property(
      window,
      fc.constantFrom(...paddings),
      fc.constantFrom(...modes),
      fc.integer({ min: 1, max: 2 }),
      (options, padding, paddingMode, inputDilation) => {
        const given = { ...options, features: 3, padding: padding as 1, paddingMode, inputDilation };
        const [first, last] = [conv2d(given), conv2d({ ...given, layout: "NHWC" })];
        const x = draw(1, [2, 2, 8, 8]);
        const variables = first.init(random.key(0), [2, 8, 8]);
        const y = first.apply(variables, x).output;
        assertEquals(y.shape.slice(1), variables.outputShape);
        const turned = { ...variables.params, kernel: variables.params.kernel.transpose([2, 3, 1, 0]) };
        const z = last.apply({ params: turned, state: {} }, x.transpose([0, 2, 3, 1])).output;
        assertEquals(last.init(random.key(0), [8, 8, 2]).outputShape, z.shape.slice(1));
        assertClose(z.transpose([0, 3, 1, 2]), y);
      },
    ),
    { numRuns: 30 },
  );
});

Deno.test("transposed convolutions have the shapes they say, with channels first and last alike", () => {
  const paddings: readonly ConvTransposePadding[] = ["same", "valid", "circular", 0, [[1, 0], [-1, -2]]];
  fc.assert(
    fc.property(window, fc.constantFrom(...paddings), (options, padding) => {
      const given = { ...options, features: 3, padding };
      const [first, last] = [convTranspose2d(given), convTranspose2d({ ...given, layout: "channelsLast" })];
      const x = draw(1, [2, 2, 3, 4]);
      const variables = first.init(random.key(0), [2, 3, 4]);
      const y = first.apply(variables, x).output;
      assertEquals(y.shape.slice(1), variables.outputShape);
      if (typeof padding === "string" && padding !== "valid") {
        assertEquals(y.shape.slice(2), [3 * options.strides, 4 * options.strides]);
      }
      const kernel = swapAxes(variables.params.kernel.transpose([2, 3, 0, 1]), 2, 3);
      const turned = { params: { ...variables.params, kernel }, state: {} };
      assertClose(last.apply(turned, x.transpose([0, 2, 3, 1])).output.transpose([0, 3, 1, 2]), y);
    }),
    { numRuns: 30 },
  );
});

Deno.test("convolutions with causal padding leak nothing from what comes after", () => {
  fc.assert(
    fc.property(window, fc.integer({ min: 1, max: 5 }), ({ kernelSize, dilation }, seen) => {
      const layer = conv1d({ features: 2, kernelSize, dilation, padding: "causal" });
      const variables = layer.init(random.key(0), [2, 6]);
      assertEquals(variables.outputShape, [2, 6]);
      const x = draw(1, [2, 2, 6]);
      const cut = slice(x, [null, null, [0, seen]]);
      const whole = layer.apply(variables, x).output;
      assertClose(layer.apply(variables, cut).output, slice(whole, [null, null, [0, seen]]));
    }),
    { numRuns: 20 },
  );
});

Deno.test("convolutions in all surroundings have the gradients of finite differences", () => {
  const layers = [
    conv1d({ features: 1, kernelSize: 3, padding: "causal", dilation: 2 }),
    conv1d({ features: 1, kernelSize: 3, padding: 1, paddingMode: "reflect", inputDilation: 2 }),
    convTranspose1d({ features: 1, kernelSize: 4, strides: 2, padding: "same" }),
    convTranspose1d({ features: 1, kernelSize: 4, strides: 2, padding: "circular" }),
    convTranspose1d({ features: 1, kernelSize: 2, strides: 3, padding: [[-1, 1]] }),
  ];
  for (const layer of layers) {
    const { params } = layer.init(random.key(0), [2, 4]);
    checkGradients(
      (p: typeof params, x: Tensor) => layer.apply({ params: p, state: {} }, x).output,
      [params, draw(1, [1, 2, 4])],
      { order: 1, elements: 4 },
    );
  }
});

Deno.test("padding that is no padding is an error that names the layer", () => {
  const wrong = "around" as unknown as ConvTransposePadding;
  const net = sequential({ up: convTranspose1d({ features: 1, kernelSize: 2, padding: wrong }) });
  assertThrows(
    () => net.init(random.key(0), [1, 3]),
    RangeError,
    'convTranspose1d expects padding "same", "valid", "circular" or numbers but got "around"',
  );
  const gone = convTranspose1d({ features: 1, kernelSize: 2, padding: [[4, 4]] });
  assertThrows(() => gone.init(random.key(0), [1, 3]), RangeError, "padding that leaves elements");
  assertThrows(
    () =>
      convTranspose1d({ features: 1, kernelSize: 2, padding: [[0, 0], [0, 0]] }).init(random.key(0), [1, 3]),
    TypeError,
    "padding for each of 1 axes",
  );
  assertThrows(() => conv2d({ features: 1, kernelSize: 2, inputDilation: 0 }), RangeError, "inputDilation");
  const around = "around" as unknown as ConvPadding;
  assertThrows(
    () => conv1d({ features: 1, kernelSize: 2, padding: around }).init(random.key(0), [1, 3]),
    RangeError,
    'padding "valid", "same"',
  );
});
