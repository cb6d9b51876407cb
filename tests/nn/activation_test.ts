/**
 * Tests of activations as layers, and `flatten`.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import * as nn from "../../nn/mod.ts";
import * as functions from "../../tensor/mod.ts";
import { checkGradients } from "../laws/gradients.ts";

const { random, tensor } = functions;
const empty = { params: {}, state: {} };
const NAMES = [
  "elu",
  "gelu",
  "hardSigmoid",
  "hardSilu",
  "hardTanh",
  "leakyRelu",
  "logSigmoid",
  "mish",
  "relu",
  "relu6",
  "sigmoid",
  "silu",
  "softSign",
  "softplus",
  "tanh",
] as const;

for (const name of NAMES) {
  Deno.test(`${name} is the function ${name} as a layer`, () => {
    const layer = nn[name];
    const x = tensor([[-7, -2.5, -0.6, 0, 0.4, 1.7, 8]]);
    const initialized = layer.init(random.key(0), [3, 4]);
    assertEquals(initialized, { params: {}, state: {}, outputShape: [3, 4] });
    assertEquals(layer.apply(empty, x).output.toArray(), functions[name](x).toArray());
    assertEquals(layer.name, name);
  });

  Deno.test(`${name} has the gradients of finite differences`, () => {
    const x = tensor([-7, -2.5, -0.6, 0.4, 1.7, 8]);
    checkGradients((x: functions.Tensor) => nn[name].apply(empty, x).output, [x]);
  });
}

Deno.test("activation() makes a layer of any function that keeps the shape", () => {
  const layer = nn.activation((x) => functions.elu(x, { alpha: 2 }), { name: "elu of 2" });
  assertEquals(layer.name, "elu of 2");
  assertEquals(layer.apply(empty, tensor([1, -Infinity])).output.toArray(), [1, -2]);
  assertThrows(
    () => nn.activation(nn.relu as unknown as () => functions.Tensor),
    TypeError,
    "activation expects a function of a tensor but got",
  );
  assertThrows(
    () => layer.apply(empty, 3 as unknown as functions.Tensor, { path: "act" }),
    TypeError,
    "elu of 2 at act expects its input to be a tensor but got a number",
  );
});

Deno.test("flatten makes all axes but the first one", () => {
  assertEquals(nn.flatten.init(random.key(0), [2, 3, 4]).outputShape, [24]);
  const x = functions.reshape(functions.arange(12), [2, 2, 3]);
  assertEquals(nn.flatten.apply(empty, x).output.toArray(), [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]);
  assertEquals(nn.flatten.apply(empty, functions.ones([0, 2, 3])).output.shape, [0, 6]);
  checkGradients((x: functions.Tensor) => nn.flatten.apply(empty, x).output.tanh(), [x]);
  assertThrows(
    () => nn.flatten.apply(empty, tensor(1)),
    RangeError,
    "flatten expects inputs with a batch axis but got []",
  );
});
