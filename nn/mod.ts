/**
 * Layers, losses, metrics and initializers of neural networks.
 *
 * A layer is a pair of pure functions: `init(key, inputShape)` makes params and state, and
 * `apply({ params, state }, x)` gives the output and the state after it. Nothing is kept inside: params are a
 * plain tree of tensors whose paths (`conv/kernel`) say where they live. Images are NCHW with OIHW kernels.
 *
 * Activations (`relu`, `gelu`, ...) are layers here; the functions of the same names that take tensors are
 * exported by `@weft/weft`.
 *
 * @example A step of training
 * ```ts
 * import { random, tensor, valueAndGrad } from "@weft/weft";
 * import { dense, relu, sequential, softmaxCrossEntropy } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const net = sequential({ hidden: dense({ features: 8 }), relu, head: dense({ features: 3 }) });
 * const { params, state } = net.init(random.key(0), [2]);
 *
 * const images = tensor([[0, 1], [1, 0]]);
 * const labels = tensor([2, 0], { dtype: "int32" });
 * const { value, gradient } = valueAndGrad((p: typeof params) => {
 *   const { output } = net.apply({ params: p, state }, images, { training: true });
 *   return softmaxCrossEntropy(output, labels);
 * })(params);
 *
 * assertEquals(value.shape, []);
 * assertEquals(gradient.head.kernel.shape, [8, 3]);
 * ```
 *
 * @module
 */
