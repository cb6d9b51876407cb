/**
 * Laws of the running statistics of norms.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { batchNorm, type BatchNormState, instanceNorm } from "../../nn/mod.ts";
import { mean, random, stack, type Tensor, variance } from "../../tensor/mod.ts";
import { assertClose } from "../laws/mod.ts";

const LAWS = { numRuns: 20 };
const batchesOf = (seed: number, count: number): readonly Tensor[] =>
  Array.from({ length: count }, (_, i) => random.normal(random.key(seed + i), [4, 2, 3]));

Deno.test("batchNorm() with a cumulative momentum has the means over all batches, and counts them", () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.integer({ min: 1, max: 5 }), (seed, count) => {
      const layer = batchNorm({ momentum: "cumulative" });
      let { params, state } = layer.init(random.key(0), [2, 3]);
      const batches = batchesOf(seed, count);
      for (const x of batches) ({ state } = layer.apply({ params, state }, x, { training: true }));
      const average = (f: (x: Tensor) => Tensor): Tensor => mean(stack(batches.map(f)), { axes: 0 });
      assertClose(state.mean, average((x) => mean(x, { axes: [0, 2] })), { absoluteTolerance: 1e-5 });
      assertClose(state.variance, average((x) => variance(x, { axes: [0, 2], correction: 1 })), {
        absoluteTolerance: 1e-5,
      });
      assertEquals(state.count?.item(), count);
    }),
    LAWS,
  );
});

Deno.test("batchNorm() without running statistics does in evaluation what it does in training", () => {
  const layer = batchNorm({ trackRunningStatistics: false });
  const { params, state } = layer.init(random.key(0), [2, 3]);
  assertEquals(state, {});
  const [x] = batchesOf(3, 1);
  const [trained, evaluated] = [true, false].map((training) =>
    layer.apply({ params, state }, x, { training })
  );
  assertEquals(trained.output.toArray(), evaluated.output.toArray());
});

Deno.test("instanceNorm() in evaluation gives with its running statistics what batchNorm gives", () => {
  fc.assert(
    fc.property(fc.nat(1000), (seed) => {
      const layer = instanceNorm({ trackRunningStatistics: true });
      const like = batchNorm();
      const { params, state } = layer.init(random.key(0), [2, 3]);
      const [x, y] = batchesOf(seed, 2);
      const trained = layer.apply({ params, state }, x, { training: true });
      const plain = instanceNorm().apply({ params, state: {} }, x);
      assertClose(trained.output, plain.output, { absoluteTolerance: 1e-5 });
      const after = trained.state as BatchNormState;
      const evaluated = layer.apply({ params, state: after }, y);
      assertClose(evaluated.output, like.apply({ params, state: after }, y).output, {
        absoluteTolerance: 1e-6,
      });
    }),
    LAWS,
  );
});
