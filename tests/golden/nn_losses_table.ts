/**
 * The golden losses, by the names of torch.
 *
 * @module
 */
import * as nn from "../../nn/mod.ts";
import { type Options, product, type TableOperation } from "./table.ts";

const reductionOf = ({ reduction = "mean" }: Options): { readonly reduction: nn.Reduction } => ({
  reduction: reduction as nn.Reduction,
});
const ignored = ({ ignore_index: ignoreIndex = -100 }: Options): { readonly ignoreIndex: number } => ({
  ignoreIndex: ignoreIndex as number,
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
    ) => [nn.nllLoss(x, labels, { axis: 1, ...ignored(options), ...reductionOf(options) })],
    CLASSES,
  ),
  nll_loss_weight: product(
    ([x, labels, weight], options) => [
      nn.nllLoss(x, labels, { axis: 1, weight, ...ignored(options), ...reductionOf(options) }),
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
  poisson_nll_loss: product(([x, y], options) => [
    nn.poissonNllLoss(x, y, {
      logInput: options.log_input !== false,
      full: options.full === true,
      ...reductionOf(options),
    }),
  ], ["reduction", "log_input", "full"]),
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
};

function crossEntropy(): TableOperation {
  return product(
    ([x, labels, weight], options) => [
      nn.softmaxCrossEntropy(x, labels, {
        axis: 1,
        labelSmoothing: Number(options.label_smoothing ?? 0),
        ...(weight === undefined ? {} : { weight }),
        ...ignored(options),
        ...reductionOf(options),
      }),
    ],
    [...CLASSES, "label_smoothing"],
  );
}
