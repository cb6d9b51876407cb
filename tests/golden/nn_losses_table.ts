/**
 * The golden losses, by the names of torch.
 *
 * @module
 */
import * as nn from "../../nn/mod.ts";
import { logSoftmax, random, type Tensor } from "../../tensor/mod.ts";
import { type Call, type Options, product, type TableOperation } from "./table.ts";

const reductionOf = ({ reduction = "mean" }: Options): { readonly reduction: nn.Reduction } => ({
  reduction: reduction as nn.Reduction,
});
const ignored = ({ ignore_index: ignoreIndex = -100 }: Options): { readonly ignoreIndex: number } => ({
  ignoreIndex: ignoreIndex as number,
});
/** Classes stand behind the batch, or first where there is none. */
const classAxis = (x: Tensor): number => x.rank === 1 ? 0 : 1;
const finite = (call: Call, options: readonly string[]): TableOperation => ({
  ...product(call, options),
  finiteGradients: true,
});
const CLASSES = ["reduction", "ignore_index"];

/** By the names of torch. */
export const LOSSES: Readonly<Record<string, TableOperation>> = {
  l1_loss: product(([x, y], options) => [nn.l1Loss(x, y, reductionOf(options))], ["reduction"]),
  smooth_l1_loss: product(
    (
      [x, y],
      options,
    ) => [nn.smoothL1Loss(x, y, { beta: Number(options.beta ?? 1), ...reductionOf(options) })],
    ["reduction", "beta"],
  ),
  huber_loss: product(
    ([x, y], options) => [nn.huberLoss(x, y, { delta: Number(options.delta ?? 1), ...reductionOf(options) })],
    ["reduction", "delta"],
  ),
  nll_loss: product(
    (
      [x, labels],
      options,
    ) => [nn.nllLoss(x, labels, { axis: classAxis(x), ...ignored(options), ...reductionOf(options) })],
    CLASSES,
  ),
  nll_loss_weight: product(
    ([x, labels, weight], options) => [
      nn.nllLoss(x, labels, { axis: classAxis(x), weight, ...ignored(options), ...reductionOf(options) }),
    ],
    CLASSES,
  ),
  cross_entropy: crossEntropy(),
  cross_entropy_weight: crossEntropy(),
  binary_cross_entropy_with_logits: product(
    ([x, y], options) => [nn.sigmoidBinaryCrossEntropy(x, y, reductionOf(options))],
    ["reduction"],
  ),
  binary_cross_entropy_with_logits_weight: product(([x, y, weight], options) => [
    nn.sigmoidBinaryCrossEntropy(x, y, { weight, ...reductionOf(options) }),
  ], ["reduction"]),
  binary_cross_entropy_with_logits_pos_weight: product(([x, y, posWeight], options) => [
    nn.sigmoidBinaryCrossEntropy(x, y, { posWeight, ...reductionOf(options) }),
  ], ["reduction"]),
  binary_cross_entropy: product(
    ([x, y], options) => [nn.binaryCrossEntropy(x, y, reductionOf(options))],
    ["reduction"],
  ),
  binary_cross_entropy_weight: product(([x, y, weight], options) => [
    nn.binaryCrossEntropy(x, y, { weight, ...reductionOf(options) }),
  ], ["reduction"]),
  poisson_nll_loss: finite(([x, y], options) => [
    nn.poissonNllLoss(x, y, {
      logInput: options.log_input !== false,
      full: options.full === true,
      eps: Number(options.eps ?? 1e-8),
      ...reductionOf(options),
    }),
  ], ["reduction", "log_input", "full", "eps"]),
  gaussian_nll_loss: product(([mean, target, variance], options) => [
    nn.gaussianNllLoss({ mean, variance }, target, {
      eps: Number(options.eps ?? 1e-6),
      full: options.full === true,
      ...reductionOf(options),
    }),
  ], ["reduction", "eps", "full"]),
  margin_ranking_loss: product(
    ([first, second, target], options) => [
      nn.marginRankingLoss([first, second], target, {
        margin: Number(options.margin ?? 0),
        ...reductionOf(options),
      }),
    ],
    ["reduction", "margin"],
  ),
  hinge_embedding_loss: product(
    ([x, y], options) => [
      nn.hingeEmbeddingLoss(x, y, { margin: Number(options.margin ?? 1), ...reductionOf(options) }),
    ],
    ["reduction", "margin"],
  ),
  soft_margin_loss: product(([x, y], options) => [nn.softMarginLoss(x, y, reductionOf(options))], [
    "reduction",
  ]),
  AdaptiveLogSoftmaxWithLoss: product((given, options) => {
    const [x, labels] = given.slice(-2);
    const { n_classes: classes, cutoffs, div_value: divisor, head_bias: headBias = false } = options as {
      readonly n_classes: number;
      readonly cutoffs: readonly number[];
      readonly div_value: number;
      readonly head_bias?: boolean;
    };
    const layer = nn.adaptiveLogSoftmax({ classes, cutoffs, divisor, headBias });
    const tails = cutoffs.flatMap((_, i) => [`tail/${i}/0/weight`, `tail/${i}/1/weight`]);
    const names = ["head/weight", ...(headBias ? ["head/bias"] : []), ...tails];
    const tensors = Object.fromEntries(names.map((name, i) => [name, given[i]]));
    const like = layer.init(random.key(0), x.shape.slice(1));
    const variables = layer.torch!.fromTorch(tensors, like) as typeof like;
    if (options.what === "loss") return [layer.loss(variables.params, x, labels)];
    return [layer.apply(variables, x).output];
  }, ["what", "n_classes", "cutoffs", "div_value", "head_bias"]),
  kl_div: finite(([x, y], options) => [
    nn.klDivLoss(x, y, {
      reduction: (options.reduction ?? "mean") as nn.Reduction | "batchmean",
      logTarget: options.log_target === true,
    }),
  ], ["reduction", "log_target"]),
  cosine_embedding_loss: product(([first, second, target], options) => [
    nn.cosineEmbeddingLoss([first, second], target, {
      margin: Number(options.margin ?? 0),
      ...reductionOf(options),
    }),
  ], ["reduction", "margin"]),
  triplet_margin_loss: triplet(),
  triplet_margin_with_distance_loss: triplet(),
  multi_margin_loss: multiMargin(),
  multi_margin_loss_weight: multiMargin(),
  multilabel_margin_loss: product(
    ([x, labels], options) => [nn.multilabelMarginLoss(x, labels, reductionOf(options))],
    ["reduction"],
  ),
  multilabel_soft_margin_loss: multilabelSoftMargin(),
  multilabel_soft_margin_loss_weight: multilabelSoftMargin(),
  // Logarithms of probabilities grow with the frames, and so does their rounding.
  ctc_loss: {
    ...finite(([x, labels, inputLengths, labelLengths], options) => [
      nn.ctcLossWithLengths(logSoftmax(x), labels, {
        inputLengths,
        labelLengths,
        blank: Number(options.blank ?? 0),
        zeroInfinity: options.zero_infinity === true,
        ...reductionOf(options),
      }),
    ], ["reduction", "blank", "zero_infinity"]),
    conditioned: true,
  },
  mse_loss_weight: weighted(nn.meanSquaredError),
  l1_loss_weight: weighted(nn.l1Loss),
  huber_loss_weight: product(([x, y, weight], options) => [
    nn.huberLoss(x, y, { weight, delta: Number(options.delta ?? 1), ...reductionOf(options) }),
  ], ["reduction", "delta"]),
};

