/**
 * Scaling by second moments that are kept as rows and columns, where every leaf counts its own steps.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  cast,
  divide,
  host,
  maximum,
  mean,
  multiply,
  rsqrt,
  square,
  type Tensor,
  tree,
  zeros,
} from "../tensor/mod.ts";
import { checkScalar, FINITE } from "./checks.ts";
import { countGradients, leafNumbers, type NumberTree, zipNumbers } from "./leaf_numbers.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByRowColumnVariance}. */
export interface ScaleByRowColumnVarianceOptions {
  /** The power of the step that new squares are weighed with. @default {-0.8} */
  readonly beta2Decay?: ScalarOrSchedule;
  /** The least mean of rows, and with its square the least second moment; null for the epsilon of the dtype. @default {null} */
  readonly eps?: ScalarOrSchedule | null;
}

const SCALE_BY_ROW_COLUMN_VARIANCE_OPTIONS = { beta2Decay: true, eps: true } as const;

/** The state of {@linkcode scaleByRowColumnVariance}. */
export interface ScaleByRowColumnVarianceState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByRowColumnVariance";
  /** What the last step used; eps only where it is a number. */
  readonly hyperparameters: { readonly beta2Decay: number; readonly eps?: number };
  /** In how many steps each leaf had a gradient, a tree like the params. */
  readonly steps: NumberTree;
  /** Means over the last axis, a tree like the params with holes for leaves of fewer than two axes. */
  readonly rows: Tree;
  /** Means over the axis before, likewise. */
  readonly columns: Tree;
  /** Second moments of the other leaves. */
  readonly secondMoment: Tree;
}

/** The distance from 1 to the next number. */
function epsilonOf({ dtype }: Tensor): number {
  return dtype === "float64" ? 2 ** -52 : 2 ** -23;
}

/**
 * Divides by the root of second moments, which leaves of two axes and more keep as means over the last axis and over
 * the one before, as `torch.optim.Adafactor` does. With a leaf's own count t of steps with a gradient and
 * `w = t^beta2Decay`, the rows are `r = r + w (mean(g^2, last) - r)` and the columns alike, `v = r c / max(mean(r), eps)`,
 * or of other leaves `v = v + w (g^2 - v)`, and `u = g / sqrt(max(v, eps^2))`.
 *
 * `scaleByFactoredRms` is optax's form, which adds eps to the squares. Shazeer and Stern 2018.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByRowColumnVariance } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scaling = scaleByRowColumnVariance();
 * const params = { kernel: tensor([[1, 1], [1, 1]]), bias: tensor([1, 1]) };
 * const grads = { kernel: tensor([[2, 2], [-2, 2]]), bias: tensor([4, -0.5]) };
 * const { state, updates } = scaling.update(scaling.init(params), grads, params);
 * assertEquals(updates.kernel.toArray(), [[1, 1], [-1, 1]]);
 * assertEquals(updates.bias.toArray(), [1, -1]);
 * assertEquals((state.rows as { kernel: ReturnType<typeof tensor> }).kernel.shape, [2, 1]);
 * ```
 */
export function scaleByRowColumnVariance(
  options: ScaleByRowColumnVarianceOptions = {},
): Transform<unknown, ScaleByRowColumnVarianceState> {
  checkOptionNames("scaleByRowColumnVariance", options, SCALE_BY_ROW_COLUMN_VARIANCE_OPTIONS);
  const name = "scaleByRowColumnVariance";
  const { beta2Decay = -0.8, eps = null } = options;
  checkScalar(name, "beta2Decay", beta2Decay, FINITE);
  if (eps !== null) checkScalar(name, "eps", eps, FINITE);
  /** Zeros with the last axes but one, counted from the end, or holes. */
  const means = (params: Tree, without: number): Tree =>
    tree.map(params, (leaf) => {
      const { shape, rank, dtype } = leaf as Tensor;
      return rank < 2 ? null : zeros(shape.map((n, axis) => axis === rank - without ? 1 : n), { dtype });
    });
  return transform<ScaleByRowColumnVarianceState>({
    name,
    hyperparameters: { beta2Decay, ...(eps === null ? {} : { eps }) } as {
      readonly beta2Decay: ScalarOrSchedule;
    },
    init: (params) => ({
      steps: leafNumbers(params, 0),
      rows: means(params, 1),
      columns: means(params, 2),
      secondMoment: tree.map(params, (leaf) => {
        const { shape, rank, dtype } = leaf as Tensor;
        return rank < 2 ? zeros(shape, { dtype }) : null;
      }),
    }),
    update: ({ state, grads, hyperparameters }) => {
      const steps = countGradients(name, state.steps, grads);
      const moved = (moments: Tree, of: (g: Tensor) => Tensor): Tree =>
        zipNumbers(name, [moments, grads], steps, ([before, g], t) => {
          const weight = host((t, power) => t ** power, t, hyperparameters.beta2Decay);
          const kept = host((weight) => 1 - weight, weight);
          return cast(add(multiply(before, kept), multiply(of(g), weight)), before.dtype);
        });
      const rows = moved(state.rows, (g) => mean(square(g), { axes: g.rank - 1, keepDims: true }));
      const columns = moved(state.columns, (g) => mean(square(g), { axes: g.rank - 2, keepDims: true }));
      const secondMoment = moved(state.secondMoment, square);
      const least = (g: Tensor): number => hyperparameters.eps ?? epsilonOf(g);
      const scaled = (g: Tensor, v: Tensor): Tensor => {
        const bounded = maximum(v, host((eps) => eps * eps, least(g)));
        return cast(multiply(rsqrt(bounded), g), g.dtype);
      };
      const factored = zipLeaves(name, [grads, rows, columns], (g, r, c) => {
        const total = maximum(mean(r, { axes: r.rank - 2, keepDims: true }), least(g));
        return scaled(g, divide(multiply(r, c), total));
      });
      const updates = tree.zip(
        name,
        [grads, factored, secondMoment],
        ([g, u, v]) => v === null ? u : scaled(g as Tensor, v as Tensor),
      );
      return { state: { steps, rows, columns, secondMoment }, updates };
    },
  });
}
