import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { compile, type Tensor, tensor } from "../../../tensor/mod.ts";
import { nllLoss, softmaxCrossEntropy } from "../../../nn/mod.ts";

const rows = tensor([[-1, -3], [-2, -4]]);
const labels = (values: readonly number[]): Tensor => tensor(values, { dtype: "int32" });

Deno.test("a label that is no class is an error where it is known, and NaN in a program", () => {
  assertThrows(() => nllLoss(rows, labels([0, 2])), RangeError, "labels from 0 to 1 but got 2");
  assertThrows(
    () => softmaxCrossEntropy(rows, labels([0, -100]), { labelSmoothing: 0.1 }),
    RangeError,
    "but got -100",
  );
  const program = compile((x: Tensor, y: Tensor) => nllLoss(x, y, { reduction: "none" }));
  assertEquals(program(rows, labels([0, 2])).toArray(), [1, NaN]);
});

Deno.test("labels that are left out count neither in the sum nor in the weights", () => {
  const options = { ignoreIndex: 1, weight: tensor([2, 5]) };
  assertEquals(nllLoss(rows, labels([0, 1]), options).item(), 1);
  assertEquals(nllLoss(rows, labels([0, 1]), { ...options, reduction: "none" }).toArray(), [2, 0]);
  assertEquals(nllLoss(rows, labels([1, 1]), options).item(), NaN);
});

Deno.test("weights and smoothing that do not fit are errors", () => {
  const y = labels([0, 1]);
  assertThrows(() => nllLoss(rows, y, { weight: tensor([1, 2, 3]) }), RangeError, "weight of shape [2]");
  assertThrows(
    () => softmaxCrossEntropy(rows, y, { labelSmoothing: 2 }),
    RangeError,
    "from 0 to 1 but got 2",
  );
  assertThrows(() => nllLoss(rows, rows), TypeError, "integer labels");
});
