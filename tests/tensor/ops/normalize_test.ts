import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import { assertClose, checkGradients } from "../../laws/mod.ts";
import { RUNS } from "../../runs.ts";

const rows = (seed: number): t.Tensor => t.random.normal(t.random.key(seed), [3, 4]);

Deno.test("normalize() makes lengths of 1 that do not depend on the scale, and leaves zeros", () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(1, 2, 3, Infinity), (seed, order) => {
      const unit = t.normalize(rows(seed), { order });
      assertClose(t.norm(unit, { order, axes: -1 }), t.ones([3]), { relativeTolerance: 1e-5 });
      assertClose(t.normalize(rows(seed).multiply(8), { order }), unit, { relativeTolerance: 1e-5 });
      assertEquals(t.normalize(t.zeros([2]), { order }).toArray(), [0, 0]);
    }),
    RUNS,
  );
});

Deno.test("pairwiseDistance() is the norm of a difference, symmetric without eps, and broadcasts", () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(1, 2, 3, Infinity), (seed, order) => {
      const [x, y] = [rows(seed), rows(seed + 1)];
      const apart = t.pairwiseDistance(x, y, { order, eps: 0 });
      assertClose(apart, t.norm(x.subtract(y), { order, axes: -1 }), { relativeTolerance: 1e-5 });
      assertEquals(t.pairwiseDistance(y, x, { order, eps: 0 }).toArray(), apart.toArray());
      const one = t.pairwiseDistance(x, y.at(0), { order, eps: 0, keepDims: true });
      assertEquals([one.shape, one.at(0).item()], [[3, 1], apart.at(0).item()]);
    }),
    RUNS,
  );
});

Deno.test("normalize() and pairwiseDistance() have the gradients of finite differences", () => {
  for (const order of [1, 2, 3]) {
    checkGradients(
      (x: t.Tensor, y: t.Tensor) => [
        t.normalize(x, { order }),
        t.pairwiseDistance(x, y, { order }),
      ],
      [rows(1), rows(2)],
      { elements: 6 },
    );
  }
});

Deno.test("gumbelSoftmax() is a distribution, and one-hot at what categorical() draws", () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0.1, max: 5, noNaN: true }), (seed, temperature) => {
      const key = t.random.key(seed);
      const logits = rows(seed);
      const soft = t.random.gumbelSoftmax(key, logits, { temperature });
      assertClose(t.sum(soft, { axes: -1 }), t.ones([3]), { relativeTolerance: 1e-5 });
      const hard = t.random.gumbelSoftmax(key, logits, { temperature, hard: true });
      assertClose(hard, t.oneHot(t.random.categorical(key, logits), 4), { absoluteTolerance: 1e-6 });
      const weights = rows(seed + 1);
      const slope = (isHard: boolean) =>
        t.grad((x: t.Tensor) =>
          t.sum(t.random.gumbelSoftmax(key, x, { temperature, hard: isHard }).multiply(weights))
        )(logits);
      assertClose(slope(true), slope(false), { absoluteTolerance: 1e-5 });
    }),
    RUNS,
  );
});

Deno.test("channelShuffle() of as many groups as a group has channels undoes itself", () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(1, 2, 3, 4, 6, 12), (seed, groups) => {
      const x = t.random.normal(t.random.key(seed), [2, 12, 2]);
      assertEquals(t.channelShuffle(t.channelShuffle(x, groups), 12 / groups).toArray(), x.toArray());
    }),
    RUNS,
  );
});

Deno.test("maxUnpool() puts the elements of maxPoolWithIndices() back, and nothing else", () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(1, 2), (seed, window) => {
      const x = t.random.normal(t.random.key(seed), [2, 3, 4, 6]);
      const pooled = t.maxPoolWithIndices(x, { window });
      const back = t.maxUnpool(pooled, { window });
      const kept = t.notEqual(back, 0);
      assertEquals(back.shape, x.shape);
      assertEquals(back.toArray(), t.where(kept, x, 0).toArray());
      assertEquals(
        t.maxPool(back.add(t.where(kept, 0, -100)), { window }).toArray(),
        pooled.output.toArray(),
      );
    }),
    RUNS,
  );
});

Deno.test("fractionalMaxPool() with whole steps is maxPool(), whatever the samples are", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const x = t.random.normal(t.random.key(seed), [2, 3, 6, 8]);
      const samples = t.random.uniform(t.random.key(seed + 1), [2, 3, 2]);
      assertEquals(
        t.fractionalMaxPool(x, { window: 2, outputSize: [3, 4], samples }).toArray(),
        t.maxPool(x, { window: 2 }).toArray(),
      );
    }),
    RUNS,
  );
});
