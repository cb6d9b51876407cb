/**
 * Flattening of inputs, as a layer.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { reshape, type Shape } from "../tensor/mod.ts";
import { normalizeAxis, sizeOf } from "../tensor/shape.ts";
import { shapeError } from "./check.ts";
import type { Empty, Layer } from "./layer.ts";
import { parameterless } from "./parameterless.ts";

/**
 * All axes but the batch axis made one, row-major, as a layer: `[n, ...shape]` to `[n, size of shape]`. It has no
 * params.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { flatten } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { params, state, outputShape } = flatten.init(random.key(0), [3, 4, 5]);
 * assertEquals(outputShape, [60]);
 * assertEquals(flatten.apply({ params, state }, ones([2, 3, 4, 5])).output.shape, [2, 60]);
 * ```
 */
export const flatten: Layer<Empty, Empty> = parameterless("flatten", {
  outputShape: (inputShape) => [sizeOf(inputShape)],
  output(x, at) {
    if (x.rank === 0) throw shapeError(at, "inputs with a batch axis", x.shape);
    return reshape(x, [x.shape[0], sizeOf(x.shape.slice(1))]);
  },
});

/** Options of `flattenAxes`. */
export interface FlattenAxesOptions {
  /** The first of the axes, counted with the batch axis; 1 by default. */
  readonly start?: number;
  /** The last of them; the last of all by default. */
  readonly end?: number;
}

const FLATTEN_AXES_OPTIONS = { start: true, end: true } as const;

/**
 * Axes from `start` to `end` made one, row-major, as torch.nn.Flatten. It has no params.
 *
 * @throws {RangeError} If there are no such axes, `start` comes after `end`, or the batch axis is one of them.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { flattenAxes } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(flattenAxes({ start: 2 }).init(random.key(0), [3, 4, 5]).outputShape, [3, 20]);
 * ```
 */
export function flattenAxes(options: FlattenAxesOptions = {}): Layer<Empty, Empty> {
  checkOptionNames("flattenAxes", options, FLATTEN_AXES_OPTIONS);
  const { start = 1, end = -1 } = options;
  const flattened = (shape: Shape, at: string): Shape => {
    const [first, last] = [start, end].map((axis) => normalizeAxis(at, axis, shape.length));
    if (first === 0 || first > last) {
      throw new RangeError(`${at} expects axes after the batch axis in order but got ${start} to ${end}`);
    }
    return [...shape.slice(0, first), sizeOf(shape.slice(first, last + 1)), ...shape.slice(last + 1)];
  };
  return parameterless("flattenAxes", {
    outputShape: (inputShape, at) => flattened([1, ...inputShape], at).slice(1),
    output: (x, at) => reshape(x, flattened(x.shape, at)),
  });
}
