/**
 * The torch dialect: the optimizers of `torch.optim` under their own names, with torch's options in camel case, its
 * defaults and its numbers, step for step.
 *
 * Each is a chain of the transforms of `optim` for each group of parameters, so that it goes into `masked`, `chain`,
 * `multiSteps` and `compile` like any other. Its state is plain data: that of each group's chain under the index of
 * the group. Each counts the steps of every parameter by itself, as torch does: a parameter without a gradient, a hole
 * in the gradients, is passed over.
 *
 * Its schedulers are pure functions of a state and of groups, bit for bit as torch prints them; `attachSchedulers` lets
 * them change the groups of an optimizer. Beside them stand `clipGradNorm`, `clipGradValue`, `GradScaler` and
 * `AveragedModel`. `stateDict` and `loadStateDict` carry a run across, to torch and back.
 *
 * @module
 */

export { Adadelta, type AdadeltaOptions } from "./adadelta.ts";
export { Adafactor, type AdafactorOptions } from "./adafactor.ts";
export { Adagrad, type AdagradOptions } from "./adagrad.ts";
export { Adam, type AdamOptions, AdamW, type AdamWOptions } from "./adam.ts";
export { Adamax, type AdamaxOptions } from "./adamax.ts";
export { ASGD, type ASGDOptions } from "./asgd.ts";
export type { Betas } from "./checks.ts";
export type {
  CurrentGroup,
  CurrentOption,
  FilledGroup,
  ParamGroup,
  TorchArguments,
  TorchDefinition,
  TorchLayout,
  TorchOptimizer,
  TorchParts,
  TorchState,
} from "./definition.ts";
export { LBFGS, type LBFGSOptions } from "./lbfgs.ts";
export { Muon, type MuonOptions } from "./muon.ts";
export { NAdam, type NAdamOptions } from "./nadam.ts";
export { addParamGroup, type AddParamGroupOptions } from "./add_param_group.ts";
export { type OptimizerWithState, paramGroups, withParamGroups } from "./param_groups.ts";
export { setParamGroup, type SetParamGroupOptions } from "./set_param_group.ts";
export { RAdam, type RAdamOptions } from "./radam.ts";
export { RMSprop, type RMSpropOptions } from "./rmsprop.ts";
export { Rprop, type RpropOptions } from "./rprop.ts";
export { SGD, type SGDOptions } from "./sgd.ts";
export {
  type AnyScheduler,
  type AttachedSchedulers,
  attachSchedulers,
  type Rescheduled,
  type ScheduleArgument,
  type ScheduleState,
  withSchedulerGroups,
} from "./attach_schedulers.ts";
export {
  AveragedModel,
  type AveragedModelOptions,
  type AveragedModelState,
  type AverageFunction,
  getEmaAvgFn,
  getSwaAvgFn,
  type ModelValues,
} from "./averaged_model.ts";
export { clipGradNorm, type ClipGradNormOptions, type ClippedGrads } from "./clip_grad_norm.ts";
export { clipGradValue, type ClipGradValueOptions } from "./clip_grad_value.ts";
export {
  GradScaler,
  type GradScalerOptions,
  type GradScalerState,
  type ScaledStep,
  type UnscaledGrads,
} from "./grad_scaler.ts";
export { type LoadedStateDict, loadStateDict } from "./load_state_dict.ts";
export { SparseAdam, type SparseAdamOptions } from "./sparse_adam.ts";
export * from "./schedulers/mod.ts";
export { type StateDict, stateDict, type StateDictOptions } from "./state_dict.ts";
export type { TorchParamsOptions } from "./torch_plan.ts";
export { type FlatStateDict, flattenStateDict, unflattenStateDict } from "./state_dict_tensors.ts";
export type { TorchWeights } from "./torch_weights.ts";
