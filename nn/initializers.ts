/**
 * Initializers: functions from a random key and a shape to the params of a layer, after jax.nn.initializers, with
 * the same numbers for the same key and fans; those of torch.nn.init are in `torch`.
 *
 * @module
 */
export { constant, identity, type IdentityOptions, ones, zeros } from "./initializers/constant.ts";
export type { InitOptions, KernelInitOptions } from "./initializers/defaults.ts";
export {
  normal,
  type NormalOptions,
  truncatedNormal,
  type TruncatedNormalInitializerOptions,
  uniform,
  type UniformOptions,
} from "./initializers/distributions.ts";
export {
  type FanAxes,
  type Fans,
  fansOf,
  type Initializer,
  type InitializerOptions,
} from "./initializers/initializer.ts";
export {
  deltaOrthogonal,
  type DeltaOrthogonalOptions,
  orthogonal,
  type OrthogonalInitializerOptions,
} from "./initializers/orthogonal.ts";
export * as torch from "./initializers/torch/mod.ts";
export {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  varianceScaling,
  type VarianceScalingOptions,
} from "./initializers/variance_scaling.ts";
