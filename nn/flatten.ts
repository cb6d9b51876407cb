/**
 * Flattening of inputs, as a layer.
 *
 * @module
 */
import { reshape } from "../tensor/mod.ts";
import { sizeOf } from "../tensor/shape.ts";
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
