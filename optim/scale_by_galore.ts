/**
 * The scaling that GaLore does: a transform of gradients that are projected to a low rank.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  divide,
  greater,
  matmul,
  multiply,
  reshape,
  slice,
  swapAxes,
  type Tensor,
  tree,
  where,
  zeros,
  zerosLike,
} from "../tensor/mod.ts";
import { erase } from "./assemble.ts";
import { checkNumber, checkScalar, FINITE, WHOLE } from "./checks.ts";
import {
  type AsMatrices,
  asMatrices,
  checkDimensionNumbers,
  type DimensionNumbersOf,
  MATRICES,
} from "./dimension_numbers.ts";
import { everySteps } from "./every_steps.ts";
import type { Tree } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByAdam, type ScaleByAdamState } from "./scale_by_adam.ts";
import { singularVectors } from "./singular_vectors.ts";
import { transform, type TransformState } from "./transform.ts";
import type { AnyTransform, StateOf, Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByGalore}. */
export interface ScaleByGaloreOptions<T extends AnyTransform = AnyTransform> {
  /** The rank that matrices are projected to, where their extents are larger. @default {128} */
  readonly rank?: number;
  /** How many steps one projection is for. @default {200} */
  readonly updateInterval?: number;
  /** A factor of the updates of matrices. @default {1} */
  readonly scale?: ScalarOrSchedule;
  /**
   * What works on the projected gradients; it sees zeros in the place of params. `scaleByAdam()` by default.
   */
  readonly inner?: T;
  /** Which axes of a leaf make a matrix. By default leaves of two axes do; other leaves are not projected. */
  readonly dimensionNumbers?: DimensionNumbersOf;
}

/** The names of those options. */
export const SCALE_BY_GALORE_OPTIONS = {
  rank: true,
  updateInterval: true,
  scale: true,
  inner: true,
  dimensionNumbers: true,
} as const;

/** The state of {@linkcode scaleByGalore}. */
export interface ScaleByGaloreState<S = ScaleByAdamState> extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByGalore";
  /** What the last step used. */
  readonly hyperparameters: { readonly scale: number };
  /** The orthonormal columns that each matrix is projected by; holes for other leaves. */
  readonly projectors: Tree;
  /** The state of the transform inside, for leaves of a low rank. */
  readonly inner: S;
}

/** Throws unless the options of GaLore are right, in the name of `operation`. */
export function checkGaloreOptions(operation: string, options: ScaleByGaloreOptions): void {
  const { rank = 128, updateInterval = 200, scale = 1, dimensionNumbers = MATRICES } = options;
  checkNumber(operation, "rank", rank, WHOLE);
  checkNumber(operation, "updateInterval", updateInterval, WHOLE);
  checkScalar(operation, "scale", scale, FINITE);
  checkDimensionNumbers(operation, dimensionNumbers);
}

/**
 * Lets a transform work on gradients that are projected to a low rank, which makes its state small, as
 * `optax.contrib.scale_by_galore`. Of a matrix of gradients `[rows, columns]` the first `rank` singular
 * vectors of its longer side are the projector P, taken anew every `updateInterval` steps:
 *
 * - `u = scale P inner(P^T g)` if there are at least as many rows as columns, else `u = scale inner(g P) P^T`
 *
 * Leaves that are no matrices go through the transform inside as they are. A direction in which the
 * gradients are zero has no part in the projection. The singular vectors are computed in the precision of
 * the leaf; optax's are float32. Inside of `compile` it is computed in every step, as a recorded program
 * cannot leave it out. Zhao et al. 2024.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If an option is out of its range.
 *
 * @example
 * ```ts
 * import { zeros } from "@weft/weft";
 * import { describe, scaleByGalore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const params = { kernel: zeros([64, 32]) };
 * const galore = scaleByGalore({ rank: 4 });
 * const { state, updates } = galore.update(galore.init(params), params, params);
 * assertEquals(updates.kernel.shape, [64, 32]);
 * assertEquals(state.inner.kind, "scaleByAdam");
 * // Two moments of [4, 32] and a projector of [64, 4].
 * assertEquals(describe(galore, params).rows[0].stateBytes, 4 * (2 * 4 * 32 + 64 * 4));
 * ```
 */
