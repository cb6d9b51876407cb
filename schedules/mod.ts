/**
 * Schedules: scalars as functions of the step, for a learning rate, a weight decay or any other scalar of a
 * transform.
 *
 * A schedule is a pure function `(step: number) => number`. Steps count from 0, and a schedule holds its last
 * value after its end, so any function of one number will do. The arithmetic follows optax in double
 * precision. A number of steps that is not positive is an error here, where optax only logs a warning.
 *
 * @example A warm-up, a plateau and a decay
 * ```ts
 * import { constant, cosineDecay, join, linear } from "@weft/weft/schedules";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const learningRate = join([
 *   linear({ initial: 0, end: 3e-3, steps: 100 }),
 *   constant(3e-3),
 *   cosineDecay({ initial: 3e-3, steps: 500 }),
 * ], [100, 400]);
 *
 * assertAlmostEquals(learningRate(50), 1.5e-3);
 * assertAlmostEquals(learningRate(300), 3e-3);
 * assertAlmostEquals(learningRate(650), 1.5e-3);
 * assertAlmostEquals(learningRate(900), 0);
 * ```
 *
 * @module
 */

export { constant } from "./constant.ts";
export { cosineDecay, type CosineDecayOptions } from "./cosine_decay.ts";
export { cyclic, type CyclicOptions } from "./cyclic.ts";
export { exponentialDecay, type ExponentialDecayOptions } from "./exponential_decay.ts";
export { inverseSquareRoot, type InverseSquareRootOptions } from "./inverse_square_root.ts";
export { join } from "./join.ts";
export {
  cosineOneCycle,
  type CosineOneCycleOptions,
  linearOneCycle,
  type LinearOneCycleOptions,
} from "./one_cycle.ts";
export * as mindspore from "./mindspore/mod.ts";
export { piecewiseConstant } from "./piecewise_constant.ts";
export {
  type Interpolation,
  piecewiseInterpolate,
  type PiecewiseInterpolateOptions,
} from "./piecewise_interpolate.ts";
export {
  linear,
  type LinearOptions,
  polynomialDecay,
  type PolynomialDecayOptions,
} from "./polynomial_decay.ts";
export type { Schedule } from "./schedule.ts";
export { sgdr } from "./sgdr.ts";
export {
  multiStepDecay,
  type MultiStepDecayOptions,
  stepDecay,
  type StepDecayOptions,
} from "./step_decay.ts";
export { warmupConstant, type WarmupConstantOptions } from "./warmup_constant.ts";
export { warmupCosine, type WarmupCosineOptions } from "./warmup_cosine.ts";
export { warmupExponential, type WarmupExponentialOptions } from "./warmup_exponential.ts";
export { warmupStableDecay, type WarmupStableDecayOptions } from "./warmup_stable_decay.ts";
