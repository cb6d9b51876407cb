/**
 * Optimizers: pure transforms of gradients into updates, composed like optax.
 *
 * A transform is an `init` and an `update`; an optimizer is one whose updates descend. `chain` puts them one
 * after the other, `masked` restricts one to some leaves, and `groups` gives each group of params its own.
 * Around an optimizer stand gradient accumulation (`multiSteps`), loss scaling (`lossScaled`), averages of params
 * (`averaged`), conditions (`applyIfFinite`) and more, each again a transform; `monitor` measures on the way. Frozen
 * leaves have no state, and with `trainable` no gradient either.
 * Updates are added to the params. State is plain data that the caller carries, tagged with the name of what
 * made it and holding the hyperparameters that the last step used. Every scalar hyperparameter is a number or a
 * schedule.
 *
 * @example Groups of params
 * ```ts
 * import { grad, square, sum, tensor, type Tensor, zeros } from "@weft/weft";
 * import { adamW, chain, clipByGlobalNorm, describe, groups, hyperparameters, rest, sgd } from "@weft/weft/optim";
 * import { warmupCosine } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * let params = { conv: { kernel: tensor([[1, 2], [3, 4]]), bias: zeros([2]) }, gain: tensor(2) };
 * const optimizer = chain(
 *   clipByGlobalNorm(1),
 *   groups([
 *     {
 *       name: "conv",
 *       select: "conv/**",
 *       transform: adamW({ learningRate: warmupCosine({ peak: 0.1, steps: 10 }), weightDecay: 0.01 }),
 *     },
 *     { name: "others", select: rest, transform: sgd({ learningRate: 0.5, momentum: 0.9 }) },
 *   ]),
 * );
 * console.log(describe(optimizer, params));
 *
 * const gradient = grad((p: typeof params) => sum(square(p.conv.kernel)).add(square(p.gain)));
 * let state = optimizer.init(params);
 * for (let step = 0; step < 3; step++) {
 *   ({ state, params } = optimizer.step(state, gradient(params), params));
 * }
 * assertEquals(hyperparameters(state)["others/learningRate"], 0.5);
 * assertEquals(state.groups.conv.scaleByAdam.count, 3);
 * ```
 *
 * @module
 */

