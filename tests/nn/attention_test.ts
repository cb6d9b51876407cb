/**
 * Tests of attention and positions.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import {
  dotProductAttention,
  fromTorch,
  learnedPositions,
  multiHeadAttention,
  rotary,
  sequential,
  toTorch,
} from "../../nn/mod.ts";
import {
  compile,
  concatenate,
  grad,
  ones,
  random,
  slice,
  square,
  sum,
  take,
  type Tensor,
  tensor,
  tree,
} from "../../tensor/mod.ts";
import { checkGradients } from "../laws/gradients.ts";

const draw = (seed: number, shape: readonly number[], dtype: "float32" | "float64" = "float64"): Tensor =>
  random.normal(random.key(seed), shape, { dtype });

function assertClose(a: Tensor, b: Tensor, tolerance = 1e-12): void {
  assertEquals(a.shape, b.shape);
  const [x, y] = [a.data(), b.data()];
  for (let i = 0; i < x.length; i++) {
    if (!(Math.abs(x[i] - y[i]) <= tolerance * (1 + Math.abs(y[i])))) {
      throw new Error(`element ${i}: expected ${y[i]} but got ${x[i]}`);
    }
  }
}

Deno.test("dotProductAttention() in blocks has the numbers and gradients of all keys at a time", () => {
  fc.assert(
    fc.property(
      fc.record({
        queries: fc.integer({ min: 1, max: 7 }),
        keys: fc.integer({ min: 3, max: 9 }),
        causal: fc.boolean(),
        masked: fc.boolean(),
        biased: fc.boolean(),
        window: fc.constantFrom(undefined, 1, 3),
        unseen: fc.constantFrom("zeros" as const, "mean" as const),
      }),
      ({ queries, keys, causal, masked, biased, window, unseen }) => {
        const inputs = {
          query: draw(1, [2, 4, queries, 2]),
          key: draw(2, [2, 2, keys, 2]),
          value: draw(3, [2, 2, keys, 3]),
        };
        const mask = masked ? random.bernoulli(random.key(4), { shape: [2, 1, queries, keys] }) : undefined;
        const bias = biased ? draw(5, [4, 1, keys]) : undefined;
        const options = { mask, bias, causal, localWindow: window, unseen };
        const run = (blockSize: number) => (given: typeof inputs) =>
          dotProductAttention(given, { ...options, blockSize });
        assertClose(run(2)(inputs), run(64)(inputs));
        const slope = (blockSize: number) =>
          grad((given: typeof inputs) => sum(square(run(blockSize)(given))))(inputs);
        const [tiled, whole] = [slope(2), slope(64)];
        for (const name of ["query", "key", "value"] as const) assertClose(tiled[name], whole[name], 1e-10);
      },
    ),
    { numRuns: 12 },
  );
});

Deno.test("dotProductAttention() has the gradients of finite differences, in blocks too", () => {
  for (const blockSize of [2, 8]) {
    checkGradients(
      (query: Tensor, key: Tensor, value: Tensor) =>
        dotProductAttention({ query, key, value }, { causal: true, blockSize }),
      [draw(1, [2, 3, 2]), draw(2, [1, 3, 2]), draw(3, [1, 3, 2])],
      { order: 1 },
    );
  }
});

Deno.test("dotProductAttention() compiled is dotProductAttention()", () => {
  const inputs = { query: draw(1, [1, 2, 5, 4]), key: draw(2, [1, 2, 5, 4]), value: draw(3, [1, 2, 5, 4]) };
  for (const blockSize of [2, 8]) {
    const run = (given: typeof inputs) => dotProductAttention(given, { causal: true, blockSize });
    assertClose(compile(run)(inputs), run(inputs));
  }
});

Deno.test("dotProductAttention() drops weights of mean 1 in all blocks", () => {
  const inputs = { query: draw(1, [64, 2]), key: draw(2, [64, 2]), value: ones([64, 1]) };
  for (const blockSize of [16, 64]) {
    const output = dotProductAttention(inputs, { dropoutRate: 0.5, dropoutKey: random.key(5), blockSize });
    const mean = sum(output).item() / 64;
    assertEquals(Math.abs(mean - 1) < 0.1, true);
  }
  assertThrows(() => dotProductAttention(inputs, { dropoutRate: 0.5 }), TypeError, "expects a random key");
});

Deno.test("multiHeadAttention() without positions permutes with its input", () => {
  const layer = multiHeadAttention({ heads: 2 });
  const { params, state, outputShape } = layer.init(random.key(0), [5, 4]);
  assertEquals(outputShape, [5, 4]);
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5, maxLength: 5 }), (order) => {
      const x = draw(1, [2, 5, 4], "float32");
      const permuted = (y: Tensor) => take(y, tensor(order, { dtype: "int32" }), { axis: 1 });
      const apply = (y: Tensor) => layer.apply({ params, state }, y).output;
      assertClose(apply(permuted(x)), permuted(apply(x)), 1e-5);
    }),
    { numRuns: 10 },
  );
});

Deno.test("multiHeadAttention() that is causal leaks nothing, and examples do not mix", () => {
  const layer = multiHeadAttention({ heads: 2, keyValueHeads: 1, causal: true, rotary: true });
  const { params, state } = layer.init(random.key(0), [6, 8]);
  const x = draw(1, [2, 6, 8], "float32");
  const whole = layer.apply({ params, state }, x).output;
  for (let length = 1; length < 6; length++) {
    const start = slice(x, [null, [0, length]]);
    assertClose(layer.apply({ params, state }, start).output, slice(whole, [null, [0, length]]), 1e-5);
  }
  assertClose(layer.apply({ params, state }, slice(x, [[1, 2]])).output, slice(whole, [[1, 2]]), 1e-5);
});

Deno.test("multiHeadAttention() decodes what the full pass gives", () => {
  for (const interleaved of [false, true]) {
    const layer = multiHeadAttention({
      heads: 4,
      keyValueHeads: 2,
      causal: true,
      rotary: { interleaved },
      localWindow: 3,
    });
    const { params, state } = layer.init(random.key(0), [6, 8]);
    const x = draw(1, [2, 6, 8], "float32");
    let cache = layer.initCache(params, { batch: 2, length: 7 });
    const step = compile((c: typeof cache, part: Tensor) => layer.decode(params, c, part));
    const outputs: Tensor[] = [];
    for (const [from, to] of [[0, 3], [3, 4], [4, 5], [5, 6]]) {
      const { output, cache: next } = step(cache, slice(x, [null, [from, to]]));
      outputs.push(output);
      cache = next;
    }
    assertClose(concatenate(outputs, 1), layer.apply({ params, state }, x).output, 1e-5);
  }
});

Deno.test("multiHeadAttention() with lengths is attention to each sequence alone", () => {
  const layer = multiHeadAttention({ heads: 2 });
  const { params, state } = layer.init(random.key(0), [5, 4]);
  const x = draw(1, [2, 5, 4], "float32");
  const lengths = tensor([3, 5], { dtype: "int32" });
  const { output } = layer.apply({ params, state }, x, { lengths });
  const alone = layer.apply({ params, state }, slice(x, [[0, 1], [0, 3]])).output;
  assertClose(slice(output, [[0, 1], [0, 3]]), alone, 1e-5);
});

Deno.test("multiHeadAttention() goes to torch and back", () => {
  for (
    const options of [{}, { keyValueHeads: 1 }, { contextFeatures: 6 }, { bias: false }, {
      normalizeQueryKey: true,
    }]
  ) {
    const layer = multiHeadAttention({ heads: 2, ...options });
    const like = layer.init(random.key(0), [3, 4]);
    const back = fromTorch(layer, toTorch(layer, like), { like });
    tree.zip("test", [like.params, back.params], ([a, b]) => assertClose(a as Tensor, b as Tensor, 0));
  }
});

Deno.test("rotary() makes products depend on distances alone", () => {
  for (const interleaved of [false, true]) {
    const [a, b] = [draw(1, [1, 6]), draw(2, [1, 6])];
    const at = (x: Tensor, offset: number) => rotary(x, { offset, interleaved });
    assertClose(sum(at(a, 3).multiply(at(b, 5))), sum(at(a, 10).multiply(at(b, 12))), 1e-12);
  }
});

Deno.test("attention throws for what does not fit, and names its path", () => {
  const net = sequential({ look: multiHeadAttention({ heads: 2, dropoutRate: 0.1 }) });
  const variables = net.init(random.key(0), [3, 4]);
  assertThrows(() => net.init(random.key(0), [3, 5]), RangeError, "multiHeadAttention at look");
  assertThrows(
    () => net.apply(variables, ones([1, 3, 5])),
    RangeError,
    "multiHeadAttention at look expects inputs of shape [n, length, 4] but got [1, 3, 5]",
  );
  assertThrows(() => net.apply(variables, ones([1, 3, 4]), { training: true }), TypeError, "at look");
  assertThrows(
    () => net.apply(variables, ones([1, 3, 4]), { mask: ones([2, 2], { dtype: "bool" }) }),
    RangeError,
    "multiHeadAttention at look",
  );
  assertThrows(() => multiHeadAttention({ heads: 3, keyValueHeads: 2 }), RangeError, "divide");
  assertThrows(
    () => dotProductAttention({ query: ones([2, 3]), key: ones([2, 4]), value: ones([2, 4]) }),
    RangeError,
    "[2, 3], [2, 4], [2, 4]",
  );
  assertThrows(() => rotary(ones([2, 3])), RangeError, "even size");
  assertThrows(() => learnedPositions({ length: 2 }).init(random.key(0), [3, 4]), RangeError, "at most 2");
});
