/**
 * Scaling by second moments that are kept as rows and columns.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  cast,
  divide,
  expandDims,
  host,
  mean,
  multiply,
  rsqrt,
  type Shape,
  square,
  Tensor,
  tree,
  zeros,
  zerosLike,
} from "../tensor/mod.ts";
import { checkChoice, checkNumber, checkScalar, FINITE, NOT_NEGATIVE } from "./checks.ts";
import { toHalfPrecision } from "./half_precision.ts";
import { mapLeaves, type Tree, zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByFactoredRms}. */
export interface ScaleByFactoredRmsOptions {
  /** Whether large leaves are kept as rows and columns. @default {true} */
  readonly factored?: boolean;
  /** How fast the decay goes to 1: it is `1 - t^-decayRate` at step t, from 1. @default {0.8} */
  readonly decayRate?: ScalarOrSchedule;
  /** The steps that t is counted from; below 0 for a start with a longer memory. @default {0} */
  readonly decayOffset?: number;
  /** The least extent that the two largest axes of a leaf need for it to be kept as rows and columns. @default {128} */
  readonly minDimSizeToFactor?: number;
  /** Added to each square; not negative. @default {1e-30} */
  readonly eps?: ScalarOrSchedule;
  /** Which two axes are kept as rows and columns, as torch and MindSpore the last ones. @default {"largest"} */
  readonly axes?: "largest" | "last";
  /** Whether second moments of leaves that are kept whole are kept in half precision. @default {false} */
  readonly halfPrecision?: boolean;
}

/** The names of those options. */
export const SCALE_BY_FACTORED_RMS_OPTIONS = {
  factored: true,
  decayRate: true,
  decayOffset: true,
  minDimSizeToFactor: true,
  eps: true,
  axes: true,
  halfPrecision: true,
} as const;

/** The state of {@linkcode scaleByFactoredRms}. */
export interface ScaleByFactoredRmsState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByFactoredRms";
  /** What the last step used. */
  readonly hyperparameters: { readonly decayRate: number; readonly eps: number };
  /** Means over the largest axis, a tree like the params with holes for leaves that are kept whole. */
  readonly rows: Tree;
  /** Means over the second largest axis, likewise. */
  readonly columns: Tree;
  /** The second moments of leaves that are kept whole, with holes for the others. */
  readonly secondMoment: Tree;
}

/** Throws unless the options are right, in the name of `operation`. */
export function checkFactoredOptions(operation: string, options: ScaleByFactoredRmsOptions): void {
  checkScalar(operation, "decayRate", options.decayRate ?? 0.8, NOT_NEGATIVE);
  checkNumber(operation, "decayOffset", options.decayOffset ?? 0, FINITE);
  checkNumber(operation, "minDimSizeToFactor", options.minDimSizeToFactor ?? 128, NOT_NEGATIVE);
  checkScalar(operation, "eps", options.eps ?? 1e-30, NOT_NEGATIVE);
  checkChoice(operation, "axes", options.axes ?? "largest", ["largest", "last"]);
}

/** The two largest or last axes of a shape, the last of equal extents; null if it is not to be factored. */
function factoredAxes(
  shape: Shape,
  least: number,
  which: "largest" | "last",
): { largest: number; second: number } | null {
  if (shape.length < 2) return null;
  const axes = shape.map((_, axis) => axis);
  if (which === "largest") axes.sort((a, b) => shape[a] - shape[b] || a - b);
  const [second, largest] = axes.slice(-2);
  return shape[second] < least ? null : { largest, second };
}

const without = (shape: Shape, axis: number): number[] => shape.filter((_, i) => i !== axis);

/**
 * Scales updates by the root of a second moment, which for large leaves is the product of its means over rows and
 * columns, as `optax.scale_by_factored_rms`. At step t, from 1, with `b = 1 - (t - decayOffset)^-decayRate`:
 *
 * - `v = b v + (1 - b) (g^2 + eps)` and `u = g / sqrt(v)` for leaves that are kept whole
 * - `r = b r + (1 - b) mean(g^2 + eps)` over the largest axis and `c` likewise over the second largest one, and
 *   `u = g / sqrt(r / mean(r)) / sqrt(c)` for the others, with the mean of r over the second largest axis
 *
 * A leaf is kept as rows and columns if its second largest axis has at least `minDimSizeToFactor` elements. With the
 * axes "last", the last axis stands for the largest and the one before it for the second largest. Shazeer and Stern
 * 2018.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If `decayRate`, `minDimSizeToFactor` or `eps` is negative, or a number is not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByFactoredRms } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const rms = scaleByFactoredRms({ minDimSizeToFactor: 2 });
 * const params = { kernel: tensor([[0, 0, 0], [0, 0, 0]]), bias: tensor([0, 0]) };
 * const grads = { kernel: tensor([[2, 2, 2], [2, 2, 2]]), bias: tensor([4, -8]) };
 * const { updates, state } = rms.update(rms.init(params), grads, params);
 * assertEquals(updates.bias.toArray(), [1, -1]);
 * assertEquals(updates.kernel.toArray(), [[1, 1, 1], [1, 1, 1]]);
 * assertEquals((state.rows as typeof params).kernel.shape, [2]);
 * ```
 */
