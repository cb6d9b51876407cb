/**
 * Laws that all losses keep: reductions, masks, weights and smoothing.
 *
 * @module
 */
import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import * as nn from "../../../nn/mod.ts";
import {
  compile,
  grad,
  log,
  logSoftmax,
  random,
  softmax,
  sum,
  type Tensor,
  tensor,
  transpose,
} from "../../../tensor/mod.ts";
import { checkGradients } from "../../laws/gradients.ts";

type Loss = (rows: readonly Tensor[], options?: nn.LossOptions) => Tensor;

const indices = (values: readonly number[] | readonly (readonly number[])[]): Tensor =>
  tensor(values, { dtype: "int32" });
// deno-lint-ignore no-explicit-any -- what the types forbid may still come from JavaScript
const wrong = (value: unknown): any => value;

const ROWS = 5;
const scores = random.normal(random.key(0), [ROWS, 4]);
const others = random.normal(random.key(1), [ROWS, 4]);
const shares = softmax(random.normal(random.key(2), [ROWS, 4]));
const labels = indices([2, 0, 3, 1, 2]);
const signs = tensor([1, -1, -1, 1, -1]);
const several = indices([[0, -1, 2, 2], [3, 1, -1, 0], [-1, 0, 0, 0], [2, 2, -1, 0], [1, 0, 3, -1]]);

/** Losses with one number for each row of their operands, under reduction "none". */
const BY_ROW: readonly (readonly [string, readonly Tensor[], Loss])[] = [
  ["softmaxCrossEntropy", [scores, labels], ([x, y], o) => nn.softmaxCrossEntropy(x, y, o)],
  ["softmaxCrossEntropy of shares", [scores, shares], ([x, y], o) => nn.softmaxCrossEntropy(x, y, o)],
  ["nllLoss", [logSoftmax(scores), labels], ([x, y], o) => nn.nllLoss(x, y, o)],
  ["multiMarginLoss", [scores, labels], ([x, y], o) => nn.multiMarginLoss(x, y, { degree: 2, ...o })],
  ["multilabelMarginLoss", [scores, several], ([x, y], o) => nn.multilabelMarginLoss(x, y, o)],
  ["multilabelSoftMarginLoss", [scores, shares], ([x, y], o) => nn.multilabelSoftMarginLoss(x, y, o)],
  [
    "cosineEmbeddingLoss",
    [scores, others, signs],
    ([x, y, t], o) => nn.cosineEmbeddingLoss([x, y], t, { margin: -0.5, ...o }),
  ],
  [
    "tripletMarginWithDistanceLoss",
    [scores, others, shares],
    ([anchors, positives, negatives], o) =>
      nn.tripletMarginWithDistanceLoss({ anchors, positives, negatives }, { swap: true, margin: 9, ...o }),
  ],
];

/** Losses of a number for each element of operands of shape [rows]. */
const [first, second] = [scores, others].map((x) => x.slice([null, [0, 1]]).reshape([ROWS]));
const positive = shares.slice([null, [0, 1]]).reshape([ROWS]);
const BY_ELEMENT: readonly (readonly [string, readonly Tensor[], Loss])[] = [
  ["l1Loss", [first, second], ([x, y], o) => nn.l1Loss(x, y, o)],
  ["smoothL1Loss", [first, second], ([x, y], o) => nn.smoothL1Loss(x, y, { beta: 0.3, ...o })],
  ["huberLoss", [first, second], ([x, y], o) => nn.huberLoss(x, y, o)],
  ["meanSquaredError", [first, second], ([x, y], o) => nn.meanSquaredError(x, y, o)],
  ["binaryCrossEntropy", [positive, positive], ([x, y], o) => nn.binaryCrossEntropy(x, y, o)],
  ["sigmoidBinaryCrossEntropy", [first, positive], ([x, y], o) => nn.sigmoidBinaryCrossEntropy(x, y, o)],
  ["klDivLoss", [log(positive), positive.multiply(0.5)], ([x, y], o) => nn.klDivLoss(x, y, o)],
  ["poissonNllLoss", [first, positive], ([x, y], o) => nn.poissonNllLoss(x, y, o)],
  [
    "gaussianNllLoss",
    [first, second, positive],
    ([mean, y, variance], o) => nn.gaussianNllLoss({ mean, variance }, y, o),
  ],
  ["marginRankingLoss", [first, second, signs], ([x, y, t], o) => nn.marginRankingLoss([x, y], t, o)],
  ["hingeEmbeddingLoss", [positive, signs], ([x, y], o) => nn.hingeEmbeddingLoss(x, y, o)],
  ["softMarginLoss", [first, signs], ([x, y], o) => nn.softMarginLoss(x, y, o)],
  ["logCosh", [first, second], ([x, y], o) => nn.logCosh(x, y, o)],
];
const ALL = [...BY_ROW, ...BY_ELEMENT];

const subset = fc.array(fc.boolean(), { minLength: ROWS, maxLength: ROWS });

/** The rows that are kept. */
function kept(x: Tensor, mask: readonly boolean[]): Tensor {
  const values = x.toArray() as number[][];
  return tensor(values.filter((_, i) => mask[i]), { dtype: x.dtype as "float32" });
}

