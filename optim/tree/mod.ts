/**
 * What users of optax know as `optax.tree`: arithmetic on trees of tensors, and parts of states by name. Holes (null)
 * have no part in anything.
 *
 * @module
 */

export { add, addScale, batchShape, clip, divide, multiply, scale, subtract, where } from "./arithmetic.ts";
export {
  cast,
  castLike,
  fullLike,
  type LikeOptions,
  onesLike,
  randomLike,
  type RandomLikeOptions,
  type Sampler,
  splitKeyLike,
  zerosLike,
} from "./like.ts";
export {
  biasCorrection,
  type BiasCorrectionOptions,
  updateInfinityMoment,
  type UpdateInfinityMomentOptions,
  updateMoment,
  type UpdateMomentOptions,
} from "./moments.ts";
export {
  allClose,
  type AllCloseOptions,
  max,
  min,
  norm,
  type NormOptions,
  size,
  sum,
  vdot,
} from "./reductions.ts";
export { type FindOptions, type Found, get, getAllWithPath, set } from "./state.ts";
