/**
 * MindSpore's functions that clip gradients.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  abs,
  add,
  divide,
  less,
  max,
  maximum,
  minimum,
  multiply,
  power,
  sqrt,
  square,
  sum,
  Tensor,
  tensor,
  tree,
  where,
} from "../../tensor/mod.ts";
import { checkChoice, checkNumber, FINITE, POSITIVE } from "../checks.ts";
import { zipLeaves } from "../leaves.ts";
import { checkBoolean } from "./checks.ts";

/** Options of {@linkcode clipByNorm}. */
export interface ClipByNormOptions {
  /** The largest norm of all gradients together. */
  readonly maxNorm: number;
  /** The power of the norm, or Infinity for the largest size. @default {2} */
  readonly normType?: number;
  /** Whether a norm that is not finite is an error; not inside of `compile`, where values are not known. */
  readonly errorIfNonfinite?: boolean;
  /** The arithmetic of the documentation, or that of MindSpore. @default {"documented"} */
  readonly kernel?: "documented" | "cpu";
}

const CLIP_BY_NORM_OPTIONS = { maxNorm: true, normType: true, errorIfNonfinite: true, kernel: true } as const;

function leavesOf(operation: string, grads: unknown): Tensor[] {
  const leaves = tree.leaves(grads).filter((leaf) => leaf !== null);
  for (const leaf of leaves) {
    if (!(leaf instanceof Tensor)) {
      throw new TypeError(`${operation} expects a tree of tensors but got ${tree.describe(leaf)}`);
    }
  }
  if (leaves.length === 0) throw new RangeError(`${operation} expects at least one tensor but got none`);
  return leaves as Tensor[];
}

/**
 * `mindspore.ops.clip_by_norm`: gradients times `maxNorm / (norm + 1e-6)` where that is below 1, with
 * `norm = (sum |g|^p)^(1 / p)` over all of them.
 *
 * With the kernel "cpu", powers are of the elements without their sizes, as MindSpore computes on every device: of an
 * odd power the sum may be negative, and then nothing is clipped.
 *
 * @throws {TypeError} If an option is missing, unknown or of another type, or a leaf is no tensor.
 * @throws {RangeError} If a number is outside of its range, or with `errorIfNonfinite` the norm is not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const { x } = mindspore.clipByNorm({ x: tensor([3, -4]) }, { maxNorm: 1 });
 * assertAlmostEquals(x.data()[1], -0.8, 1e-6);
 * ```
 */
export function clipByNorm<T>(grads: T, options: ClipByNormOptions): T {
  checkOptionNames("clipByNorm", options, CLIP_BY_NORM_OPTIONS);
  const name = "clipByNorm";
  const { maxNorm, normType = 2, errorIfNonfinite = false, kernel = "documented" } = options;
  checkNumber(name, "maxNorm", maxNorm, FINITE);
  if (normType !== Infinity) checkNumber(name, "normType", normType, POSITIVE);
  checkBoolean(name, "errorIfNonfinite", errorIfNonfinite);
  checkChoice(name, "kernel", kernel, ["documented", "cpu"]);
  const leaves = leavesOf(name, grads);
  const norm = totalNorm(leaves, normType, kernel === "cpu");
  if (errorIfNonfinite && !Number.isFinite(norm.item())) {
    throw new RangeError(`${name} expects a finite norm but got ${norm.item()}`);
  }
  const factor = divide(maxNorm, add(norm, 1e-6));
  return zipLeaves(name, [grads], (g) => where(less(factor, 1), multiply(g, factor), g));
}

/** The norm of the norms of several tensors. */
function totalNorm(leaves: readonly Tensor[], normType: number, signed: boolean): Tensor {
  if (normType === Infinity) return leaves.map((leaf) => max(abs(leaf))).reduce((a, b) => maximum(a, b));
  const powers = (x: Tensor): Tensor => normType === 2 ? square(x) : power(signed ? x : abs(x), normType);
  const root = (x: Tensor): Tensor => normType === 2 ? sqrt(x) : power(x, 1 / normType);
  const norms = leaves.map((leaf) => root(sum(powers(leaf))));
  return root(norms.map(powers).reduce((a, b) => add(a, b)));
}

/** Options of {@linkcode clipByGlobalNorm}. */
export interface ClipByGlobalNormOptions {
  /** The largest norm of all gradients together; above 0. @default {1} */
  readonly clipNorm?: number;
}

const CLIP_BY_GLOBAL_NORM_OPTIONS = { clipNorm: true } as const;

/**
 * `mindspore.ops.clip_by_global_norm`: gradients times `clipNorm / max(norm, clipNorm)`, with the Euclidean norm of all
 * of them.
 *
 * @throws {TypeError} If an option is unknown or of another type, or a leaf is no tensor.
 * @throws {RangeError} If the norm is not above 0.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const { x } = mindspore.clipByGlobalNorm({ x: tensor([3, -4]) }, { clipNorm: 1 });
 * assertAlmostEquals(x.data()[1], -0.8, 1e-6);
 * ```
 */
export function clipByGlobalNorm<T>(grads: T, options: ClipByGlobalNormOptions = {}): T {
  checkOptionNames("clipByGlobalNorm", options, CLIP_BY_GLOBAL_NORM_OPTIONS);
  const name = "clipByGlobalNorm";
  const { clipNorm = 1 } = options;
  checkNumber(name, "clipNorm", clipNorm, POSITIVE);
  const norm = sqrt(leavesOf(name, grads).map((leaf) => sum(square(leaf))).reduce((a, b) => add(a, b)));
  const bound = maximum(norm, clipNorm);
  return zipLeaves(name, [grads], (g) => divide(multiply(g, clipNorm), bound));
}

/** Options of {@linkcode clipByValue}; at least one of them is needed. */
export interface ClipByValueOptions {
  /** The least that an element may be: a number or a tensor; null or nothing for no such bound. */
  readonly clipValueMin?: number | Tensor | null;
  /** The most that an element may be: a number or a tensor; null or nothing for no such bound. */
  readonly clipValueMax?: number | Tensor | null;
}

const CLIP_BY_VALUE_OPTIONS = { clipValueMin: true, clipValueMax: true } as const;

/**
 * `mindspore.ops.clip_by_value`: elements between two bounds. Where the lower bound is above the upper one, the upper
 * one counts.
 *
 * @throws {TypeError} If an option is unknown or of another type, or a leaf is no tensor.
 * @throws {RangeError} If there is no bound.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { x } = mindspore.clipByValue({ x: tensor([3, -4]) }, { clipValueMin: -1, clipValueMax: 2 });
 * assertEquals(x.toArray(), [2, -1]);
 * ```
 */
export function clipByValue<T>(grads: T, options: ClipByValueOptions): T {
  checkOptionNames("clipByValue", options, CLIP_BY_VALUE_OPTIONS);
  const name = "clipByValue";
  const [low, high] = [options.clipValueMin ?? null, options.clipValueMax ?? null];
  if (low === null && high === null) throw new RangeError(`${name} expects a bound but got none`);
  const bound = (value: number | Tensor): Tensor => value instanceof Tensor ? value : tensor(value);
  leavesOf(name, grads);
  return zipLeaves(name, [grads], (g) => {
    const raised = low === null ? g : maximum(g, bound(low));
    return high === null ? raised : minimum(raised, bound(high));
  });
}
