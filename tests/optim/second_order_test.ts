/**
 * Shampoo and SOAP against plain numpy, and the roots and blocks that they are made of.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { blocksOf } from "../../optim/blocks.ts";
import { inverseRoot } from "../../optim/inverse_root.ts";
import { identity, scaleByShampoo, scaleBySoap, shampoo, soap } from "../../optim/mod.ts";
import {
  abs,
  add,
  arange,
  eye,
  matmul,
  max,
  multiply,
  random,
  reshape,
  subtract,
  swapAxes,
  tensor,
  zeros,
} from "../../tensor/mod.ts";
import type { GoldenFile } from "../golden/replay.ts";
import { optaxReplayer } from "../golden/replay_optax.ts";

Deno.test("shampoo() and soap() have numpy's updates and params", () => {
  const path = new URL("../golden/second_order.json", import.meta.url);
  const { results, skipped } = optaxReplayer.replay(JSON.parse(Deno.readTextFileSync(path)) as GoldenFile);
  assertEquals(results.filter(({ passed }) => !passed).map(({ message }) => message), []);
  assertEquals([results.length, skipped.length], [16, 0]);
});

Deno.test("inverseRoot() is the inverse root of a matrix with its ridge", () => {
  for (const [order, n, rank] of [[1, 1, 1], [2, 5, 5], [4, 8, 3], [3, 12, 12], [6, 4, 2]]) {
    const factor = random.normal(random.key(n), [2, n, rank], { dtype: "float64" });
    const x = matmul(factor, swapAxes(factor, 1, 2));
    const root = inverseRoot(x, { order, ridge: 1e-3 });
    const norms = [0, 1].map((i) => Math.hypot(...Array.from(x.at(i).data(), Number)));
    const ridge = multiply(
      eye(n, { dtype: "float64" }),
      tensor(norms.map((norm) => 1e-3 * norm), { shape: [2, 1, 1], dtype: "float64" }),
    );
    let product = add(x, ridge);
    for (let i = 0; i < order; i++) product = matmul(product, root);
    assertEquals(max(abs(subtract(product, eye(n, { dtype: "float64" })))).item() < 1e-10, true);
  }
});

Deno.test("inverseRoot() of zeros is finite, and a small ridge in float32 too", () => {
  const ofZeros = inverseRoot(zeros([1, 3, 3]), { order: 4, ridge: 1e-6 });
  assertAlmostEquals(ofZeros.at(0).at(0).at(0).item(), 1e-6 ** -0.25, 0.01);
  const column = random.normal(random.key(0), [1, 40, 2]);
  const root = inverseRoot(matmul(column, swapAxes(column, 1, 2)), { order: 4, ridge: 1e-12 });
  assertEquals(max(abs(root)).item() < 100, true);
});

Deno.test("blocksOf() cuts matrices and joins them", () => {
  for (const [rows, columns, size] of [[4, 4, 4], [5, 3, 2], [1, 7, 3], [6, 2, 128]]) {
    const x = reshape(arange(2 * rows * columns, { dtype: "float32" }), [2, rows, columns]);
    const { shape, count, toBlocks, fromBlocks } = blocksOf(rows, columns, size);
    assertEquals(Math.max(...shape) <= size, true);
    assertEquals(toBlocks(x).shape, [2 * count, ...shape]);
    assertEquals(fromBlocks(toBlocks(x)).toArray(), x.toArray());
  }
});

Deno.test("scaleByShampoo() takes the norm and the other leaves from its grafting", () => {
  const transform = scaleByShampoo({ grafting: identity(), blockSize: 2 });
  const params = { kernel: zeros([3, 5]), bias: zeros([5]), unused: zeros([2, 2]) };
  const grads = {
    kernel: random.normal(random.key(0), [3, 5]),
    bias: tensor([1, 2, 3, 4, 5]),
    unused: zeros([2, 2]),
  };
  const { updates } = transform.update(transform.init(params), grads, params);
  const norm = (values: ArrayLike<unknown>): number => Math.hypot(...Array.from(values, Number));
  assertAlmostEquals(norm(updates.kernel.data()), norm(grads.kernel.data()), 1e-5);
  assertEquals(updates.bias.toArray(), [1, 2, 3, 4, 5]);
  assertEquals(updates.unused.toArray(), [[0, 0], [0, 0]]);
});

Deno.test("roots and eigenbases stay between the steps that compute them", () => {
  const params = zeros([3, 3]);
  const grads = [0, 1, 2, 3].map((i) => random.normal(random.key(i), [3, 3]));
  const ofShampoo = scaleByShampoo({ updateInterval: 3, grafting: identity() });
  const ofSoap = scaleBySoap({ updateInterval: 3 });
  let [a, b] = [ofShampoo.init(params), ofSoap.init(params)];
  const seen = grads.map((g) => {
    a = ofShampoo.update(a, g, params).state;
    b = ofSoap.update(b, g, params).state;
    return [a.rowRoots, b.columnBasis];
  });
  for (const kind of [0, 1]) {
    assertEquals(seen.map((now, i) => i > 0 && now[kind] === seen[i - 1][kind]), [false, true, true, false]);
  }
});

Deno.test("shampoo() and soap() refuse options that cannot be", () => {
  const wrong: readonly (readonly [run: () => unknown, error: new () => Error, message: string])[] = [
    [() => shampoo({ learningRate: -1 }), RangeError, "shampoo expects learningRate"],
    [
      () => shampoo({ learningRate: 1, beta2: 2 }),
      RangeError,
      "shampoo expects beta2 to be at least 0 and not above 1",
    ],
    [
      () => shampoo({ learningRate: 1, ridge: 0 }),
      RangeError,
      "shampoo expects ridge to be above 0 and below 1",
    ],
    [() => shampoo({ learningRate: 1, momentum: 1 }), RangeError, "shampoo expects momentum"],
    [
      () => scaleByShampoo({ blockSize: 0.5 }),
      RangeError,
      "scaleByShampoo expects blockSize to be a whole number",
    ],
    [() => scaleByShampoo({ rootOrder: 0 }), RangeError, "scaleByShampoo expects rootOrder"],
    [() => scaleByShampoo({ grafting: 1 as never }), TypeError, "scaleByShampoo expects a transform"],
    [() => soap({ learningRate: 1, beta1: 1 }), RangeError, "soap expects beta1"],
    [
      () => soap({ learningRate: 1, maxExtent: "1" as never }),
      TypeError,
      "soap expects maxExtent to be a number",
    ],
    [() => scaleBySoap({ updateInterval: 0 }), RangeError, "scaleBySoap expects updateInterval"],
    [
      () => scaleBySoap({ dimensionNumbers: null as never }),
      TypeError,
      "scaleBySoap expects dimensionNumbers",
    ],
  ];
  for (const [run, error, message] of wrong) assertThrows(run, error, message);
});