export {
  activation,
  type ActivationOptions,
  celu,
  elu,
  gelu,
  glu,
  type GluOptions,
  hardShrink,
  hardSigmoid,
  hardSilu,
  hardTanh,
  identity,
  leakyRelu,
  logSigmoid,
  logSoftmax,
  mish,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softmax,
  softmin,
  softplus,
  softShrink,
  softSign,
  sparsePlus,
  sparseSigmoid,
  squareplus,
  tanh,
  tanhShrink,
  threshold,
} from "./activation.ts";
export { alphaDropout, featureAlphaDropout } from "./alpha_dropout.ts";
export { avgPool2d } from "./avg_pool2d.ts";
export { batchNorm, type BatchNormOptions, type BatchNormParams, type BatchNormState } from "./batch_norm.ts";
export type { ChildParams, ChildState, Layers } from "./children.ts";
export { conv2d, type Conv2dOptions, type Conv2dParams } from "./conv2d.ts";
export { dense, type DenseOptions, type DenseParams } from "./dense.ts";
export {
  dropout,
  dropout1d,
  dropout2d,
  dropout3d,
  type DropoutOptions,
  type DropoutRateOptions,
  dropPath,
} from "./dropout.ts";
export { denseGeneral, type DenseGeneralOptions } from "./dense_general.ts";
export { fractionalMaxPool, type FractionalMaxPoolOptions } from "./fractional_max_pool.ts";
export { flatten, flattenAxes, type FlattenAxesOptions } from "./flatten.ts";
export * as initializers from "./initializers.ts";
export type {
  Fans,
  Initializer,
  InitializerOptions,
  InitOptions,
  KernelInitOptions,
} from "./initializers.ts";
export type {
  Applied,
  ApplyOptions,
  Empty,
  Initialized,
  Layer,
  LayerContext,
  Observed,
  Params,
  ParamsOf,
  StateOf,
  TorchForm,
  TorchTensors,
  Variables,
} from "./layer.ts";
export { layerNorm, type LayerNormOptions, type LayerNormParams } from "./layer_norm.ts";
export { l1Loss, smoothL1Loss, type SmoothL1LossOptions } from "./losses/absolute_error.ts";
export type { ClassOptions } from "./losses/class_losses.ts";
export { binaryCrossEntropy, type BinaryCrossEntropyOptions } from "./losses/binary_cross_entropy.ts";
export { gaussianNllLoss, type GaussianNllLossOptions } from "./losses/gaussian_nll_loss.ts";
export { poissonNllLoss, type PoissonNllLossOptions } from "./losses/poisson_nll_loss.ts";
export { nllLoss, type NllLossOptions } from "./losses/nll_loss.ts";
export {
  hingeEmbeddingLoss,
  type MarginOptions,
  marginRankingLoss,
  softMarginLoss,
} from "./losses/pair_losses.ts";
export {
  cosineDistance,
  cosineSimilarity,
  type CosineSimilarityOptions,
} from "./losses/cosine_similarity.ts";
export {
  type CtcForward,
  ctcLoss,
  type CtcLossOptions,
  ctcLossWithForwardProbabilities,
} from "./losses/ctc_loss.ts";
export {
  binaryDiceLoss,
  type BinaryDiceLossOptions,
  diceLoss,
  type DiceLossOptions,
  type GeneralizedDiceLossOptions,
  multiclassGeneralizedDiceLoss,
} from "./losses/dice_loss.ts";
export { ctcLossWithLengths, type CtcLossWithLengthsOptions } from "./losses/ctc_loss_with_lengths.ts";
export { cosineEmbeddingLoss } from "./losses/cosine_embedding_loss.ts";
export { klDivLoss, type KlDivLossOptions } from "./losses/kl_div_loss.ts";
export { multiMarginLoss, type MultiMarginLossOptions } from "./losses/multi_margin_loss.ts";
export {
  multilabelMarginLoss,
  multilabelSoftMarginLoss,
  type MultilabelSoftMarginLossOptions,
} from "./losses/multilabel_losses.ts";
export {
  tripletMarginWithDistanceLoss,
  type TripletMarginWithDistanceLossOptions,
} from "./losses/triplet_margin_with_distance_loss.ts";
export { type FenchelYoungLoss, fenchelYoungLoss } from "./losses/fenchel_young_loss.ts";
export { huberLoss, type HuberLossOptions, logCosh } from "./losses/huber_loss.ts";
export {
  generalizedKlDivergence,
  klDivergence,
  type KlDivergenceOptions,
  klDivergenceWithLogTargets,
} from "./losses/kl_divergence.ts";
export { hingeLoss, perceptronLoss, sparsemaxLoss } from "./losses/margin_losses.ts";
export type { MaskOptions } from "./losses/masked.ts";
export { meanSquaredError } from "./losses/mean_squared_error.ts";
export {
  multiclassHingeLoss,
  multiclassPerceptronLoss,
  multiclassSparsemaxLoss,
} from "./losses/multiclass_losses.ts";
export { ntxent, type NtxentOptions } from "./losses/ntxent.ts";
export { polyLossCrossEntropy, type PolyLossCrossEntropyOptions } from "./losses/poly_loss_cross_entropy.ts";
export { rankingSoftmaxLoss, type RankingSoftmaxLossOptions } from "./losses/ranking_softmax_loss.ts";
export type { ExampleLossOptions, LossOptions, Reduction } from "./losses/reduction.ts";
export {
  sigmoidBinaryCrossEntropy,
  type SigmoidBinaryCrossEntropyOptions,
  sigmoidFocalLoss,
  type SigmoidFocalLossOptions,
} from "./losses/sigmoid_cross_entropy.ts";
export { smoothLabels } from "./losses/smooth_labels.ts";
export {
  safeSoftmaxCrossEntropy,
  softmaxCrossEntropyWithIntegerLabels,
} from "./losses/example_cross_entropy.ts";
export { softmaxCrossEntropy, type SoftmaxCrossEntropyOptions } from "./losses/softmax_cross_entropy.ts";
export { l2Loss, squaredError } from "./losses/squared_error.ts";
export {
  tripletMarginLoss,
  type TripletMarginLossOptions,
  type Triplets,
} from "./losses/triplet_margin_loss.ts";
export type { WeightedLossOptions } from "./losses/weighted_losses.ts";
export { weightedLogSoftmax } from "./losses/weighted_log_softmax.ts";
export { maxPool2d } from "./max_pool2d.ts";
export { residual, type ResidualOptions } from "./residual.ts";
export { sequential } from "./sequential.ts";
export { fromTorch, type FromTorchOptions, type TorchParams, torchParams, toTorch } from "./torch.ts";
export type { TorchNames } from "./torch_names.ts";
export type { TorchSource } from "./torch_source.ts";
export { torchEntries, type TorchEntriesOptions, type TorchEntry } from "./torch_form.ts";
export { updateBatchNorm } from "./update_batch_norm.ts";
export type { ImageLayout } from "./window_shape.ts";
export type { AvgPool2dOptions } from "../tensor/ops/avg_pool2d.ts";
export type { Pool2dOptions } from "../tensor/ops/pool2d.ts";
export type { Padding, Pair } from "../tensor/ops/window.ts";
export { conv1d, conv3d, type ConvLayerOptions } from "./conv.ts";
export type { ConvPadding } from "./conv_padding.ts";
export { bilinear, type BilinearOptions, type BilinearParams } from "./bilinear.ts";
export {
  type EmbeddingBag,
  embeddingBag,
  type EmbeddingBagOptions,
  type EmbeddingBagRunOptions,
} from "./embedding_bag.ts";
export type { EmbeddingCommonOptions } from "./embedding_rows.ts";
export {
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  type ConvTransposeLayerOptions,
} from "./conv_transpose.ts";
export type { ConvTransposePadding } from "./conv_transpose_padding.ts";
export type { ConvCommonOptions, ConvLayerParams } from "./convolutional.ts";
export { type Embedding, embedding, type EmbeddingOptions, type EmbeddingParams } from "./embedding.ts";
export {
  type ChannelNormOptions,
  groupNorm,
  type GroupNormOptions,
  type GroupNormParams,
} from "./group_norm.ts";
export { localResponseNorm } from "./local_response_norm.ts";
export { instanceNorm, type InstanceNormOptions } from "./instance_norm.ts";
export type { NormAxesOptions, NormOptions } from "./feature_norm.ts";
export { lora, type LoraOptions, type LoraParams, mergeLora } from "./lora.ts";
export { mlp, type MlpOptions, type MlpParams } from "./mlp.ts";
export { parallel, type ParallelOptions } from "./parallel.ts";
export {
  adaptiveAvgPool,
  adaptiveMaxPool,
  avgPool,
  globalAvgPool,
  globalMaxPool,
  lpPool,
  maxPool,
  minPool,
  upsample,
} from "./pooling.ts";
export {
  circularPad,
  constantPad,
  type ConstantPadOptions,
  type PaddingOptions,
  reflectionPad,
  replicationPad,
  zeroPad,
} from "./padding.ts";
export type { PaddingMode } from "./padding_mode.ts";
export { prelu, type PreluOptions, type PreluParams } from "./prelu.ts";
export {
  channelShuffle,
  type ChannelShuffleOptions,
  fold,
  pixelShuffle,
  type PixelShuffleOptions,
  pixelUnshuffle,
  unflatten,
  type UnflattenOptions,
  unfold,
} from "./rearranging.ts";
export { rrelu, type RreluOptions } from "./rrelu.ts";
export type { RunningMomentum, RunningStatistics } from "./running_statistics.ts";
export { repeat, type RepeatOptions } from "./repeat.ts";
export { rmsNorm, type RmsNormOptions, type RmsNormParams } from "./rms_norm.ts";
export {
  depthwiseConv2d,
  type DepthwiseConv2dOptions,
  separableConv2d,
  type SeparableConv2dOptions,
  type SeparableConv2dParams,
} from "./separable_conv2d.ts";
export {
  depthwiseConv1d,
  depthwiseConv3d,
  type DepthwiseConvOptions,
  separableConv1d,
  separableConv3d,
  type SeparableConvOptions,
  type SeparableConvParams,
} from "./separable_conv.ts";
export { type Summary, summary, type SummaryOptions, type SummaryRow } from "./summary.ts";
export {
  type KernelNormOptions,
  spectralNorm,
  type SpectralNormOptions,
  type SpectralNormState,
  weightNorm,
  type WeightNormParams,
} from "./weight_norm.ts";
export type { AttentionInputs, DotProductAttentionOptions } from "./attention_options.ts";
export { dotProductAttention } from "./dot_product_attention.ts";
export type { AttentionCache, CacheOptions, ContextCache } from "./attention_cache.ts";
export type {
  HeadNormParams,
  MultiHeadAttention,
  MultiHeadAttentionOptions,
  MultiHeadAttentionParams,
} from "./attention_params.ts";
export { multiHeadAttention } from "./multi_head_attention.ts";
export {
  learnedPositions,
  type LearnedPositionsOptions,
  type LearnedPositionsParams,
  sinusoidal,
  type SinusoidalOptions,
  sinusoidalPositions,
} from "./positions.ts";
export { rotary, type RotaryOptions } from "./rotary.ts";
export { gru } from "./gru.ts";
export { gruCell } from "./gru_cell.ts";
export { lstm } from "./lstm.ts";
export { type GatedCellOptions, lstmCell } from "./lstm_cell.ts";
export { mguCell, type MguCellOptions } from "./mgu_cell.ts";
export {
  type Recurrent,
  recurrent,
  type RecurrentCarry,
  type RecurrentParams,
  type RecurrentRunOptions,
  type SequenceOptions,
} from "./recurrent.ts";
export type {
  CellCarry,
  CellOptions,
  GateActivation,
  RecurrentCell,
  RecurrentPartParams,
} from "./recurrent_cell.ts";
export { type RecurrentOptions, rnn, type RnnOptions } from "./rnn.ts";
export { simpleCell, type SimpleCellOptions } from "./simple_cell.ts";
export { transformerDecoderLayer, transformerEncoderLayer } from "./transformer.ts";
export type { TransformerLayerOptions, TransformerLayerParams } from "./transformer_params.ts";
export {
  accuracy,
  type AccuracyOptions,
  topKAccuracy,
  type TopKAccuracyOptions,
} from "./metrics/accuracy.ts";
export {
  confusionMatrix,
  type ConfusionMatrixOptions,
  runningConfusionMatrix,
} from "./metrics/confusion_matrix.ts";
export { perplexity, type PerplexityOptions, runningPerplexity } from "./metrics/perplexity.ts";
export {
  type ClassAverageOptions,
  fScore,
  type FScoreOptions,
  precision,
  recall,
} from "./metrics/precision_recall.ts";
export {
  meanAbsoluteError,
  r2Score,
  type R2ScoreOptions,
  type R2State,
  runningR2Score,
} from "./metrics/regression.ts";
export { rocArea, type RocAreaOptions, type RocAreaState, runningRocArea } from "./metrics/roc_area.ts";
export { type MeanState, type Measured, runningMean, type RunningMetric } from "./metrics/running.ts";
export {
  type AdaptiveClusterParams,
  type AdaptiveLogSoftmax,
  adaptiveLogSoftmax,
  type AdaptiveLogSoftmaxOptions,
  type AdaptiveLogSoftmaxParams,
} from "./adaptive_log_softmax.ts";
