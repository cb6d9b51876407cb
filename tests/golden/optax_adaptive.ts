/**
 * The scalings by moments of optax, and the optimizers made of them.
 *
 * @module
 */

import {
  adabelief,
  type AdabeliefOptions,
  adadelta,
  type AdadeltaOptions,
  adafactor,
  type AdafactorOptions,
  adagrad,
  type AdagradOptions,
  adam,
  adamax,
  type AdamaxOptions,
  adamaxW,
  type AdamaxWOptions,
  type AdamOptions,
  adamW,
  type AdamWOptions,
  adan,
  type AdanOptions,
  amsgrad,
  type AmsgradOptions,
  clipByBlockRms,
  ema,
  type EmaOptions,
  fromage,
  type FromageOptions,
  identity,
  lamb,
  type LambOptions,
  lars,
  type LarsOptions,
  lion,
  type LionOptions,
  nadam,
  type NadamOptions,
  nadamW,
  type NadamWOptions,
  novograd,
  type NovogradOptions,
  optimisticAdam,
  type OptimisticAdamOptions,
  optimisticAdamV2,
  type OptimisticAdamV2Options,
  optimisticGradientDescent,
  type OptimisticGradientDescentOptions,
  radam,
  type RadamOptions,
  rmsprop,
  type RmspropOptions,
  rprop,
  scaleByAdadelta,
  type ScaleByAdadeltaOptions,
  scaleByAdam,
  scaleByAdamax,
  type ScaleByAdamaxOptions,
  type ScaleByAdamOptions,
  scaleByAdan,
  type ScaleByAdanOptions,
  scaleByAmsgrad,
  type ScaleByAmsgradOptions,
  scaleByBelief,
  type ScaleByBeliefOptions,
  scaleByFactoredRms,
  type ScaleByFactoredRmsOptions,
  scaleByLearningRate,
  scaleByLion,
  type ScaleByLionOptions,
  scaleByNovograd,
  type ScaleByNovogradOptions,
  scaleByOptimisticGradient,
  type ScaleByOptimisticGradientOptions,
  scaleByParamBlockNorm,
  type ScaleByParamBlockOptions,
  scaleByParamBlockRms,
  scaleByRadam,
  type ScaleByRadamOptions,
  scaleByRms,
  type ScaleByRmsOptions,
  scaleByRprop,
  type ScaleByRpropOptions,
  scaleByRss,
  type ScaleByRssOptions,
  scaleBySign,
  scaleBySm3,
  type ScaleBySm3Options,
  scaleByStddev,
  scaleByTrustRatio,
  type ScaleByTrustRatioOptions,
  scaleByYogi,
  type ScaleByYogiOptions,
  sgd,
  type SgdOptions,
  signSgd,
  type SignSgdOptions,
  signum,
  type SignumOptions,
  sm3,
  type Sm3Options,
  trace,
  type TraceOptions,
  yogi,
  type YogiOptions,
} from "../../optim/mod.ts";
import type { Builders } from "./optax_reader.ts";

const LEARNING_RATE = { learning_rate: "learningRate" };
const ADAM = {
  b1: "beta1",
  b2: "beta2",
  eps: "eps",
  eps_root: "epsRoot",
  nesterov: "nesterov",
  mu_dtype: "firstMomentDtype",
};
const AMSGRAD = {
  bias_correction_mu: "firstMomentBiasCorrection",
  bias_correction_nu: "secondMomentBiasCorrection",
};
const DECAY = { weight_decay: "weightDecay", mask: "weightDecayMask" };
const FACTORED = {
  factored: "factored",
  decay_rate: "decayRate",
  step_offset: "decayOffset",
  decay_offset: "decayOffset",
  min_dim_size_to_factor: "minDimSizeToFactor",
};
const LION = {
  b1: "beta1",
  b2: "beta2",
  mu_dtype: "firstMomentDtype",
  mode: "mode",
  smooth_beta: "smoothBeta",
};
const OPTIMISTIC = { alpha: "alpha", beta: "beta" };
const RMS = {
  decay: "decay",
  eps: "eps",
  initial_scale: "initialScale",
  eps_in_sqrt: "epsInSqrt",
  bias_correction: "biasCorrection",
};
const RPROP = {
  ...LEARNING_RATE,
  eta_minus: "etaMinus",
  eta_plus: "etaPlus",
  min_step_size: "minStepSize",
  max_step_size: "maxStepSize",
};
const RSS = { initial_accumulator_value: "initialAccumulatorValue", eps: "eps" };

