/**
 * The loss of sequences whose alignment is not known, by their lengths.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  add,
  arange,
  broadcastTo,
  cast,
  concatenate,
  divide,
  equal,
  expandDims,
  full,
  greater,
  less,
  lessEqual,
  logicalAnd,
  logSumExp,
  maximum,
  mean,
  multiply,
  negative,
  notEqual,
  reshape,
  scan,
  slice,
  squeeze,
  stack,
  subtract,
  takeAlongAxis,
  type Tensor,
  where,
} from "../../tensor/mod.ts";
import { checkFloats } from "./check.ts";
import { checkedSequences, type CtcSequences } from "./ctc_sequences.ts";
import { type LossOptions, reduceLosses } from "./reduction.ts";

/** Options of `ctcLossWithLengths`. */
export interface CtcLossWithLengthsOptions extends LossOptions {
  /** How many frames of each sequence count, integers of shape [n]; all by default. */
  readonly inputLengths?: Tensor;
  /** How many labels of each sequence count, integers of shape [n]; all by default. */
  readonly labelLengths?: Tensor;
  /** The class that stands for no label. @default {0} */
  readonly blank?: number;
  /** Whether a sequence too short for its labels has a loss and a gradient of 0, else Infinity. @default {false} */
  readonly zeroInfinity?: boolean;
}

const CTC_LOSS_WITH_LENGTHS_OPTIONS = {
  inputLengths: true,
  labelLengths: true,
  blank: true,
  zeroInfinity: true,
  reduction: true,
  mask: true,
} as const;

/** What stands for the logarithm of 0: no sum of real ones comes near it. */
const NEVER = -1e30;

/**
 * The connectionist temporal classification loss, as torch.nn.functional.ctc_loss: the negative logarithm of the
 * probability of all alignments that read as the labels when repeats are joined and blanks left out; after Graves et
 * al., "Connectionist Temporal Classification" (2006). The mean is that of the losses divided by the number of their
 * labels, or 1 for none. {@linkcode ctcLoss} is optax's, which takes logits with the batch first and paddings.
 *
 * @param logProbabilities The logarithms of the probabilities, [frames, n, classes], as `logSoftmax` gives them; or
 * [frames, classes] of one sequence.
 * @param labels Class indices other than the blank, [n, labels]; or [labels] of one sequence, or with `labelLengths`
 * of all sequences one after the other.
 * @param options Lengths, the blank, what becomes of impossible sequences, the mask and the reduction.
 * @returns A scalar, or with reduction "none" one loss for each sequence.
 * @throws {TypeError} If the logarithms are not floating point, or labels or lengths not integers.
 * @throws {RangeError} If the shapes do not fit, the blank is no class, or a known label or length is out of range.
 *
 * @example The single label can stand in either frame, or in both
 * ```ts
 * import { logSoftmax, tensor, zeros } from "@weft/weft";
 * import { ctcLossWithLengths } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const labels = tensor([[1]], { dtype: "int32" });
 * const loss = ctcLossWithLengths(logSoftmax(zeros([2, 1, 2])), labels);
 * assertAlmostEquals(loss.item(), -Math.log(3 / 4), 1e-6);
 * ```
 */
export function ctcLossWithLengths(
  logProbabilities: Tensor,
  labels: Tensor,
  options: CtcLossWithLengthsOptions = {},
): Tensor {
  checkOptionNames("ctcLossWithLengths", options, CTC_LOSS_WITH_LENGTHS_OPTIONS);
  const name = "ctcLossWithLengths";
  checkFloats(name, { logProbabilities });
  const sequences = checkedSequences(name, logProbabilities, labels, options);
  const { zeroInfinity = false, reduction = "mean", mask } = options;
  const likelihood = forward(sequences);
  const possible = greater(likelihood, NEVER / 2);
  const batch = where(possible, negative(likelihood), zeroInfinity ? 0 : Infinity);
  const { dtype } = logProbabilities;
  const losses = sequences.single ? squeeze(batch, 0) : batch;
  if (reduction !== "mean") return reduceLosses(name, losses, { ...options, reduction }, "mean");
  const each = divide(batch, maximum(cast(sequences.labelLengths, dtype as "float32"), 1));
  const normalized = sequences.single ? squeeze(each, 0) : each;
  return mask === undefined ? mean(normalized) : reduceLosses(name, normalized, { mask }, "mean");
}

/** The logarithm of the probability of all alignments of each sequence, of shape [n]. */
function forward({ emissions, labels, inputLengths, labelLengths, blank }: CtcSequences): Tensor {
  const { dtype, shape: [frames, n] } = emissions;
  const length = labels.shape[1];
  const states = 2 * length + 1;
  // Blanks and labels in turn: blank, label, blank, label, blank.
  const blanks = full([n, length + 1], blank, { dtype: "int32" });
  const pairs = stack([slice(blanks, [null, [0, length]]), labels], 2);
  const ways = concatenate([reshape(pairs, [n, 2 * length]), slice(blanks, [null, [0, 1]])], 1);
  const indices = broadcastTo(expandDims(ways, 0), [frames, n, states]);
  const emits = maximum(takeAlongAxis(emissions, indices, -1, { mode: "clip" }), NEVER);
  const never = full([n, Math.min(2, states)], NEVER, { dtype: dtype as "float32" });
  const shifted = (x: Tensor, by: number): Tensor =>
    states < by ? broadcastTo(slice(never, [null, [0, 1]]), [n, states]) : concatenate([
      slice(never, [null, [0, by]]),
      slice(x, [null, [0, states - by]]),
    ], 1);
  const numbers = arange(states, { dtype: "int32" });
  // A label follows the label before without a blank between where it is another.
  const before = states < 2 ? ways : concatenate([
    slice(blanks, [null, [0, 1]]),
    slice(blanks, [null, [0, 1]]),
    slice(ways, [null, [0, states - 2]]),
  ], 1);
  const skips = logicalAnd(notEqual(ways, blank), logicalAnd(notEqual(ways, before), greater(numbers, 1)));
  const start = where(equal(numbers, 0), 0, full([n, states], NEVER, { dtype: dtype as "float32" }));
  const [last] = scan(
    (alpha: Tensor, frame: { readonly emit: Tensor; readonly number: Tensor }): [Tensor, null] => {
      const reached = logSumExp(
        stack([alpha, shifted(alpha, 1), where(skips, shifted(alpha, 2), NEVER)]),
        { axes: 0 },
      );
      const next = maximum(add(reached, frame.emit), NEVER);
      return [where(expandDims(less(frame.number, inputLengths), 1), next, alpha), null];
    },
    start,
    { emit: emits, number: arange(frames, { dtype: "int32" }) },
  );
  const end = expandDims(multiply(labelLengths, 2), 1);
  const ends = logicalAnd(lessEqual(numbers, end), greater(numbers, subtract(end, 2)));
  return logSumExp(where(ends, last, NEVER), { axes: 1 });
}
