/**
 * Tests of `residual`.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { batchNorm, dense, initializers, type Layer, relu, residual, sequential } from "../../nn/mod.ts";
import { ones, random, type Tensor, tensor, tree } from "../../tensor/mod.ts";
import { checkGradients } from "../laws/gradients.ts";

const one = initializers.ones;

Deno.test("residual() adds its input", () => {
  const layer = residual(dense({ features: 2, kernelInitializer: one }));
  const { params, state, outputShape } = layer.init(random.key(0), [2]);
  assertEquals(outputShape, [2]);
  assertEquals(tree.entries(params).map((leaf) => leaf.path), ["body/kernel", "body/bias"]);
  const kernel: Tensor = params.body.kernel;
  assertEquals(kernel.shape, [2, 2]);
  assertEquals(layer.apply({ params, state }, tensor([[1, 2]])).output.toArray(), [[4, 5]]);
});

Deno.test("residual() adds its shortcut where it has one", () => {
  const layer = residual(
    sequential({ norm: batchNorm(), up: dense({ features: 3, kernelInitializer: one }) }),
    {
      shortcut: dense({ features: 3, bias: false, kernelInitializer: one }),
    },
  );
  const { params, state } = layer.init(random.key(0), [2]);
  assertEquals(tree.entries(state).map((leaf) => leaf.path), ["body/norm/mean", "body/norm/variance"]);
  assertEquals(params.shortcut.kernel.shape, [2, 3]);
  const trained = layer.apply({ params, state }, tensor([[1, 2], [3, 4]]), { training: true });
  assertEquals(trained.output.shape, [2, 3]);
  assertEquals(Object.keys(trained.state), ["body"]);
});

Deno.test("residual() of a layer without params has none", () => {
  const layer = residual(relu);
  const { params, state } = layer.init(random.key(0), [2]);
  assertEquals([params, state], [{}, {}]);
  assertEquals(layer.apply({ params, state }, tensor([[-1, 2]])).output.toArray(), [[-1, 4]]);
});

Deno.test("residual() has the gradients of finite differences", () => {
  const layer = residual(dense({ features: 3 }), { shortcut: dense({ features: 3 }) });
  const { params, state } = layer.init(random.key(2), [2]);
  checkGradients(
    (p: typeof params, x: Tensor) => layer.apply({ params: p, state }, x).output.tanh(),
    [params, random.normal(random.key(4), [2, 2])],
  );
});

Deno.test("residual() throws where its sides differ", () => {
  const layer = residual(dense({ features: 3 }));
  assertThrows(
    () => layer.init(random.key(0), [2], { path: "block" }),
    RangeError,
    "residual at block expects its body and its shortcut to give one shape but got [3] and [2]",
  );
  assertThrows(() => residual({} as Layer), TypeError, "residual expects a layer at body but got");
  const fine = residual(dense({ features: 2 }));
  assertThrows(
    () => fine.apply(fine.init(random.key(0), [2]), ones([1, 3])),
    RangeError,
    "dense at body expects inputs of shape [n, ..., 2] but got [1, 3]",
  );
});
