/**
 * torch's learning-rate schedulers as pure functions.
 *
 * @module
 */
export {
  ChainedScheduler,
  type ChainedSchedulerOptions,
  type ChainedSchedulerState,
} from "./chained_scheduler.ts";
export { ConstantLR, type ConstantLROptions } from "./constant_lr.ts";
export { CosineAnnealingLR, type CosineAnnealingLROptions } from "./cosine_annealing_lr.ts";
export {
  CosineAnnealingWarmRestarts,
  type CosineAnnealingWarmRestartsOptions,
  type CosineAnnealingWarmRestartsState,
} from "./cosine_annealing_warm_restarts.ts";
export { CyclicLR, type CyclicLROptions } from "./cyclic_lr.ts";
export { ExponentialLR, type ExponentialLROptions } from "./exponential_lr.ts";
export { LambdaLR, type LambdaLROptions } from "./lambda_lr.ts";
export { LinearLR, type LinearLROptions } from "./linear_lr.ts";
export type { LrLambda } from "./lr_lambda.ts";
export { MultiStepLR, type MultiStepLROptions } from "./multi_step_lr.ts";
export { MultiplicativeLR, type MultiplicativeLROptions } from "./multiplicative_lr.ts";
export { OneCycleLR, type OneCycleLROptions } from "./one_cycle_lr.ts";
export type { PerGroup, SchedulerGroup } from "./scheduler_group.ts";
export { PolynomialLR, type PolynomialLROptions } from "./polynomial_lr.ts";
export type { LastEpochOption, RecursiveSchedulerState } from "./recursive_scheduler.ts";
export {
  type MetricsArgument,
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
  type ReduceLROnPlateauState,
} from "./reduce_lr_on_plateau.ts";
export type { EpochArgument, Scheduled, Scheduler, SchedulerState } from "./scheduler.ts";
export { SequentialLR, type SequentialLROptions, type SequentialLRState } from "./sequential_lr.ts";
export { StepLR, type StepLROptions } from "./step_lr.ts";
export { SWALR, type SWALROptions } from "./swa_lr.ts";
export { loadSchedulerStateDict, schedulerStateDict } from "./scheduler_state_dict.ts";
