/**
 * Positions that are added.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  cast,
  cos,
  dynamicSlice,
  multiply,
  random,
  reshape,
  sin,
  slice,
  stack,
  type Tensor,
  tensor,
  type TensorLike,
} from "../tensor/mod.ts";
import { checkShape } from "../tensor/shape.ts";
import { checkPositiveInteger, checkTensor, placeOf, placeOfApply, shapeError, variable } from "./check.ts";
import type { Initializer } from "./initializers.ts";
import type { Empty, Layer } from "./layer.ts";
import { positionAngles } from "./rotary.ts";
import { torchEntries } from "./torch_form.ts";

/** Options of `sinusoidal`. */
export interface SinusoidalOptions {
  /** The base of the wavelengths; 10000 by default. */
  readonly base?: number;
  /** The first position; 0 by default. */
  readonly offset?: TensorLike;
  /** The dtype of the result; float32 by default. */
  readonly dtype?: "float32" | "float64";
}

const SINUSOIDAL_OPTIONS = { base: true, offset: true, dtype: true } as const;

/**
 * The sine and cosine of positions at several wavelengths (Vaswani et al., "Attention Is All You Need", 2017): element
 * [t, 2 i] is `sin(t base^(-2 i / features))`, and [t, 2 i + 1] the cosine of the same.
 *
 * @param shape The number of positions, and of features, which is even.
 * @throws {RangeError} If a number is not positive, or that of features odd.
 *
 * @example
 * ```ts
 * import { sinusoidal } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(sinusoidal([1, 4]).toArray(), [[0, 1, 0, 1]]);
 * ```
 */
export function sinusoidal(shape: readonly [number, number], options: SinusoidalOptions = {}): Tensor {
  checkOptionNames("sinusoidal", options, SINUSOIDAL_OPTIONS);
  const [length, features] = shape;
  const { base = 10_000, offset = 0, dtype = "float32" } = options;
  checkPositiveInteger("sinusoidal", "length", length);
  checkPositiveInteger("sinusoidal", "features", features);
  if (features % 2 !== 0) {
    throw new RangeError(`sinusoidal expects an even number of features but got ${features}`);
  }
  const angles = positionAngles(length, features, base, offset);
  return cast(reshape(stack([sin(angles), cos(angles)], -1), [length, features]), dtype);
}

/** How many positions came before, where a state counts them or begins to; null where nothing is kept. */
function counted(state: unknown, cacheLength: number | undefined): Tensor | null {
  const { position } = state as { readonly position?: Tensor };
  return position ?? (cacheLength === undefined ? null : tensor(0, { dtype: "int32" }));
}

/** The state after so many positions more. */
function countedOn(state: Empty, before: Tensor | null, steps: number): Empty {
  return before === null ? state : { position: add(before, steps) };
}

/** A layer that adds `sinusoidal` to its input [n, length, features]. With `cacheLength` the state counts positions. */
export const sinusoidalPositions: Layer<Empty, Empty> = {
  name: "sinusoidalPositions",
  init(_key, inputShape, context = {}) {
    const at = placeOf("sinusoidalPositions", context);
    checkShape(at, inputShape);
    if (inputShape.length !== 2 || inputShape[1] % 2 !== 0) {
      throw shapeError(at, "an input shape [length, features] of even features", inputShape);
    }
    return { params: {}, state: {}, outputShape: inputShape };
  },
  apply({ state }, x, applied = {}) {
    const at = placeOfApply("sinusoidalPositions", applied);
    const { cacheLength } = applied;
    checkTensor(at, x);
    if (x.rank !== 3 || x.shape[2] % 2 !== 0) {
      throw shapeError(at, "inputs [n, length, features] of even features", x.shape);
    }
    const dtype = x.dtype === "float64" ? "float64" : "float32";
    const before = counted(state, cacheLength);
    const waves = sinusoidal([x.shape[1], x.shape[2]], { dtype, offset: before ?? 0 });
    return { output: add(x, cast(waves, x.dtype)), state: countedOn(state, before, x.shape[1]) };
  },
};

/** Options of `learnedPositions`. */
export interface LearnedPositionsOptions {
  /** The greatest length; a positive integer. */
  readonly length: number;
  /** Makes the vectors; normal with a deviation of 0.02 by default, as in GPT-2. */
  readonly initializer?: Initializer;
}

const LEARNED_POSITIONS_OPTIONS = { length: true, initializer: true } as const;

/** Params of `learnedPositions`. */
export type LearnedPositionsParams = {
  /** A vector for each position, [length, features]. */
  readonly table: Tensor;
};

const SMALL: Initializer = (key, shape) => multiply(random.normal(key, shape), 0.02);

/**
 * Adds a learned vector for each position: [n, length, features] to the same. In torch it is an Embedding of positions.
 * With `cacheLength` of `apply` the state counts positions, and applied with that state the layer goes on from there.
 *
 * @throws {RangeError} If a sequence is longer than the table, or its features differ.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { learnedPositions } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { params } = learnedPositions({ length: 16 }).init(random.key(0), [5, 8]);
 * assertEquals(params.table.shape, [16, 8]);
 * ```
 */
export function learnedPositions(options: LearnedPositionsOptions): Layer<LearnedPositionsParams, Empty> {
  checkOptionNames("learnedPositions", options, LEARNED_POSITIONS_OPTIONS);
  const { length, initializer = SMALL } = options;
  checkPositiveInteger("learnedPositions", "length", length);
  return {
    name: "learnedPositions",
    torch: torchEntries([{ kind: "params", key: "table", name: "weight" }]),
    init(key, inputShape, context = {}) {
      const at = placeOf("learnedPositions", context);
      checkShape(at, inputShape);
      if (inputShape.length !== 2 || inputShape[0] > length) {
        throw shapeError(at, `an input shape [length, features] of at most ${length} positions`, inputShape);
      }
      const [tableKey] = random.split(key);
      return {
        params: { table: initializer(tableKey, [length, inputShape[1]]) },
        state: {},
        outputShape: inputShape,
      };
    },
    apply({ params, state }, x, applied = {}) {
      const at = placeOfApply("learnedPositions", applied);
      const { cacheLength } = applied;
      checkTensor(at, x);
      const table = variable(at, "params", params, "table");
      if (x.rank !== 3 || x.shape[1] > table.shape[0] || x.shape[2] !== table.shape[1]) {
        throw shapeError(
          at,
          `inputs [n, length, ${table.shape[1]}] of at most ${table.shape[0]} positions`,
          x.shape,
        );
      }
      const before = counted(state, cacheLength);
      const vectors = before === null
        ? slice(table, [[0, x.shape[1]]])
        : dynamicSlice(table, [before, 0], [x.shape[1], table.shape[1]]);
      return { output: add(x, vectors), state: countedOn(state, before, x.shape[1]) };
    },
  };
}
