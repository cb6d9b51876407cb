/**
 * Resizing images.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { checkTensor } from "../../check_tensor.ts";
import { isFloating } from "../../dtype.ts";
import { checkShape, formatShape, type Shape } from "../../shape.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { cubic, lanczos, resample, type Resampling, taking, triangle, weighing } from "./resample.ts";

/** Options of `resize`. */
export interface ResizeOptions {
  /** How elements between elements are found; "linear" by default. "cubic" has Keys' slope of -0.5. */
  readonly method?: "nearest" | "linear" | "cubic" | "lanczos3" | "lanczos5";
  /** Whether a window grows with the shrinking of an axis, so that no detail is missed; true by default. */
  readonly antialias?: boolean;
}

const RESIZE_OPTIONS = { method: true, antialias: true } as const;

/**
 * Elements at other places of a grid, axis by axis, as `jax.image.resize`: the centers of elements lie at halves, and
 * the weights of places outside go to those inside.
 *
 * @param x A tensor of any rank.
 * @param shape The shape of the result; axes of the same extent stay as they are.
 * @throws {RangeError} If the shape has another rank, or the method is another.
 *
 * @example
 * ```ts
 * import { resize, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(resize(tensor([0, 4]), [4]).toArray(), [0, 1, 3, 4]);
 * assertEquals(resize(tensor([0, 4]), [4], { method: "nearest" }).toArray(), [0, 0, 4, 4]);
 * ```
 */
export function resize(x: Tensor, shape: Shape, options: ResizeOptions = NO_OPTIONS): Tensor {
  checkOptionNames("resize", options, RESIZE_OPTIONS);
  checkTensor("resize", x);
  checkShape("resize", shape);
  const { method = "linear", antialias = true } = options;
  if (shape.length !== x.rank) {
    throw new RangeError(`resize expects a shape of rank ${x.rank} but got ${formatShape(shape)}`);
  }
  if (method !== "nearest" && !Object.hasOwn(KERNELS, method)) {
    throw new RangeError(
      `resize expects method "nearest", "linear", "cubic", "lanczos3" or "lanczos5" but got ${
        String(method)
      }`,
    );
  }
  if (method !== "nearest" && !isFloating(x.dtype)) {
    throw new TypeError(`resize expects floats unless method is "nearest" but got ${describe(x)}`);
  }
  let result = x;
  shape.forEach((to, axis) => {
    const from = x.shape[axis];
    if (from === to) return;
    if (from === 0) throw new RangeError(`resize expects axes with elements but got ${describe(x)}`);
    const how = method === "nearest"
      ? taking(from, to, (i) => Math.fround((i + 0.5) * from / to))
      : normalized(from, to, KERNELS[method], antialias);
    result = resample(result, axis, how);
  });
  return result;
}

/** A kernel, and from where on it is 0. */
type Kernel = readonly [value: (x: number) => number, radius: number];

const KERNELS: Readonly<Record<string, Kernel>> = {
  linear: [triangle, 1],
  cubic: [(x) => cubic(x, -0.5), 2],
  lanczos3: [(x) => lanczos(x, 3), 3],
  lanczos5: [(x) => lanczos(x, 5), 5],
};

/** Weights of a kernel around each new place, of a sum of 1. */
function normalized(from: number, to: number, [kernel, radius]: Kernel, antialias: boolean): Resampling {
  const step = from / to;
  const scale = antialias ? Math.max(step, 1) : 1;
  return weighing(from, to, (i) => {
    const center = (i + 0.5) * step - 0.5;
    const first = Math.max(0, Math.floor(center - radius * scale));
    const last = Math.min(from - 1, Math.ceil(center + radius * scale));
    const weights: number[] = [];
    for (let j = first; j <= last; j++) weights.push(kernel((center - j) / scale));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight, j) => [first + j, Math.abs(sum) > 1e-4 ? weight / sum : 0] as const);
  });
}
