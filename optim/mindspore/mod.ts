/**
 * MindSpore's optimizers under its names, with its options, defaults and arithmetic.
 *
 * @module
 */

export { Adadelta, type AdadeltaOptions } from "./adadelta.ts";
export { Adagrad, type AdagradOptions } from "./adagrad.ts";
export { Adam, type AdamOptions } from "./adam.ts";
export { AdamOffload, type AdamOffloadOptions } from "./adam_offload.ts";
export { AdamWeightDecay, type AdamWeightDecayOptions } from "./adam_weight_decay.ts";
export { adaSum } from "./ada_sum.ts";
export { AdaMax, type AdaMaxOptions } from "./ada_max.ts";
export { AdaFactor, type AdaFactorOptions } from "./ada_factor.ts";
export { ASGD, type ASGDOptions } from "./asgd.ts";
export { FTRL, type FTRLOptions } from "./ftrl.ts";
export type { LearningRate } from "./hyperparameters.ts";
export { Lamb, type LambOptions } from "./lamb.ts";
export { LARS, type LARSOptions } from "./lars.ts";
export { LazyAdam, type LazyAdamOptions } from "./lazy_adam.ts";
export { Momentum, type MomentumOptions } from "./momentum.ts";
export {
  type BaseOptions,
  decaysByName,
  type Definition,
  type Optimizer,
  type OptimizerState,
  type ScaledOptions,
  type Settings,
} from "./optimizer.ts";
export type { OrderParams, ParamGroup } from "./param_groups.ts";
export { ProximalAdagrad, type ProximalAdagradOptions } from "./proximal_adagrad.ts";
export { RMSProp, type RMSPropOptions } from "./rms_prop.ts";
export { Rprop, type RpropOptions } from "./rprop.ts";
export { SGD, type SGDOptions } from "./sgd.ts";
export { loadStateDict, type StateDict, stateDict, type StateDictOptions } from "./state_dict.ts";
export {
  clipByGlobalNorm,
  type ClipByGlobalNormOptions,
  clipByNorm,
  type ClipByNormOptions,
  clipByValue,
  type ClipByValueOptions,
} from "./clips.ts";
export {
  DynamicLossScaleManager,
  type DynamicLossScaleManagerOptions,
  DynamicLossScaleUpdateCell,
  type DynamicLossScaleUpdateCellOptions,
  FixedLossScaleManager,
  type FixedLossScaleManagerOptions,
  FixedLossScaleUpdateCell,
  type FixedLossScaleUpdateCellOptions,
  type LossScaleManager,
  type LossScaleManagerState,
} from "./loss_scale_managers.ts";
export {
  DynamicLossScaler,
  type DynamicLossScalerOptions,
  type LossScaler,
  StaticLossScaler,
  type StaticLossScalerOptions,
} from "./loss_scalers.ts";
