/**
 * What losses have in common: reductions, finite gradients at extreme logits, and errors.
 *
 * @module
 */
import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import * as nn from "../../../nn/mod.ts";
import { grad, log, logSumExp, random, softmax, sum, type Tensor, tensor } from "../../../tensor/mod.ts";
import { checkGradients } from "../../laws/gradients.ts";

type Loss = (x: Tensor, y: Tensor, options?: nn.ExampleLossOptions) => Tensor;

const indices = (...values: number[]): Tensor => tensor(values, { dtype: "int32" });

/** Losses of a prediction and a target of one shape [3, 4]. */
const PAIRS: Readonly<Record<string, Loss>> = {
  squaredError: nn.squaredError,
  l2Loss: nn.l2Loss,
  huberLoss: nn.huberLoss,
  logCosh: nn.logCosh,
  cosineSimilarity: nn.cosineSimilarity,
  cosineDistance: nn.cosineDistance,
  sigmoidBinaryCrossEntropy: nn.sigmoidBinaryCrossEntropy,
  sigmoidFocalLoss: nn.sigmoidFocalLoss,
  hingeLoss: nn.hingeLoss,
  perceptronLoss: nn.perceptronLoss,
  klDivergence: nn.klDivergence,
  klDivergenceWithLogTargets: nn.klDivergenceWithLogTargets,
  generalizedKlDivergence: nn.generalizedKlDivergence,
  polyLossCrossEntropy: nn.polyLossCrossEntropy,
  safeSoftmaxCrossEntropy: nn.safeSoftmaxCrossEntropy,
  fenchelYoungLoss: nn.fenchelYoungLoss((rows) => logSumExp(rows, { axes: -1 })),
};

/** Losses of scores of shape [3, 4] and integer labels of shape [3]. */
const CLASSES: Readonly<Record<string, Loss>> = {
  softmaxCrossEntropyWithIntegerLabels: nn.softmaxCrossEntropyWithIntegerLabels,
  multiclassHingeLoss: nn.multiclassHingeLoss,
  multiclassPerceptronLoss: nn.multiclassPerceptronLoss,
  multiclassSparsemaxLoss: nn.multiclassSparsemaxLoss,
};

const scores = random.normal(random.key(0), [3, 4]);
const targets = softmax(random.normal(random.key(1), [3, 4]));
const labels = indices(2, 0, 3);
const ALL: readonly (readonly [name: string, loss: Loss, target: Tensor])[] = [
  ...Object.entries(PAIRS).map(([name, loss]) => [name, loss, targets] as const),
  ...Object.entries(CLASSES).map(([name, loss]) => [name, loss, labels] as const),
  ["sparsemaxLoss", nn.sparsemaxLoss, indices(0, 1, 1, 0)] as const,
];

for (const [name, loss, target] of ALL) {
  const input = name === "sparsemaxLoss" ? random.normal(random.key(2), [4]) : scores;

  Deno.test(`${name}() keeps examples apart unless told otherwise`, () => {
    const losses = loss(input, target);
    const values = [...losses.data()];
    const total = values.reduce((a, b) => a + b);
    assertEquals(losses.shape.length > 0, true);
    assertAlmostEquals(loss(input, target, { reduction: "sum" }).item(), total, 1e-5);
    assertAlmostEquals(loss(input, target, { reduction: "mean" }).item(), total / values.length, 1e-5);
    assertThrows(
      () => loss(input, target, { reduction: "median" as "mean" }),
      RangeError,
      `${name} expects reduction "mean", "sum" or "none" but got median`,
    );
  });

  Deno.test(`${name}() has the gradients of finite differences`, () => {
    checkGradients((x: Tensor) => loss(x, target), [input]);
  });

  Deno.test(`${name}() throws for operands that do not fit`, () => {
    assertThrows(() => loss(indices(1), target), TypeError, `${name} expects`);
    assertThrows(() => loss(tensor([0, 0, 0, 0, 0]), target), RangeError);
    assertThrows(() => loss(1 as unknown as Tensor, target), TypeError);
  });
}

