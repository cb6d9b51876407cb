/**
 * Resizing as torch does.
 *
 * @module
 */
import { checkOptionNames } from "../../check_option_names.ts";
import type { Tensor } from "../../tensor.ts";
import { adaptiveAvgPool } from "./adaptive_pool.ts";
import { channelsFirst, type PerAxis, perAxis } from "./axes.ts";
import { cubic, resampleAxes, type Resampling, taking, triangle, weighing } from "./resample.ts";

/** Options of `interpolate`. */
export interface InterpolateOptions {
  /** Extents of the result over the spatial axes; this or `scaleFactor`. */
  readonly size?: PerAxis;
  /** By how much the spatial axes grow. */
  readonly scaleFactor?: PerAxis;
  /** torch's name of the method; "nearest" by default. */
  readonly mode?: "nearest" | "nearest-exact" | "linear" | "bilinear" | "trilinear" | "bicubic" | "area";
  /** Whether the centers of the elements at the corners stay where they are; false by default. */
  readonly alignCorners?: boolean;
  /** Whether a window grows with the shrinking of an axis ("bilinear" and "bicubic"); false by default. */
  readonly antialias?: boolean;
}

/** The names of `InterpolateOptions`. */
export const INTERPOLATE_OPTIONS = {
  size: true,
  scaleFactor: true,
  mode: true,
  alignCorners: true,
  antialias: true,
} as const;

const RANKS: Readonly<Record<string, number>> = { linear: 1, bilinear: 2, trilinear: 3, bicubic: 2 };

/**
 * Images [n, c, ...] resized over their spatial axes, with the modes and conventions of
 * torch.nn.functional.interpolate; "bicubic" has the slope -0.75 (-0.5 where it is antialiased).
 *
 * @throws {RangeError} If the mode does not fit the rank, or neither or both of `size` and `scaleFactor` are given.
 *
 * @example
 * ```ts
 * import { interpolate, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = tensor([[[0, 3]]]);
 * assertEquals(interpolate(x, { size: 4, mode: "linear", alignCorners: true }).toArray(), [[[0, 1, 2, 3]]]);
 * ```
 */
export function interpolate(x: Tensor, options: InterpolateOptions): Tensor {
  checkOptionNames("interpolate", options, INTERPOLATE_OPTIONS);
  const { mode = "nearest", alignCorners = false, antialias = false, size, scaleFactor } = options;
  const image = channelsFirst("interpolate", x, RANKS[mode] ?? null, "channelsFirst");
  const rank = image.rank - 2;
  if ((size === undefined) === (scaleFactor === undefined)) {
    throw new RangeError(
      `interpolate expects one of size and scaleFactor but got ${JSON.stringify(options)}`,
    );
  }
  if (alignCorners && RANKS[mode] === undefined) {
    throw new RangeError(
      `interpolate expects alignCorners with a linear or cubic mode but got "${String(mode)}"`,
    );
  }
  if (antialias && mode !== "bilinear" && mode !== "bicubic") {
    throw new RangeError(
      `interpolate expects antialias with mode "bilinear" or "bicubic" but got "${String(mode)}"`,
    );
  }
  const factors = scaleFactor === undefined ? null : scalesOf(scaleFactor, rank);
  const sizes = factors === null
    ? perAxis("interpolate", "size", size!, rank, 1)
    : factors.map((factor, i) => Math.floor(image.shape[2 + i] * factor));
  if (mode === "area") return adaptiveAvgPool(image, { outputSize: sizes });
  const ways = sizes.map((to, i) => {
    const from = image.shape[2 + i];
    const step = alignCorners
      ? to > 1 ? (from - 1) / (to - 1) : 0
      : factors === null
      ? from / to
      : 1 / factors[i];
    return resamplingOf(mode, from, to, step, alignCorners, antialias);
  });
  return resampleAxes(image, 2, ways);
}

function scalesOf(scaleFactor: PerAxis, rank: number): readonly number[] {
  const list = typeof scaleFactor === "number" ? new Array<number>(rank).fill(scaleFactor) : scaleFactor;
  if (!Array.isArray(list) || list.length !== rank || list.some((one) => !(one > 0))) {
    throw new RangeError(
      `interpolate expects scaleFactor above 0 for each of ${rank} axes but got ${
        JSON.stringify(scaleFactor)
      }`,
    );
  }
  return list;
}

function resamplingOf(
  mode: string,
  from: number,
  to: number,
  step: number,
  alignCorners: boolean,
  antialias: boolean,
): Resampling {
  // torch finds places in single precision.
  if (mode === "nearest") return taking(from, to, (i) => Math.fround(Math.fround(step) * i));
  if (mode === "nearest-exact") return taking(from, to, (i) => Math.fround(Math.fround(step) * (i + 0.5)));
  const isCubic = mode === "bicubic";
  if (mode !== "linear" && mode !== "bilinear" && mode !== "trilinear" && !isCubic) {
    throw new RangeError(
      `interpolate expects mode "nearest", "nearest-exact", "linear", "bilinear", "trilinear", "bicubic" or "area" but ` +
        `got ${String(mode)}`,
    );
  }
  if (antialias) return antialiased(from, to, step, isCubic);
  const place = (i: number): number => alignCorners ? step * i : step * (i + 0.5) - 0.5;
  if (!isCubic) {
    return weighing(from, to, (i) => {
      const at = Math.max(0, place(i));
      const first = Math.floor(at);
      return [[first, 1 - (at - first)], [first + 1, at - first]];
    });
  }
  return weighing(from, to, (i) => {
    const at = place(i);
    const first = Math.floor(at);
    return [-1, 0, 1, 2].map((k) => [first + k, cubic(at - first - k, -0.75)] as const);
  });
}

/** Windows that grow with the step, cut at the borders and of a sum of 1. */
function antialiased(from: number, to: number, step: number, isCubic: boolean): Resampling {
  const scale = Math.max(step, 1);
  const support = (isCubic ? 2 : 1) * scale;
  return weighing(from, to, (i) => {
    const center = step * (i + 0.5);
    const first = Math.max(0, Math.trunc(center - support + 0.5));
    const last = Math.min(from, Math.trunc(center + support + 0.5));
    const weights = Array.from({ length: last - first }, (_, j) => {
      const x = (j + first - center + 0.5) / scale;
      return isCubic ? cubic(x, -0.5) : triangle(x);
    });
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight, j) => [first + j, weight / sum] as const);
  });
}
