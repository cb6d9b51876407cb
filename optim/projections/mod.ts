/**
 * Projections onto convex sets, and a transform that keeps params in one.
 *
 * @module
 */

export {
  projectionL1Ball,
  projectionL1Sphere,
  projectionL2Ball,
  projectionL2Sphere,
  projectionLInfinityBall,
  projectionSimplex,
} from "./balls.ts";
export { type BoxOptions, projectionBox, projectionHypercube, projectionNonNegative } from "./boxes.ts";
export { type PlaneOptions, projectionHalfspace, projectionHyperplane, projectionVector } from "./planes.ts";
export { projected, type ProjectedState } from "./projected.ts";
