/**
 * MindSpore's optimizers, schedules, loss scales and clips under its names, with its options in camel case, its defaults
 * and its arithmetic.
 *
 * Every optimizer is a chain of the transforms that others are made of, so it goes into `masked`, `multiSteps`,
 * `lossScaled` and `compile` as they do. Gradients go through weight decay, centralization and the division by the loss
 * scale before the rule of the optimizer, in this order. Numbers are in single precision, as MindSpore keeps them: a
 * learning rate of 0.1 stands as `Math.fround(0.1)` in the state.
 *
 * @example Groups with a learning rate and a weight decay of their own, as MindSpore writes them
 * ```ts
 * import { ones, tensor } from "@weft/weft";
 * import { hyperparameters, mindspore, rest } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const rate = mindspore.PolynomialDecayLR({ learningRate: 0.1, endLearningRate: 0.01, decaySteps: 4, power: 0.5 });
 * const optimizer = mindspore.SGD({
 *   learningRate: 0.1,
 *   params: [
 *     { params: "conv/**", weightDecay: 0.01, lr: 0.01 },
 *     { params: rest, lr: rate },
 *     { orderParams: ["conv/weight", "bn/gamma"] },
 *   ],
 * });
 * const params = { conv: { weight: tensor([1]) }, bn: { gamma: ones([1]) } };
 * const { params: next, state } = optimizer.step(optimizer.init(params), params, params);
 * assertAlmostEquals(next.conv.weight.item(), 0.9899, 1e-6);
 * assertAlmostEquals(next.bn.gamma.item(), 0.9, 1e-6);
 * assertAlmostEquals(hyperparameters(state)["group1/learningRate"], 0.1, 1e-8);
 * ```
 *
 * @module
 */

export * from "../../schedules/mindspore/mod.ts";

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
  FixedLossScaleManager,
  type FixedLossScaleManagerOptions,
} from "./loss_scale_managers.ts";
export type { LossScaleManager, LossScaleManagerState } from "./loss_scale_manager.ts";
export {
  DynamicLossScaleUpdateCell,
  type DynamicLossScaleUpdateCellOptions,
  FixedLossScaleUpdateCell,
  type FixedLossScaleUpdateCellOptions,
} from "./loss_scale_cells.ts";
export {
  DynamicLossScaler,
  type DynamicLossScalerOptions,
  type LossScaler,
  StaticLossScaler,
  type StaticLossScalerOptions,
} from "./loss_scalers.ts";
export { thor, type ThorOptimizer, type ThorOptions } from "./thor.ts";
export * as experimental from "./experimental/mod.ts";
