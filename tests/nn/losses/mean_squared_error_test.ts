/**
 * Tests of `meanSquaredError` and `accuracy`.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { accuracy, meanSquaredError } from "../../../nn/mod.ts";
import { random, type Tensor, tensor } from "../../../tensor/mod.ts";
import { checkGradients } from "../../laws/gradients.ts";

Deno.test("meanSquaredError() reduces squared distances as told", () => {
  const [prediction, target] = [tensor([[1, 2], [3, 4]]), tensor([[1, 0], [3, 1]])];
  assertEquals(meanSquaredError(prediction, target).item(), 13 / 4);
  assertEquals(meanSquaredError(prediction, target, { reduction: "sum" }).item(), 13);
  assertEquals(meanSquaredError(prediction, target, { reduction: "none" }).toArray(), [[0, 4], [0, 9]]);
  assertThrows(
    () => meanSquaredError(prediction, target, { reduction: "max" as "mean" }),
    RangeError,
    'meanSquaredError expects reduction "mean", "sum" or "none" but got max',
  );
});

Deno.test("meanSquaredError() has the gradients of finite differences", () => {
  const [a, b] = [random.normal(random.key(0), [2, 3]), random.normal(random.key(1), [2, 3])];
  checkGradients((a: Tensor, b: Tensor) => meanSquaredError(a, b), [a, b]);
});

Deno.test("meanSquaredError() throws for operands that do not fit", () => {
  assertThrows(
    () => meanSquaredError(tensor([[1], [2]]), tensor([1, 2])),
    RangeError,
    "meanSquaredError expects prediction and target of one shape but got [2, 1] and [2]",
  );
  assertThrows(
    () => meanSquaredError(tensor([1], { dtype: "int32" }), tensor([1])),
    TypeError,
    "meanSquaredError expects a prediction of float32 or float64 but got int32[1]",
  );
  assertThrows(
    () => meanSquaredError(tensor([1]), 1 as unknown as Tensor),
    TypeError,
    "meanSquaredError expects two tensors but got Tensor and a number",
  );
});

Deno.test("accuracy() is the share of labels with the greatest logit", () => {
  const logits = tensor([[1, 2, 0], [5, 1, 2], [0, 0, 1], [1, 1, 0]]);
  const labels = tensor([1, 2, 2, 0], { dtype: "int32" });
  const share = accuracy(logits, labels);
  assertEquals([share.item(), share.dtype, share.shape], [0.75, "float32", []]);
  assertEquals(accuracy(logits, tensor([[0, 1, 0], [0, 0, 1], [0, 0, 1], [0.5, 0.2, 0.3]])).item(), 0.75);
  assertEquals(
    accuracy(tensor([[[1, 0], [2, 3]]]), tensor([[1, 0]], { dtype: "uint8" }), { axis: 1 }).item(),
    0.5,
  );
  assertThrows(
    () => accuracy(logits, tensor([1, 2], { dtype: "int32" })),
    RangeError,
    "accuracy expects integer labels of shape [4] or float labels of shape [4, 3] for logits float32[4, 3] " +
      "but got int32[2]",
  );
});
