/**
 * Scaling by the inverses of Kronecker factors of the curvature.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, eye, host, inv, matmul, multiply, reshape, type Tensor, tree, zeros } from "../tensor/mod.ts";
import { isTracedNumber } from "../tensor/host.ts";
import { formatShape } from "../tensor/shape.ts";
import { checkNumber, checkScalar, NOT_NEGATIVE, POSITIVE, WHOLE } from "./checks.ts";
import { everySteps } from "./every_steps.ts";
import type { KroneckerFactors } from "./kronecker_factors.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { keep, selection, type Selector } from "./select.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";
import type { KernelLayout } from "./units.ts";

/** Options of {@linkcode scaleByKroneckerFactors}. */
export interface ScaleByKroneckerFactorsOptions {
  /** How much of the identity is added to the factors, as a square; not negative. */
  readonly damping: ScalarOrSchedule;
  /** The kernels that there are factors of. By default leaves called `kernel` or `weight` of two or four axes. */
  readonly layers?: Selector;
  /** Where the outputs of kernels lie; dense kernels are `[in, out]` by default. @default {"NCHW"} */
  readonly layout?: KernelLayout;
  /** Every how many steps the inverses are computed anew. @default {1} */
  readonly updateInterval?: number;
  /** What the factor of the gradients is multiplied by. @default {1} */
  readonly outputScale?: number;
}

const SCALE_BY_KRONECKER_FACTORS_OPTIONS = {
  damping: true,
  layers: true,
  layout: true,
  updateInterval: true,
  outputScale: true,
} as const;

/** What a step needs beside the gradients. */
export interface FactorsExtra {
  /** The factors of each kernel, by its path; null or nothing in a step that computes no inverses. */
  readonly factors?: Readonly<Record<string, KroneckerFactors>> | null;
}

/** The state of {@linkcode scaleByKroneckerFactors}. */
export interface ScaleByKroneckerFactorsState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByKroneckerFactors";
  /** What the last step used. */
  readonly hyperparameters: { readonly damping: number };
  /** The inverses of the factors of what goes in, a tree like the params with holes for other leaves. */
  readonly inputInverses: Tree;
  /** The inverses of the factors of what comes out, likewise. */
  readonly outputInverses: Tree;
}

const isKernel = (path: string, { rank }: Tensor): boolean =>
  (rank === 2 || rank === 4) && /(^|[/.])(kernel|weight)$/.test(path);

/** A kernel as a matrix of outputs by inputs, and back. */
function asMatrix(g: Tensor, layout: KernelLayout): { matrix: Tensor; back: (matrix: Tensor) => Tensor } {
  const outputs = outputsOf(g, layout);
  if (g.rank === 2 && layout !== "outputFirst") return { matrix: g.transpose(), back: (m) => m.transpose() };
  return { matrix: reshape(g, [outputs, g.size / outputs]), back: (m) => reshape(m, g.shape) };
}

function outputsOf({ shape, rank }: Tensor, layout: KernelLayout): number {
  return rank === 2 && layout !== "outputFirst" ? shape[1] : shape[0];
}

/**
 * Scales the updates of each kernel by the inverses of the Kronecker factors A and G of its curvature (see
 * `denseFactors` and `convFactors`), with n being their `rows`:
 *
 * `u = (G + sqrt(damping / n) I)^-1 g (A + sqrt(damping / n) I)^-1 / n`
 *
 * where g is a matrix of outputs by inputs. Factors are given beside the gradients; the inverses of the first step and
 * of every `updateInterval` steps after it stay for those between, in which no factors are needed. Other leaves pass as
 * they are. Martens and Grosse 2015, Chen et al. 2021 (THOR).
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If a number is outside of its range; from an update, if factors are missing or do not fit.
 *
 * @example
 * ```ts
 * import { eye, multiply, tensor } from "@weft/weft";
 * import { scaleByKroneckerFactors } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scaling = scaleByKroneckerFactors({ damping: 0 });
 * const params = { kernel: tensor([[1, 2], [3, 4]]) };
 * const factors = { kernel: { inputs: multiply(eye(2), 2), outputs: multiply(eye(2), 4), rows: 1 } };
 * const { updates } = scaling.update(scaling.init(params), params, params, { factors });
 * assertEquals(updates.kernel.toArray(), [[0.125, 0.25], [0.375, 0.5]]);
 * ```
 */
