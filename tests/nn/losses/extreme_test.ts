/**
 * Tests of losses of scores without bounds.
 *
 * @module
 */
import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import * as nn from "../../../nn/mod.ts";
import { grad, logSoftmax, random, sum, type Tensor, tensor } from "../../../tensor/mod.ts";

const indices = (values: readonly number[] | readonly (readonly number[])[]): Tensor =>
  tensor(values, { dtype: "int32" });

const EXTREME = [1e4, 1e30, Infinity];

Deno.test("right answers cost 0 and have finite gradients, however sure they are", () => {
  const right: Readonly<Record<string, (size: number) => readonly [(x: Tensor) => Tensor, Tensor]>> = {
    sigmoidBinaryCrossEntropy: (v) => [
      (x) => nn.sigmoidBinaryCrossEntropy(x, tensor([1, 0]), { posWeight: tensor([2]) }),
      tensor([v, -v]),
    ],
    sigmoidFocalLoss: (v) => [(x) => nn.sigmoidFocalLoss(x, tensor([1, 0])), tensor([v, -v])],
    multilabelSoftMarginLoss: (v) => [
      (x) => nn.multilabelSoftMarginLoss(x, tensor([[1, 0]])),
      tensor([[v, -v]]),
    ],
    softMarginLoss: (v) => [(x) => nn.softMarginLoss(x, tensor([1, -1])), tensor([v, -v])],
    softmaxCrossEntropy: (v) => [(x) => nn.softmaxCrossEntropy(x, indices([0])), tensor([[1, -v]])],
    "softmaxCrossEntropy of shares": (v) => [
      (x) => nn.softmaxCrossEntropy(x, tensor([[1, 0]]), { weight: tensor([2, 1]) }),
      tensor([[1, -v]]),
    ],
    multiMarginLoss: (v) => [(x) => nn.multiMarginLoss(x, indices([0]), { degree: 2 }), tensor([[v, -v]])],
    multilabelMarginLoss: (v) => [(x) => nn.multilabelMarginLoss(x, indices([[0, -1]])), tensor([[v, -v]])],
    marginRankingLoss: (v) => [(x) => nn.marginRankingLoss([x, tensor([0])], tensor([1])), tensor([v])],
    klDivLoss: (v) => [(x) => nn.klDivLoss(x, tensor([1, 0])), tensor([0, -v])],
    "klDivLoss of logarithms": (v) => [
      (x) => nn.klDivLoss(x, tensor([0, -v]), { logTarget: true }),
      tensor([0, -v]),
    ],
    ctcLossWithLengths: (v) => [
      (x) => nn.ctcLossWithLengths(x, indices([[1]])),
      tensor([[[-v, 0, -v]], [[0, -v, -v]]]),
    ],
  };
  for (const [name, make] of Object.entries(right)) {
    for (const size of EXTREME) {
      const [loss, x] = make(size);
      assertEquals(Math.abs(sum(loss(x)).item()), 0, `${name} at ${size}`);
      const slopes = [...grad((x: Tensor) => sum(loss(x)))(x).data()];
      assertEquals(slopes.every(Number.isFinite), true, `${name} at ${size}: ${slopes}`);
    }
  }
});

Deno.test("wrong answers cost what they are off, with the slope of a line", () => {
  for (const size of [1e4, 1e30]) {
    const off = Math.fround(size);
    const rows: readonly (readonly [(x: Tensor) => Tensor, Tensor, readonly number[]])[] = [
      [(x) => nn.sigmoidBinaryCrossEntropy(x, tensor([1, 0])), tensor([-size, size]), [-1, 1]],
      [(x) => nn.softMarginLoss(x, tensor([1, -1]), { reduction: "none" }), tensor([-size, size]), [-1, 1]],
      [(x) => nn.smoothL1Loss(x, tensor([0, 0]), { reduction: "none" }), tensor([size, -size]), [1, -1]],
      [(x) => nn.softmaxCrossEntropy(x, indices([1])), tensor([[0, -size]]), [1, -1]],
    ];
    for (const [loss, x, slopes] of rows) {
      for (const value of loss(x).data()) assertAlmostEquals(value / off, 1, 1e-4);
      assertEquals([...grad((x: Tensor) => sum(loss(x)))(x).data()], slopes);
    }
  }
});

Deno.test("a sequence too short for its labels costs infinity, or nothing where that is asked for", () => {
  const x = logSoftmax(random.normal(random.key(5), [2, 1, 3]));
  const short = indices([[1, 1]]);
  assertEquals(nn.ctcLossWithLengths(x, short).item(), Infinity);
  const loss = (x: Tensor) => nn.ctcLossWithLengths(x, short, { zeroInfinity: true });
  assertEquals([loss(x).item(), ...grad(loss)(x).data()].every((value) => value === 0), true);
});