const STABLE = [
  "sigmoidBinaryCrossEntropy",
  "sigmoidFocalLoss",
  "logCosh",
  "huberLoss",
  "multiclassSparsemaxLoss",
];
const EXTREME = [-1e30, -1e4, -100, 0, 100, 1e4, 1e30];

for (const [name, loss, target] of ALL.filter(([name]) => STABLE.includes(name))) {
  Deno.test(`${name}() has finite losses and gradients at extreme scores`, () => {
    for (const size of EXTREME) {
      for (const bit of [0, 1]) {
        const x = tensor([[size, 0, -size], [0, size, size]]);
        const y = target.shape.length === 1 ? indices(bit, 2) : tensor([[bit, bit, bit], [bit, bit, bit]]);
        const values = [...loss(x, y).data(), ...grad((x: Tensor) => sum(loss(x, y)))(x).data()];
        assertEquals(values.filter((value) => !Number.isFinite(value)), [], `${size} and ${bit}`);
      }
    }
  });
}

Deno.test("losses with a mask do not see what is masked, not even NaN", () => {
  const where = tensor([[true, true, false, true], [true, false, false, true], [true, true, true, true]]);
  const spoilt = tensor(
    scores.toArray() as number[][],
  ).multiply(tensor([[1, 1, NaN, 1], [1, NaN, NaN, 1], [1, 1, 1, 1]]));
  const masked: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    softmaxCrossEntropy: (x) => nn.softmaxCrossEntropy(x, targets, { where, reduction: "none" }),
    polyLossCrossEntropy: (x) => nn.polyLossCrossEntropy(x, targets, { where }),
    rankingSoftmaxLoss: (x) => nn.rankingSoftmaxLoss(x, targets, { where }),
    klDivergence: (x) => nn.klDivergence(x, targets, { where }),
    cosineDistance: (x) => nn.cosineDistance(x, targets, { where }),
  };
  for (const [name, loss] of Object.entries(masked)) {
    assertEquals(loss(spoilt).toArray(), loss(scores).toArray(), name);
    const [ours, plain] = [spoilt, scores].map((x) => [...grad((x: Tensor) => sum(loss(x)))(x).data()]);
    plain.forEach((value, i) => {
      if (where.data()[i] === 1) assertAlmostEquals(ours[i], value, 1e-6, name);
    });
  }
});

Deno.test("a row without any class has a loss and a gradient of 0", () => {
  const where = tensor([[false, false], [true, true]]);
  for (const target of [indices(0, 1), tensor([[1, 0], [0, 1]])]) {
    const loss = (x: Tensor) => nn.softmaxCrossEntropy(x, target, { where, reduction: "none" });
    const x = tensor([[3, 1], [0, 0]]);
    assertEquals(loss(x).toArray(), [0, Math.fround(Math.LN2)]);
    assertEquals(grad((x: Tensor) => sum(loss(x)))(x).toArray(), [[0, 0], [0.5, -0.5]]);
  }
});

Deno.test("rankingSoftmaxLoss() takes the mean over lists that have items", () => {
  const where = tensor([[true, true], [false, false]]);
  const [x, y] = [tensor([[0, 0], [7, 8]]), tensor([[1, 0], [1, 1]])];
  assertAlmostEquals(nn.rankingSoftmaxLoss(x, y, { where }).item(), Math.LN2, 1e-6);
  assertEquals(nn.rankingSoftmaxLoss(x, y, { where: tensor([[false, false], [false, false]]) }).item(), 0);
  assertThrows(() => nn.rankingSoftmaxLoss(x, tensor([1])), RangeError, "rankingSoftmaxLoss expects");
});

Deno.test("klDivergence() has a finite gradient where a target is 0", () => {
  const logs = log(tensor([0.5, 0.5]));
  assertEquals(
    grad((t: Tensor) => nn.klDivergence(logs, t))(tensor([0, 0])).data().every(Number.isFinite),
    true,
  );
});

