import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { grad } from "../../tensor/grad.ts";
import { arange, mean, standardDeviation, sum, tensor, transpose } from "../../tensor/ops/mod.ts";
import * as random from "../../tensor/random.ts";
import { configure, shutdown } from "../../tensor/runtime/configure.ts";
import { TapeRecorder } from "../../tensor/tape_recorder.ts";
import type { Tensor } from "../../tensor/tensor.ts";

const seeds = fc.integer({ min: 0, max: 0xffffffff });
const lengths = fc.integer({ min: 0, max: 300 });

function wordsOf(keys: Tensor): number[] {
  return Array.from(random.keyData(keys).data());
}

Deno.test("key() takes the low 32 bits of an integer of any size", () => {
  assertEquals(wordsOf(random.key(-1)), [0, 0xffffffff]);
  assertEquals(wordsOf(random.key(2 ** 32 + 5)), [0, 5]);
  assertEquals(wordsOf(random.key(2n ** 64n + 7n)), [0, 7]);
});

Deno.test("key() throws for what is no whole number", () => {
  assertThrows(() => random.key(NaN), TypeError, "key expects an integer or a bigint as seed but got NaN");
  assertThrows(() => random.key(0.5), TypeError);
  assertThrows(() => random.key("1" as unknown as number), TypeError);
  assertThrows(() => random.key(2 ** 60), RangeError, "bigint");
});

Deno.test("split() gives foldIn(key, i) at i, whatever the count", () => {
  fc.assert(fc.property(seeds, fc.integer({ min: 1, max: 20 }), fc.nat(), (seed, count, at) => {
    const key = random.key(seed);
    const i = at % count;
    const folded = wordsOf(random.foldIn(key, i));
    assertEquals(wordsOf(random.split(key, count).at(i)), folded);
    assertEquals(wordsOf(random.split(key, [count, 2])).slice(2 * i, 2 * i + 2), folded);
  }));
});

Deno.test("split() gives distinct keys that can be taken apart", () => {
  const [a, b, ...none] = random.split(random.key(3));
  assertEquals([a.shape, b.shape, none.length], [[], [], 0]);
  const keys = random.split(random.key(3), 1000);
  const words = wordsOf(keys);
  assertEquals(
    new Set(Array.from({ length: 1000 }, (_, i) => `${words[2 * i]},${words[2 * i + 1]}`)).size,
    1000,
  );
  assertEquals(random.split(random.key(3), 0).shape, [0]);
});

Deno.test("foldIn() broadcasts keys and numbers", () => {
  const key = random.key(9);
  const numbers = tensor([[4, 0, 2]], { dtype: "int32" });
  const folded = random.foldIn(key, numbers);
  assertEquals(folded.shape, [1, 3]);
  assertEquals(wordsOf(folded), [4, 0, 2].flatMap((i) => wordsOf(random.foldIn(key, i))));
  const keys = transpose(random.split(key, [2, 2]));
  const words = wordsOf(random.foldIn(keys, 7));
  assertEquals(words.slice(2, 4), wordsOf(random.foldIn(random.split(key, [2, 2]).at(1).at(0), 7)));
  assertEquals(
    wordsOf(random.foldIn(key, tensor([-1], { dtype: "int32" }))),
    wordsOf(random.foldIn(key, 4294967295)),
  );
});

Deno.test("wrapKeyData() undoes keyData(), of any layout", () => {
  const keys = transpose(random.split(random.key(1), [2, 3]));
  const words = random.keyData(keys);
  assertEquals([words.shape, words.dtype], [[3, 2, 2], "uint32"]);
  assertEquals(wordsOf(random.wrapKeyData(words)), Array.from(words.data()));
  const turned = random.wrapKeyData(transpose(tensor(new Uint32Array([1, 2, 3, 4]), { shape: [2, 2] })));
  assertEquals(wordsOf(turned), [1, 3, 2, 4]);
  assertThrows(() => random.wrapKeyData(tensor([1, 2])), TypeError, "uint32 but got float32[2]");
  assertThrows(() => random.wrapKeyData(tensor([1], { dtype: "uint32" })), RangeError, "extent 2");
});

Deno.test("bits() start alike whatever the size or shape", () => {
  fc.assert(fc.property(seeds, lengths, lengths, (seed, a, b) => {
    const key = random.key(seed);
    const [short, long] = [Math.min(a, b), Math.max(a, b)].map((n) => random.bits(key, [n]).data());
    assertEquals(long.slice(0, short.length), short);
    assertEquals(random.bits(key, [2, a]).data(), random.bits(key, [2 * a]).data());
  }));
});

