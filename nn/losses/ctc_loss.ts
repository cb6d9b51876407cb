/**
 * The loss of sequences whose alignment is not known.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  add,
  broadcastTo,
  cast,
  concatenate,
  equal,
  expandDims,
  index,
  logSoftmax,
  matmul,
  multiply,
  negative,
  notEqual,
  oneHot,
  scan,
  slice,
  subtract,
  sum,
  swapAxes,
  Tensor,
  transpose,
  where,
  zeros,
} from "../../tensor/mod.ts";
import { checkFloats, checkIndices } from "./check.ts";
import { checkPositiveInteger } from "../check.ts";
import { equalShapes, formatShape } from "../../tensor/shape.ts";
import { logAddExp } from "./log_add_exp.ts";
import { type ExampleLossOptions, reduceLosses } from "./reduction.ts";

/** Options of `ctcLoss`. */
export interface CtcLossOptions extends ExampleLossOptions {
  /** Which frames are padding, of shape [n, frames]: not 0, or true; none by default. Padding stands at the end. */
  readonly logitPaddings?: Tensor;
  /** Which labels are padding, of shape [n, labels]: not 0, or true; none by default. Padding stands at the end. */
  readonly labelPaddings?: Tensor;
  /** The class that stands for no label. @default {0} */
  readonly blank?: number;
  /** What stands for the logarithm of 0: it keeps losses without any alignment finite. @default {-1e5} */
  readonly logEpsilon?: number;
}

const CTC_LOSS_OPTIONS = {
  logitPaddings: true,
  labelPaddings: true,
  blank: true,
  logEpsilon: true,
  reduction: true,
  mask: true,
} as const;

/** What `ctcLossWithForwardProbabilities` returns. */
export interface CtcForward {
  /** One loss for each sequence, or with a reduction a scalar. */
  readonly loss: Tensor;
  /** The logarithm of the probability to be at a blank before each label, of shape [frames, n, labels + 1]. */
  readonly logAlphaBlank: Tensor;
  /** The logarithm of the probability to be at each label, of shape [frames, n, labels]. */
  readonly logAlphaEmit: Tensor;
}

/**
 * The connectionist temporal classification loss, as `optax.losses.ctc_loss`: the negative logarithm of the probability
 * of all alignments that read as the labels when repeats are joined and blanks left out. After Graves et al.,
 * "Connectionist Temporal Classification" (2006).
 *
 * @param logits Scores of shape [n, frames, classes].
 * @param labels Class indices of shape [n, labels].
 * @param options Paddings, the blank and the reduction.
 * @returns One loss for each sequence, or with a reduction a scalar.
 * @throws {TypeError} If logits are not floating point or labels not integers.
 * @throws {RangeError} If the shapes do not fit, there are no frames, or the blank is no class.
 *
 * @example The single label can stand in either frame, or in both
 * ```ts
 * import { tensor, zeros } from "@weft/weft";
 * import { ctcLoss } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const loss = ctcLoss(zeros([1, 2, 2]), tensor([[1]], { dtype: "int32" }));
 * assertAlmostEquals(loss.item(), -Math.log(3 / 4), 1e-6);
 * ```
 */
export function ctcLoss(logits: Tensor, labels: Tensor, options: CtcLossOptions = {}): Tensor {
  checkOptionNames("ctcLoss", options, CTC_LOSS_OPTIONS);
  return forward("ctcLoss", logits, labels, options).loss;
}

/**
 * `ctcLoss` with the forward probabilities that it is made from, as `optax.losses.ctc_loss_with_forward_probs`.
 *
 * @returns The loss and the logarithms of the probabilities after each frame.
 * @throws {TypeError} If logits are not floating point or labels not integers.
 * @throws {RangeError} If the shapes do not fit, there are no frames, or the blank is no class.
 *
 * @example
 * ```ts
 * import { tensor, zeros } from "@weft/weft";
 * import { ctcLossWithForwardProbabilities } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const labels = tensor([[1, 1]], { dtype: "int32" });
 * const { logAlphaBlank, logAlphaEmit } = ctcLossWithForwardProbabilities(zeros([1, 5, 3]), labels);
 * assertEquals([logAlphaBlank.shape, logAlphaEmit.shape], [[5, 1, 3], [5, 1, 2]]);
 * ```
 */
export function ctcLossWithForwardProbabilities(
  logits: Tensor,
  labels: Tensor,
  options: CtcLossOptions = {},
): CtcForward {
  checkOptionNames("ctcLossWithForwardProbabilities", options, CTC_LOSS_OPTIONS);
  return forward("ctcLossWithForwardProbabilities", logits, labels, options);
}

