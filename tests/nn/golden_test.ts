/**
 * Tests of layers against numbers that torch, flax and JAX printed.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { replayNn } from "../golden/replay_nn.ts";

for (
  const name of [
    "nn_layers.json",
    "nn_initializers.json",
    "nn_recurrent.json",
    "nn_transformer.json",
    "nn_attention.json",
    "nn_flax.json",
  ]
) {
  const file = new URL(`../golden/${name}`, import.meta.url);
  const { results, skipped } = replayNn(JSON.parse(Deno.readTextFileSync(file)));
  for (const result of results) {
    Deno.test(`${name}: ${result.name} has the numbers of its framework`, () => {
      assertEquals(result.message, "");
    });
  }
  Deno.test(`${name} has no case that is skipped`, () => {
    assertEquals(skipped, []);
    assertEquals(results.length > 0, true);
  });
}

Deno.test("replayNn() tells where a number is wrong", () => {
  const tensor = (data: readonly number[]) => ({ shape: [1], dtype: "float32", data });
  const { results } = replayNn({
    cases: [{
      name: "a",
      op: "mse_loss",
      ref: "torch.nn.functional.mse_loss",
      options: { reduction: "none" },
      dtype: "float32",
      inputs: [tensor([3]), tensor([1])],
      output: tensor([4.5]),
      cotangent: tensor([1]),
      inputGradients: [tensor([4]), tensor([-4])],
    }],
  });
  assertEquals(results, [{
    name: "a",
    passed: false,
    message: "a: output 0: element 0: expected 4.5 but got 4, 1048576 units in the last place apart",
  }]);
});