export function scaleByGalore<T extends AnyTransform = Transform<unknown, ScaleByAdamState>>(
  options: ScaleByGaloreOptions<T> = {},
): Transform<unknown, ScaleByGaloreState<StateOf<T>>> {
  checkOptionNames("scaleByGalore", options, SCALE_BY_GALORE_OPTIONS);
  checkGaloreOptions("scaleByGalore", options);
  const { rank = 128, updateInterval = 200, scale = 1, dimensionNumbers = MATRICES } = options;
  const inner = erase("scaleByGalore", options.inner ?? scaleByAdam());
  const layoutOf = (leaf: Tensor, path: string): AsMatrices | null => {
    const numbers = dimensionNumbers(path, leaf);
    return numbers === null ? null : asMatrices("scaleByGalore", leaf.shape, numbers);
  };
  const projected = (g: Tensor, path: string, projector: Tensor | null): Tensor => {
    const layout = layoutOf(g, path);
    if (layout === null || projector === null) return g;
    const matrices = layout.toMatrices(g);
    return layout.rows >= layout.columns
      ? matmul(swapAxes(projector, 1, 2), matrices)
      : matmul(matrices, projector);
  };
  const project = (leaves: unknown, projectors: unknown): unknown =>
    tree.zip(
      "scaleByGalore",
      [leaves, projectors],
      ([leaf, projector], path) =>
        leaf === null ? null : projected(leaf as Tensor, path, projector as Tensor | null),
    );
  const made = transform<ScaleByGaloreState<unknown>>({
    name: "scaleByGalore",
    hyperparameters: { scale },
    options: { rank, updateInterval },
    init: (params) => {
      const projectors = tree.map(params, (leaf, path) => {
        const { shape, dtype } = leaf as Tensor;
        const layout = layoutOf(leaf as Tensor, path);
        if (layout === null) return null;
        const { rows, columns } = layout;
        const [batch] = layout.toMatrices(zeros(shape)).shape;
        return zeros([batch, Math.max(rows, columns), Math.min(rank, rows, columns)], { dtype });
      });
      return { projectors: projectors as Tree, inner: inner.init(project(params, projectors)) };
    },
    update: ({ state, grads, params, hyperparameters, count }) => {
      const projectors = everySteps(
        updateInterval,
        count,
        state.projectors,
        () =>
          tree.zip("scaleByGalore", [state.projectors, grads], ([before, g], path) => {
            const projector = before as Tensor;
            return g === null
              ? projector
              : projectorOf(layoutOf(g as Tensor, path)!, g as Tensor, projector.shape[2]);
          }),
      );
      const updated = inner.update(
        state.inner,
        project(grads, projectors),
        tree.map(project(params, projectors), (leaf) => zerosLike(leaf as Tensor)),
      );
      const updates = tree.zip(
        "scaleByGalore",
        [grads, updated.updates, projectors],
        ([g, low, projector], path) => {
          const layout = layoutOf(g as Tensor, path);
          if (layout === null || low === null) return low;
          const side = projector as Tensor;
          const full = layout.rows >= layout.columns
            ? matmul(side, low as Tensor)
            : matmul(low as Tensor, swapAxes(side, 1, 2));
          return multiply(layout.fromMatrices(full), hyperparameters.scale);
        },
      );
      return { state: { projectors, inner: updated.state }, updates: updates as Tree };
    },
  });
  return made as unknown as Transform<unknown, ScaleByGaloreState<StateOf<T>>>;
}

/** The first singular vectors of the longer side of matrices: `[batch, longer, rank]`. */
function projectorOf(layout: AsMatrices, g: Tensor, rank: number): Tensor {
  const matrices = layout.toMatrices(g);
  const tall = layout.rows >= layout.columns ? matrices : swapAxes(matrices, 1, 2);
  const { scaled, values } = singularVectors(tall);
  const [batch, , columns] = scaled.shape;
  const lengths = reshape(values, [batch, 1, columns]);
  // What is zero up to rounding has no direction.
  const least = multiply(slice(lengths, [null, null, [0, 1]]), g.dtype === "float64" ? 2 ** -48 : 2 ** -19);
  const known = greater(lengths, least);
  const vectors = where(known, divide(scaled, where(known, lengths, 1)), 0);
  return slice(vectors, [null, null, [0, rank]]);
}
