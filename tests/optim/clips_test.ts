/**
 * Tests of what bounds updates, beside its golden numbers: corners and what it refuses.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import {
  adaptiveGradClip,
  type AdaptiveGradClipOptions,
  centralize,
  clip,
  globalNorm,
  type KernelLayout,
  normalizeByUpdateNorm,
  perExampleGlobalNormClip,
  perExampleLayerNormClip,
} from "../../optim/mod.ts";
import { mean, random, sqrt, square, sum, type Tensor, tensor } from "../../tensor/mod.ts";
import { tensors } from "../laws/mod.ts";
import { replayFunctions } from "../golden/replay_functions.ts";

Deno.test("clip() brings each element within a bound that may be a schedule", () => {
  const transform = clip((step) => step);
  const grads = { x: tensor([-3, 0.5, NaN, Infinity]), hole: null };
  const first = transform.update(transform.init(grads), grads, grads);
  const second = transform.update(first.state, grads, grads);
  assertEquals(Array.from(first.updates.x.data()), [0, 0, NaN, 0]);
  assertEquals(Array.from(second.updates.x.data()), [-1, 0.5, NaN, 1]);
  assertEquals(second.updates.hole, null);
});

Deno.test("clip() keeps the dtype of each leaf", () => {
  fc.assert(
    fc.property(tensors(), tensors({ dtype: "float64" }), (a, b) => {
      const transform = clip(1);
      const { updates } = transform.update(transform.init([a, b]), [a, b], [a, b]);
      assertEquals(updates.map(({ dtype }) => dtype), ["float32", "float64"]);
      const bounded = (x: Tensor): number[] => Array.from(x.data(), (v) => Math.max(-1, Math.min(1, v)));
      assertEquals(updates.map((x) => Array.from(x.data())), [a, b].map(bounded));
    }),
    { numRuns: 30 },
  );
});

/** The norms of the units of a kernel, by a layout. */
function unitNorms(x: Tensor, axes: readonly number[]): number[] {
  return Array.from(sqrt(sum(square(x), { axes })).data());
}

Deno.test("adaptiveGradClip() clips to a share of the norm of each unit of a layout", () => {
  const cases: readonly (readonly [KernelLayout, readonly number[], readonly number[]])[] = [
    ["NCHW", [4, 3], [0]],
    ["NCHW", [5, 2, 3, 3], [1, 2, 3]],
    ["NHWC", [3, 3, 2, 5], [0, 1, 2]],
    ["NHWC", [4, 2, 3], [0]],
    ["outputFirst", [4, 3], [1]],
    ["NCHW", [6], [0]],
    ["NHWC", [1, 6], [0, 1]],
    ["NCHW", [], []],
  ];
  for (const [layout, shape, axes] of cases) {
    const [forParams, forGrads] = random.split(random.key(shape.length));
    const params = { w: random.normal(forParams, shape) };
    const grads = { w: random.normal(forGrads, shape).multiply(10) };
    const transform = adaptiveGradClip({ clipping: 0.25, layout });
    const { updates } = transform.update(transform.init(params), grads, params);
    const limits = unitNorms(params.w, axes).map((norm) => 0.25 * Math.max(norm, 1e-3));
    const before = unitNorms(grads.w, axes);
    unitNorms(updates.w, axes).forEach((norm, i) => {
      assertAlmostEquals(norm, Math.min(limits[i], before[i]), 1e-5 * limits[i]);
    });
  }
});

Deno.test("adaptiveGradClip() takes axes by leaf and path, and lets zero params grow", () => {
  const axes: AdaptiveGradClipOptions["axes"] = (leaf, path) =>
    path === "a/0" ? [] : leaf.shape.map((_, i) => i);
  const transform = adaptiveGradClip({ clipping: 1, eps: 0.5, axes });
  const params = { a: [tensor([0, 8])], b: tensor([0, 0]), hole: null };
  const grads = { a: [tensor([3, 4])], b: tensor([3, 4]), hole: null };
  const { updates } = transform.update(transform.init(params), grads, params);
  // Each element of the first leaf is a unit: |0| counts as 0.5, and 4 is below 8.
  assertEquals(updates.a[0].toArray(), [0.5, 4]);
  (updates.b.toArray() as number[]).forEach((value, i) => assertAlmostEquals(value, [0.3, 0.4][i], 1e-7));
});