function weighted(loss: typeof nn.l1Loss): TableOperation {
  return product(
    ([x, y, weight], options) => [
      loss(x, y, { ...(weight === undefined ? {} : { weight }), ...reductionOf(options) }),
    ],
    ["reduction"],
  );
}

function triplet(): TableOperation {
  return product(([anchors, positives, negatives], { margin = 1, p = 2, eps = 1e-6, swap, ...rest }) => [
    nn.tripletMarginWithDistanceLoss({ anchors, positives, negatives }, {
      margin: Number(margin),
      degree: p === "inf" ? Infinity : Number(p),
      eps: Number(eps),
      swap: swap === true,
      ...reductionOf(rest),
    }),
  ], ["reduction", "margin", "p", "eps", "swap"]);
}

function multiMargin(): TableOperation {
  return product(([x, labels, weight], options) => [
    nn.multiMarginLoss(x, labels, {
      degree: (options.p ?? 1) as 1 | 2,
      margin: Number(options.margin ?? 1),
      ...(weight === undefined ? {} : { weight }),
      ...reductionOf(options),
    }),
  ], ["reduction", "p", "margin"]);
}

function multilabelSoftMargin(): TableOperation {
  return product(([x, y, weight], options) => [
    nn.multilabelSoftMarginLoss(x, y, {
      ...(weight === undefined ? {} : { weight }),
      ...reductionOf(options),
    }),
  ], ["reduction"]);
}

function crossEntropy(): TableOperation {
  return product(
    ([x, labels, weight], options) => [
      nn.softmaxCrossEntropy(x, labels, {
        axis: classAxis(x),
        labelSmoothing: Number(options.label_smoothing ?? 0),
        ...(weight === undefined ? {} : { weight }),
        ...ignored(options),
        ...reductionOf(options),
      }),
    ],
    [...CLASSES, "label_smoothing"],
  );
}
