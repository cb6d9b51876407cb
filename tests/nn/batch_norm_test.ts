/**
 * Tests of `batchNorm`.
 *
 * @module
 */
import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { batchNorm } from "../../nn/mod.ts";
import { mean, ones, random, type Tensor, tensor, transpose, variance } from "../../tensor/mod.ts";
import { checkGradients } from "../laws/gradients.ts";

Deno.test("batchNorm() starts as the identity of evaluation", () => {
  const layer = batchNorm({ eps: 0 });
  const { params, state, outputShape } = layer.init(random.key(0), [2, 3, 3]);
  assertEquals(outputShape, [2, 3, 3]);
  assertEquals([params.scale?.shape, state.mean.shape], [[2], [2]]);
  const x = random.normal(random.key(1), [1, 2, 3, 3]);
  const applied = layer.apply({ params, state }, x);
  assertEquals(applied.output.toArray(), x.toArray());
  assertEquals(applied.state, state);
});

Deno.test("batchNorm() normalizes every channel of a batch in training", () => {
  const extents = fc.tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 3 }));
  fc.assert(
    fc.property(extents, fc.constantFrom([], [2], [2, 3]), fc.nat(1000), ([n, c], rest, seed) => {
      const layer = batchNorm();
      const { params, state } = layer.init(random.key(0), [c, ...rest]);
      const x = random.normal(random.key(seed), [n, c, ...rest]).multiply(10).add(3);
      const trained = layer.apply({ params, state }, x, { training: true });
      const axes = x.shape.map((_, i) => i).filter((i) => i !== 1);
      for (const value of mean(trained.output, { axes }).data()) assertAlmostEquals(value, 0, 1e-4);
      const batch = variance(x, { axes }).data();
      variance(trained.output, { axes }).data().forEach((value, i) =>
        assertAlmostEquals(value, batch[i] / (batch[i] + 1e-5), 1e-4)
      );
      const [means, unbiased] = [mean(x, { axes }).data(), variance(x, { axes, correction: 1 }).data()];
      trained.state.mean.data().forEach((value, i) => assertAlmostEquals(value, 0.1 * means[i], 1e-5));
      trained.state.variance.data().forEach((value, i) =>
        assertAlmostEquals(value, 0.9 + 0.1 * unbiased[i], 1e-4 * (1 + unbiased[i]))
      );
    }),
    { numRuns: 30 },
  );
});

Deno.test("batchNorm() keeps all of its old statistics with a momentum of 1, none with 0", () => {
  const x = tensor([[1], [3]]);
  for (const [momentum, expected] of [[1, [0, 1]], [0, [2, 2]]] as const) {
    const layer = batchNorm({ momentum });
    const { state } = layer.apply(layer.init(random.key(0), [1]), x, { training: true });
    assertEquals([state.mean.item(), state.variance.item()], expected);
  }
});

Deno.test("batchNorm() takes channels last", () => {
  const [first, last] = [batchNorm(), batchNorm({ axis: -1 })];
  const variables = last.init(random.key(0), [3, 4, 2]);
  assertEquals(variables.params.scale?.shape, [2]);
  const x = random.normal(random.key(1), [2, 3, 4, 2]);
  const a = last.apply(variables, x, { training: true });
  const b = first.apply(variables, transpose(x, [0, 3, 1, 2]), { training: true });
  const back = transpose(b.output, [0, 2, 3, 1]).data();
  a.output.data().forEach((value, i) => assertAlmostEquals(value, back[i], 1e-5));
});

Deno.test("batchNorm() keeps the dtype of its state", () => {
  const layer = batchNorm();
  const x = random.normal(random.key(1), [3, 2], { dtype: "float64" });
  const { output, state } = layer.apply(layer.init(random.key(0), [2]), x, { training: true });
  assertEquals([output.dtype, state.mean.dtype, state.variance.dtype], ["float64", "float32", "float32"]);
});

Deno.test("batchNorm() has the gradients of finite differences", () => {
  const layer = batchNorm();
  const { params, state } = layer.init(random.key(0), [2, 1, 2]);
  const x = random.normal(random.key(4), [3, 2, 1, 2]);
  for (const training of [true, false]) {
    checkGradients(
      (p: typeof params, x: Tensor) => layer.apply({ params: p, state }, x, { training }).output.tanh(),
      [params, x],
    );
  }
});

Deno.test("batchNorm() throws for options and inputs that do not fit", () => {
  assertThrows(
    () => batchNorm({ momentum: 1.1 }),
    RangeError,
    "batchNorm expects momentum between 0 and 1 but got 1.1",
  );
  assertThrows(() => batchNorm({ eps: -1 }), RangeError, "eps");
  const layer = batchNorm();
  assertThrows(() => layer.init(random.key(0), []), RangeError, "inputs with a batch axis and channels");
  assertThrows(
    () => batchNorm({ axis: 0 }).init(random.key(0), [2]),
    RangeError,
    "batchNorm expects an axis after the batch axis but got 0",
  );
  const { params, state } = layer.init(random.key(0), [3]);
  assertThrows(
    () => layer.apply({ params, state }, ones([2, 4]), { path: "norm" }),
    RangeError,
    "batchNorm at norm expects inputs with 3 channels on axis 1 but got [2, 4]",
  );
  assertThrows(
    () => layer.apply({ params, state }, ones([1, 3]), { training: true }),
    RangeError,
    "batchNorm expects more than one value a channel in training but got [1, 3]",
  );
  assertThrows(
    () => layer.apply({ params, state: {} as typeof state }, ones([2, 3])),
    TypeError,
    "batchNorm expects its state to have the tensor mean",
  );
});