export { adam, type AdamOptions, type AdamState, adamW, type AdamWOptions, type AdamWState } from "./adam.ts";
export {
  addDecayedWeights,
  type AddDecayedWeightsOptions,
  type AddDecayedWeightsState,
} from "./add_decayed_weights.ts";
export { applyUpdates } from "./apply_updates.ts";
export {
  chain,
  type ChainState,
  type ChainStates,
  namedChain,
  type NameOf,
  type UniqueName,
} from "./chain.ts";
export { clipByBlockRms, type ClipByBlockRmsState } from "./clip_by_block_rms.ts";
export { describe, type Description, type DescriptionRow } from "./describe.ts";
export { clipByGlobalNorm, type ClipByGlobalNormState, globalNorm } from "./global_norm.ts";
export { type Group, groups, type GroupsState, rest } from "./groups.ts";
export { hyperparameters } from "./hyperparameters.ts";
export { identity, type IdentityState, setToZero, type SetToZeroState } from "./identity.ts";
export { type Tree, zipLeaves } from "./leaves.ts";
export { masked, type MaskedOptions, type MaskedState } from "./masked.ts";
export { matchPath } from "./pattern.ts";
export { applyIfFinite, type ApplyIfFiniteOptions, type ApplyIfFiniteState } from "./apply_if_finite.ts";
export { averaged, type AveragedState } from "./averaged.ts";
export {
  averagedParams,
  type AverageState,
  exponentialAverage,
  type ExponentialAverageOptions,
  type ParamsAverage,
  uniformAverage,
  type UniformAverageOptions,
} from "./average.ts";
export {
  conditionallyMask,
  type ConditionallyMaskState,
  conditionallyTransform,
  type ConditionallyTransformState,
  type WhenOptions,
} from "./conditionally.ts";
export {
  allFinite,
  skipLargeUpdates,
  type SkipLargeUpdatesOptions,
  skipNotFinite,
  type SkipPolicy,
} from "./finite.ts";
export { flatten, type FlattenState } from "./flatten.ts";
export { lookahead, type LookaheadOptions, type LookaheadState } from "./lookahead.ts";
export {
  dynamicLossScale,
  type DynamicLossScaleOptions,
  type LossScale,
  type LossScaleState,
  scaleLoss,
  staticLossScale,
  unscale,
  type Unscaled,
} from "./loss_scale.ts";
export { lossScaled, type LossScaledState } from "./loss_scaled.ts";
export { mechanize, type MechanizeOptions, type MechanizeState } from "./mechanize.ts";
export { microbatch, type MicrobatchOptions } from "./microbatch.ts";
export {
  type Measure,
  measurements,
  measureWithEma,
  type MeasureWithEmaOptions,
  monitor,
  type MonitorState,
  type MovingMeasure,
  snapshot,
  updateToWeightRatio,
} from "./monitor.ts";
export {
  reduceOnPlateau,
  type ReduceOnPlateauOptions,
  type ReduceOnPlateauState,
} from "./reduce_on_plateau.ts";
export { type GradientExtra, opaqueSam, type OpaqueSamState } from "./opaque_sam.ts";
export { sam, type SamOptions, type SamState } from "./sam.ts";
export { stateless, statelessLeaves, type StatelessState } from "./stateless.ts";
export {
  type MultiSteps,
  multiSteps,
  type MultiStepsExtra,
  type MultiStepsOptions,
  type MultiStepsState,
} from "./multi_steps.ts";
export { freeze, selectiveTransform, type SelectiveTransformOptions } from "./freeze.ts";
export { type Labels, labelsByPath, type LabelTree, partition, type PartitionState } from "./partition.ts";
export { trainable } from "./trainable.ts";
export { withHyperparameters } from "./with_hyperparameters.ts";
export type { ScalarOrSchedule } from "./scalar.ts";
export {
  scale,
  scaleByLearningRate,
  type ScaleByLearningRateOptions,
  type ScaleByLearningRateState,
  scaleBySchedule,
  type ScaleByScheduleState,
  type ScaleState,
} from "./scale.ts";
export { scaleByAdam, type ScaleByAdamOptions, type ScaleByAdamState } from "./scale_by_adam.ts";
export type { MaskTree, Selector } from "./select.ts";
export { sgd, type SgdOptions, type SgdState } from "./sgd.ts";
export { trace, type TraceOptions, type TraceState } from "./trace.ts";
export {
  type OwnState,
  transform,
  type TransformDefinition,
  type TransformState,
  type UpdateContext,
} from "./transform.ts";
export type {
  AnyTransform,
  ExtraArguments,
  ExtraOf,
  Options,
  ParamsOf,
  Part,
  StateOf,
  Stepped,
  Transform,
  Updated,
} from "./transform_type.ts";

