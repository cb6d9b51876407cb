/**
 * Metrics against numbers that scikit-learn printed.
 *
 * @module
 */
import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import * as nn from "../../../nn/mod.ts";
import { cast, compile, type NestedNumbers, type Tensor, tensor } from "../../../tensor/mod.ts";

interface Case {
  readonly metric: string;
  readonly inputs: Readonly<Record<string, NestedNumbers>>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly value: number | readonly number[];
}

const file = new URL("../../golden/sklearn_metrics.json", import.meta.url);
const { metrics } = JSON.parse(Deno.readTextFileSync(file)) as { readonly metrics: readonly Case[] };

const ofMatrix = (f: typeof nn.fScore) => ([predictions, labels]: readonly Tensor[], options: object) => {
  const { classes, ...rest } = options as { readonly classes: number };
  return f(cast(nn.confusionMatrix(predictions, labels, { classes }), "float64"), rest);
};

const OURS: Readonly<Record<string, (inputs: readonly Tensor[], options: object) => Tensor>> = {
  confusionMatrix: ([predictions, labels], options) => nn.confusionMatrix(predictions, labels, options),
  precision: ofMatrix(nn.precision),
  recall: ofMatrix(nn.recall),
  fScore: ofMatrix(nn.fScore),
  accuracy: ([scores, labels], options) => nn.accuracy(scores, labels, options),
  topKAccuracy: ([scores, labels], options) => nn.topKAccuracy(scores, labels, options),
  rocArea: ([scores, labels], options) => nn.rocArea(scores, labels, options),
  meanAbsoluteError: ([prediction, target]) => nn.meanAbsoluteError(prediction, target),
  meanSquaredError: ([prediction, target]) => nn.meanSquaredError(prediction, target),
  r2Score: ([prediction, target], options) => nn.r2Score(prediction, target, options),
  perplexity: ([scores, labels]) => nn.perplexity(scores, labels),
};

for (const metric of Object.keys(OURS)) {
  Deno.test(`${metric}() has the numbers of scikit-learn, compiled too`, () => {
    const cases = metrics.filter((one) => one.metric === metric);
    assertEquals(cases.length > 0, true);
    for (const { inputs, options, value } of cases) {
      // As float32 some scores would be equal that are not.
      const dtypes = metric === "rocArea" ? ["float64"] as const : ["float32", "float64"] as const;
      for (const dtype of dtypes) {
        const given = Object.entries(inputs).map(([name, values]) =>
          tensor(values as number[], { dtype: ["labels", "predictions"].includes(name) ? "int32" : dtype })
        );
        const run = (...xs: Tensor[]): Tensor => OURS[metric](xs, options);
        for (const result of [run(...given), compile(run)(...given)]) {
          const close = result.dtype === "float64" ? 1e-12 : 2e-6;
          const expected = [value].flat() as number[];
          assertEquals(result.size, expected.length);
          result.data().forEach((x, i) =>
            assertAlmostEquals(x, expected[i], close * Math.max(1, expected[i]))
          );
        }
      }
    }
  });
}
