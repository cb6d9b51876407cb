/**
 * Tests of the initializers of torch, and of its defaults in layers.
 *
 * @module
 */
import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import * as nn from "../../../nn/mod.ts";
import {
  abs,
  equal,
  matmul,
  max,
  mean,
  min,
  random,
  standardDeviation,
  sum,
  swapAxes,
  type Tensor,
} from "../../../tensor/mod.ts";

const { torch } = nn.initializers;
const key = random.key(3);
const largest = (x: Tensor): number => max(abs(x)).item();

/** Uniform within a bound: many numbers come near to it, none passes. */
function assertBound(x: Tensor, bound: number): void {
  assertEquals(largest(x) <= bound, true, `${largest(x)} passes ${bound}`);
  assertAlmostEquals(standardDeviation(x).item(), bound / Math.sqrt(3), 0.06 * bound);
  assertAlmostEquals(mean(x).item(), 0, 0.1 * bound);
}

Deno.test("calculateGain() has the gains that torch printed", () => {
  assertEquals(
    [
      torch.calculateGain("linear"),
      torch.calculateGain("convTranspose2d"),
      torch.calculateGain("sigmoid"),
      torch.calculateGain("tanh"),
      torch.calculateGain("relu"),
      torch.calculateGain("leakyRelu"),
      torch.calculateGain("leakyRelu", { negativeSlope: 0.2 }),
      torch.calculateGain("selu"),
    ],
    [1, 1, 1, 1.6666666666666667, 1.4142135623730951, 1.4141428569978354, 1.3867504905630728, 0.75],
  );
});

Deno.test("kaiming and xavier have the deviations of their formulas, by the fans that they are told", () => {
  const fans = { fanIn: 100, fanOut: 50 };
  const shape = [200, 100];
  const gain = Math.sqrt(2 / 1.04);
  const expected: readonly (readonly [nn.Initializer, number])[] = [
    [torch.kaimingUniform({ a: 0.2 }), gain / 10],
    [torch.kaimingNormal({ a: 0.2, mode: "fanOut" }), gain / Math.sqrt(50)],
    [torch.kaimingNormal({ nonlinearity: "tanh" }), 5 / 3 / 10],
    [torch.xavierUniform({ gain: 2 }), 2 * Math.sqrt(2 / 150)],
    [torch.xavierNormal(), Math.sqrt(2 / 150)],
    [torch.normal({ standardDeviation: 0.3 }), 0.3],
    [torch.uniform({ a: -1, b: 1 }), 1 / Math.sqrt(3)],
    [torch.truncatedNormal({ a: -100, b: 100 }), 1],
  ];
  for (const [make, deviation] of expected) {
    for (const dtype of ["float32", "float64"] as const) {
      const x = make(key, shape, { ...fans, dtype });
      assertEquals(x.dtype, dtype);
      assertAlmostEquals(standardDeviation(x).item() / deviation, 1, 0.02);
    }
  }
});

Deno.test("truncatedNormal() stays within bounds that are numbers", () => {
  const x = torch.truncatedNormal({ mean: 1, standardDeviation: 2, a: 0, b: 1.5 })(key, [5000]);
  assertEquals(min(x).item() >= 0 && max(x).item() <= 1.5, true);
  assertEquals(min(x).item() < 0.01 && max(x).item() > 1.49, true);
});

Deno.test("orthogonal() keeps lengths, in rows or in columns", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.nat(), (n, m, seed) => {
      const q = torch.orthogonal({ gain: 3 })(random.key(seed), [n, m], { dtype: "float64" });
      const small = n < m ? matmul(q, swapAxes(q, 0, 1)) : matmul(swapAxes(q, 0, 1), q);
      small.data().forEach((value, i) => {
        assertAlmostEquals(value, i % (Math.min(n, m) + 1) === 0 ? 9 : 0, 1e-9);
      });
    }),
    { numRuns: 30 },
  );
});

