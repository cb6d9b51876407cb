/**
 * Laws of layers that are one operation: their shape is the declared one, and no input of a batch sees another.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as nn from "../../nn/mod.ts";
import { concatenate, random, type Shape, slice, type Tensor } from "../../tensor/mod.ts";
import { assertClose, checkGradients } from "../laws/mod.ts";

const EMPTY = { params: {}, state: {} };
const LAWS = { numRuns: 25 };
const sides = fc.record({ before: fc.nat(2), after: fc.nat(2) });

/** Layers with the shapes of their inputs. */
const LAYERS: Readonly<Record<string, fc.Arbitrary<readonly [nn.Layer, Shape]>>> = {
  padding: fc.tuple(
    fc.constantFrom("zeroPad", "reflectionPad", "replicationPad", "circularPad"),
    sides,
    sides,
  )
    .map(([name, a, b]) => [
      nn[name as "zeroPad"]({ padding: [[a.before, a.after], [b.before, b.after]] }),
      [2, 3, 4],
    ]),
  "padding of channels last": sides.map((a) => [
    nn.constantPad({ padding: [[a.before, a.after]], value: 2, layout: "channelsLast" }),
    [4, 3],
  ]),
  pixelShuffle: fc.integer({ min: 1, max: 3 }).map((factor) => [nn.pixelShuffle({ factor }), [
    2 * factor ** 2,
    2,
    3,
  ]]),
  pixelUnshuffle: fc.integer({ min: 1, max: 3 }).map((factor) => [nn.pixelUnshuffle({ factor }), [
    2,
    2 * factor,
    3 * factor,
  ]]),
  channelShuffle: fc.constantFrom(1, 2, 3, 6).map((groups) => [nn.channelShuffle({ groups }), [6, 2]]),
  unfold: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(1), fc.integer({ min: 1, max: 2 })).map(
    ([window, padding, strides]) => [nn.unfold({ window, padding, strides }), [2, 4, 5]],
  ),
  fold: fc.constant([nn.fold({ outputSize: [4, 5], window: 2 }), [8, 12]]),
  flattenAxes: fc.constantFrom<readonly [number, number]>([1, 2], [2, 3], [1, 3], [2, 2]).map((
    [start, end],
  ) => [nn.flattenAxes({ start, end }), [2, 3, 4]]),
  unflatten: fc.constant([nn.unflatten({ shape: [2, 3] }), [6]]),
  localResponseNorm: fc.integer({ min: 1, max: 5 }).map((size) => [
    nn.localResponseNorm({ size, alpha: 0.5 }),
    [4, 3],
  ]),
  pooling: fc.tuple(
    fc.constantFrom("maxPool", "minPool", "avgPool", "lpPool"),
    fc.integer({ min: 1, max: 3 }),
  )
    .map(([name, window]) => [nn[name as "maxPool"]({ window, strides: 1 }), [2, 4, 5]]),
  globalMaxPool: fc.constant([nn.globalMaxPool, [3, 2, 4]]),
  fractionalMaxPool: fc.constant([nn.fractionalMaxPool({ window: 2, outputRatio: 0.6 }), [2, 5, 7]]),
  glu: fc.constant([nn.glu({ axis: 1 }), [4, 3]]),
};

for (const [name, layers] of Object.entries(LAYERS)) {
  Deno.test(`${name} has the declared shape, treats inputs apart, and has the gradients of differences`, () => {
    fc.assert(
      fc.property(layers, fc.nat(1000), ([layer, shape], seed) => {
        const { outputShape } = layer.init(random.key(0), shape);
        const x = random.normal(random.key(seed), [3, ...shape], { dtype: "float64" });
        const run = (input: Tensor): Tensor => layer.apply(EMPTY, input).output;
        const output = run(x);
        assertEquals(output.shape, [3, ...outputShape]);
        const apart = [0, 1, 2].map((i) => run(slice(x, [[i, i + 1]])));
        assertClose(concatenate(apart), output, { relativeTolerance: 1e-12 });
      }),
      LAWS,
    );
    const [[layer, shape]] = fc.sample(layers, { numRuns: 1, seed: 1 });
    checkGradients((x: Tensor) => layer.apply(EMPTY, x).output.tanh(), [
      random.normal(random.key(9), [2, ...shape]),
    ], { elements: 6, order: 1 });
  });
}

Deno.test("pixelUnshuffle undoes pixelShuffle, fold of unfold counts, and unflatten undoes flatten", () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.integer({ min: 1, max: 3 }), (seed, factor) => {
      const net = nn.sequential({
        shuffle: nn.pixelShuffle({ factor }),
        unshuffle: nn.pixelUnshuffle({ factor }),
        unfold: nn.unfold({ window: [1, 1] }),
        fold: nn.fold({ outputSize: [2, 3], window: [1, 1] }),
        flatten: nn.flatten,
        unflatten: nn.unflatten({ shape: [factor ** 2, 2, 3] }),
        identity: nn.identity,
      });
      const x = random.normal(random.key(seed), [2, factor ** 2, 2, 3]);
      assertEquals(net.apply(EMPTY, x).output.toArray(), x.toArray());
    }),
    LAWS,
  );
});