function forward(operation: string, logits: Tensor, labels: Tensor, options: CtcLossOptions): CtcForward {
  const { blank = 0, logEpsilon = -1e5 } = options;
  const { labelPaddings, logitPaddings } = checked(operation, logits, labels, options);
  const { dtype, shape: [n, frames, classes] } = logits;
  const length = labels.shape[1];
  const logProbabilities = logSoftmax(logits);
  const blanks = index(transpose(logProbabilities, [2, 1, 0]), blank);
  const own = oneHot(labels, classes, { dtype });
  const emits = transpose(matmul(logProbabilities, swapAxes(own, 1, 2)), [1, 0, 2]);
  // A repeated label needs a blank between: log(0) for the way that a label does not have.
  const repeats = equal(head(labels), tail(labels));
  const open = zeros([n, 1], { dtype });
  const never = broadcastTo(add(zeros([], { dtype }), logEpsilon), [n, length]);
  const closed = slice(never, [null, [1, length]]);
  const afterLabel = concatenate([where(repeats, closed, 0), open], 1);
  const afterBlank = concatenate([where(repeats, 0, closed), broadcastTo(add(open, logEpsilon), [n, 1])], 1);

  const advance = (alphas: Alphas, frame: Frame): [Alphas, Alphas] => {
    const [emit, pass] = [frame.emit, expandDims(frame.pass, 1)];
    const reached = arrive(alphas.blank, add(alphas.emit, afterLabel));
    const next = {
      blank: arrive(add(reached, pass), add(add(alphas.emit, pass), afterBlank)),
      emit: logAddExp(add(head(reached), emit), add(alphas.emit, emit)),
    };
    if (frame.padded === null) return [next, next];
    const padded = expandDims(frame.padded, 1);
    const kept = {
      blank: where(padded, alphas.blank, next.blank),
      emit: where(padded, alphas.emit, next.emit),
    };
    return [kept, kept];
  };
  const start: Alphas = { blank: concatenate([open, never], 1), emit: never };
  const steps: Frame = {
    emit: emits,
    pass: blanks,
    padded: logitPaddings === null ? null : transpose(logitPaddings),
  };
  const [end, all] = scan(advance, start, steps);
  const last = arrive(end.blank, end.emit);
  const lengths = labelPaddings === null
    ? broadcastTo(add(zeros([], { dtype: "int32" }), length), [n])
    : subtract(length, sum(cast(labelPaddings, "int32"), { axes: 1 }));
  const losses = negative(sum(multiply(last, oneHot(lengths, length + 1, { dtype })), { axes: 1 }));
  return {
    loss: reduceLosses(operation, losses, options, "none"),
    logAlphaBlank: concatenate([slice(all.blank, [[0, frames - 1]]), expandDims(last, 0)]),
    logAlphaEmit: all.emit,
  };
}

/** Logarithms of the probabilities to be at each blank and at each label. */
type Alphas = { readonly blank: Tensor; readonly emit: Tensor };

/** What a frame says: of labels, of the blank, and whether it is padding. Along the first axis, all frames. */
type Frame = { readonly emit: Tensor; readonly pass: Tensor; readonly padded: Tensor | null };

/** What is known of blanks, with what comes from the label before each. */
function arrive(blanks: Tensor, labels: Tensor): Tensor {
  return concatenate([slice(blanks, [null, [0, 1]]), logAddExp(tail(blanks), labels)], 1);
}

/** All columns but the last. */
function head(x: Tensor): Tensor {
  return slice(x, [null, [0, x.shape[1] - 1]]);
}

/** All columns but the first. */
function tail(x: Tensor): Tensor {
  return slice(x, [null, [1, x.shape[1]]]);
}

interface Paddings {
  readonly logitPaddings: Tensor | null;
  readonly labelPaddings: Tensor | null;
}

function checked(operation: string, logits: Tensor, labels: Tensor, options: CtcLossOptions): Paddings {
  checkFloats(operation, { logits });
  if (logits.rank !== 3 || logits.shape[1] === 0) {
    throw new RangeError(
      `${operation} expects logits of shape [n, frames, classes] but got ${formatShape(logits.shape)}`,
    );
  }
  const [n, frames, classes] = logits.shape;
  checkIndices(operation, labels, [n, labels instanceof Tensor ? labels.shape[1] ?? 0 : 0]);
  checkPositiveInteger(operation, "the number of labels", labels.shape[1]);
  const { blank = 0 } = options;
  if (!Number.isInteger(blank) || blank < 0 || blank >= classes) {
    throw new RangeError(`${operation} expects blank to be one of ${classes} classes but got ${blank}`);
  }
  const paddings = (name: "logitPaddings" | "labelPaddings", shape: readonly number[]): Tensor | null => {
    const given = options[name];
    if (given === undefined) return null;
    if (!(given instanceof Tensor) || !equalShapes(given.shape, shape)) {
      const got = given instanceof Tensor ? formatShape(given.shape) : typeof given;
      throw new RangeError(`${operation} expects ${name} of shape ${formatShape(shape)} but got ${got}`);
    }
    return given.dtype === "bool" ? given : notEqual(given, 0);
  };
  return {
    logitPaddings: paddings("logitPaddings", [n, frames]),
    labelPaddings: paddings("labelPaddings", [n, labels.shape[1]]),
  };
}
