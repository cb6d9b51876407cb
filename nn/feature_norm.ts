/**
 * What norms over axes of each input have in common.
 *
 * @module
 */
import {
  add,
  maximum,
  mean,
  multiply,
  ones,
  reshape,
  rsqrt,
  type Shape,
  square,
  standardize,
  subtract,
  type Tensor,
  zeros,
} from "../tensor/mod.ts";
import { checkShape } from "../tensor/shape.ts";
import { axesFromStart } from "./axes.ts";
import { checkBetween, checkPositiveInteger, shapeError, variable } from "./check.ts";
import type { TorchEntry } from "./torch_form.ts";

/** How statistics are taken, and what is learned. */
export interface NormOptions {
  /** What is added to the variance. */
  readonly eps?: number;
  /** Whether a scale is learned; true by default. */
  readonly scale?: boolean;
  /**
   * Whether the variance is `mean(x^2) - mean(x)^2` in one pass, as flax takes it, which loses digits where the mean is
   * large beside the deviation; false by default.
   */
  readonly fastVariance?: boolean;
}

/** Over which axes an input is normalized. */
export interface NormAxesOptions {
  /** How many axes, from the last one backwards, are normalized together; 1 by default. */
  readonly axes?: number;
  /** The axes that are normalized together, counted with the batch axis, instead of the last ones. */
  readonly reductionAxes?: number | readonly number[];
  /** The axes that scale and offset have; those that are normalized by default. */
  readonly featureAxes?: number | readonly number[];
}

/** Numbers that are taken together, and how. */
export interface Statistics {
  /** The axes. */
  readonly axes: readonly number[];
  /** What is added to the variance. */
  readonly eps: number;
  /** Which elements count (true), of a shape that broadcasts; all by default. */
  readonly mask?: Tensor | undefined;
  /** Whether the variance is taken in one pass. */
  readonly fastVariance: boolean;
}

/** Mean and variance along axes, which stay with extent 1. */
export function momentsOf(
  x: Tensor,
  { axes, mask, fastVariance }: Omit<Statistics, "eps">,
): { readonly mean: Tensor; readonly variance: Tensor } {
  const how = { axes, keepDims: true, ...(mask === undefined ? {} : { where: mask }) };
  const center = mean(x, how);
  const variance = fastVariance
    ? maximum(subtract(mean(square(x), how), square(center)), 0)
    : mean(square(subtract(x, center)), how);
  return { mean: center, variance };
}

/** `(x - mean) / sqrt(variance + eps)`. */
export function standardized(x: Tensor, statistics: Statistics): Tensor {
  const { axes, eps, mask, fastVariance } = statistics;
  if (mask === undefined && !fastVariance) return standardize(x, { axes, eps });
  const { mean, variance } = momentsOf(x, statistics);
  return multiply(subtract(x, mean), rsqrt(add(variance, eps)));
}

/** `x / sqrt(mean(x^2) + eps)`. */
export function dividedByRms(x: Tensor, { axes, eps, mask }: Omit<Statistics, "fastVariance">): Tensor {
  const how = { axes, keepDims: true, ...(mask === undefined ? {} : { where: mask }) };
  return multiply(x, rsqrt(add(mean(square(x), how), eps)));
}

/** Normalized axes and feature axes of an input of a rank. */
export function normAxes(
  at: string,
  { axes = 1, reductionAxes, featureAxes }: NormAxesOptions,
  rank: number,
): { readonly reduction: readonly number[]; readonly features: readonly number[] } {
  const last = Array.from({ length: axes }, (_, i) => i - axes);
  const reduction = axesFromStart(at, reductionAxes ?? last, rank);
  return {
    reduction,
    features: featureAxes === undefined ? reduction : axesFromStart(at, featureAxes, rank),
  };
}

/** The shape of scale and offset for an input of a shape without the batch axis. */
export function featureShape(at: string, options: NormAxesOptions, inputShape: Shape): Shape {
  const { axes = 1 } = options;
  checkShape(at, inputShape);
  if (inputShape.length < axes) throw shapeError(at, `an input shape of at least ${axes} axes`, inputShape);
  const { features } = normAxes(at, options, inputShape.length + 1);
  return features.map((axis) => inputShape[axis - 1]);
}

/** Throws unless the options that norms share are in range. */
export function checkNormOptions(name: string, { eps = 0, axes = 1 }: NormOptions & NormAxesOptions): void {
  checkBetween(name, "eps", eps, 0, Infinity);
  checkPositiveInteger(name, "axes", axes);
}

/** Where a scale and an offset stand in torch. */
export const AFFINE_ENTRIES: readonly TorchEntry[] = [
  { kind: "params", key: "scale", name: "weight" },
  { kind: "params", key: "offset", name: "bias" },
];

/** Ones for a scale and zeros for an offset, where they are learned. */
export function initialAffine(
  shape: Shape,
  learned: { readonly scale: boolean; readonly offset: boolean },
): { readonly scale?: Tensor; readonly offset?: Tensor } {
  return {
    ...(learned.scale ? { scale: ones(shape) } : {}),
    ...(learned.offset ? { offset: zeros(shape) } : {}),
  };
}

/** `x * scale + offset`, as far as they are learned, along feature axes. */
export function affine(
  at: string,
  params: unknown,
  x: Tensor,
  given: { readonly features: readonly number[]; readonly scale: boolean; readonly offset: boolean },
): Tensor {
  const { features, scale, offset } = given;
  const wide = x.shape.map((extent, i) => features.includes(i) ? extent : 1);
  const trailing = features.every((axis, i) => axis === x.rank - features.length + i);
  const spread = (name: "scale" | "offset"): Tensor => {
    const value = variable(at, "params", params, name);
    if (value.rank !== features.length || features.some((axis, i) => value.shape[i] !== x.shape[axis])) {
      const extents = value.shape.join(", ");
      const expected = trailing
        ? `of shape [n, ..., ${extents}]`
        : `with extents [${extents}] on axes ${features.join(", ")}`;
      throw shapeError(at, `inputs ${expected}`, x.shape);
    }
    return trailing ? value : reshape(value, wide);
  };
  const scaled = scale ? multiply(x, spread("scale")) : x;
  return offset ? add(scaled, spread("offset")) : scaled;
}