/** What makes ours for each function of optax. */
export const ADAPTIVE: Builders = {
  "optax.adabelief": (read) => adabelief(read.as<AdabeliefOptions>({ ...LEARNING_RATE, ...ADAM })),
  "optax.adadelta": (read) => {
    const options = read.as<Partial<AdadeltaOptions>>({
      rho: "rho",
      eps: "eps",
      weight_decay: "weightDecay",
      weight_decay_mask: "weightDecayMask",
    });
    // Without a learning rate optax goes up, which is that of the parts without the sign.
    if (read.raw("learning_rate") === undefined) return scaleByAdadelta(options);
    return adadelta({ ...options, learningRate: read.scalar("learning_rate") });
  },
  "optax.adafactor": (read) => {
    const options = read.as<Partial<AdafactorOptions>>({
      ...LEARNING_RATE,
      ...FACTORED,
      eps: "eps",
      multiply_by_parameter_scale: "multiplyByParameterScale",
      momentum: "momentum",
      weight_decay_rate: "weightDecay",
      weight_decay_mask: "weightDecayMask",
    });
    const threshold = read.raw("clipping_threshold");
    const clipping = threshold === undefined ? {} : { clippingThreshold: threshold as number | null };
    // The mean is kept in float32 even under float64.
    return adafactor({ learningRate: 1, momentumDtype: "float32", ...options, ...clipping });
  },
  "optax.adagrad": (read) => adagrad(read.as<AdagradOptions>({ ...LEARNING_RATE, ...RSS })),
  "optax.adam": (read) => adam(read.as<AdamOptions>({ ...LEARNING_RATE, ...ADAM })),
  "optax.adamax": (read) => adamax(read.as<AdamaxOptions>({ ...LEARNING_RATE, ...ADAM })),
  "optax.adamaxw": (read) => adamaxW(read.as<AdamaxWOptions>({ ...LEARNING_RATE, ...ADAM, ...DECAY })),
  "optax.adamw": (read) => adamW(read.as<AdamWOptions>({ ...LEARNING_RATE, ...ADAM, ...DECAY })),
  "optax.adan": (read) =>
    adan({ ...read.as<AdanOptions>({ ...LEARNING_RATE, ...ADAM, b3: "beta3", ...DECAY }), variant: "optax" }),
  "optax.amsgrad": (read) => amsgrad(read.as<AmsgradOptions>({ ...LEARNING_RATE, ...ADAM, ...AMSGRAD })),
  "optax.clip_by_block_rms": (read) => clipByBlockRms(read.scalar("threshold")),
  "optax.ema": (read) =>
    ema(read.as<EmaOptions>({ decay: "decay", debias: "debias", accumulator_dtype: "accumulatorDtype" })),
  "optax.fromage": (read) => fromage(read.as<FromageOptions>({ ...LEARNING_RATE, min_norm: "minNorm" })),
  "optax.lamb": (read) => lamb(read.as<LambOptions>({ ...LEARNING_RATE, ...ADAM, ...DECAY })),
  "optax.lars": (read) =>
    lars(read.as<LarsOptions>({
      ...LEARNING_RATE,
      weight_decay: "weightDecay",
      weight_decay_mask: "weightDecayMask",
      trust_coefficient: "trustCoefficient",
      eps: "eps",
      trust_ratio_mask: "trustRatioMask",
      momentum: "momentum",
      nesterov: "nesterov",
    })),
  "optax.lion": (read) => lion(read.as<LionOptions>({ ...LEARNING_RATE, ...LION, ...DECAY })),
  "optax.nadam": (read) => nadam(read.as<NadamOptions>({ ...LEARNING_RATE, ...ADAM })),
  "optax.nadamw": (read) => nadamW(read.as<NadamWOptions>({ ...LEARNING_RATE, ...ADAM, ...DECAY })),
  "optax.novograd": (read) =>
    novograd(read.as<NovogradOptions>({ ...LEARNING_RATE, ...ADAM, weight_decay: "weightDecay" })),
  "optax.optimistic_adam": (read) =>
    optimisticAdam(read.as<OptimisticAdamOptions>({ ...LEARNING_RATE, ...ADAM, optimism: "optimism" })),
  "optax.optimistic_adam_v2": (read) =>
    optimisticAdamV2(read.as<OptimisticAdamV2Options>({ ...LEARNING_RATE, ...ADAM, ...OPTIMISTIC })),
  "optax.optimistic_gradient_descent": (read) =>
    optimisticGradientDescent(
      read.as<OptimisticGradientDescentOptions>({ ...LEARNING_RATE, ...OPTIMISTIC }),
    ),
  "optax.radam": (read) =>
    radam(read.as<RadamOptions>({ ...LEARNING_RATE, ...ADAM, threshold: "threshold" })),
  "optax.rmsprop": (read) =>
    rmsprop(read.as<RmspropOptions>({
      ...LEARNING_RATE,
      ...RMS,
      centered: "centered",
      momentum: "momentum",
      nesterov: "nesterov",
    })),
  "optax.rprop": (read) => rprop({ ...read.as<ScaleByRpropOptions>(RPROP), stale: true }),
  "optax.scale_by_adadelta": (read) =>
    scaleByAdadelta(read.as<ScaleByAdadeltaOptions>({ rho: "rho", eps: "eps" })),
  "optax.scale_by_adam": (read) => scaleByAdam(read.as<ScaleByAdamOptions>(ADAM)),
  "optax.scale_by_adamax": (read) => scaleByAdamax(read.as<ScaleByAdamaxOptions>(ADAM)),
  "optax.scale_by_adan": (read) =>
    scaleByAdan({ ...read.as<ScaleByAdanOptions>({ ...ADAM, b3: "beta3" }), variant: "optax" }),
  "optax.scale_by_amsgrad": (read) => scaleByAmsgrad(read.as<ScaleByAmsgradOptions>({ ...ADAM, ...AMSGRAD })),
  "optax.scale_by_belief": (read) => scaleByBelief(read.as<ScaleByBeliefOptions>(ADAM)),
  "optax.scale_by_factored_rms": (read) =>
    scaleByFactoredRms(read.as<ScaleByFactoredRmsOptions>({ ...FACTORED, epsilon: "eps" })),
  "optax.scale_by_learning_rate": (read) => {
    if (read.raw("learning_rate") === undefined) return identity();
    const flipSign = read.raw("flip_sign") !== false;
    return scaleByLearningRate(read.scalar("learning_rate"), { flipSign });
  },
  "optax.scale_by_lion": (read) => scaleByLion(read.as<ScaleByLionOptions>(LION)),
  "optax.scale_by_novograd": (read) =>
    scaleByNovograd(read.as<ScaleByNovogradOptions>({ ...ADAM, weight_decay: "weightDecay" })),
  "optax.scale_by_optimistic_gradient": (read) =>
    scaleByOptimisticGradient(read.as<ScaleByOptimisticGradientOptions>(OPTIMISTIC)),
  "optax.scale_by_param_block_norm": (read) =>
    scaleByParamBlockNorm(read.as<ScaleByParamBlockOptions>({ min_scale: "minScale" })),
  "optax.scale_by_param_block_rms": (read) =>
    scaleByParamBlockRms(read.as<ScaleByParamBlockOptions>({ min_scale: "minScale" })),
  "optax.scale_by_radam": (read) =>
    scaleByRadam(read.as<ScaleByRadamOptions>({ ...ADAM, threshold: "threshold" })),
  "optax.scale_by_rms": (read) => scaleByRms(read.as<ScaleByRmsOptions>(RMS)),
  "optax.scale_by_rprop": (read) => scaleByRprop({ ...read.as<ScaleByRpropOptions>(RPROP), stale: true }),
  "optax.scale_by_rss": (read) => scaleByRss(read.as<ScaleByRssOptions>(RSS)),
  "optax.scale_by_sign": () => scaleBySign(),
  "optax.scale_by_sm3": (read) =>
    scaleBySm3(read.as<ScaleBySm3Options>({ b1: "beta1", b2: "beta2", eps: "eps" })),
  "optax.scale_by_stddev": (read) => scaleByStddev(read.as<ScaleByRmsOptions>(RMS)),
  "optax.scale_by_trust_ratio": (read) =>
    scaleByTrustRatio(read.as<ScaleByTrustRatioOptions>({
      min_norm: "minNorm",
      trust_coefficient: "trustCoefficient",
      eps: "eps",
    })),
  "optax.scale_by_yogi": (read) =>
    scaleByYogi(
      read.as<ScaleByYogiOptions>({ ...ADAM, initial_accumulator_value: "initialAccumulatorValue" }),
    ),
  "optax.sgd": (read) =>
    sgd(read.as<SgdOptions>({
      ...LEARNING_RATE,
      momentum: "momentum",
      nesterov: "nesterov",
      accumulator_dtype: "accumulatorDtype",
    })),
  "optax.sign_sgd": (read) => signSgd(read.as<SignSgdOptions>(LEARNING_RATE)),
  "optax.signum": (read) => signum(read.as<SignumOptions>({ ...LEARNING_RATE, beta: "beta" })),
  "optax.sm3": (read) => sm3(read.as<Sm3Options>({ ...LEARNING_RATE, momentum: "momentum" })),
  "optax.trace": (read) =>
    trace(read.as<TraceOptions>({
      decay: "decay",
      nesterov: "nesterov",
      accumulator_dtype: "accumulatorDtype",
    })),
  "optax.yogi": (read) => yogi(read.as<YogiOptions>({ ...LEARNING_RATE, ...ADAM })),
};
