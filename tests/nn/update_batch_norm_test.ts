import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  batchNorm,
  conv2d,
  dense,
  flatten,
  relu,
  residual,
  sequential,
  updateBatchNorm,
} from "../../nn/mod.ts";
import { full, random, tensor } from "../../tensor/mod.ts";

Deno.test("statistics are those of a fresh pass, whatever they were, at any depth", () => {
  const net = sequential({
    conv: conv2d({ features: 3, kernelSize: 3 }),
    inner: residual(sequential({ norm: batchNorm({ momentum: 0.5 }), relu })),
    flatten,
    head: dense({ features: 2 }),
  });
  const { params, state } = net.init(random.key(0), [2, 5, 5]);
  const spoiled = { inner: { body: { norm: { mean: full([3], NaN), variance: full([3], Infinity) } } } };
  const batches = [1, 2, 3].map((seed) => random.normal(random.key(seed), [4, 2, 5, 5]));
  const got = updateBatchNorm(net, { params, state: spoiled as typeof state }, batches).inner.body.norm;
  // One batch at a time, with all of the weight on the new statistics.
  const alone = batches.map((batch) => updateBatchNorm(net, { params, state }, [batch]).inner.body.norm);
  for (const key of ["mean", "variance"] as const) {
    got[key].data().forEach((value, i) => {
      const mean = alone.reduce((sum, one) => sum + one[key].data()[i], 0) / 3;
      assertAlmostEquals(value, mean, 1e-6);
    });
  }
});

Deno.test("nothing is changed without batches, and a batch is a tensor", () => {
  const layer = batchNorm();
  const variables = layer.init(random.key(0), [2]);
  assertEquals(updateBatchNorm(layer, variables, []), variables.state);
  assertThrows(
    () => updateBatchNorm(layer, variables, [[1, 2]] as never),
    TypeError,
    "updateBatchNorm expects batches to be tensors but got an array of 2",
  );
  assertEquals(updateBatchNorm(layer, variables, [tensor([[1, 2], [3, 4]])]).mean.toArray(), [2, 3]);
});
