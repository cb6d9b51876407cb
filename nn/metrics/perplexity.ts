/**
 * How many choices a model of sequences is left with.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { exp, logicalAnd, notEqual, type Tensor } from "../../tensor/mod.ts";
import { softmaxCrossEntropy } from "../losses/softmax_cross_entropy.ts";
import { type MeanState, runningMean, type RunningMetric } from "./running.ts";

/** Options of `perplexity`. */
export interface PerplexityOptions {
  /** A label that counts nothing, padding for example; none by default. */
  readonly ignoreIndex?: number;
  /** Which labels count, booleans of their shape; all by default. */
  readonly mask?: Tensor;
}

const PERPLEXITY_OPTIONS = { ignoreIndex: true, mask: true } as const;

/**
 * `e^(mean cross entropy)` of the labels: how many classes are as good as equally likely. A uniform guess has as many as
 * there are classes, a perfect one 1.
 *
 * @param logits Scores of shape [..., classes].
 * @param labels Class indices of shape [...].
 * @param options Which labels count.
 * @returns A scalar.
 * @throws {TypeError} If logits are not floating point, or labels not integers.
 * @throws {RangeError} If the shapes do not fit, or a known label is no class.
 *
 * @example
 * ```ts
 * import { tensor, zeros } from "@weft/weft";
 * import { perplexity } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const labels = tensor([2, 0], { dtype: "int32" });
 * assertAlmostEquals(perplexity(zeros([2, 4]), labels).item(), 4, 1e-5);
 * ```
 */
export function perplexity(logits: Tensor, labels: Tensor, options: PerplexityOptions = {}): Tensor {
  checkOptionNames("perplexity", options, PERPLEXITY_OPTIONS);
  return exp(softmaxCrossEntropy(logits, labels, options));
}

const RUNNING_PERPLEXITY_OPTIONS = { ignoreIndex: true } as const;

/**
 * `perplexity` over batches: of the mean over all labels that count, whatever the sizes of the batches.
 *
 * @example
 * ```ts
 * import { tensor, zeros } from "@weft/weft";
 * import { runningPerplexity } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const metric = runningPerplexity({ ignoreIndex: -1 });
 * const state = metric.update(metric.init(), zeros([2, 4]), tensor([2, -1], { dtype: "int32" }));
 * assertAlmostEquals(metric.value(state).item(), 4, 1e-5);
 * ```
 */
export function runningPerplexity(
  options: { readonly ignoreIndex?: number } = {},
): RunningMetric<MeanState, readonly [logits: Tensor, labels: Tensor, mask?: Tensor]> {
  checkOptionNames("runningPerplexity", options, RUNNING_PERPLEXITY_OPTIONS);
  const { ignoreIndex } = options;
  const running = runningMean((logits: Tensor, labels: Tensor, mask?: Tensor) => {
    const given = ignoreIndex === undefined ? undefined : notEqual(labels, ignoreIndex);
    const counted = given === undefined ? mask : mask === undefined ? given : logicalAnd(given, mask);
    const values = softmaxCrossEntropy(logits, labels, {
      reduction: "none",
      ...(counted === undefined ? {} : { mask: counted }),
    });
    return counted === undefined ? values : { values, mask: counted };
  });
  return { ...running, value: (state) => exp(running.value(state)) };
}
