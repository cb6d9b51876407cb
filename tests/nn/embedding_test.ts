/**
 * Tests of `embedding`, `embeddingBag` and `bilinear`.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as nn from "../../nn/mod.ts";
import {
  compile,
  grad,
  max,
  mean,
  norm,
  random,
  reshape,
  stack,
  sum,
  type Tensor,
  tensor,
  vmap,
} from "../../tensor/mod.ts";
import { assertClose, checkGradients } from "../laws/mod.ts";

const LAWS = { numRuns: 30 };
const numbers = fc.array(fc.nat(4), { minLength: 1, maxLength: 6 });
const ids = (values: readonly number[]): Tensor => tensor([...values], { dtype: "int32" });
const table = random.normal(random.key(0), [5, 3]);

Deno.test("embedding() gives padding no gradient and starts it at zeros", () => {
  const layer = nn.embedding({ count: 5, features: 3, paddingIndex: 2 });
  const { params } = layer.init(random.key(1), [4]);
  assertEquals(params.table.at(2).toArray(), [0, 0, 0]);
  const slope = grad((p: Tensor) =>
    sum(layer.apply({ params: { table: p }, state: {} }, ids([2, 1, 2, 4])).output)
  )(table);
  assertEquals(slope.toArray(), [[0, 0, 0], [1, 1, 1], [0, 0, 0], [0, 0, 0], [1, 1, 1]]);
});

Deno.test("embedding() cuts vectors to their greatest length and leaves shorter ones", () => {
  fc.assert(
    fc.property(numbers, fc.double({ min: 0.1, max: 3, noNaN: true }), (values, maxNorm) => {
      const layer = nn.embedding({ count: 5, features: 3, maxNorm });
      const plain = nn.embedding({ count: 5, features: 3 });
      const x = ids(values);
      const cut = norm(layer.apply({ params: { table }, state: {} }, x).output, { axes: -1, order: 2 });
      const whole = norm(plain.apply({ params: { table }, state: {} }, x).output, { axes: -1, order: 2 });
      assertClose(cut, whole.minimum(maxNorm), { relativeTolerance: 1e-5 });
    }),
    LAWS,
  );
});

Deno.test("embedding() divides gradients by how often a number occurs, compiled and mapped too", () => {
  fc.assert(
    fc.property(numbers, (values) => {
      const layer = nn.embedding({ count: 5, features: 3, scaleGradientByFrequency: true });
      const slope = grad((p: Tensor, x: Tensor) =>
        sum(layer.apply({ params: { table: p }, state: {} }, x).output)
      );
      const expected = [0, 1, 2, 3, 4].map((i) => new Array(3).fill(values.includes(i) ? 1 : 0));
      const x = ids(values);
      assertClose(slope(table, x), tensor(expected), { absoluteTolerance: 1e-6 });
      assertClose(compile(slope)(table, x), tensor(expected), { absoluteTolerance: 1e-6 });
      const mapped = vmap((one: Tensor) => layer.apply({ params: { table }, state: {} }, one).output)(
        stack([x, x]),
      );
      assertEquals(mapped.at(1).toArray(), layer.apply({ params: { table }, state: {} }, x).output.toArray());
    }),
    { numRuns: 10 },
  );
});

Deno.test("embeddingBag() reduces the vectors of each bag, given as rows or by offsets", () => {
  const reduce = { sum, mean, max } as const;
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.nat(4), { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 4 }),
      fc.constantFrom("sum", "mean", "max"),
      (bags, mode) => {
        const layer = nn.embeddingBag({ count: 5, features: 3, mode });
        const rows = layer.apply({ params: { table }, state: {} }, tensor(bags, { dtype: "int32" })).output;
        const expected = stack(
          bags.map((bag) => reduce[mode](stack(bag.map((i) => table.at(i))), { axes: 0 })),
        );
        assertClose(rows, expected, { relativeTolerance: 1e-6 });
        const offsets = ids(bags.map((_, i) => 2 * i));
        assertClose(layer.run({ table }, ids(bags.flat()), { offsets }), rows, { relativeTolerance: 1e-6 });
      },
    ),
    LAWS,
  );
});

Deno.test("embeddingBag() leaves padding and what comes after the length away", () => {
  const bags = tensor([[1, 3, 4], [3, 3, 3]], { dtype: "int32" });
  const layer = nn.embeddingBag({ count: 5, features: 3, paddingIndex: 3 });
  const whole = layer.apply({ params: { table }, state: {} }, bags).output;
  assertClose(whole, stack([mean(stack([table.at(1), table.at(4)]), { axes: 0 }), tensor([0, 0, 0])]), {
    absoluteTolerance: 1e-6,
  });
  const lengths = ids([1, 3]);
  const short = layer.apply({ params: { table }, state: {} }, bags, { lengths }).output;
  assertClose(short.at(0), table.at(1), { absoluteTolerance: 1e-6 });
});

Deno.test("bilinear() is linear in each of its inputs and has the gradients of finite differences", () => {
  const layer = nn.bilinear({ features: 2, contextFeatures: 4 });
  const { params, state } = layer.init(random.key(2), [3]);
  fc.assert(
    fc.property(fc.nat(1000), (seed) => {
      const [a, b, y] = [[2, 3], [2, 3], [2, 4]].map((shape, i) =>
        random.normal(random.key(seed + i), shape)
      );
      const run = (x: Tensor, context: Tensor): Tensor =>
        layer.apply({ params, state }, x, { context }).output;
      assertClose(run(a.add(b), y), run(a, y).add(run(b, y)), { absoluteTolerance: 1e-5 });
      assertClose(run(a, y.multiply(3)), run(a, y).multiply(3), { absoluteTolerance: 1e-5 });
    }),
    LAWS,
  );
  checkGradients(
    (p: typeof params, x: Tensor, context: Tensor) =>
      layer.apply({ params: p, state }, x, { context }).output.tanh(),
    [params, random.normal(random.key(3), [2, 3]), random.normal(random.key(4), [2, 4])],
    { elements: 6 },
  );
  assertEquals(reshape(params.kernel, [-1]).size, 24);
});
