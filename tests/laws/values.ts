/**
 * Arbitraries of dtypes, broadcasting shapes, edge values and random keys.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import fc from "fast-check";
import { type DType, random, type Tensor, tensor } from "../../tensor/mod.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { checkShape } from "../../tensor/shape.ts";
import { shapes, SHAPES_OPTIONS, type ShapesOptions } from "./arbitraries.ts";
import type { Arbitrary } from "./fast_check.ts";

/** A dtype whose elements are numbers or bools. */
export type NumberDType = Exclude<DType, "key">;

const DTYPES: readonly NumberDType[] = ["float32", "float64", "int32", "uint32", "uint8", "bool"];

/**
 * Dtypes of numbers: all, or those given.
 *
 * @example
 * ```ts
 * import { ones } from "@weft/weft";
 * import { dtypes } from "@weft/weft/testing";
 * import { assertEquals } from "@std/assert/equals";
 * import fc from "fast-check";
 *
 * fc.assert(fc.property(dtypes(), (dtype) => assertEquals(ones([2], { dtype }).dtype, dtype)));
 * ```
 */
export function dtypes(among: readonly NumberDType[] = DTYPES): Arbitrary<NumberDType> {
  if (!Array.isArray(among) || among.length === 0) {
    throw new TypeError(`dtypes expects a list of dtypes but got ${String(among)}`);
  }
  return fc.constantFrom(...among);
}

/**
 * Pairs of shapes that broadcast with each other: axes of extent 1, and axes that one of them lacks.
 *
 * @example
 * ```ts
 * import { add, ones } from "@weft/weft";
 * import { broadcastablePairs } from "@weft/weft/testing";
 * import { assertEquals } from "@std/assert/equals";
 * import fc from "fast-check";
 *
 * fc.assert(fc.property(broadcastablePairs(), ([a, b]) => {
 *   const whole = add(ones(a), ones(b));
 *   assertEquals(whole.rank, Math.max(a.length, b.length));
 * }));
 * ```
 */
export function broadcastablePairs(
  options: ShapesOptions = {},
): Arbitrary<readonly [readonly number[], readonly number[]]> {
  checkOptionNames("broadcastablePairs", options, SHAPES_OPTIONS);
  return shapes(options).chain((whole) => {
    const side = fc.tuple(
      fc.integer({ min: 0, max: whole.length }),
      fc.array(fc.boolean(), { minLength: whole.length, maxLength: whole.length }),
    );
    // An axis may be 1 on one side only, or the result would be smaller.
    return fc.tuple(side, side).map(([[cut, ones], [otherCut, otherOnes]]) => {
      const first = whole.map((extent, i) => ones[i] ? 1 : extent).slice(cut);
      const second = whole.map((extent, i) => otherOnes[i] && !ones[i] ? 1 : extent).slice(otherCut);
      return [first, second] as const;
    });
  });
}

/** Values where functions of floats tend to go wrong. */
export const EDGE_VALUES: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  Infinity,
  -Infinity,
  NaN,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  2 ** -24,
  1 + 2 ** -23,
  2 ** 24,
  88.72283905206835,
  -103.97207708399179,
];

/** What {@linkcode edgeTensors} makes. */
export interface EdgeTensorsOptions {
  /** The shape; any of `shapes` by default. */
  readonly shape?: readonly number[];
  /** The type of the elements. @default {"float32"} */
  readonly dtype?: NumberDType;
}

const EDGE_TENSORS_OPTIONS = { shape: true, dtype: true } as const;

const RANGES = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  uint8: [0, 255],
  bool: [0, 1],
} as const;

/**
 * Tensors that hold edge values among others: zeros of both signs, infinities, NaN, subnormal numbers, the limits of
 * the dtype.
 *
 * @example
 * ```ts
 * import { isNaN, max } from "@weft/weft";
 * import { edgeTensors } from "@weft/weft/testing";
 * import { assertEquals } from "@std/assert/equals";
 * import fc from "fast-check";
 *
 * fc.assert(fc.property(edgeTensors({ shape: [4] }), (x) => {
 *   const hasNaN = x.data().some((value) => Number.isNaN(value));
 *   assertEquals(isNaN(max(x)).item() === 1, hasNaN);
 * }));
 * ```
 */
export function edgeTensors(options: EdgeTensorsOptions = {}): Arbitrary<Tensor> {
  checkOptionNames("edgeTensors", options, EDGE_TENSORS_OPTIONS);
  const { dtype = "float32" } = options;
  if (!isFloating(dtype) && !Object.hasOwn(RANGES, dtype)) {
    throw new TypeError(`edgeTensors expects a dtype of numbers but got ${String(dtype)}`);
  }
  if (options.shape !== undefined) checkShape("edgeTensors", options.shape);
  const element = isFloating(dtype)
    ? fc.oneof(fc.constantFrom(...EDGE_VALUES), dtype === "float64" ? fc.double() : fc.float())
    : wholeNumbers(RANGES[dtype as keyof typeof RANGES]);
  return (options.shape === undefined ? shapes() : fc.constant(options.shape)).chain((shape) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    return fc.array(element, { minLength: size, maxLength: size }).map((values) =>
      tensor(values, { shape, dtype })
    );
  });
}

function wholeNumbers([min, max]: readonly [number, number]): Arbitrary<number> {
  return fc.oneof(
    fc.constantFrom(min, max, 0, 1),
    fc.integer({ min: Math.max(min, -100), max: Math.min(max, 100) }),
  );
}

/**
 * Random keys; each is printed by its seed when an example fails.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { keys } from "@weft/weft/testing";
 * import { assertEquals } from "@std/assert/equals";
 * import fc from "fast-check";
 *
 * fc.assert(fc.property(keys(), (key) => {
 *   assertEquals(random.uniform(key, [3]).toArray(), random.uniform(key, [3]).toArray());
 * }));
 * ```
 */
export function keys(): Arbitrary<Tensor> {
  return fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((seed) => random.key(seed));
}