Deno.test("sparse() leaves the same share out of each input's weights", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 9 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (inputs, outputs, sparsity) => {
        const kernel = torch.sparse({ sparsity })(random.key(1), [inputs, outputs]);
        const zeros = sum(equal(kernel, 0), { axes: 1 }).data();
        assertEquals([...zeros], new Array(inputs).fill(Math.ceil(sparsity * outputs)));
      },
    ),
    { numRuns: 30 },
  );
});

Deno.test("dirac() has the ones of torch, in both layouts", () => {
  const places = (x: Tensor): number[] => [...x.data()].flatMap((value, i) => value === 1 ? [i] : []);
  // As torch.nn.init.dirac_ printed.
  assertEquals(torch.dirac({ groups: 2 })(key, [4, 2, 3]).toArray(), [
    [[0, 1, 0], [0, 0, 0]],
    [[0, 0, 0], [0, 1, 0]],
    [[0, 1, 0], [0, 0, 0]],
    [[0, 0, 0], [0, 1, 0]],
  ]);
  assertEquals(places(torch.dirac()(key, [3, 2, 2, 4])), [6, 30]);
  const last = torch.dirac({ layout: "channelsLast" })(key, [2, 4, 2, 3]);
  assertEquals(places(last), [6 * 6, 6 * 6 + 4]);
});

Deno.test("layers with init torch begin as those of torch", () => {
  const init = "torch";
  const dense = nn.dense({ features: 300, init }).init(key, [400]).params;
  assertBound(dense.kernel, 1 / 20);
  assertBound(dense.bias!, 1 / 20);
  const conv = nn.conv2d({ features: 64, kernelSize: 5, groups: 2, init }).init(key, [16, 8, 8]).params;
  assertBound(conv.kernel, 1 / Math.sqrt(8 * 25));
  const turned = nn.convTranspose2d({ features: 64, kernelSize: 5, groups: 2, init }).init(key, [16, 8, 8]);
  assertBound(turned.params.kernel, 1 / Math.sqrt(32 * 25));
  const separable = nn.separableConv2d({ features: 64, kernelSize: 5, init }).init(key, [64, 8, 8]).params;
  assertBound(separable.depthwise.kernel, 1 / 5);
  assertBound(separable.pointwise.kernel, 1 / 8);
  assertBound(nn.bilinear({ features: 40, contextFeatures: 7, init }).init(key, [25]).params.kernel, 1 / 5);
  assertAlmostEquals(
    standardDeviation(nn.embedding({ count: 300, features: 50, init }).init(key, [3]).params.table).item(),
    1,
    0.02,
  );
  const { layer0 } = nn.lstm({ features: 64, init }).init(key, [4, 10]).params;
  for (const part of Object.values(layer0)) assertBound(part, 1 / 8);
  assertBound(nn.mlp({ features: [100], init }).init(key, [100]).params.layer0.kernel, 1 / 10);
});

Deno.test("attention with init torch takes query, key and value as one where their inputs are", () => {
  const one = nn.multiHeadAttention({ heads: 4, init: "torch" }).init(key, [3, 64]).params;
  for (const part of [one.query, one.key, one.value]) {
    assertBound(part.kernel, Math.sqrt(6 / 256));
    assertEquals(largest(part.bias!), 0);
  }
  assertBound(one.out.kernel, 1 / 8);
  assertEquals(largest(one.out.bias!), 0);
  const two =
    nn.multiHeadAttention({ heads: 4, contextFeatures: 32, init: "torch" }).init(key, [3, 64]).params;
  assertBound(two.query.kernel, Math.sqrt(6 / 128));
  assertBound(two.key.kernel, Math.sqrt(6 / 96));
  const block = nn.transformerEncoderLayer({ features: 64, heads: 4, init: "torch" }).init(key, [3, 64]);
  assertBound(block.params.hidden.bias!, 1 / 8);
});

Deno.test("recurrent layers with init flax have orthogonal gates and no biases", () => {
  const { layer0 } = nn.gru({ features: 5, init: "flax" }).init(key, [4, 3]).params;
  assertEquals([largest(layer0.inputBias!), largest(layer0.carryBias!)], [0, 0]);
  const gate = layer0.carryKernel.slice([null, [5, 10]]);
  matmul(gate, swapAxes(gate, 0, 1)).data().forEach((value, i) => {
    assertAlmostEquals(value, i % 6 === 0 ? 1 : 0, 1e-5);
  });
});

