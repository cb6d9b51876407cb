/**
 * Tests of the network Conv2d(3, 64, 3), BatchNorm2d(64), ReLU with a mean squared error.
 *
 * @module
 */
import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { batchNorm, conv2d, meanSquaredError, relu, sequential } from "../../nn/mod.ts";
import { mean, multiply, random, shutdown, subtract, tree, valueAndGrad } from "../../tensor/mod.ts";

const net = sequential({ conv: conv2d({ features: 64, kernelSize: 3 }), norm: batchNorm(), relu });

Deno.test("the network runs forward and backward, and descends", () => {
  const [paramKey, inputKey, targetKey] = random.split(random.key(0), 3);
  const { params, state, outputShape } = net.init(paramKey, [3, 64, 32]);
  assertEquals(outputShape, [64, 62, 30]);
  const x = random.normal(inputKey, [1, 3, 64, 32]);
  const target = random.uniform(targetKey, [1, 64, 62, 30]);
  const loss = valueAndGrad((p: typeof params, s: typeof state) => {
    const { output, state } = net.apply({ params: p, state: s }, x, { training: true });
    return { value: meanSquaredError(output, target), aux: state };
  });
  const first = loss(params, state);
  assertEquals(first.gradient.conv.kernel.shape, [64, 3, 3, 3]);
  assertEquals(first.aux.norm.mean.shape, [64]);
  for (const leaf of tree.leaves(first.gradient)) {
    assertEquals((leaf as typeof x).data().every(Number.isFinite), true);
  }
  // Half of standard normal numbers is cut off by relu: the mean of what is left is 1 / sqrt(2 pi).
  const { output } = net.apply({ params, state }, x, { training: true });
  assertAlmostEquals(mean(output).item(), 1 / Math.sqrt(2 * Math.PI), 0.01);
  let [current, running] = [params, first.aux];
  let value = first.value.item();
  for (let i = 0; i < 3; i++) {
    const step = loss(current, running);
    current = tree.zip(
      "step",
      [current, step.gradient],
      ([p, g]) => subtract(p as typeof x, multiply(g as typeof x, 1)),
    );
    running = step.aux;
    const next = loss(current, running).value.item();
    assertEquals(next < value, true);
    value = next;
  }
  shutdown();
});