for (const [name, operands, loss] of ALL) {
  Deno.test(`${name}: the mean is the sum over the count, and a mask is as if left out`, () => {
    const one = loss(operands, { reduction: "none" });
    assertEquals(one.shape, [ROWS]);
    fc.assert(
      fc.property(subset, (mask) => {
        const given = { mask: tensor(mask) };
        const count = mask.filter(Boolean).length;
        const single = loss(operands, { ...given, reduction: "none" }).data();
        mask.forEach((counts, i) => assertEquals(single[i], counts ? one.data()[i] : 0));
        const total = loss(operands, { ...given, reduction: "sum" }).item();
        assertAlmostEquals(total, [...single].reduce((a, b) => a + b), 1e-5 * Math.max(1, Math.abs(total)));
        const mean = loss(operands, { ...given, reduction: "mean" }).item();
        if (count === 0) return assertEquals(mean, NaN);
        assertAlmostEquals(mean, total / count, 1e-6 * Math.max(1, Math.abs(mean)));
        const left = operands.map((x) => kept(x, mask));
        const without = loss(left, { reduction: "mean" }).item();
        assertAlmostEquals(mean, without, 1e-5 * Math.max(1, Math.abs(mean)));
        const [ours, own] = [[operands[0], given], [operands[0], {}]].map(([x, o]) =>
          grad((x: Tensor) => loss([x, ...operands.slice(1)], { ...o, reduction: "sum" }))(x as Tensor).data()
        );
        const width = ours.length / ROWS;
        ours.forEach((g, i) => assertEquals(Math.abs(g - (mask[Math.floor(i / width)] ? own[i] : 0)), 0));
      }),
      { numRuns: 12 },
    );
  });

  Deno.test(`${name}: another reduction or mask is an error, and it compiles`, () => {
    const bad = (options: unknown) => () => loss(operands, wrong(options));
    assertThrows(bad({ reduction: "median" }), RangeError, "but got median");
    assertThrows(
      bad({ mask: tensor([1, 0, 1, 0, 1]) }),
      TypeError,
      "expects mask to be a tensor of booleans",
    );
    assertThrows(bad({ mask: tensor([true, false]) }), RangeError, "expects mask to broadcast to the losses");
    const program = compile((...xs: Tensor[]) => loss(xs, { reduction: "sum" }));
    const [ours, eager] = [program(...operands).item(), loss(operands, { reduction: "sum" }).item()];
    assertAlmostEquals(ours, eager, 1e-5 * Math.max(1, Math.abs(eager)));
  });
}

Deno.test("new losses have the gradients of finite differences", () => {
  for (const [, operands, loss] of BY_ROW) {
    checkGradients((x: Tensor) => loss([x, ...operands.slice(1)]), [operands[0]]);
  }
  checkGradients(
    (x: Tensor) => nn.klDivLoss(x, transpose(others), { logTarget: true, reduction: "batchmean" }),
    [transpose(scores)],
  );
  checkGradients(
    (x: Tensor) => nn.ctcLossWithLengths(logSoftmax(x), indices([[1, 1], [2, 3]]), { reduction: "sum" }),
    [random.normal(random.key(4), [4, 2, 4])],
  );
});

Deno.test("smoothing of 0 is none, weights of 1 are none, and batchmean is the sum over the rows", () => {
  const o = { reduction: "none" } as const;
  const plain = [...nn.softmaxCrossEntropy(scores, labels, o).data()];
  for (const extra of [{ labelSmoothing: 0 }, { weight: tensor([1, 1, 1, 1]) }, { ignoreIndex: -100 }]) {
    nn.softmaxCrossEntropy(scores, labels, { ...o, ...extra }).data().forEach((x, i) => {
      assertAlmostEquals(x, plain[i], 1e-6);
    });
  }
  const ones = tensor([1, 1, 1, 1]);
  const pairs: readonly (readonly [Tensor, Tensor])[] = [
    [nn.l1Loss(scores, others, { weight: ones }), nn.l1Loss(scores, others)],
    [nn.meanSquaredError(scores, others, { weight: ones }), nn.meanSquaredError(scores, others)],
    [nn.huberLoss(scores, others, { weight: ones, reduction: "sum" }), sum(nn.huberLoss(scores, others))],
    [nn.multiMarginLoss(scores, labels, { weight: ones }), nn.multiMarginLoss(scores, labels)],
    [
      nn.klDivLoss(scores, shares, { reduction: "batchmean" }).multiply(ROWS),
      nn.klDivLoss(scores, shares, { reduction: "sum" }),
    ],
    [
      nn.tripletMarginWithDistanceLoss({ anchors: scores, positives: others, negatives: shares }),
      nn.tripletMarginWithDistanceLoss({ anchors: scores, positives: others, negatives: shares }, {
        distance: (a, b) =>
          sum(a.subtract(b).add(1e-6).multiply(a.subtract(b).add(1e-6)), { axes: -1 }).sqrt(),
      }),
    ],
  ];
  for (const [a, b] of pairs) assertAlmostEquals(a.item(), b.item(), 1e-5);
});
