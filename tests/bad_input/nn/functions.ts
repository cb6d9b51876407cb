/**
 * Bad input of losses, metrics and combinators.
 *
 * @module
 */
import * as nn from "../../../nn/mod.ts";
import { ones } from "../../../tensor/mod.ts";
import { f32 } from "../operands.ts";
import type { Row } from "../row.ts";

/** What refuses text, and tensors whose shapes do not fit or that stand where something else belongs. */
const REFUSE_SHAPES = [
  "accuracy",
  "activation",
  "binaryCrossEntropy",
  "binaryDiceLoss",
  "confusionMatrix",
  "cosineEmbeddingLoss",
  "ctcLoss",
  "ctcLossWithForwardProbabilities",
  "ctcLossWithLengths",
  "depthwiseConv1d",
  "depthwiseConv2d",
  "depthwiseConv3d",
  "diceLoss",
  "dotProductAttention",
  "fenchelYoungLoss",
  "fractionalMaxPool",
  "fromTorch",
  "fScore",
  "gaussianNllLoss",
  "generalizedKlDivergence",
  "hingeEmbeddingLoss",
  "hingeLoss",
  "huberLoss",
  "klDivergence",
  "klDivergenceWithLogTargets",
  "klDivLoss",
  "l1Loss",
  "l2Loss",
  "logCosh",
  "marginRankingLoss",
  "meanAbsoluteError",
  "meanSquaredError",
  "multiclassGeneralizedDiceLoss",
  "multiclassHingeLoss",
  "multiclassPerceptronLoss",
  "multiclassSparsemaxLoss",
  "multilabelMarginLoss",
  "multilabelSoftMarginLoss",
  "multiMarginLoss",
  "nllLoss",
  "ntxent",
  "parallel",
  "perceptronLoss",
  "poissonNllLoss",
  "polyLossCrossEntropy",
  "precision",
  "r2Score",
  "rankingSoftmaxLoss",
  "recall",
  "recurrent",
  "repeat",
  "residual",
  "rocArea",
  "rotary",
  "runningMean",
  "safeSoftmaxCrossEntropy",
  "separableConv1d",
  "separableConv3d",
  "sequential",
  "sigmoidBinaryCrossEntropy",
  "sigmoidFocalLoss",
  "sinusoidal",
  "smoothL1Loss",
  "softMarginLoss",
  "softmaxCrossEntropy",
  "softmaxCrossEntropyWithIntegerLabels",
  "sparsemaxLoss",
  "squaredError",
  "summary",
  "topKAccuracy",
  "torchParams",
  "toTorch",
  "tripletMarginLoss",
  "tripletMarginWithDistanceLoss",
  "weightedLogSoftmax",
] as const;

/** What refuses text. */
const REFUSE_TEXT = [
  "cosineDistance",
  "cosineSimilarity",
  "lora",
  "mergeLora",
  "smoothLabels",
] as const;

/** Calls that fail. */
export const ROWS: readonly Row[] = [...REFUSE_SHAPES, ...REFUSE_TEXT].flatMap((name): Row[] => {
  const f = nn[name] as (...args: unknown[]) => unknown;
  const shapes: Row = [name, () => f(f32, ones([4])), "either"];
  return [
    [name, () => f("x", "x"), "either"],
    ...(REFUSE_SHAPES as readonly string[]).includes(name) ? [shapes] : [],
  ];
});