export function scaleByKroneckerFactors(
  options: ScaleByKroneckerFactorsOptions,
): Transform<unknown, ScaleByKroneckerFactorsState, FactorsExtra> {
  checkOptionNames("scaleByKroneckerFactors", options, SCALE_BY_KRONECKER_FACTORS_OPTIONS);
  const name = "scaleByKroneckerFactors";
  const { damping, layers = isKernel, layout = "NCHW", updateInterval = 1, outputScale = 1 } = options;
  if (layout !== "NCHW" && layout !== "NHWC" && layout !== "outputFirst") {
    throw new RangeError(
      `scaleByKroneckerFactors expects layout "NCHW", "NHWC" or "outputFirst" but got ${String(layout)}`,
    );
  }
  checkScalar(name, "damping", damping, NOT_NEGATIVE);
  checkNumber(name, "updateInterval", updateInterval, WHOLE);
  checkNumber(name, "outputScale", outputScale, POSITIVE);
  const select = selection(name, layers);
  const squares = (params: Tree, extent: (leaf: Tensor) => number): Tree =>
    tree.map(keep(name, params, select(params)), (leaf) => {
      const one = leaf as Tensor;
      return zeros([extent(one), extent(one)], { dtype: one.dtype });
    });
  return transform<ScaleByKroneckerFactorsState, FactorsExtra>({
    name,
    hyperparameters: { damping },
    options: { layout, updateInterval, outputScale },
    init: (params) => ({
      inputInverses: squares(params, (leaf) => leaf.size / outputsOf(leaf, layout)),
      outputInverses: squares(params, (leaf) => outputsOf(leaf, layout)),
    }),
    update: ({ state, grads, hyperparameters: { damping }, count, extra }) => {
      const before = { inputs: state.inputInverses, outputs: state.outputInverses };
      const factors = extra?.factors ?? null;
      const inverses = (side: "inputs" | "outputs"): Tree =>
        tree.map(before[side], (old, path) => {
          const given = factorOf(name, factors, path, side, old as Tensor);
          const share = host((damping, rows) => Math.sqrt(damping / rows), damping, factors![path].rows);
          const scaled = side === "outputs" ? multiply(given, outputScale) : given;
          const damped = add(scaled, multiply(eye(given.shape[0], { dtype: given.dtype }), share));
          const feature = host((rows) => Math.sqrt(1 / rows), factors![path].rows);
          return multiply(inv(damped), feature);
        });
      // A recording without factors is of a step that computes no inverses.
      const current = factors === null && isTracedNumber(count)
        ? before
        : everySteps(updateInterval, count, before, () => ({
          inputs: inverses("inputs"),
          outputs: inverses("outputs"),
        }));
      const updates = zipLeaves(
        name,
        [grads, current.inputs, current.outputs],
        (g, inputs, outputs) => {
          const { matrix, back } = asMatrix(g, layout);
          return back(matmul(matmul(outputs, matrix), inputs));
        },
      );
      return { state: { inputInverses: current.inputs, outputInverses: current.outputs }, updates };
    },
  });
}

function factorOf(
  operation: string,
  factors: FactorsExtra["factors"],
  path: string,
  side: "inputs" | "outputs",
  { shape }: Tensor,
): Tensor {
  const found = factors?.[path]?.[side];
  if (found === undefined) throw new RangeError(`${operation} expects factors of ${path} but got none`);
  if (found.rank !== 2 || found.shape[0] !== shape[0] || found.shape[1] !== shape[1]) {
    throw new RangeError(
      `${operation} expects a factor of the ${side} of ${path} of shape ${formatShape(shape)} but got ${
        formatShape(found.shape)
      }`,
    );
  }
  return found;
}