Deno.test("ntxent() pulls equal labels together", () => {
  const embeddings = tensor([[1, 0.1], [0.2, 1], [1, 0], [0, 1]]);
  const right = nn.ntxent(embeddings, indices(0, 1, 0, 1), { temperature: 0.5 }).item();
  const wrong = nn.ntxent(embeddings, indices(0, 1, 1, 0), { temperature: 0.5 }).item();
  assertEquals(right < wrong, true);
  assertEquals(nn.ntxent(embeddings, indices(3, 3, 3, 3)).item(), 0);
  checkGradients((x: Tensor) => nn.ntxent(x, indices(0, 1, 0, 1), { temperature: 0.5 }), [embeddings]);
  assertThrows(() => nn.ntxent(tensor([1]), indices(1)), RangeError, "ntxent expects embeddings of rank 2");
  assertThrows(() => nn.ntxent(embeddings, indices(1)), RangeError, "ntxent expects labels of shape [4]");
  assertThrows(
    () => nn.ntxent(embeddings, indices(0, 1, 0, 1), { temperature: 0 }),
    RangeError,
    "ntxent expects temperature to be positive but got 0",
  );
});

Deno.test("tripletMarginLoss() takes odd degrees of absolute values", () => {
  const triplets = { anchors: tensor([0, 0]), positives: tensor([-2, 1]), negatives: tensor([0, 0]) };
  const loss = nn.tripletMarginLoss(triplets, { degree: 3, eps: 1e-12, margin: 0 }).item();
  assertAlmostEquals(loss, Math.cbrt(9) - 1e-4, 1e-5);
  assertThrows(
    () => nn.tripletMarginLoss(triplets, { degree: 0 }),
    RangeError,
    "tripletMarginLoss expects degree to be positive but got 0",
  );
  assertThrows(
    () => nn.tripletMarginLoss({ ...triplets, negatives: indices(1, 2) }),
    TypeError,
    "tripletMarginLoss expects negatives of float32 or float64 but got int32[2]",
  );
});

Deno.test("dice losses are 0 for equal regions and nearly 1 for disjoint ones", () => {
  const [a, b] = [tensor([[[1, 0], [1, 0]]]), tensor([[[0, 1], [0, 1]]])];
  const options = { logits: false, smooth: 1e-6 };
  assertEquals(nn.diceLoss(a, a, options).toArray(), [0]);
  assertAlmostEquals(nn.diceLoss(a, b, options).item(), 1, 1e-5);
  assertAlmostEquals(nn.diceLoss(a, b, { ...options, reduction: "sum" }).item(), 2, 1e-5);
  assertAlmostEquals(nn.binaryDiceLoss(tensor([[1, 0]]), tensor([[0, 1]]), options).item(), 1, 1e-5);
  assertThrows(() => nn.diceLoss(a, tensor([[1, 2]])), RangeError, "diceLoss expects");
  assertThrows(
    () => nn.diceLoss(a, a, { reduction: "max" as "mean" }),
    RangeError,
    "diceLoss expects reduction",
  );
  assertThrows(
    () => nn.multiclassGeneralizedDiceLoss(a, indices(1)),
    TypeError,
    "multiclassGeneralizedDiceLoss",
  );
  assertThrows(() => nn.binaryDiceLoss(tensor(1), tensor(1)), RangeError, "binaryDiceLoss expects");
});

Deno.test("losses throw for options out of range", () => {
  const [x, y] = [tensor([1, 2]), tensor([1, 0])];
  assertThrows(() => nn.huberLoss(x, y, { delta: 0 }), RangeError, "huberLoss expects delta to be positive");
  assertThrows(
    () => nn.cosineSimilarity(x, y, { eps: -1 }),
    RangeError,
    "cosineSimilarity expects eps from 0 on",
  );
  assertThrows(() => nn.smoothLabels(y, 2), RangeError, "smoothLabels expects alpha from 0 to 1 but got 2");
  assertThrows(
    () => nn.fenchelYoungLoss(1 as unknown as () => Tensor),
    TypeError,
    "fenchelYoungLoss expects a function but got number",
  );
  assertThrows(
    () => nn.fenchelYoungLoss(sum)(tensor([1, 2]), tensor([0, 1]), { reduce: "sum" } as never),
    TypeError,
    "fenchelYoungLoss expects the options reduction and mask but got reduce",
  );
  assertThrows(
    () => nn.softmaxCrossEntropyWithIntegerLabels(x, y),
    TypeError,
    "softmaxCrossEntropyWithIntegerLabels expects integer labels but got float32[2]",
  );
});