export {
  adaptiveGradClip,
  type AdaptiveGradClipOptions,
  type AdaptiveGradClipState,
} from "./adaptive_grad_clip.ts";
export { addNoise, type AddNoiseOptions, type AddNoiseState } from "./add_noise.ts";
export { applyEvery, type ApplyEveryState } from "./apply_every.ts";
export { centralize, type CentralizeOptions, type CentralizeState } from "./centralize.ts";
export { clip, type ClipState } from "./clip.ts";
export { keepParamsNonnegative, type KeepParamsNonnegativeState } from "./keep_params_nonnegative.ts";
export { lbfgs, type LbfgsOptions, type LbfgsState, type ZoomLineSearch } from "./lbfgs.ts";
export type { LineSearchExtra } from "./line_search.ts";
export { noisySgd, type NoisySgdOptions, type NoisySgdState } from "./noisy_sgd.ts";
export {
  normalizeByUpdateNorm,
  type NormalizeByUpdateNormOptions,
  type NormalizeByUpdateNormState,
} from "./normalize_by_update_norm.ts";
export {
  type PerExampleClip,
  perExampleGlobalNormClip,
  type PerExampleLayerClip,
  perExampleLayerNormClip,
  type PerExampleLayerNormClipOptions,
} from "./per_example_clip.ts";
export { polyakSgd, type PolyakSgdOptions, type PolyakSgdState } from "./polyak_sgd.ts";
export {
  proximalL1,
  type ProximalL1State,
  proximalL2,
  type ProximalL2State,
  type ProximalOptions,
} from "./proximal.ts";
export {
  scaleByBacktrackingLineSearch,
  type ScaleByBacktrackingLineSearchOptions,
  type ScaleByBacktrackingLineSearchState,
} from "./scale_by_backtracking_line_search.ts";
export {
  scaleByDistanceOverGradients,
  type ScaleByDistanceOverGradientsOptions,
  type ScaleByDistanceOverGradientsState,
} from "./scale_by_distance_over_gradients.ts";
export {
  type LbfgsPair,
  scaleByLbfgs,
  type ScaleByLbfgsOptions,
  type ScaleByLbfgsState,
} from "./scale_by_lbfgs.ts";
export {
  scaleByPolyak,
  type ScaleByPolyakOptions,
  type ScaleByPolyakState,
  type ValueExtra,
} from "./scale_by_polyak.ts";
export {
  scaleByZoomLineSearch,
  type ScaleByZoomLineSearchOptions,
  type ScaleByZoomLineSearchState,
} from "./scale_by_zoom_line_search.ts";
export { type KernelLayout, type UnitAxes, type UnitOptions, unitwiseNorm } from "./units.ts";
export { zeroNans, type ZeroNansState } from "./zero_nans.ts";

