/**
 * The nearest points of lines, planes and halfspaces. A tree is one vector: all its elements together.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { divide, minimum, subtract, type TensorLike } from "../../tensor/mod.ts";
import { tensorsOf } from "../tensors_of.ts";
import { addScale, scale, vdot } from "../tree/mod.ts";

/** Options of `projectionHyperplane` and `projectionHalfspace`. */
export interface PlaneOptions {
  /** The inner product with the normal that points of the plane have. */
  readonly offset: TensorLike;
}

const PLANE_OPTIONS = { offset: true } as const;

/**
 * The nearest multiple of `direction`: `direction (values.direction / direction.direction)`, as
 * `optax.projections.projection_vector`.
 *
 * @throws {TypeError} If the trees differ in structure, naming the path.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { projectionVector } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(projectionVector({ x: tensor([3, 4]) }, { x: tensor([2, 0]) }).x.toArray(), [3, 0]);
 * ```
 */
export function projectionVector<T>(values: T, direction: T): T {
  for (const one of [values, direction]) tensorsOf("projectionVector", one);
  return scale(divide(vdot(values, direction), vdot(direction, direction)), direction);
}

/**
 * The nearest tree whose inner product with `normal` is `offset`, as `optax.projections.projection_hyperplane`.
 *
 * @throws {TypeError} If the trees differ in structure, naming the path.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { projectionHyperplane } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const values = { x: tensor([3, 4]) };
 * assertEquals(projectionHyperplane(values, { x: tensor([1, 0]) }, { offset: 1 }).x.toArray(), [1, 4]);
 * ```
 */
export function projectionHyperplane<T>(values: T, normal: unknown, options: PlaneOptions): T {
  checkOptionNames("projectionHyperplane", options, PLANE_OPTIONS);
  for (const one of [values, normal]) tensorsOf("projectionHyperplane", one);
  const factor = divide(subtract(options.offset, vdot(values, normal)), vdot(normal, normal));
  return addScale(values, normal, { factor });
}

/**
 * The nearest tree whose inner product with `normal` is `offset` at most, as
 * `optax.projections.projection_halfspace`.
 *
 * @throws {TypeError} If the trees differ in structure, naming the path.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { projectionHalfspace } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const normal = { x: tensor([1, 0]) };
 * assertEquals(projectionHalfspace({ x: tensor([3, 4]) }, normal, { offset: 1 }).x.toArray(), [1, 4]);
 * assertEquals(projectionHalfspace({ x: tensor([0, 4]) }, normal, { offset: 1 }).x.toArray(), [0, 4]);
 * ```
 */
export function projectionHalfspace<T>(values: T, normal: unknown, options: PlaneOptions): T {
  checkOptionNames("projectionHalfspace", options, PLANE_OPTIONS);
  for (const one of [values, normal]) tensorsOf("projectionHalfspace", one);
  const factor = divide(subtract(options.offset, vdot(values, normal)), vdot(normal, normal));
  return addScale(values, normal, { factor: minimum(factor, 0) });
}
