/**
 * The losses of optax, built from ours, by the code of the golden cases.
 *
 * @module
 */

import * as nn from "../../nn/mod.ts";
import { logSoftmax, logSumExp, max, zerosLike } from "../../tensor/mod.ts";
import { UnsupportedError } from "./replay.ts";
import type { CodeTable, Values } from "./replay_functions.ts";

const NONE = { reduction: "none" } as const;

function triplets({ a, p, n }: Values): nn.Triplets {
  return { anchors: a, positives: p, negatives: n };
}

function paddings(inputs: Values): nn.CtcLossOptions {
  return { logitPaddings: inputs.logit_paddings, labelPaddings: inputs.label_paddings };
}

/** By the arguments of the code after `optax.losses.`. */
const CALLS: CodeTable = {
  "squared_error(x, y)": ({ x, y }) => nn.squaredError(x, y),
  "squared_error(x)": ({ x }) => nn.squaredError(x, zerosLike(x)),
  "l2_loss(x, y)": ({ x, y }) => nn.l2Loss(x, y),
  "l2_loss(x)": ({ x }) => nn.l2Loss(x, zerosLike(x)),
  "huber_loss(x, y)": ({ x, y }) => nn.huberLoss(x, y),
  "huber_loss(x, delta=0.4)": ({ x }) => nn.huberLoss(x, zerosLike(x), { delta: 0.4 }),
  "log_cosh(x, y)": ({ x, y }) => nn.logCosh(x, y),
  "log_cosh(x)": ({ x }) => nn.logCosh(x, zerosLike(x)),
  "cosine_similarity(x, y)": ({ x, y }) => nn.cosineSimilarity(x, y),
  "cosine_similarity(x, y, epsilon=2.0)": ({ x, y }) => nn.cosineSimilarity(x, y, { eps: 2 }),
  "cosine_similarity(x, y, axis=0)": ({ x, y }) => nn.cosineSimilarity(x, y, { axis: 0 }),
  "cosine_similarity(x, y, epsilon=1e-6)": ({ x, y }) => nn.cosineSimilarity(x, y, { eps: 1e-6 }),
  "cosine_distance(x, y)": ({ x, y }) => nn.cosineDistance(x, y),
  "cosine_distance(x, y, where=where)": ({ x, y, where }) => nn.cosineDistance(x, y, { where }),
  "softmax_cross_entropy(logits, labels)": ({ logits, labels }) =>
    nn.softmaxCrossEntropy(logits, labels, NONE),
  "softmax_cross_entropy(logits, labels, axis=1)": ({ logits, labels }) =>
    nn.softmaxCrossEntropy(logits, labels, { ...NONE, axis: 1 }),
  "softmax_cross_entropy(logits, labels, axis=(1, 2))": ({ logits, labels }) =>
    nn.softmaxCrossEntropy(logits, labels, { ...NONE, axis: [1, 2] }),
  "softmax_cross_entropy(logits, labels, where=where)": ({ logits, labels, where }) =>
    nn.softmaxCrossEntropy(logits, labels, { ...NONE, where }),
  "softmax_cross_entropy(logits, optax.losses.smooth_labels(labels, 0.1))": ({ logits, labels }) =>
    nn.softmaxCrossEntropy(logits, nn.smoothLabels(labels, 0.1), NONE),
  "softmax_cross_entropy(logits, labels).mean()": ({ logits, labels }) =>
    nn.softmaxCrossEntropy(logits, labels),
  "softmax_cross_entropy_with_integer_labels(logits, labels)": ({ logits, labels }) =>
    nn.softmaxCrossEntropyWithIntegerLabels(logits, labels),
  "softmax_cross_entropy_with_integer_labels(logits, labels, axis=1)": ({ logits, labels }) =>
    nn.softmaxCrossEntropyWithIntegerLabels(logits, labels, { axis: 1 }),
  "softmax_cross_entropy_with_integer_labels(logits, labels, axis=(1, 2))": ({ logits, labels }) =>
    nn.softmaxCrossEntropyWithIntegerLabels(logits, labels, { axis: [1, 2] }),
  "softmax_cross_entropy_with_integer_labels(logits, labels, where=where)": ({ logits, labels, where }) =>
    nn.softmaxCrossEntropyWithIntegerLabels(logits, labels, { where }),
  "softmax_cross_entropy_with_integer_labels(logits, labels).mean()": ({ logits, labels }) =>
    nn.softmaxCrossEntropyWithIntegerLabels(logits, labels, { reduction: "mean" }),
  "safe_softmax_cross_entropy(logits, labels)": ({ logits, labels }) =>
    nn.safeSoftmaxCrossEntropy(logits, labels),
  "poly_loss_cross_entropy(logits, labels)": ({ logits, labels }) => nn.polyLossCrossEntropy(logits, labels),
  "poly_loss_cross_entropy(logits, labels, epsilon=-0.5)": ({ logits, labels }) =>
    nn.polyLossCrossEntropy(logits, labels, { epsilon: -0.5 }),
  "poly_loss_cross_entropy(logits, labels, where=where)": ({ logits, labels, where }) =>
    nn.polyLossCrossEntropy(logits, labels, { where }),
  "smooth_labels(labels, 0.1)": ({ labels }) => nn.smoothLabels(labels, 0.1),
  "smooth_labels(labels, 0.3, axis=0)": ({ labels }) => nn.smoothLabels(labels, 0.3, { axis: 0 }),
  "smooth_labels(labels, 0.3, where=where)": ({ labels, where }) => nn.smoothLabels(labels, 0.3, { where }),
  "kl_divergence(jax.nn.log_softmax(logits), targets)": ({ logits, targets }) =>
    nn.klDivergence(logSoftmax(logits), targets),
  "kl_divergence(log_predictions, targets)": (inputs) =>
    nn.klDivergence(inputs.log_predictions, inputs.targets),
  "kl_divergence(x, y, axis=0)": ({ x, y }) => nn.klDivergence(x, y, { axis: 0 }),
  "kl_divergence_with_log_targets(jax.nn.log_softmax(a), jax.nn.log_softmax(b))": ({ a, b }) =>
    nn.klDivergenceWithLogTargets(logSoftmax(a), logSoftmax(b)),
  "generalized_kl_divergence(a, targets)": ({ a, targets }) => nn.generalizedKlDivergence(a, targets),
  "convex_kl_divergence(a, targets)": ({ a, targets }) => nn.generalizedKlDivergence(a, targets),
  "sigmoid_binary_cross_entropy(logits, labels)": ({ logits, labels }) =>
    nn.sigmoidBinaryCrossEntropy(logits, labels),
  "sigmoid_focal_loss(logits, labels)": ({ logits, labels }) => nn.sigmoidFocalLoss(logits, labels),
  "sigmoid_focal_loss(logits, labels, alpha=0.25, gamma=1.5)": ({ logits, labels }) =>
    nn.sigmoidFocalLoss(logits, labels, { alpha: 0.25, gamma: 1.5 }),
  "sigmoid_focal_loss(logits, labels, gamma=0.0)": ({ logits, labels }) =>
    nn.sigmoidFocalLoss(logits, labels, { gamma: 0 }),
  "hinge_loss(outputs, targets)": ({ outputs, targets }) => nn.hingeLoss(outputs, targets),
  "perceptron_loss(outputs, targets)": ({ outputs, targets }) => nn.perceptronLoss(outputs, targets),
  "sparsemax_loss(logits, labels)": ({ logits, labels }) => nn.sparsemaxLoss(logits, labels),
  "multiclass_hinge_loss(scores, labels)": ({ scores, labels }) => nn.multiclassHingeLoss(scores, labels),
  "multiclass_perceptron_loss(scores, labels)": ({ scores, labels }) =>
    nn.multiclassPerceptronLoss(scores, labels),
  "multiclass_sparsemax_loss(scores, labels)": ({ scores, labels }) =>
    nn.multiclassSparsemaxLoss(scores, labels),
  "make_fenchel_young_loss(jax.nn.logsumexp)(scores, targets)": ({ scores, targets }) =>
    nn.fenchelYoungLoss((rows) => logSumExp(rows, { axes: -1 }))(scores, targets),
  "make_fenchel_young_loss(jnp.max)(scores, targets)": ({ scores, targets }) =>
    nn.fenchelYoungLoss((rows) => max(rows, { axes: -1 }))(scores, targets),
  "ranking_softmax_loss(logits, labels)": ({ logits, labels }) => nn.rankingSoftmaxLoss(logits, labels),
  "ranking_softmax_loss(logits, labels, where=where, weights=weights)": (inputs) =>
    nn.rankingSoftmaxLoss(inputs.logits, inputs.labels, { where: inputs.where, weights: inputs.weights }),
  "ranking_softmax_loss(logits, labels, reduce_fn=None)": ({ logits, labels }) =>
    nn.rankingSoftmaxLoss(logits, labels, NONE),
  "ranking_softmax_loss(logits, labels, where=where, reduce_fn=jnp.sum)": ({ logits, labels, where }) =>
    nn.rankingSoftmaxLoss(logits, labels, { where, reduction: "sum" }),
  "ntxent(embeddings, labels)": ({ embeddings, labels }) => nn.ntxent(embeddings, labels),
  "ntxent(embeddings, labels, temperature=0.5)": ({ embeddings, labels }) =>
    nn.ntxent(embeddings, labels, { temperature: 0.5 }),
  "triplet_margin_loss(a, p, n)": (inputs) => nn.tripletMarginLoss(triplets(inputs)),
  "triplet_margin_loss(a, p, n, axis=0, norm_degree=4, margin=0.3, eps=1e-3)": (inputs) =>
    nn.tripletMarginLoss(triplets(inputs), { axis: 0, degree: 4, margin: 0.3, eps: 1e-3 }),
  "triplet_margin_loss(a, p, n, norm_degree=3)": () => {
    throw new UnsupportedError("optax.losses.triplet_margin_loss of odd powers of signed differences");
  },
  "dice_loss(predictions, targets)": ({ predictions, targets }) => nn.diceLoss(predictions, targets),
  "dice_loss(predictions, targets, class_weights=weights, smooth=0.1, alpha=0.3, beta=0.7, ignore_background=True, reduction='sum')":
    ({ predictions, targets, weights }) =>
      nn.diceLoss(predictions, targets, {
        classWeights: weights,
        smooth: 0.1,
        alpha: 0.3,
        beta: 0.7,
        ignoreBackground: true,
        reduction: "sum",
      }),
  "dice_loss(predictions, targets, apply_softmax=False, reduction='none')": ({ predictions, targets }) =>
    nn.diceLoss(predictions, targets, { ...NONE, logits: false }),
  "multiclass_generalized_dice_loss(predictions, targets)": ({ predictions, targets }) =>
    nn.multiclassGeneralizedDiceLoss(predictions, targets),
  "binary_dice_loss(predictions, targets)": ({ predictions, targets }) =>
    nn.binaryDiceLoss(predictions, targets),
  "ctc_loss(logits, logit_paddings, labels, label_paddings)": (inputs) =>
    nn.ctcLoss(inputs.logits, inputs.labels, paddings(inputs)),
  "ctc_loss(logits, logit_paddings, labels, label_paddings, blank_id=3)": (inputs) =>
    nn.ctcLoss(inputs.logits, inputs.labels, { ...paddings(inputs), blank: 3 }),
  "ctc_loss_with_forward_probs(logits, logit_paddings, labels, label_paddings)": (inputs) => {
    const { logits, labels } = inputs;
    const forward = nn.ctcLossWithForwardProbabilities(logits, labels, paddings(inputs));
    return [forward.loss, forward.logAlphaBlank, forward.logAlphaEmit];
  },
};

/** By the code of the golden cases. */
export const LOSSES: CodeTable = Object.fromEntries(
  Object.entries(CALLS).map(([call, run]) => [`optax.losses.${call}`, run]),
);
