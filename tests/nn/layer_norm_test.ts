/**
 * Tests of `layerNorm`.
 *
 * @module
 */
import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { layerNorm } from "../../nn/mod.ts";
import { ones, random, type Tensor, tensor } from "../../tensor/mod.ts";
import { checkGradients } from "../laws/gradients.ts";

Deno.test("layerNorm() does not see a shift or a factor of its input", () => {
  const shift = fc.double({ min: -10, max: 10, noNaN: true });
  const factor = fc.double({ min: 0.5, max: 10, noNaN: true });
  fc.assert(
    fc.property(shift, factor, fc.nat(100), (shift, factor, seed) => {
      const layer = layerNorm({ eps: 0 });
      const variables = layer.init(random.key(0), [4]);
      const x = random.normal(random.key(seed), [2, 4], { dtype: "float64" });
      const plain = layer.apply(variables, x).output.data();
      const moved = layer.apply(variables, x.multiply(factor).add(shift)).output.data();
      moved.forEach((value, i) => assertAlmostEquals(value, plain[i], 1e-9));
    }),
    { numRuns: 30 },
  );
});

Deno.test("layerNorm() keeps its precision at a large offset", () => {
  const layer = layerNorm();
  const variables = layer.init(random.key(0), [4]);
  const near = layer.apply(variables, tensor([[0, 1, 2, 3]])).output.data();
  const far = layer.apply(variables, tensor([[1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3]])).output.data();
  assertEquals(far, near);
});

Deno.test("layerNorm() takes several axes together", () => {
  const layer = layerNorm({ axes: 2 });
  const { params, outputShape } = layer.init(random.key(0), [5, 2, 3]);
  assertEquals([params.scale?.shape, outputShape], [[2, 3], [5, 2, 3]]);
  const { output } = layer.apply({ params, state: {} }, random.normal(random.key(1), [1, 5, 2, 3]));
  for (const value of output.mean({ axes: [2, 3] }).data()) assertAlmostEquals(value, 0, 1e-6);
});

Deno.test("layerNorm() has the gradients of finite differences", () => {
  const layer = layerNorm();
  const { params } = layer.init(random.key(0), [3]);
  checkGradients(
    (p: typeof params, x: Tensor) => layer.apply({ params: p, state: {} }, x).output.tanh(),
    [params, random.normal(random.key(4), [2, 3])],
  );
});

Deno.test("layerNorm() throws for options and inputs that do not fit", () => {
  assertThrows(
    () => layerNorm({ eps: -1 }),
    RangeError,
    "layerNorm expects eps between 0 and Infinity but got -1",
  );
  assertThrows(() => layerNorm({ axes: 0 }), RangeError, "axes to be a positive integer but got 0");
  assertThrows(
    () => layerNorm({ axes: 2 }).init(random.key(0), [3]),
    RangeError,
    "layerNorm expects an input shape of at least 2 axes but got [3]",
  );
  const layer = layerNorm();
  const variables = layer.init(random.key(0), [3]);
  assertThrows(
    () => layer.apply(variables, ones([2, 1]), { path: "norm" }),
    RangeError,
    "layerNorm at norm expects inputs of shape [n, ..., 3] but got [2, 1]",
  );
});
