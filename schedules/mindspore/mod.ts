/**
 * Schedules under MindSpore's names, with its arithmetic: its functions that return lists, and its classes as functions
 * that return schedules.
 *
 * @module
 */

export { type DecayLrOptions, exponentialDecayLr, inverseDecayLr, naturalExpDecayLr } from "./decay_lists.ts";
export {
  type DecayLROptions,
  ExponentialDecayLR,
  InverseDecayLR,
  NaturalExpDecayLR,
} from "./decay_schedules.ts";
export {
  cosineDecayLr,
  type CosineDecayLrOptions,
  type ListLengths,
  piecewiseConstantLr,
  polynomialDecayLr,
  type PolynomialDecayLrOptions,
  warmupLr,
  type WarmupLrOptions,
} from "./lists.ts";
export {
  CosineDecayLR,
  type CosineDecayLROptions,
  PolynomialDecayLR,
  type PolynomialDecayLROptions,
  WarmUpLR,
  type WarmUpLROptions,
} from "./schedules.ts";