Deno.test("centralize() leaves no mean in any unit, and vectors alone", () => {
  const kernel = random.normal(random.key(1), [4, 3, 2, 2]);
  const vector = random.normal(random.key(2), [4]);
  const means = (layout: KernelLayout, axes: readonly number[]): number => {
    const { updates } = centralize({ layout }).update(
      centralize({ layout }).init([kernel, vector]),
      [kernel, vector],
      [kernel, vector],
    );
    assertEquals(updates[1].toArray(), vector.toArray());
    return Math.max(...mean(updates[0], { axes }).data().map(Math.abs));
  };
  assertAlmostEquals(means("NCHW", [1, 2, 3]), 0, 1e-7);
  assertAlmostEquals(means("outputFirst", [1, 2, 3]), 0, 1e-7);
  assertAlmostEquals(means("NHWC", [0, 1, 2]), 0, 1e-7);
});

Deno.test("normalizeByUpdateNorm() gives every tree the same norm", () => {
  fc.assert(
    fc.property(tensors({ min: 1 }), tensors({ min: 1, dtype: "float64" }), (a, b) => {
      const transform = normalizeByUpdateNorm({ scaleFactor: 3, eps: 0 });
      const { updates } = transform.update(transform.init([a, b]), [a, b], [a, b]);
      assertEquals(updates.map(({ dtype }) => dtype), ["float32", "float64"]);
      assertAlmostEquals(globalNorm(updates).item(), 3, 3e-6);
    }),
    { numRuns: 30 },
  );
});

Deno.test("per-example clips and norms of units have optax's numbers", () => {
  const file = JSON.parse(Deno.readTextFileSync(new URL("../golden/optax_functions.json", import.meta.url)));
  const cases = file.cases.filter(({ name }: { name: string }) => /^per_example|^unitwise/.test(name));
  const { results } = replayFunctions({ cases });
  assertEquals(results.filter(({ passed }) => !passed), []);
  assertEquals(results.length, 10);
});

Deno.test("perExampleGlobalNormClip() has corners of 0, infinity and NaN", () => {
  const grads = [tensor([[0, 0, 0], [0, 3, 4], [4, 0, 3], [3, 4, 0]])];
  const run = (maxNorm: number): unknown => {
    const { sum: [total], clipped } = perExampleGlobalNormClip(grads, maxNorm);
    return [total.toArray(), clipped.item(), clipped.dtype];
  };
  assertEquals(run(Infinity), [[7, 7, 7], 0, "int32"]);
  assertEquals(run(0), [[0, 0, 0], 3, "int32"]);
  assertEquals(run(1.25), [[1.75, 1.75, 1.75], 3, "int32"]);
  const { clipped } = perExampleGlobalNormClip(tensor([[NaN], [2]]), 1);
  assertEquals(clipped.item(), 1);
});

const wrong: readonly (readonly [run: () => unknown, error: new () => Error, message: string])[] = [
  [() => clip(-1), RangeError, "clip expects maxDelta to be a finite number not below 0 but got -1"],
  [() => adaptiveGradClip({ clipping: 0 }), RangeError, "adaptiveGradClip expects clipping"],
  [() => adaptiveGradClip({ clipping: 1, eps: -1 }), RangeError, "adaptiveGradClip expects eps"],
  [
    () => adaptiveGradClip({ clipping: 1, layout: "OIHW" as "NCHW" }),
    RangeError,
    'adaptiveGradClip expects layout "NCHW", "NHWC" or "outputFirst" but got OIHW',
  ],
  [
    () => centralize({ axes: 0 as unknown as number[] }),
    TypeError,
    "centralize expects axes to be a list or a function but got number",
  ],
  [() => normalizeByUpdateNorm({ eps: -1 }), RangeError, "normalizeByUpdateNorm expects eps"],
  [
    () => normalizeByUpdateNorm({ scaleFactor: NaN }),
    RangeError,
    "normalizeByUpdateNorm expects scaleFactor",
  ],
  [
    () => perExampleGlobalNormClip(tensor([1]), -1),
    RangeError,
    "perExampleGlobalNormClip expects maxNorm not below 0 but got -1",
  ],
  [
    () => perExampleGlobalNormClip({ a: tensor([1]), b: tensor([1, 2]) }, 1),
    RangeError,
    "perExampleGlobalNormClip expects the same number of examples in every leaf but got [1] and [2]",
  ],
  [() => perExampleGlobalNormClip({ a: 1 }, 1), TypeError, "expects tensors but got a number at a"],
  [
    () => perExampleGlobalNormClip({ a: tensor(1) }, 1),
    RangeError,
    "expects an axis of examples but got [] at a",
  ],
  [() => perExampleGlobalNormClip({ a: null }, 1), RangeError, "expects at least one leaf but got none"],
  [
    () => perExampleLayerNormClip(tensor([1]), {} as { maxNorm: number }),
    TypeError,
    "perExampleLayerNormClip expects maxNorm to be a number but got undefined",
  ],
];

Deno.test("clips refuse what cannot be", () => {
  for (const [run, error, message] of wrong) assertThrows(run, error, message);
});
