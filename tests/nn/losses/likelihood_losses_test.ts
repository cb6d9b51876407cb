import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { grad, tensor } from "../../../tensor/mod.ts";
import {
  binaryCrossEntropy,
  gaussianNllLoss,
  poissonNllLoss,
  sigmoidBinaryCrossEntropy,
} from "../../../nn/mod.ts";

const one = tensor([1]);

Deno.test("the binary cross entropy and its gradient are finite at certain answers that are wrong", () => {
  const loss = binaryCrossEntropy(tensor([0, 1, 1]), tensor([1, 0, 1]), { reduction: "none" });
  assertEquals(loss.toArray(), [100, 100, 0]);
  const slope = grad((p) => binaryCrossEntropy(p, one))(tensor([0])).item();
  assertEquals(Math.abs(slope + 1e12) < 1e6, true);
});

Deno.test("weights of label 1 leave the losses of label 0", () => {
  const [logits, labels] = [tensor([1e4, -1e4]), tensor([0, 1])];
  const losses = sigmoidBinaryCrossEntropy(logits, labels, { posWeight: tensor([3]) });
  assertEquals(losses.toArray(), [1e4, 3e4]);
});

Deno.test("a variance of 0 is held, and a full count of 0 has a finite gradient", () => {
  const prediction = { mean: one, variance: tensor([0]) };
  assertEquals(gaussianNllLoss(prediction, one).item(), Math.fround(Math.log(1e-6) / 2));
  const slope = grad((t) => poissonNllLoss(tensor([2]), t, { full: true }))(tensor([0])).item();
  assertEquals(slope, -2);
});

Deno.test("operands of other shapes are errors", () => {
  const two = tensor([1, 2]);
  assertThrows(() => binaryCrossEntropy(one, two), RangeError, "of one shape but got [1] and [2]");
  assertThrows(() => poissonNllLoss(one, two), RangeError, "of one shape but got [1] and [2]");
  assertThrows(
    () => gaussianNllLoss({ mean: one, variance: two }, one),
    RangeError,
    "a variance for the mean",
  );
});