Deno.test("initializers throw for what they do not know", () => {
  const rows: readonly (readonly [() => unknown, string])[] = [
    [() => torch.calculateGain("gelu" as "relu"), "calculateGain expects one of linear"],
    [
      () => torch.calculateGain("leakyRelu", { negativeSlope: NaN }),
      "negativeSlope to be finite but got NaN",
    ],
    [() => torch.kaimingUniform({ mode: "fan_in" as "fanIn" }), 'kaimingUniform expects mode "fanIn"'],
    [() => torch.kaimingNormal({ a: Infinity }), "kaimingNormal expects a to be finite but got Infinity"],
    [() => torch.xavierUniform({ gain: NaN }), "xavierUniform expects gain to be finite"],
    [() => torch.xavierNormal({ gain: NaN }), "xavierNormal expects gain to be finite"],
    [() => torch.uniform({ a: 2, b: 1 }), "uniform expects a up to b but got 2 and 1"],
    [() => torch.normal({ standardDeviation: -1 }), "normal expects standardDeviation from 0 on but got -1"],
    [() => torch.truncatedNormal({ a: 2 }), "truncatedNormal expects a below b but got 2 and 2"],
    [() => torch.truncatedNormal({ standardDeviation: 0 }), "to be positive but got 0"],
    [() => torch.orthogonal()(key, [3]), "orthogonal expects a shape of two axes or more but got [3]"],
    [() => torch.orthogonal({ gain: NaN }), "orthogonal expects gain to be finite"],
    [() => torch.sparse({ sparsity: 2 }), "sparse expects sparsity from 0 to 1 but got 2"],
    [() => torch.sparse({ sparsity: 0 })(key, [3]), "sparse expects the shape of a matrix but got [3]"],
    [
      () => torch.dirac({ groups: 2 })(key, [3, 1, 1]),
      "dirac expects groups to divide its 3 outputs but got 2",
    ],
    [() => torch.dirac()(key, [3, 1]), "dirac expects a kernel of 3 to 5 axes but got [3, 1]"],
    [() => torch.dirac({ layout: "NCHW" as "channelsLast" }), "dirac expects layout"],
    [() => nn.initializers.identity()(key, [3]), "identity expects the shape of a matrix but got [3]"],
    [() => nn.initializers.deltaOrthogonal()(key, [3, 3, 2]), "no fewer outputs than inputs"],
    [() => nn.initializers.deltaOrthogonal({ layout: "NCHW" as "channelsLast" }), "expects layout"],
    [() => nn.initializers.truncatedNormal({ min: 1, max: 0 }), "expects min below max but got 1 and 0"],
    [
      () => nn.initializers.normal({ standardDeviation: NaN }),
      "normal expects standardDeviation to be finite",
    ],
    [() => nn.initializers.uniform({ scale: NaN }), "uniform expects scale to be finite"],
    [
      () => nn.initializers.fansOf([2, 3], { inAxis: 4 }),
      "fansOf expects an axis of the shape [2, 3] but got 4",
    ],
    [() => nn.dense({ features: 1, init: "keras" as "torch" }), 'dense expects init "flax" or "torch"'],
    [
      () => nn.lstm({ features: 1, init: "keras" as "torch" }),
      'expects init "flax" or "torch" but got keras',
    ],
    [
      () => nn.embedding({ count: 1, features: 1, init: "k" as "torch" }).init(key, [1]),
      "embedding expects init",
    ],
    [() => nn.multiHeadAttention({ heads: 1, init: "keras" as "torch" }), "multiHeadAttention expects init"],
  ];
  for (const [call, text] of rows) assertThrows(call, RangeError, text);
  assertThrows(() => nn.initializers.orthogonal()(1 as unknown as Tensor, [2, 2]), TypeError, "a random key");
});
