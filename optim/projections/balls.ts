/**
 * The nearest points of the simplex, and of balls and spheres of several norms. A tree is one vector: all its elements
 * together.
 *
 * @module
 */

import {
  abs,
  cast,
  concatenate,
  divide,
  lessEqual,
  maximum,
  multiply,
  promote,
  ravel,
  reshape,
  sign,
  slice,
  sparsemax,
  sqrt,
  type Tensor,
  tree,
  where,
} from "../../tensor/mod.ts";
import { mapLeaves, zipLeaves } from "../leaves.ts";
import { norm, scale as scaleTree } from "../tree/mod.ts";
import { checkScale, projectionBox } from "./boxes.ts";

/**
 * The nearest tree without negative elements whose sum is `scale`, 1 by default, as
 * `optax.projections.projection_simplex`. It sorts all elements.
 *
 * @throws {RangeError} If `scale` is not positive.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { projectionSimplex } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(projectionSimplex({ x: tensor([1, 0.5]), y: tensor(-1) }).x.toArray(), [0.75, 0.25]);
 * ```
 */
export function projectionSimplex<T>(values: T, scale = 1): T {
  checkScale("projectionSimplex", scale);
  const leaves = tree.leaves(values) as readonly Tensor[];
  if (leaves.length === 0) return values;
  const dtype = leaves.map((leaf) => leaf.dtype).reduce((a, b) => promote(a, b));
  const vector = leaves.length === 1
    ? ravel(leaves[0])
    : concatenate(leaves.map((leaf) => ravel(cast(leaf, dtype))));
  const projected = multiply(sparsemax(divide(vector, scale)), scale);
  let start = 0;
  return mapLeaves(values, (leaf) => {
    const part = slice(projected, [[start, start += leaf.size]]);
    return cast(reshape(part, leaf.shape), leaf.dtype);
  });
}

/**
 * The nearest tree whose absolute values sum to `scale`, 1 by default, as
 * `optax.projections.projection_l1_sphere`. An element that is 0 stays 0.
 *
 * @throws {RangeError} If `scale` is not positive.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { projectionL1Sphere } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(projectionL1Sphere({ x: tensor([2, -1.5]) }).x.toArray(), [0.75, -0.25]);
 * ```
 */
export function projectionL1Sphere<T>(values: T, scale = 1): T {
  checkScale("projectionL1Sphere", scale);
  const sizes = projectionSimplex(mapLeaves(values, (leaf) => abs(leaf)), scale);
  return zipLeaves("projectionL1Sphere", [values, sizes], (leaf, size) => multiply(sign(leaf), size));
}

/**
 * The nearest tree whose absolute values sum to `scale` at most, 1 by default, as
 * `optax.projections.projection_l1_ball`.
 *
 * @throws {RangeError} If `scale` is not positive.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { projectionL1Ball } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(projectionL1Ball({ x: tensor([2, -1.5]) }).x.toArray(), [0.75, -0.25]);
 * assertEquals(projectionL1Ball({ x: tensor([0.5, -0.25]) }).x.toArray(), [0.5, -0.25]);
 * ```
 */
export function projectionL1Ball<T>(values: T, scale = 1): T {
  checkScale("projectionL1Ball", scale);
  const inside = lessEqual(norm(values, { order: 1 }), scale);
  const sphere = projectionL1Sphere(values, scale);
  return zipLeaves("projectionL1Ball", [values, sphere], (leaf, outer) => where(inside, leaf, outer));
}

/**
 * The nearest tree whose Euclidean norm is `scale`, 1 by default, as `optax.projections.projection_l2_sphere`. A tree of
 * zeros, which has no nearest one, gives NaN.
 *
 * @throws {RangeError} If `scale` is not positive.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { projectionL2Sphere } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(projectionL2Sphere({ x: tensor([3, -4]) }, 2.5).x.toArray(), [1.5, -2]);
 * ```
 */
export function projectionL2Sphere<T>(values: T, scale = 1): T {
  checkScale("projectionL2Sphere", scale);
  return scaleTree(divide(scale, norm(values)), values);
}

/**
 * The nearest tree whose Euclidean norm is `scale` at most, 1 by default, as
 * `optax.projections.projection_l2_ball`.
 *
 * @throws {RangeError} If `scale` is not positive.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { projectionL2Ball } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(projectionL2Ball({ x: tensor([3, -4]) }, 2.5).x.toArray(), [1.5, -2]);
 * assertEquals(projectionL2Ball({ x: tensor([0.5, 0]) }).x.toArray(), [0.5, 0]);
 * ```
 */
export function projectionL2Ball<T>(values: T, scale = 1): T {
  checkScale("projectionL2Ball", scale);
  const squared = norm(values, { squared: true });
  return scaleTree(divide(scale, sqrt(maximum(squared, scale * scale))), values);
}

/**
 * The nearest tree with every element from `-scale` to `scale`, 1 by default, as
 * `optax.projections.projection_linf_ball`.
 *
 * @throws {RangeError} If `scale` is not positive.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { projectionLInfinityBall } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(projectionLInfinityBall({ x: tensor([3, -0.5]) }).x.toArray(), [1, -0.5]);
 * ```
 */
export function projectionLInfinityBall<T>(values: T, scale = 1): T {
  checkScale("projectionLInfinityBall", scale);
  return projectionBox(values, { lower: -scale, upper: scale });
}
