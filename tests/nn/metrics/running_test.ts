/**
 * Laws of metrics: over batches, masked, and what they cannot take.
 *
 * @module
 */
import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import * as nn from "../../../nn/mod.ts";
import { cast, compile, notEqual, random, slice, type Tensor, tensor } from "../../../tensor/mod.ts";

const indices = (...values: number[]): Tensor => tensor(values, { dtype: "int32" });
// deno-lint-ignore no-explicit-any -- what the types forbid may still come from JavaScript
const wrong = (value: unknown): any => value;

/** Cuts batches at the same places, counts some apart, and merges both. */
function inBatches<State, Batch extends readonly Tensor[]>(
  metric: nn.RunningMetric<State, Batch>,
  whole: Batch,
  cuts: readonly number[],
): Tensor {
  const ends = [...new Set([...cuts, whole[0].shape[0]])].sort((a, b) => a - b);
  const states = [metric.init(), metric.init()];
  ends.forEach((end, i) => {
    const batch = whole.map((x) => slice(x, [[i === 0 ? 0 : ends[i - 1], end]]));
    states[i % 2] = metric.update(states[i % 2], ...batch as unknown as Batch);
  });
  return metric.value(metric.merge(states[0], states[1]));
}

const cutsOf = fc.array(fc.integer({ min: 1, max: 29 }), { maxLength: 4 });
const key = random.key(5);
const scores = random.normal(key, [30, 4]);
const labels = random.randint(random.key(6), [30], { min: 0, max: 4 });
const [prediction, target] = [random.normal(random.key(7), [30, 2]), random.normal(random.key(8), [30, 2])];

Deno.test("running metrics over any batches are those of all examples at once", () => {
  fc.assert(
    fc.property(cutsOf, (cuts) => {
      const rows: readonly (readonly [string, Tensor, Tensor])[] = [
        [
          "accuracy",
          inBatches(
            nn.runningMean((x: Tensor, y: Tensor) => nn.accuracy(x, y, { reduction: "none" })),
            [scores, labels],
            cuts,
          ),
          nn.accuracy(scores, labels),
        ],
        [
          "confusionMatrix",
          inBatches(nn.runningConfusionMatrix({ classes: 4 }), [scores, labels], cuts),
          nn.confusionMatrix(scores, labels),
        ],
        ["rocArea", inBatches(nn.runningRocArea(), [scores, labels], cuts), nn.rocArea(scores, labels)],
        [
          "r2Score",
          inBatches(nn.runningR2Score(), [prediction, target], cuts),
          nn.r2Score(prediction, target),
        ],
        [
          "perplexity",
          inBatches(
            nn.runningPerplexity(),
            [scores, labels] as readonly [Tensor, Tensor],
            cuts,
          ),
          nn.perplexity(scores, labels),
        ],
      ];
      for (const [name, given, expected] of rows) {
        assertEquals(given.shape, expected.shape, name);
        given.data().forEach((x, i) => assertAlmostEquals(x, expected.data()[i], 2e-6, name));
      }
    }),
    { numRuns: 15 },
  );
});

Deno.test("an update compiles", () => {
  const metric = nn.runningConfusionMatrix({ classes: 4 });
  const update = compile((state: Tensor, x: Tensor, y: Tensor) => metric.update(state, x, y));
  const state = update(update(metric.init(), scores, labels), scores, labels);
  assertEquals(state.toArray(), nn.confusionMatrix(scores, labels).multiply(2).toArray());
  const mean = nn.runningMean((x: Tensor) => x);
  const next = compile((state: nn.MeanState, x: Tensor) => mean.update(state, x));
  assertEquals(mean.value(next(next(mean.init(), tensor([1, 2])), tensor([6]))).item(), 3);
  assertEquals(mean.value(mean.init()).item(), NaN);
});

Deno.test("what is masked or ignored is as if left out", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (kept) => {
      fc.pre(kept.some(Boolean));
      const mask = tensor(kept);
      const rows = kept.flatMap((keep, i) => keep ? [i] : []);
      const values = scores.toArray() as number[][];
      const some = tensor(rows.map((i) => values[i]));
      const own = indices(...rows.map((i) => labels.data()[i]));
      const ignored = indices(...kept.map((keep, i) => keep ? labels.data()[i] : -7));
      assertAlmostEquals(
        nn.accuracy(scores, labels, { mask }).item(),
        nn.accuracy(some, own).item(),
        1e-6,
      );
      assertAlmostEquals(
        nn.topKAccuracy(scores, ignored, { ignoreIndex: -7, k: 2 }).item(),
        nn.topKAccuracy(some, own, { k: 2 }).item(),
        1e-6,
      );
      assertEquals(
        nn.confusionMatrix(scores, ignored, { mask }).toArray(),
        nn.confusionMatrix(some, own).toArray(),
      );
      const running = nn.runningPerplexity({ ignoreIndex: -7 });
      for (
        const found of [
          nn.perplexity(scores, ignored, { ignoreIndex: -7 }),
          nn.perplexity(scores, ignored, { mask }),
          running.value(running.update(running.init(), scores, ignored)),
          running.value(running.update(running.init(), scores, ignored, notEqual(ignored, -7))),
        ]
      ) assertAlmostEquals(found.item(), nn.perplexity(some, own).item(), 1e-4);
    }),
    { numRuns: 20 },
  );
});

Deno.test("topKAccuracy() grows with k up to 1, and starts with accuracy", () => {
  const shares = [1, 2, 3, 4, 5].map((k) => nn.topKAccuracy(scores, labels, { k }).item());
  assertEquals(shares[0], nn.accuracy(scores, labels).item());
  assertEquals(shares.slice(3), [1, 1]);
  assertEquals([...shares].sort((a, b) => a - b), shares);
  const tied = tensor([[1, 1, 1]]);
  assertEquals(
    [0, 1, 2].map((label) => nn.topKAccuracy(tied, indices(label), { k: 2 }).item()),
    [1, 1, 0],
  );
});

