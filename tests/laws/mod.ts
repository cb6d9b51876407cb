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
 * @example A planted fault, found and shrunk to the smallest example
 * ```ts
 * import { maximum, mean, multiply, subtract, type Tensor } from "@weft/weft";
 * import { assertClose, tensors } from "@weft/weft/testing";
 * import { assertEquals } from "@std/assert/equals";
 * import fc from "fast-check";
 *
 * // The mean of (x - center)^2, whose author took negative differences for zero.
 * const spread = (x: Tensor): Tensor => {
 *   const difference = maximum(subtract(x, mean(x)), 0);
 *   return mean(multiply(difference, difference));
 * };
 * const shifted = fc.property(tensors({ shape: [3] }), (x) => {
 *   assertClose(spread(multiply(x, -1)), spread(x));
 * });
 * const { failed, counterexample } = fc.check(shifted, { seed: 1 });
 * assertEquals(failed, true);
 * const [smallest] = counterexample!;
 * assertEquals([...smallest.data()].filter((value) => value !== 0).length, 1);
 * console.log(smallest); // all zeros but for one element of 1/64
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
export { assertClose, type AssertCloseOptions } from "./assert_close.ts";
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
export {
  broadcastablePairs,
  dtypes,
  EDGE_VALUES,
  edgeTensors,
  type EdgeTensorsOptions,
  keys,
  type NumberDType,
} from "./values.ts";