export {
  adabelief,
  type AdabeliefOptions,
  type AdabeliefState,
  scaleByBelief,
  type ScaleByBeliefOptions,
  type ScaleByBeliefState,
} from "./adabelief.ts";
export {
  adadelta,
  type AdadeltaOptions,
  type AdadeltaState,
  scaleByAdadelta,
  type ScaleByAdadeltaOptions,
  type ScaleByAdadeltaState,
} from "./adadelta.ts";
export { adafactor, type AdafactorOptions, type AdafactorState } from "./adafactor.ts";
export {
  adagrad,
  type AdagradOptions,
  type AdagradState,
  scaleByRss,
  type ScaleByRssOptions,
  type ScaleByRssState,
} from "./adagrad.ts";
export {
  adamax,
  type AdamaxOptions,
  type AdamaxState,
  adamaxW,
  type AdamaxWOptions,
  type AdamaxWState,
} from "./adamax.ts";
export { scaleByAdamax, type ScaleByAdamaxOptions, type ScaleByAdamaxState } from "./scale_by_adamax.ts";
export { adan, type AdanOptions, type AdanState } from "./adan.ts";
export { scaleByAdan, type ScaleByAdanOptions, type ScaleByAdanState } from "./scale_by_adan.ts";
export {
  amsgrad,
  type AmsgradOptions,
  type AmsgradState,
  scaleByAmsgrad,
  type ScaleByAmsgradOptions,
  type ScaleByAmsgradState,
} from "./amsgrad.ts";
export { ema, type EmaOptions, type EmaState } from "./ema.ts";
export { fromage, type FromageOptions, type FromageState, type ShrinkBesideStepState } from "./fromage.ts";
export { lamb, type LambOptions, type LambState, lars, type LarsOptions, type LarsState } from "./lars.ts";
export {
  lion,
  type LionOptions,
  type LionState,
  scaleByLion,
  type ScaleByLionOptions,
  type ScaleByLionState,
} from "./lion.ts";
export {
  nadam,
  type NadamOptions,
  type NadamState,
  nadamW,
  type NadamWOptions,
  type NadamWState,
} from "./nadam.ts";
export {
  novograd,
  type NovogradOptions,
  type NovogradState,
  scaleByNovograd,
  type ScaleByNovogradOptions,
  type ScaleByNovogradState,
} from "./novograd.ts";
export {
  optimisticAdam,
  type OptimisticAdamOptions,
  type OptimisticAdamState,
  optimisticAdamV2,
  type OptimisticAdamV2Options,
  type OptimisticAdamV2State,
} from "./optimistic_adam.ts";
export {
  optimisticGradientDescent,
  type OptimisticGradientDescentOptions,
  type OptimisticGradientDescentState,
} from "./optimistic_gradient_descent.ts";
export {
  radam,
  type RadamOptions,
  type RadamState,
  scaleByRadam,
  type ScaleByRadamOptions,
  type ScaleByRadamState,
} from "./radam.ts";
export { rmsprop, type RmspropOptions, type RmspropState } from "./rmsprop.ts";
export {
  rprop,
  type RpropState,
  scaleByRprop,
  type ScaleByRpropOptions,
  type ScaleByRpropState,
} from "./rprop.ts";
export {
  scaleByFactoredRms,
  type ScaleByFactoredRmsOptions,
  type ScaleByFactoredRmsState,
} from "./scale_by_factored_rms.ts";
export {
  scaleByOptimisticGradient,
  type ScaleByOptimisticGradientOptions,
  type ScaleByOptimisticGradientState,
} from "./scale_by_optimistic_gradient.ts";
export {
  scaleByParamBlockNorm,
  type ScaleByParamBlockNormState,
  type ScaleByParamBlockOptions,
  scaleByParamBlockRms,
  type ScaleByParamBlockRmsState,
} from "./scale_by_param_block.ts";
export {
  scaleByRms,
  type ScaleByRmsOptions,
  type ScaleByRmsState,
  scaleByStddev,
  type ScaleByStddevState,
} from "./scale_by_rms.ts";
export {
  scaleByTrustRatio,
  type ScaleByTrustRatioOptions,
  type ScaleByTrustRatioState,
} from "./scale_by_trust_ratio.ts";
export {
  scaleBySign,
  type ScaleBySignState,
  signSgd,
  type SignSgdOptions,
  type SignSgdState,
  signum,
  type SignumOptions,
  type SignumState,
} from "./sign.ts";
export {
  scaleBySm3,
  type ScaleBySm3Options,
  type ScaleBySm3State,
  sm3,
  type Sm3Options,
  type Sm3State,
} from "./sm3.ts";
export {
  scaleByYogi,
  type ScaleByYogiOptions,
  type ScaleByYogiState,
  yogi,
  type YogiOptions,
  type YogiState,
} from "./yogi.ts";

