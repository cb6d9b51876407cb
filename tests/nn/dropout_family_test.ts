/**
 * Laws of the layers that drop at random.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as nn from "../../nn/mod.ts";
import { mean, ones, random, type Tensor, variance } from "../../tensor/mod.ts";
import { assertClose } from "../laws/mod.ts";

const EMPTY = { params: {}, state: {} };
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const rates = fc.integer({ min: 1, max: 9 }).map((tenths) => tenths / 10);
const LAWS = { numRuns: 30 };
const FAMILY = {
  dropout: nn.dropout,
  alphaDropout: nn.alphaDropout,
  featureAlphaDropout: nn.featureAlphaDropout,
  dropPath: nn.dropPath,
  dropout1d: nn.dropout1d,
} as const;
const train = (layer: nn.Layer, x: Tensor, seed: number): Tensor =>
  layer.apply(EMPTY, x, { training: true, key: random.key(seed) }).output;

for (const [name, make] of Object.entries(FAMILY)) {
  Deno.test(`${name} is the identity in evaluation and at a rate of 0, and draws by its key alone`, () => {
    fc.assert(
      fc.property(seeds, rates, (seed, rate) => {
        const x = random.normal(random.key(seed), [3, 4, 5]);
        const layer = make({ rate });
        assertEquals(layer.apply(EMPTY, x).output.toArray(), x.toArray());
        assertEquals(train(make({ rate: 0 }), x, seed).toArray(), x.toArray());
        assertEquals(train(layer, x, seed).toArray(), train(layer, x, seed).toArray());
        assertEquals(train(make({ rate: 1 }), x, seed).toArray(), ones([3, 4, 5]).multiply(0).toArray());
      }),
      LAWS,
    );
  });

  Deno.test(`${name} keeps the mean of its input over many draws`, () => {
    const x = ones([500, 20, 2]);
    for (const rate of [0.1, 0.5, 0.8]) {
      // The limit of selu is far from 0, so that the mean of normal inputs is what stays there.
      const input = name.toLowerCase().includes("alpha") ? random.normal(random.key(3), [500, 20, 2]) : x;
      assertClose(mean(train(make({ rate }), input, 5)), mean(input), { absoluteTolerance: 0.3 });
    }
  });
}

Deno.test("layers of channels drop whole channels, and dropPath whole inputs", () => {
  const constant = (x: Tensor, groups: number): boolean =>
    mean(variance(x.reshape([groups, -1]), { axes: 1 })).item() === 0;
  fc.assert(
    fc.property(seeds, (seed) => {
      const options = { rate: 0.5 };
      assertEquals(constant(train(nn.dropout1d(options), ones([3, 4, 5]), seed), 12), true);
      assertEquals(constant(train(nn.dropout2d(options), ones([3, 4, 2, 3]), seed), 12), true);
      assertEquals(constant(train(nn.dropout3d(options), ones([3, 4, 2, 1, 2]), seed), 12), true);
      assertEquals(constant(train(nn.dropPath(options), ones([3, 4, 5]), seed), 3), true);
      const together = nn.dropout({ rate: 0.5, broadcastAxes: [0, 2] });
      const output = train(together, ones([3, 4, 5]), seed).transpose([1, 0, 2]);
      assertEquals(constant(output, 4), true);
    }),
    LAWS,
  );
});

Deno.test("alphaDropout keeps mean and variance of normal inputs", () => {
  const x = random.normal(random.key(0), [1, 100_000]);
  for (const rate of [0.1, 0.4]) {
    const output = train(nn.alphaDropout({ rate }), x, 1);
    assertClose(mean(output), mean(x).multiply(0), { absoluteTolerance: 0.02 });
    assertClose(variance(output), ones([]), { absoluteTolerance: 0.03 });
  }
});

Deno.test("rrelu draws slopes within its bounds in training and takes their mean in evaluation", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const x = random.uniform(random.key(seed), [4, 5], { min: -3, max: 3 });
      const layer = nn.rrelu({ lower: 0.25, upper: 0.5 });
      const [drawn, still, values] = [train(layer, x, seed), layer.apply(EMPTY, x).output, x].map((t) =>
        t.data()
      );
      values.forEach((value, i) => {
        const slope = drawn[i] / value;
        assertEquals(value >= 0 ? slope === 1 : slope >= 0.2499 && slope <= 0.5001, true);
        assertEquals(still[i], value >= 0 ? value : Math.fround(value * 0.375));
      });
    }),
    LAWS,
  );
});