Deno.test("rocArea() of turned scores is the rest to 1, and does not see how large scores are", () => {
  const score = fc.integer({ min: -3, max: 3 });
  fc.assert(fc.property(fc.array(fc.tuple(score, fc.boolean()), { minLength: 2, maxLength: 20 }), (pairs) => {
    const own = pairs.filter(([, label]) => label).map(([x]) => x);
    const rest = pairs.filter(([, label]) => !label).map(([x]) => x);
    fc.pre(own.length > 0 && rest.length > 0);
    const wins = own.flatMap((a) => rest.map((b): number => a > b ? 1 : a === b ? 0.5 : 0));
    const expected = wins.reduce((a, b) => a + b) / wins.length;
    const [x, y] = [tensor(pairs.map(([x]) => x)), tensor(pairs.map(([, label]) => label))];
    assertAlmostEquals(nn.rocArea(x, y).item(), expected, 1e-6);
    assertAlmostEquals(nn.rocArea(x.multiply(-1), y).item(), 1 - expected, 1e-6);
    assertEquals(nn.rocArea(x.multiply(1e30), y).item(), nn.rocArea(x, cast(y, "int32")).item());
  }));
  assertEquals(nn.rocArea(tensor([1, 2]), indices(1, 1)).item(), NaN);
});

Deno.test("metrics of what does not fit are errors", () => {
  const matrix = tensor([[1, 2], [3, 4]]);
  const running = nn.runningRocArea();
  const once = running.update(running.init(), tensor([0.1, 0.2]), indices(0, 1));
  const rows: readonly (readonly [() => unknown, typeof RangeError | typeof TypeError, string])[] = [
    [() => nn.accuracy(matrix, indices(0, 2)), RangeError, "accuracy expects labels from 0 to 1 but got 2"],
    [() => nn.accuracy(matrix, indices(0)), RangeError, "accuracy expects"],
    [
      () => nn.topKAccuracy(matrix, indices(0, 1), { k: 0 }),
      RangeError,
      "k to be a positive integer but got 0",
    ],
    [() => nn.topKAccuracy(matrix, indices(0, -1)), RangeError, "labels from 0 to 1 but got -1"],
    [() => nn.confusionMatrix(indices(0), indices(0)), TypeError, "confusionMatrix expects classes to be"],
    [() => nn.confusionMatrix(indices(3), indices(0), { classes: 2 }), RangeError, "from 0 to 1 but got 3"],
    [() => nn.confusionMatrix(indices(0), indices(0, 1), { classes: 2 }), RangeError, "labels of shape [1]"],
    [() => nn.confusionMatrix(matrix, indices(0, 1), { classes: 3 }), RangeError, "logits of shape [..., 3]"],
    [() => nn.confusionMatrix(wrong([1]), indices(0)), TypeError, "predictions of integers or floats"],
    [
      () => nn.confusionMatrix(matrix, indices(0, 1), { mask: indices(0, 1) }),
      TypeError,
      "mask of booleans of shape [2]",
    ],
    [() => nn.runningConfusionMatrix({ classes: 0 }), RangeError, "to be a positive integer but got 0"],
    [
      () => nn.precision(tensor([1, 2])),
      RangeError,
      "precision expects a matrix of shape [classes, classes]",
    ],
    [() => nn.recall(wrong(1)), TypeError, "recall expects a matrix of counts but got a number"],
    [() => nn.fScore(matrix, { beta: -1 }), RangeError, "fScore expects beta from 0 on but got -1"],
    [() => nn.fScore(matrix, { average: wrong("mean") }), RangeError, "but got mean"],
    [() => nn.rocArea(indices(1), indices(1)), TypeError, "rocArea expects scores of float32"],
    [() => nn.rocArea(tensor(1), indices(1)), RangeError, "scores of shape [n] or [n, classes]"],
    [() => nn.rocArea(tensor([1, 2]), indices(1)), RangeError, "labels of shape [2]"],
    [() => nn.rocArea(tensor([1, 2]), indices(1, 2)), RangeError, "labels from 0 to 1 but got 2"],
    [() => nn.rocArea(matrix, indices(0, 1), { average: wrong("micro") }), RangeError, "but got micro"],
    [() => running.value(running.init()), RangeError, "runningRocArea expects a batch before its value"],
    [() => running.update(once, matrix, indices(0, 1)), RangeError, "runningRocArea expects scores of shape"],
    [() => running.update(once, matrix, wrong(1)), TypeError, "labels to be a tensor but got a number"],
    [() => nn.meanAbsoluteError(matrix, tensor([1])), RangeError, "meanAbsoluteError expects"],
    [() => nn.r2Score(matrix, tensor([1])), RangeError, "r2Score expects prediction and target of one shape"],
    [() => nn.r2Score(tensor(1), tensor(1)), RangeError, "operands of shape [n] or [n, outputs]"],
    [() => nn.r2Score(wrong(1), tensor([1])), TypeError, "r2Score expects prediction of float32"],
    [() => nn.runningR2Score({ average: wrong("micro") }), RangeError, "but got micro"],
    [() => nn.perplexity(matrix, indices(0, 2)), RangeError, "labels from 0 to 1 but got 2"],
    [() => nn.runningMean(wrong(1)), TypeError, "runningMean expects a function but got a number"],
    [
      () => {
        const metric = nn.runningMean(() => wrong(1));
        metric.update(metric.init());
      },
      TypeError,
      "runningMean expects measured tensors",
    ],
  ];
  for (const [call, kind, text] of rows) assertThrows(call, kind, text);
});