export {
  acprop,
  type AcpropOptions,
  type AcpropState,
  scaleByAcprop,
  type ScaleByAcpropOptions,
  type ScaleByAcpropState,
} from "./acprop.ts";
export { ademamix, type AdemamixOptions, type AdemamixState } from "./ademamix.ts";
export {
  scaleByAdemamix,
  type ScaleByAdemamixOptions,
  type ScaleByAdemamixState,
} from "./scale_by_ademamix.ts";
export {
  adopt,
  type AdoptOptions,
  type AdoptState,
  adoptW,
  type AdoptWOptions,
  type AdoptWState,
} from "./adopt.ts";
export { scaleByAdopt, type ScaleByAdoptOptions, type ScaleByAdoptState } from "./scale_by_adopt.ts";
export {
  cocob,
  type CocobOptions,
  type CocobState,
  scaleByCocob,
  type ScaleByCocobOptions,
  type ScaleByCocobState,
} from "./cocob.ts";
export { dadaptAdamW, type DadaptAdamWOptions, type DadaptAdamWState } from "./dadapt_adamw.ts";
export type { DimensionNumbers, DimensionNumbersOf } from "./dimension_numbers.ts";
export {
  dog,
  type DogInitialStep,
  type DogOptions,
  type DogState,
  scaleByDog,
  type ScaleByDogOptions,
  type ScaleByDogState,
} from "./dog.ts";
export {
  dowg,
  type DowgOptions,
  type DowgState,
  scaleByDowg,
  type ScaleByDowgOptions,
  type ScaleByDowgState,
} from "./dowg.ts";
export { galore, type GaloreOptions, type GaloreState } from "./galore.ts";
export { scaleByGalore, type ScaleByGaloreOptions, type ScaleByGaloreState } from "./scale_by_galore.ts";
export {
  hutchinsonDiagonal,
  type HutchinsonDiagonalOptions,
  type HutchinsonDiagonalState,
  type ObjectiveExtra,
} from "./hutchinson.ts";
export {
  madgrad,
  type MadgradOptions,
  type MadgradState,
  scaleByMadgrad,
  type ScaleByMadgradOptions,
  type ScaleByMadgradState,
} from "./madgrad.ts";
export { momo, type MomoOptions, type MomoState } from "./momo.ts";
export { momoAdam, type MomoAdamOptions, type MomoAdamState } from "./momo_adam.ts";
export type { MomoModelOptions } from "./momo_model.ts";
export { muon, type MuonMatricesState, type MuonOptions, type MuonState } from "./muon.ts";
export type { Coefficients, Preconditioning } from "./newton_schulz.ts";
export { prodigy, type ProdigyOptions, type ProdigyState } from "./prodigy.ts";
export { scaleByMuon, type ScaleByMuonOptions, type ScaleByMuonState } from "./scale_by_muon.ts";
export { scaleByShape, type ScaleByShapeOptions, type ScaleByShapeState } from "./scale_by_shape.ts";
export {
  scheduleFree,
  scheduleFreeEvalParams,
  type ScheduleFreeOptions,
  type ScheduleFreeState,
} from "./schedule_free.ts";
export {
  scheduleFreeAdamW,
  type ScheduleFreeAdamWInnerState,
  type ScheduleFreeAdamWOptions,
  scheduleFreeSgd,
  type ScheduleFreeSgdInnerState,
  type ScheduleFreeSgdOptions,
} from "./schedule_free_aliases.ts";
export {
  scaleBySimplifiedAdemamix,
  type ScaleBySimplifiedAdemamixOptions,
  type ScaleBySimplifiedAdemamixState,
  simplifiedAdemamix,
  type SimplifiedAdemamixOptions,
  type SimplifiedAdemamixState,
} from "./simplified_ademamix.ts";
export { scaleBySophia, type ScaleBySophiaOptions, type ScaleBySophiaState } from "./scale_by_sophia.ts";
export { sophia, type SophiaOptions, type SophiaState } from "./sophia.ts";
export { incrementalUpdate, type IncrementalUpdateOptions } from "./incremental_update.ts";
export { periodicUpdate, type PeriodicUpdateOptions } from "./periodic_update.ts";
export * from "./projections/mod.ts";
export {
  safeNorm,
  type SafeNormOptions,
  safeRootMeanSquares,
  type SafeRootMeanSquaresOptions,
} from "./safe_norm.ts";
export { scaleGradient } from "./scale_gradient.ts";
export * as optimTree from "./tree/mod.ts";
export { scaleByShampoo, type ScaleByShampooOptions, type ScaleByShampooState } from "./scale_by_shampoo.ts";
export { scaleBySoap, type ScaleBySoapOptions, type ScaleBySoapState } from "./scale_by_soap.ts";
export { shampoo, type ShampooOptions, type ShampooState } from "./shampoo.ts";
export { soap, type SoapOptions, type SoapState } from "./soap.ts";

