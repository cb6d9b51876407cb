/**
 * `mindspore.experimental.optim`: optimizers with the options of torch's, groups with any option of their own, and the
 * schedulers of its `lr_scheduler`. What is not here differently is that of torch: the arguments, `paramGroups`,
 * `addParamGroup` and how schedulers are stepped.
 *
 * @module
 */

export { Adam } from "./adam.ts";
export { Adadelta, Adagrad, Adamax, AdamW, ASGD, NAdam, RAdam, RMSprop, Rprop, SGD } from "./optimizers.ts";
export { CyclicLR, type CyclicLROptions } from "./schedulers.ts";
export {
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiplicativeLR,
  MultiStepLR,
  PolynomialLR,
  ReduceLROnPlateau,
  SequentialLR,
  StepLR,
} from "../../torch/schedulers/mod.ts";
