/**
 * Tests of what losses cannot take.
 *
 * @module
 */
import { assertThrows } from "@std/assert/throws";
import * as nn from "../../../nn/mod.ts";
import { logSoftmax, random, softmax, type Tensor, tensor } from "../../../tensor/mod.ts";

const indices = (values: readonly number[] | readonly (readonly number[])[]): Tensor =>
  tensor(values, { dtype: "int32" });
// deno-lint-ignore no-explicit-any -- what the types forbid may still come from JavaScript
const wrong = (value: unknown): any => value;

const scores = random.normal(random.key(0), [5, 4]);
const others = random.normal(random.key(1), [5, 4]);
const shares = softmax(others);
const labels = indices([2, 0, 3, 1, 2]);
const signs = tensor([1, -1, -1, 1, -1]);
const [first, second] = [random.normal(random.key(2), [5]), random.normal(random.key(3), [5])];
const positive = tensor([0.1, 0.2, 0.3, 0.4, 0.5]);

Deno.test("losses of what does not fit are errors", () => {
  const triplet = { anchors: scores, positives: others, negatives: shares };
  const frames = logSoftmax(random.normal(random.key(6), [3, 2, 4]));
  const pair = indices([[1, 2], [3, 1]]);
  const ctc = (options: unknown, y = pair) => () => nn.ctcLossWithLengths(frames, y, wrong(options));
  const rows: readonly (readonly [() => unknown, typeof RangeError | typeof TypeError, string])[] = [
    [
      () => nn.klDivLoss(scores, tensor([1])),
      RangeError,
      "klDivLoss expects logPredictions and targets of one",
    ],
    [() => nn.klDivLoss(tensor(1), tensor(1), { reduction: "batchmean" }), RangeError, "expects a batch"],
    [
      () => nn.cosineEmbeddingLoss([scores, others], tensor([1])),
      RangeError,
      "targets of shape [...] but got",
    ],
    [() => nn.cosineEmbeddingLoss([scores, wrong(1)], signs), TypeError, "second of float32 or float64"],
    [
      () => nn.cosineEmbeddingLoss([scores, others], signs, { margin: NaN }),
      RangeError,
      "margin to be a finite",
    ],
    [() => nn.tripletMarginWithDistanceLoss(triplet, { degree: 0 }), RangeError, "positive but got 0"],
    [() => nn.tripletMarginWithDistanceLoss(triplet, { margin: NaN }), RangeError, "margin to be a finite"],
    [() => nn.tripletMarginWithDistanceLoss(triplet, { distance: wrong(1) }), TypeError, "to be a function"],
    [
      () => nn.tripletMarginWithDistanceLoss(triplet, { distance: () => wrong(1) }),
      TypeError,
      "give a tensor",
    ],
    [() => nn.multiMarginLoss(scores, indices([0, 1, 2, 3, 4])), RangeError, "labels from 0 to 3 but got 4"],
    [() => nn.multiMarginLoss(scores, labels, { degree: wrong(3) }), RangeError, "degree 1 or 2 but got 3"],
    [() => nn.multiMarginLoss(scores, labels, { weight: tensor([1]) }), RangeError, "weight of shape [4]"],
    [() => nn.multiMarginLoss(tensor(1), labels), RangeError, "an axis of classes"],
    [() => nn.multilabelMarginLoss(scores, labels), RangeError, "labels of shape [5, 4]"],
    [
      () => nn.multilabelMarginLoss(tensor([[1, 2]]), indices([[2, -1]])),
      RangeError,
      "from -1 to 1 but got 2",
    ],
    [() => nn.multilabelSoftMarginLoss(scores, labels), TypeError, "targets of float32 or float64"],
    [ctc({ blank: 4 }), RangeError, "blank to be one of 4 classes but got 4"],
    [ctc({}, indices([[0, 1], [1, 2]])), RangeError, "other than the blank 0 but got 0"],
    [ctc({}, indices([[1, 4], [1, 2]])), RangeError, "labels from 0 to 3 other than the blank 0 but got 4"],
    [ctc({ inputLengths: indices([4, 1]) }), RangeError, "inputLengths from 0 to 3 but got 4"],
    [ctc({ labelLengths: indices([1]) }), RangeError, "labelLengths of shape [2]"],
    [ctc({ labelLengths: tensor([1, 1]) }), TypeError, "integer labelLengths but got float32[2]"],
    [ctc({}, indices([1, 2])), RangeError, "labels of shape [2, labels]"],
    [() => nn.ctcLossWithLengths(tensor([1]), pair), RangeError, "logarithms of shape [frames, n, classes]"],
    [() => nn.softmaxCrossEntropy(scores, indices([0, 1, 2, 3, -1])), RangeError, "0 to 3 but got -1"],
    [() => nn.multiclassHingeLoss(scores, indices([0, 1, 2, 3, 4])), RangeError, "0 to 3 but got 4"],
    [
      () => nn.gaussianNllLoss({ mean: first, variance: -1 }, second),
      RangeError,
      "variance from 0 on but got -1",
    ],
    [() => nn.gaussianNllLoss({ mean: first, variance: signs }, second), RangeError, "from 0 on but got -1"],
    [
      () => nn.l1Loss(first, second, { weight: signs }),
      RangeError,
      "l1Loss expects weight of numbers from 0 on",
    ],
    [() => nn.meanSquaredError(first, second, { weight: signs }), RangeError, "weight of numbers from 0 on"],
    [() => nn.huberLoss(first, second, { weight: signs }), RangeError, "huberLoss expects weight of numbers"],
    [
      () => nn.nllLoss(scores, labels, { weight: tensor([1, 1, 1, -1]) }),
      RangeError,
      "numbers from 0 on but got -1",
    ],
    [() => nn.binaryCrossEntropy(positive, positive, { weight: signs }), RangeError, "weight of numbers"],
    [() => nn.sigmoidBinaryCrossEntropy(first, positive, { posWeight: signs }), RangeError, "posWeight of"],
    [() => nn.adaptiveLogSoftmax({ classes: 4, cutoffs: [] }), RangeError, "cutoffs that grow from 1 to 3"],
    [() => nn.adaptiveLogSoftmax({ classes: 4, cutoffs: [2, 2] }), RangeError, "but got [2,2]"],
    [() => nn.adaptiveLogSoftmax({ classes: 4, cutoffs: [4] }), RangeError, "but got [4]"],
    [() => nn.adaptiveLogSoftmax({ classes: 4, cutoffs: [2], divisor: 0 }), RangeError, "divisor between 1"],
    [
      () => nn.adaptiveLogSoftmax({ classes: 4, cutoffs: [1, 2] }).init(random.key(0), [8]),
      RangeError,
      "adaptiveLogSoftmax expects features that are left after 2 divisions by 4 but got [8]",
    ],
  ];
  for (const [call, kind, text] of rows) assertThrows(call, kind, text);
});
