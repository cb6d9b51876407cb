/**
 * Laws and arbitraries for fast-check, to test transforms, layers and operations of your own as this library
 * tests its own.
 *
 * @example A transform of your own in a chain
 * ```ts
 * import { scale } from "@weft/weft/optim";
 * import { chainHasIdentity, maskedByAllIsTheTransform } from "@weft/weft/testing";
 * import fc from "fast-check";
 *
 * const mine = scale(0.5);
 * fc.assert(chainHasIdentity(mine), { numRuns: 10 });
 * fc.assert(maskedByAllIsTheTransform(mine), { numRuns: 10 });
 * ```
 *
 * @module
 */

export {
  type ParamsTree,
  paramsTrees,
  type Problem,
  problems,
  shapes,
  type ShapesOptions,
  tensors,
  type TensorsOptions,
} from "./arbitraries.ts";
export type { Arbitrary, Law } from "./fast_check.ts";
export { checkGradients, type CheckGradientsOptions } from "./gradients.ts";
export {
  chainHasIdentity,
  chainIsAssociative,
  disjointGroupsCommute,
  type Elements,
  groupsAreSeparate,
  maskedByAllIsTheTransform,
  maskedByNoneIsZero,
  maskedByNonePasses,
  type Trajectory,
  trajectory,
  type TwoParts,
} from "./optim.ts";
export { transformLaws, type TransformLawsOptions } from "./transform_laws.ts";