export function scaleByFactoredRms(
  options: ScaleByFactoredRmsOptions = {},
): Transform<unknown, ScaleByFactoredRmsState> {
  checkOptionNames("scaleByFactoredRms", options, SCALE_BY_FACTORED_RMS_OPTIONS);
  checkFactoredOptions("scaleByFactoredRms", options);
  const { factored = true, decayRate = 0.8, decayOffset = 0, minDimSizeToFactor = 128, eps = 1e-30 } =
    options;
  const { axes: which = "largest", halfPrecision = false } = options;
  const least = factored ? minDimSizeToFactor : Infinity;
  const axesOf = ({ shape }: Tensor): ReturnType<typeof factoredAxes> => factoredAxes(shape, least, which);
  return transform<ScaleByFactoredRmsState>({
    name: "scaleByFactoredRms",
    hyperparameters: { decayRate, eps },
    options: { factored, decayOffset, minDimSizeToFactor, axes: which, halfPrecision },
    init: (params) => {
      const means = (axis: "largest" | "second"): Tree =>
        tree.map(params, (leaf) => {
          const { shape, dtype } = leaf as Tensor;
          const axes = axesOf(leaf as Tensor);
          return axes === null ? null : zeros(without(shape, axes[axis]), { dtype });
        });
      return {
        rows: means("largest"),
        columns: means("second"),
        secondMoment: tree.map(
          params,
          (leaf) => axesOf(leaf as Tensor) === null ? zerosLike(leaf as Tensor) : null,
        ),
      };
    },
    update: ({ state, grads, hyperparameters: { decayRate, eps }, step }) => {
      const decay = host((rate, t) => 1 - Math.max(1, t - decayOffset) ** -rate, decayRate, step);
      const gain = host((b) => 1 - b, decay);
      const squares = zipLeaves("scaleByFactoredRms", [grads], (g) => add(square(g), eps));
      const move = (moment: Tensor, squared: Tensor): Tensor =>
        cast(add(multiply(moment, decay), multiply(squared, gain)), moment.dtype);
      const moved = (means: Tree, axis: "largest" | "second"): Tree =>
        zipLeaves(
          "scaleByFactoredRms",
          [means, squares],
          (moment, squared) => move(moment, mean(squared, { axes: axesOf(squared)?.[axis] ?? [] })),
        );
      const rows = moved(state.rows, "largest");
      const columns = moved(state.columns, "second");
      const secondMoment = zipLeaves("scaleByFactoredRms", [state.secondMoment, squares], move);
      const updates = tree.zip(
        "scaleByFactoredRms",
        [grads, rows, columns, secondMoment],
        ([grad, r, c, v]) => {
          const g = grad as Tensor;
          if (v instanceof Tensor) return cast(multiply(g, rsqrt(v)), g.dtype);
          return divideByFactors(g, r as Tensor, c as Tensor, axesOf(g));
        },
      );
      const kept = halfPrecision ? mapLeaves(secondMoment, toHalfPrecision) : secondMoment;
      return { state: { rows, columns, secondMoment: kept }, updates };
    },
  });
}

function divideByFactors(
  g: Tensor,
  rows: Tensor,
  columns: Tensor,
  axes: ReturnType<typeof factoredAxes>,
): Tensor {
  if (axes === null) return g;
  const { largest, second } = axes;
  const middle = mean(rows, { axes: second > largest ? second - 1 : second, keepDims: true });
  const ofRows = expandDims(rsqrt(divide(rows, middle)), largest);
  const ofColumns = expandDims(rsqrt(columns), second);
  return cast(multiply(multiply(g, ofRows), ofColumns), g.dtype);
}
