/**
 * Tests of `softmaxCrossEntropy`.
 *
 * @module
 */
import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { softmaxCrossEntropy } from "../../../nn/mod.ts";
import { compile, grad, random, softmax, type Tensor, tensor } from "../../../tensor/mod.ts";
import { checkGradients } from "../../laws/gradients.ts";

const indices = (...values: number[]): Tensor => tensor(values, { dtype: "int32" });

Deno.test("softmaxCrossEntropy() is the negative logarithm of the label's probability", () => {
  const logit = fc.double({ min: -20, max: 20, noNaN: true });
  fc.assert(fc.property(fc.array(logit, { minLength: 2, maxLength: 6 }), fc.nat(5), (row, label) => {
    const own = label % row.length;
    const expected = Math.log(row.reduce((total, x) => total + Math.exp(x), 0)) - row[own];
    const logits = tensor([row], { dtype: "float64" });
    assertAlmostEquals(
      softmaxCrossEntropy(logits, indices(own)).item(),
      expected,
      1e-11 * (1 + Math.abs(expected)),
    );
    const oneHot = tensor([row.map((_, i) => i === own ? 1 : 0)]);
    assertAlmostEquals(
      softmaxCrossEntropy(logits, oneHot).item(),
      expected,
      1e-11 * (1 + Math.abs(expected)),
    );
  }));
});

Deno.test("softmaxCrossEntropy() does not see a shift of the logits, however large", () => {
  const labels = indices(0, 2);
  const logits = [[0, 1, 2], [3, 1, 0]];
  const plain = softmaxCrossEntropy(tensor(logits), labels).item();
  for (const shift of [1e4, -1e4, 1e6]) {
    const shifted = tensor(logits.map((row) => row.map((x) => x + shift)));
    assertEquals(softmaxCrossEntropy(shifted, labels).item(), plain);
  }
});

Deno.test("softmaxCrossEntropy() is stable at extreme logits", () => {
  const logits = tensor([[1e4, -1e4], [1e4, -1e4]]);
  const losses = softmaxCrossEntropy(logits, indices(0, 1), { reduction: "none" });
  assertEquals(losses.toArray(), [0, 2e4]);
  const gradient = grad((x: Tensor) => softmaxCrossEntropy(x, indices(0, 1), { reduction: "sum" }))(logits);
  assertEquals(gradient.toArray(), [[0, 0], [1, -1]]);
  const hidden = tensor([[0, -Infinity]]);
  assertEquals(softmaxCrossEntropy(hidden, indices(0)).item(), 0);
  assertEquals(softmaxCrossEntropy(hidden, tensor([[1, 0]])).item(), 0);
  assertEquals(softmaxCrossEntropy(hidden, indices(1)).item(), Infinity);
  assertEquals(grad((x: Tensor) => softmaxCrossEntropy(x, tensor([[1, 0]])))(hidden).toArray(), [[0, 0]]);
});

Deno.test("softmaxCrossEntropy() has the gradient softmax - label", () => {
  const logits = random.normal(random.key(0), [3, 4]);
  const gradient = grad((x: Tensor) => softmaxCrossEntropy(x, indices(1, 0, 3), { reduction: "sum" }))(logits)
    .data();
  softmax(logits).data().forEach((probability, i) => {
    const label = [1, 4, 11].includes(i) ? 1 : 0;
    assertAlmostEquals(gradient[i], probability - label, 1e-6);
  });
});

Deno.test("softmaxCrossEntropy() reduces as told", () => {
  const [logits, labels] = [tensor([[0, 0], [0, 0]]), indices(0, 1)];
  assertAlmostEquals(softmaxCrossEntropy(logits, labels).item(), Math.LN2, 1e-6);
  assertAlmostEquals(softmaxCrossEntropy(logits, labels, { reduction: "sum" }).item(), 2 * Math.LN2, 1e-6);
  assertEquals(softmaxCrossEntropy(logits, labels, { reduction: "none" }).shape, [2]);
  assertThrows(
    () => softmaxCrossEntropy(logits, labels, { reduction: "average" as "mean" }),
    RangeError,
    'softmaxCrossEntropy expects reduction "mean", "sum" or "none" but got average',
  );
});

Deno.test("softmaxCrossEntropy() takes labels of any integer dtype, and classes on any axis", () => {
  const logits = random.normal(random.key(1), [2, 300]);
  for (const dtype of ["uint8", "uint32"] as const) {
    assertEquals(
      softmaxCrossEntropy(logits, tensor([7, 250], { dtype })).item(),
      softmaxCrossEntropy(logits, indices(7, 250)).item(),
    );
  }
  const images = tensor([[[1, 2], [3, 5]]]);
  const labels = tensor([[0, 1]], { dtype: "int32" });
  const losses = softmaxCrossEntropy(images, labels, { axis: 1, reduction: "none" }).data();
  assertAlmostEquals(losses[0], Math.log1p(Math.exp(2)), 1e-6);
  assertAlmostEquals(losses[1], Math.log1p(Math.exp(-3)), 1e-6);
});

Deno.test("an index outside of the classes is an error of softmaxCrossEntropy(), and NaN in a program", () => {
  const [logits, labels] = [tensor([[0, 0], [0, 0], [0, 0]]), indices(0, 2, -1)];
  assertThrows(() => softmaxCrossEntropy(logits, labels), RangeError, "labels from 0 to 1 but got 2");
  const program = compile((x: Tensor, y: Tensor) => softmaxCrossEntropy(x, y, { reduction: "none" }));
  assertEquals([...program(logits, labels).data()].map(Number.isNaN), [false, true, true]);
  const mask = tensor([true, false, false]);
  assertEquals(softmaxCrossEntropy(logits, labels, { mask }).item(), Math.fround(Math.LN2));
});

Deno.test("softmaxCrossEntropy() has the gradients of finite differences", () => {
  const logits = random.normal(random.key(2), [2, 3]);
  checkGradients((x: Tensor) => softmaxCrossEntropy(x, indices(2, 0)), [logits]);
  const labels = softmax(random.normal(random.key(3), [2, 3]));
  checkGradients((x: Tensor, y: Tensor) => softmaxCrossEntropy(x, y, { reduction: "none" }), [
    logits,
    labels,
  ]);
});

Deno.test("softmaxCrossEntropy() throws for labels that do not fit", () => {
  const logits = tensor([[0, 0, 0], [0, 0, 0]]);
  assertThrows(
    () => softmaxCrossEntropy(logits, indices(0, 1, 2)),
    RangeError,
    "softmaxCrossEntropy expects integer labels of shape [2] or float labels of shape [2, 3] for logits " +
      "float32[2, 3] but got int32[3]",
  );
  assertThrows(() => softmaxCrossEntropy(logits, tensor([0, 1])), TypeError, "but got float32[2]");
  assertThrows(
    () => softmaxCrossEntropy(logits, tensor([[0, 1, 0], [1, 0, 0]], { dtype: "int32" })),
    TypeError,
    "but got int32[2, 3]",
  );
  assertThrows(
    () => softmaxCrossEntropy(indices(1, 2), indices(0)),
    TypeError,
    "softmaxCrossEntropy expects logits of float32 or float64 but got int32[2]",
  );
  assertThrows(
    () => softmaxCrossEntropy(logits, [0, 1] as unknown as Tensor),
    TypeError,
    "softmaxCrossEntropy expects logits and labels to be tensors but got Tensor and an array of 2",
  );
});
