/**
 * The torch dialect: the optimizers of `torch.optim` under their own names, with torch's options in camel case, its
 * defaults and its numbers, step for step.
 *
 * Each is a chain of the transforms of `optim` for each group of parameters, so that it goes into `masked`, `chain`,
 * `multiSteps` and `compile` like any other. Its state is plain data: that of each group's chain under the index of
 * the group. Each counts the steps of every parameter by itself, as torch does: a parameter without a gradient, a hole
 * in the gradients, is passed over.
 *
 * @module
 */

export { Adam, type AdamOptions, AdamW, type AdamWOptions } from "./adam.ts";
export type { Betas } from "./checks.ts";
export type {
  FilledGroup,
  ParamGroup,
  TorchArguments,
  TorchDefinition,
  TorchLayout,
  TorchOptimizer,
  TorchState,
} from "./definition.ts";
export {
  addParamGroup,
  type AddParamGroupOptions,
  type OptimizerWithState,
  paramGroups,
  setParamGroup,
  type SetParamGroupOptions,
} from "./param_groups.ts";
export { SGD, type SGDOptions } from "./sgd.ts";
export * from "./schedulers/mod.ts";
