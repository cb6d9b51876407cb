import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { weightedLogSoftmax } from "../../../nn/mod.ts";
import { grad, sum, type Tensor, tensor } from "../../../tensor/mod.ts";

Deno.test("weightedLogSoftmax() weighs the logarithms of the softmax", () => {
  const values = weightedLogSoftmax(tensor([[0, 0], [1, 1]]), tensor([[1, 2], [0, 0.5]])).toArray();
  const half = Math.fround(Math.log(0.5));
  assertEquals(values, [[half, 2 * half], [0, half / 2]]);
});

Deno.test("weightedLogSoftmax() and its gradients are finite where a logit of weight 0 is minus infinity", () => {
  const [logits, weights] = [tensor([0, -Infinity, 0]), tensor([1, 0, 3])];
  const loss = (x: Tensor, w: Tensor): Tensor => sum(weightedLogSoftmax(x, w));
  assertEquals(grad((x: Tensor) => loss(x, weights))(logits).toArray(), [-1, 0, 1]);
  const byWeights = grad((w: Tensor) => loss(logits, w))(weights);
  assertEquals((byWeights.toArray() as number[]).every(Number.isFinite), true);
});

Deno.test("weightedLogSoftmax() refuses other shapes and dtypes", () => {
  assertThrows(
    () => weightedLogSoftmax(tensor([1, 2]), tensor([1])),
    RangeError,
    "weightedLogSoftmax expects",
  );
  assertThrows(
    () => weightedLogSoftmax(tensor([1], { dtype: "int32" }), tensor([1])),
    TypeError,
    "weightedLogSoftmax expects",
  );
});