export {
  addRelativeDecay,
  type AddRelativeDecayOptions,
  type AddRelativeDecayState,
} from "./add_relative_decay.ts";
export { averagedSgd, type AveragedSgdOptions, type AveragedSgdState } from "./averaged_sgd.ts";
export { ftrl, type FtrlOptions, type FtrlState } from "./ftrl.ts";
export {
  proximalAdagrad,
  type ProximalAdagradOptions,
  type ProximalAdagradState,
} from "./proximal_adagrad.ts";
export { scaleByAdamHat, type ScaleByAdamHatOptions, type ScaleByAdamHatState } from "./scale_by_adam_hat.ts";
export {
  scaleByBiasCorrection,
  type ScaleByBiasCorrectionOptions,
  type ScaleByBiasCorrectionState,
} from "./scale_by_bias_correction.ts";
export {
  scaleByLazyAdam,
  type ScaleByLazyAdamOptions,
  type ScaleByLazyAdamState,
} from "./scale_by_lazy_adam.ts";
export {
  type FactorsExtra,
  scaleByKroneckerFactors,
  type ScaleByKroneckerFactorsOptions,
  type ScaleByKroneckerFactorsState,
} from "./scale_by_kronecker_factors.ts";
export { convFactors, denseFactors, type KroneckerFactors } from "./kronecker_factors.ts";
export { scaleByLars, type ScaleByLarsOptions, type ScaleByLarsState } from "./scale_by_lars.ts";
export {
  scaleBySignAgreement,
  type ScaleBySignAgreementOptions,
  type ScaleBySignAgreementState,
} from "./scale_by_sign_agreement.ts";
export { countSteps, type CountStepsState } from "./count_steps.ts";
export { denseGradients, type DenseGradientsOptions, type DenseGradientsState } from "./dense_gradients.ts";
export { heavyBall, type HeavyBallOptions, type HeavyBallState } from "./heavy_ball.ts";
export { orthogonalize, type OrthogonalizeOptions, type OrthogonalizeState } from "./orthogonalize.ts";
export {
  scaleByInverseTime,
  type ScaleByInverseTimeOptions,
  type ScaleByInverseTimeState,
} from "./scale_by_inverse_time.ts";
export { scaleByLeafwiseAdamax, type ScaleByLeafwiseAdamaxState } from "./scale_by_leafwise_adamax.ts";
export {
  scaleByLeafwiseNadam,
  type ScaleByLeafwiseNadamOptions,
  type ScaleByLeafwiseNadamState,
} from "./scale_by_leafwise_nadam.ts";
export { scaleByLeafwiseRadam, type ScaleByLeafwiseRadamState } from "./scale_by_leafwise_radam.ts";
export {
  scaleByRelativeStep,
  type ScaleByRelativeStepOptions,
  type ScaleByRelativeStepState,
} from "./scale_by_relative_step.ts";
export {
  scaleByRowColumnVariance,
  type ScaleByRowColumnVarianceOptions,
  type ScaleByRowColumnVarianceState,
} from "./scale_by_row_column_variance.ts";
export {
  iteratedLbfgs,
  type IteratedLbfgsOptions,
  type IteratedLbfgsState,
  type ObjectiveValueExtra,
} from "./iterated_lbfgs.ts";
export type { LbfgsProgress } from "./lbfgs_iterations.ts";
export type { NumberTree } from "./leaf_numbers.ts";
export type { LeafwiseMoments, LeafwiseMomentsOptions } from "./leafwise_moments.ts";
export {
  scaleByLeafwiseAdam,
  type ScaleByLeafwiseAdamOptions,
  type ScaleByLeafwiseAdamState,
} from "./scale_by_leafwise_adam.ts";
export {
  scaleBySparseAdam,
  type ScaleBySparseAdamOptions,
  type ScaleBySparseAdamState,
} from "./scale_by_sparse_adam.ts";
export {
  type SparseGradient,
  sparseGradient,
  type SparseGrads,
  type TakesSparse,
} from "./sparse_gradient.ts";
export * as torch from "./torch/mod.ts";
export * as mindspore from "./mindspore/mod.ts";
