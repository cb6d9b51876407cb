/**
 * Arbitraries for fast-check: shapes, tensors, trees of params, and gradients for them.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import fc from "fast-check";
import type { Arbitrary } from "./fast_check.ts";
import { checkShape } from "../../tensor/shape.ts";
import { type Tensor, tensor, tree } from "../../tensor/mod.ts";

/** Bounds of {@linkcode shapes}. */
export interface ShapesOptions {
  /** The smallest rank. @default {0} */
  readonly minRank?: number;
  /** The largest rank. @default {3} */
  readonly maxRank?: number;
  /** The smallest extent of an axis. @default {1} */
  readonly minExtent?: number;
  /** The largest extent of an axis. @default {4} */
  readonly maxExtent?: number;
}

/** The names of `ShapesOptions`. */
export const SHAPES_OPTIONS = { minRank: true, maxRank: true, minExtent: true, maxExtent: true } as const;

/**
 * Shapes of tensors.
 *
 * @example
 * ```ts
 * import { shapes } from "@weft/weft/testing";
 * import { assertEquals } from "@std/assert/equals";
 * import fc from "fast-check";
 *
 * fc.assert(fc.property(shapes({ maxRank: 2 }), (shape) => assertEquals(shape.length <= 2, true)));
 * ```
 */
export function shapes(options: ShapesOptions = {}): Arbitrary<readonly number[]> {
  checkOptionNames("shapes", options, SHAPES_OPTIONS);
  const { minRank = 0, maxRank = 3, minExtent = 1, maxExtent = 4 } = options;
  checkRange("shapes", "minRank", minRank, "maxRank", maxRank);
  checkRange("shapes", "minExtent", minExtent, "maxExtent", maxExtent);
  return fc.array(fc.integer({ min: minExtent, max: maxExtent }), { minLength: minRank, maxLength: maxRank });
}

function checkRange(operation: string, low: string, least: number, high: string, most: number): void {
  if (Number.isInteger(least) && Number.isInteger(most) && least >= 0 && least <= most) return;
  throw new RangeError(
    `${operation} expects ${low} and ${high} to be integers from 0 on in this order but got ${least} and ${most}`,
  );
}

/** What {@linkcode tensors} makes. */
export interface TensorsOptions {
  /** The shape; any of {@linkcode shapes} by default. */
  readonly shape?: readonly number[];
  /** The type of the elements. @default {"float32"} */
  readonly dtype?: "float32" | "float64";
  /** The smallest element. @default {-4} */
  readonly min?: number;
  /** The largest element. @default {4} */
  readonly max?: number;
}

const TENSORS_OPTIONS = { shape: true, dtype: true, min: true, max: true } as const;

/**
 * Tensors of finite numbers, fractions of 64 so that a failing example is short.
 *
 * @example
 * ```ts
 * import { add } from "@weft/weft";
 * import { tensors } from "@weft/weft/testing";
 * import { assertEquals } from "@std/assert/equals";
 * import fc from "fast-check";
 *
 * fc.assert(fc.property(tensors(), (x) => assertEquals(add(x, 0).toArray(), x.toArray())));
 * ```
 */
export function tensors(options: TensorsOptions = {}): Arbitrary<Tensor> {
  checkOptionNames("tensors", options, TENSORS_OPTIONS);
  const { dtype = "float32", min = -4, max = 4 } = options;
  if (dtype !== "float32" && dtype !== "float64") {
    throw new TypeError(`tensors expects a dtype of float32 or float64 but got ${String(dtype)}`);
  }
  if (options.shape !== undefined) checkShape("tensors", options.shape);
  if (!(Math.ceil(64 * min) <= Math.floor(64 * max))) {
    throw new RangeError(`tensors expects a fraction of 64 from min to max but got ${min} and ${max}`);
  }
  const element = fc.integer({ min: Math.ceil(64 * min), max: Math.floor(64 * max) }).map((x) => x / 64);
  return (options.shape === undefined ? shapes() : fc.constant(options.shape)).chain((shape) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    return fc.array(element, { minLength: size, maxLength: size }).map((values) =>
      tensor(values, { shape, dtype })
    );
  });
}

/** Params as models have them: tensors in objects and arrays, two levels deep, at least one leaf. */
export type ParamsTree = { readonly [key: string]: Tensor | ParamsTree | readonly Tensor[] };

const NAMES = ["kernel", "bias", "scale", "offset", "embedding"];
const LAYERS = ["conv", "norm", "dense", "head"];

/**
 * Trees of params, such as `{ conv: { kernel, bias }, scale, layers: [..] }`.
 *
 * @example
 * ```ts
 * import { tree } from "@weft/weft";
 * import { paramsTrees } from "@weft/weft/testing";
 * import { assertEquals } from "@std/assert/equals";
 * import fc from "fast-check";
 *
 * fc.assert(fc.property(paramsTrees(), (params) => assertEquals(tree.leaves(params).length > 0, true)));
 * ```
 */
export function paramsTrees(options: TensorsOptions = {}): Arbitrary<ParamsTree> {
  checkOptionNames("paramsTrees", options, TENSORS_OPTIONS);
  const leaf = tensors(options);
  const small = { noNullPrototype: true, minKeys: 1, maxKeys: 3 };
  const layer = fc.dictionary(fc.constantFrom(...NAMES), leaf, small);
  const list = fc.array(leaf, { minLength: 1, maxLength: 2 });
  return fc.dictionary(
    fc.constantFrom(...LAYERS, ...NAMES),
    fc.oneof<fc.MaybeWeightedArbitrary<Tensor | ParamsTree | readonly Tensor[]>[]>(leaf, layer, list),
    small,
  );
}

/** Params, and the gradients of a few steps. */
export interface Problem<P = ParamsTree> {
  /** The params before the first step. */
  readonly params: P;
  /** The gradients of each step, in trees like the params. */
  readonly grads: readonly P[];
}

/**
 * Params with gradients for one to four steps, for laws of optimizers.
 *
 * @example
 * ```ts
 * import { problems } from "@weft/weft/testing";
 * import { assertEquals } from "@std/assert/equals";
 * import fc from "fast-check";
 *
 * fc.assert(fc.property(problems(), ({ grads }) => assertEquals(grads.length > 0, true)));
 * ```
 */
export function problems(): Arbitrary<Problem>;
/** The same for trees of another arbitrary. */
export function problems<P>(params: Arbitrary<P>): Arbitrary<Problem<P>>;
export function problems(params: Arbitrary<unknown> = paramsTrees()): Arbitrary<Problem<unknown>> {
  return params.chain((params) => {
    const leaves = tree.leaves(params) as Tensor[];
    const grads = fc.tuple(...leaves.map(({ shape, dtype }) =>
      // Params of an optimizer are of floating point.
      tensors({ shape, dtype: dtype as "float32" | "float64" })
    )).map((values) => tree.unflatten(tree.flatten(params).structure, values));
    return fc.array(grads, { minLength: 1, maxLength: 4 }).map((grads) => ({ params, grads }));
  });
}