Deno.test("bits() of a width of 16 are the low halves of words, or in the older layout both halves", () => {
  const key = random.key(3);
  const halves = (partitionable: boolean): readonly number[] => [
    ...random.bits(key, [5], { width: 16, partitionable }).data(),
  ];
  assertEquals(halves(true), [...random.bits(key, [5]).data()].map((word) => word & 0xffff));
  const words = [...random.bits(key, [3], { partitionable: false }).data()];
  assertEquals(halves(false), words.flatMap((word) => [word & 0xffff, word >>> 16]).slice(0, 5));
});

Deno.test("bits() of a width of 8 are the low bytes", () => {
  const key = random.key(5);
  const bytes = random.bits(key, [33], { width: 8 });
  assertEquals(bytes.dtype, "uint8");
  assertEquals(Array.from(bytes.data()), Array.from(random.bits(key, [33]).data(), (word) => word & 255));
});

Deno.test("samplers do not depend on the number of threads", () => {
  const draw = () => [
    random.bits(random.key(1), [100_003]).data(),
    random.normal(random.key(1), [100_003]).data(),
    random.permutation(random.key(1), 50_000).data(),
    random.poisson(random.key(1), { rate: arange(30, { step: 0.003 }) }).data(),
    random.binomial(random.key(1), { trials: arange(100, { step: 0.01 }), probability: 0.3 }).data(),
  ];
  configure({ threads: 1 });
  const alone = draw();
  for (const threads of [2, 3, 8]) {
    configure({ threads });
    for (let i = 0; i < 3; i++) assertEquals(draw(), alone);
  }
  configure({ threads: 2 });
  shutdown();
});

Deno.test("uniform() stays within its bounds", () => {
  const bounds = fc.tuple(
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.double({ min: 0, max: 1e6, noNaN: true }),
  );
  fc.assert(
    fc.property(seeds, bounds, fc.constantFrom("float32", "float64"), (seed, [min, width], dtype) => {
      const max = min + width;
      const round = dtype === "float32" ? Math.fround : (x: number) => x;
      // Rounding may reach the upper bound, as in JAX.
      for (const value of random.uniform(random.key(seed), [50], { min, max, dtype }).data()) {
        assertEquals(value >= round(min) && value <= Math.max(round(min), round(max)), true);
      }
      for (const value of random.uniform(random.key(seed), [50], { dtype }).data()) {
        assertEquals(value >= 0 && value < 1, true);
      }
    }),
  );
});

Deno.test("uniform() takes tensors as bounds and passes their gradients", () => {
  const key = random.key(2);
  const unit = Array.from(random.uniform(key, [2, 2]).data());
  const drawn = (max: Tensor) => sum(random.uniform(key, [2, 2], { min: tensor([0, -4]), max }));
  const slope = grad(drawn)(tensor([4, 4]));
  assertAlmostEquals((slope.data())[0], unit[0] + unit[2], 1e-6);
  assertAlmostEquals((slope.data())[1], unit[1] + unit[3], 1e-6);
  assertThrows(() => random.uniform(key, [2], { max: tensor([1, 2, 3]) }), RangeError);
});

Deno.test("normal() has mean 0, deviation 1 and finite values only", () => {
  for (const dtype of ["float32", "float64"] as const) {
    const x = random.normal(random.key(0), [100_000], { dtype });
    assertAlmostEquals(mean(x).item(), 0, 0.01);
    assertAlmostEquals(standardDeviation(x).item(), 1, 0.01);
    assertEquals(x.data().every(Number.isFinite), true);
  }
  shutdown();
});

Deno.test("bernoulli() is never true for 0 and always for 1", () => {
  fc.assert(fc.property(seeds, (seed) => {
    const key = random.key(seed);
    const chances = tensor([[0], [1]]);
    const drawn = random.bernoulli(key, { probability: chances, shape: [2, 20] });
    assertEquals(drawn.dtype, "bool");
    assertEquals(Array.from(drawn.data()), Array.from({ length: 40 }, (_, i) => i < 20 ? 0 : 1));
  }));
  assertEquals(random.bernoulli(random.key(0)).shape, []);
  assertThrows(() => random.bernoulli(random.key(0), { probability: 2 }), RangeError, "within 0 to 1");
});

Deno.test("randint() stays within its bounds and reaches all of them", () => {
  fc.assert(
    fc.property(seeds, fc.integer(), fc.integer({ min: 1, max: 1000 }), (seed, low, width) => {
      const min = Math.min(low, 2 ** 31 - 1 - width);
      for (const value of random.randint(random.key(seed), [40], { min, max: min + width }).data()) {
        assertEquals(value >= min && value < min + width, true);
      }
    }),
  );
  const seen = new Set(random.randint(random.key(0), [500], { max: 6 }).data());
  assertEquals(seen.size, 6);
});

