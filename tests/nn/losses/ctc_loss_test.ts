/**
 * Tests of `ctcLoss`.
 *
 * @module
 */
import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { ctcLoss } from "../../../nn/mod.ts";
import { grad, random, slice, sum, type Tensor, tensor } from "../../../tensor/mod.ts";
import { checkGradients } from "../../laws/gradients.ts";

/** The loss by going through all ways to fill the frames. */
function byHand(logits: readonly (readonly number[])[], labels: readonly number[], blank: number): number {
  const probabilities = logits.map((row) => {
    const exponentials = row.map(Math.exp);
    const total = exponentials.reduce((a, b) => a + b);
    return exponentials.map((value) => value / total);
  });
  const classes = logits[0].length;
  let total = 0;
  for (let code = 0; code < classes ** logits.length; code++) {
    const path = logits.map((_, frame) => Math.floor(code / classes ** frame) % classes);
    const read = path.filter((label, i) => label !== blank && label !== path[i - 1]);
    if (read.join() === labels.join()) {
      total += path.reduce((product, label, frame) => product * probabilities[frame][label], 1);
    }
  }
  return -Math.log(total);
}

Deno.test("ctcLoss() is the probability of all alignments", () => {
  const cases = fc.record({
    seed: fc.nat(1000),
    frames: fc.integer({ min: 2, max: 5 }),
    labels: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 2 }),
    blank: fc.integer({ min: 0, max: 2 }),
  });
  fc.assert(
    fc.property(cases, ({ seed, frames, labels, blank }) => {
      const own = labels.map((label) => (blank + 1 + label) % 3);
      const repeats = own.filter((label, i) => label === own[i - 1]).length;
      if (frames < own.length + repeats) return;
      const logits = random.normal(random.key(seed), [1, frames, 3], { dtype: "float64" });
      const loss = ctcLoss(logits, tensor([own], { dtype: "int32" }), { blank }).item();
      assertAlmostEquals(loss, byHand((logits.toArray() as number[][][])[0], own, blank), 1e-9);
    }),
    { numRuns: 40 },
  );
});

Deno.test("ctcLoss() does not see padding", () => {
  const logits = random.normal(random.key(3), [2, 5, 4]);
  const labels = tensor([[1, 2, 0], [3, 3, 1]], { dtype: "int32" });
  const padded = ctcLoss(logits, labels, {
    logitPaddings: tensor([[0, 0, 0, 1, 1], [0, 0, 0, 0, 0]]),
    labelPaddings: tensor([[false, false, true], [false, true, true]]),
  });
  const first = ctcLoss(slice(logits, [[0, 1], [0, 3]]), tensor([[1, 2]], { dtype: "int32" }));
  const second = ctcLoss(slice(logits, [[1, 2]]), tensor([[3]], { dtype: "int32" }));
  assertAlmostEquals(padded.data()[0], first.item(), 1e-5);
  assertAlmostEquals(padded.data()[1], second.item(), 1e-5);
});

Deno.test("ctcLoss() has the gradients of finite differences, finite where nothing aligns", () => {
  const labels = tensor([[1, 1]], { dtype: "int32" });
  checkGradients((x: Tensor) => ctcLoss(x, labels), [random.normal(random.key(4), [1, 4, 3])]);
  const impossible = random.normal(random.key(5), [1, 2, 3]);
  assertEquals(ctcLoss(impossible, labels).item() > 9e4, true);
  const gradient = grad((x: Tensor) => sum(ctcLoss(x, labels)))(impossible);
  assertEquals(gradient.data().every(Number.isFinite), true);
});

Deno.test("ctcLoss() throws for operands that do not fit", () => {
  const logits = random.normal(random.key(6), [1, 3, 4]);
  const labels = tensor([[1, 2]], { dtype: "int32" });
  assertThrows(
    () => ctcLoss(tensor([[1, 2]]), labels),
    RangeError,
    "ctcLoss expects logits of shape [n, frames, classes] but got [1, 2]",
  );
  assertThrows(() => ctcLoss(logits, tensor([[1, 2]])), TypeError, "ctcLoss expects integer labels");
  assertThrows(
    () => ctcLoss(logits, tensor([[1], [2]], { dtype: "int32" })),
    RangeError,
    "ctcLoss expects labels of shape [1, 1] but got [2, 1]",
  );
  assertThrows(
    () => ctcLoss(logits, labels, { blank: 4 }),
    RangeError,
    "ctcLoss expects blank to be one of 4 classes but got 4",
  );
  assertThrows(
    () => ctcLoss(logits, labels, { logitPaddings: tensor([[0, 0]]) }),
    RangeError,
    "ctcLoss expects logitPaddings of shape [1, 3] but got [1, 2]",
  );
});
