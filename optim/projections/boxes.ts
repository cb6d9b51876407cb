/**
 * The nearest points of boxes.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { maximum, minimum, relu, type Tensor, tree } from "../../tensor/mod.ts";
import { tensorsOf } from "../tensors_of.ts";
import { mapLeaves, zipLeaves } from "../leaves.ts";

/** The bounds of a box: one number for all elements, or a tree of tensors like the values, which broadcast. */
export interface BoxOptions {
  /** The least values. */
  readonly lower: unknown;
  /** The greatest values. */
  readonly upper: unknown;
}

const BOX_OPTIONS = { lower: true, upper: true } as const;

/**
 * The nearest tree without negative elements, `max(x, 0)`, as `optax.projections.projection_non_negative`.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { projectionNonNegative } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(projectionNonNegative({ x: tensor([-1, 2]) }).x.toArray(), [0, 2]);
 * ```
 */
export function projectionNonNegative<T>(values: T): T {
  tensorsOf("projectionNonNegative", values);
  return mapLeaves(values, (leaf) => relu(leaf));
}

/**
 * The nearest tree with every element from `lower` to `upper`, as `optax.projections.projection_box`.
 *
 * @throws {TypeError} If a bound is neither a number nor a tree like the values.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { projectionBox } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const values = { x: tensor([-1, 0.5, 2]) };
 * assertEquals(projectionBox(values, { lower: 0, upper: { x: tensor([1, 1, 1.5]) } }).x.toArray(), [0, 0.5, 1.5]);
 * ```
 */
export function projectionBox<T>(values: T, options: BoxOptions): T {
  checkOptionNames("projectionBox", options, BOX_OPTIONS);
  tensorsOf("projectionBox", values);
  const raised = bounded(values, "lower", options.lower, (leaf, bound) => maximum(leaf, bound));
  return bounded(raised, "upper", options.upper, (leaf, bound) => minimum(leaf, bound));
}

function bounded<T>(
  values: T,
  name: string,
  bound: unknown,
  apply: (leaf: Tensor, bound: Tensor | number) => Tensor,
): T {
  if (typeof bound === "number") return mapLeaves(values, (leaf) => apply(leaf, bound));
  if (bound === undefined || bound === null) {
    throw new TypeError(
      `projectionBox expects ${name} to be a number or a tree but got ${tree.describe(bound)}`,
    );
  }
  return zipLeaves("projectionBox", [values, bound], apply);
}

/**
 * The nearest tree with every element from 0 to `scale`, 1 by default, as `optax.projections.projection_hypercube`.
 *
 * @throws {RangeError} If `scale` is not positive.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { projectionHypercube } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(projectionHypercube({ x: tensor([-1, 0.5, 2]) }).x.toArray(), [0, 0.5, 1]);
 * ```
 */
export function projectionHypercube<T>(values: T, scale = 1): T {
  checkScale("projectionHypercube", scale);
  return projectionBox(values, { lower: 0, upper: scale });
}

/** Throws unless the scale is a number above 0. */
export function checkScale(operation: string, scale: unknown): void {
  if (typeof scale !== "number") {
    throw new TypeError(`${operation} expects scale to be a number but got ${tree.describe(scale)}`);
  }
  if (!(scale > 0)) throw new RangeError(`${operation} expects scale to be positive but got ${scale}`);
}