Deno.test("randint() throws for bounds that do not fit", () => {
  const key = random.key(0);
  assertThrows(() => random.randint(key, [1], { max: 1.5 }), TypeError, "integers but got 1.5");
  assertThrows(() => random.randint(key, [1], { max: tensor([1]) }), TypeError, "float32[1]");
  assertThrows(() => random.randint(key, [1], { max: 2 ** 31 }), RangeError, "within int32");
});

Deno.test("permutation() is one, of numbers and of the parts of a tensor", () => {
  fc.assert(fc.property(seeds, lengths, (seed, n) => {
    const order = random.permutation(random.key(seed), n);
    assertEquals(order.dtype, "int32");
    assertEquals(Array.from(order.data()).sort((a, b) => a - b), Array.from({ length: n }, (_, i) => i));
    const doubled = tensor(Float32Array.from({ length: n }, (_, i) => 2 * i));
    assertEquals(
      Array.from(random.permutation(random.key(seed), doubled).data()),
      Array.from(order.data(), (i) => 2 * i),
    );
  }));
});

Deno.test("permutation() with independent orders every line on its own", () => {
  const x = tensor(Float32Array.from({ length: 400 }, (_, i) => i % 40), { shape: [10, 40] });
  const rows = random.permutation(random.key(0), x, { axis: 1, independent: true }).toArray() as number[][];
  const sorted = Array.from({ length: 40 }, (_, i) => i);
  for (const row of rows) assertEquals([...row].sort((a, b) => a - b), sorted);
  assertEquals(new Set(rows.map(String)).size, 10);
});

const samplers: Readonly<Record<string, (key: Tensor) => Tensor>> = {
  split: (key) => random.split(key),
  bits: (key) => random.bits(key, [3]),
  uniform: (key) => random.uniform(key, [3], { max: 2 }),
  normal: (key) => random.normal(key, [3]),
  bernoulli: (key) => random.bernoulli(key, { shape: [3] }),
  randint: (key) => random.randint(key, [3], { max: 4 }),
  permutation: (key) => random.permutation(key, 5),
  exponential: (key) => random.exponential(key, [3]),
  laplace: (key) => random.laplace(key, [3]),
  gumbel: (key) => random.gumbel(key, [3]),
  truncatedNormal: (key) => random.truncatedNormal(key, [3]),
  gamma: (key) => random.gamma(key, { concentration: 2, shape: [3] }),
  beta: (key) => random.beta(key, { a: 2, b: 3 }),
  ball: (key) => random.ball(key, 2),
  binomial: (key) => random.binomial(key, { trials: 5, probability: 0.5 }),
  doubleSidedMaxwell: (key) => random.doubleSidedMaxwell(key, [3]),
  generalizedNormal: (key) => random.generalizedNormal(key, 3, [3]),
  multinomial: (key) => random.multinomial(key, { trials: 5, probabilities: tensor([0.5, 0.5]) }),
  poisson: (key) => random.poisson(key, { rate: 2 }),
  wald: (key) => random.wald(key, [3]),
};

for (const [name, sample] of Object.entries(samplers)) {
  Deno.test(`${name}() throws for what is not one random key`, () => {
    assertThrows(
      () => sample(tensor([0, 1])),
      TypeError,
      `${name} expects a random key but got float32[2]: make`,
    );
    assertThrows(() => sample(0 as unknown as Tensor), TypeError, "random.key(0)");
    assertThrows(() => sample(random.split(random.key(0), 3)), RangeError, "one random key but got key[3]");
  });

  Deno.test(`${name}() can be traced without the value of the key`, () => {
    const recorder = new TapeRecorder("trace", true);
    const traced = sample(recorder.input(random.key(0)));
    const known = sample(random.key(0));
    assertEquals([traced.shape, traced.dtype], [known.shape, known.dtype]);
    assertEquals(traced.node !== null, true);
  });
}

Deno.test("foldIn() throws for what is not a counter", () => {
  const key = random.key(0);
  assertThrows(() => random.foldIn(key, 0.5), TypeError, "an integer but got 0.5");
  assertThrows(() => random.foldIn(key, -1), RangeError, "0 to 4294967295");
  assertThrows(() => random.foldIn(key, tensor([1])), TypeError, "integers but got float32[1]");
  assertThrows(() => random.foldIn(tensor([1]), 1), TypeError, "random.key(0)");
});

Deno.test("random keys take no part in arithmetic", () => {
  assertThrows(() => random.key(0).add(1), TypeError, "random key");
  assertThrows(
    () => random.normal(random.key(0), [2], { dtype: "int32" as "float32" }),
    TypeError,
    "float64",
  );
});
