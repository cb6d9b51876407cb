/**
 * Vectors for numbers.
 *
 * @module
 */
import { equal, expandDims, random, take, type Tensor, where } from "../tensor/mod.ts";
import { isInteger } from "../tensor/dtype.ts";
import { checkShape } from "../tensor/shape.ts";
import { checkPositiveInteger, checkTensor, place, variable } from "./check.ts";
import { within } from "./infer_shape.ts";
import { type Initializer, varianceScaling } from "./initializers.ts";
import type { Empty, Layer } from "./layer.ts";
import { torchEntries } from "./torch_form.ts";

/** Options of `embedding`. */
export interface EmbeddingOptions {
  /** How many numbers there are, from 0 on; a positive integer. */
  readonly count: number;
  /** The size of a vector; a positive integer. */
  readonly features: number;
  /** A number whose vector is zeros and stays so; none by default. */
  readonly paddingIndex?: number;
  /** Makes the vectors; normal of variance 1 / features by default, as in flax (torch: normal of variance 1). */
  readonly initializer?: Initializer;
}

/** Params of `embedding`. */
export type EmbeddingParams = {
  /** The vectors, of shape [count, features]. */
  readonly table: Tensor;
};

const DEFAULT = varianceScaling({ scale: 1, mode: "fanOut", distribution: "normal" });

/**
 * The learned vector of each number, `[n, ...]` to `[n, ..., features]`, as torch.nn.Embedding. A number outside of the
 * table is an error when its value is known, and a row of NaN inside of `compile`.
 *
 * @throws {TypeError} If the input does not hold integers.
 * @throws {RangeError} If an option is out of range, or a number has no vector.
 *
 * @example
 * ```ts
 * import { random, tensor } from "@weft/weft";
 * import { embedding } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = embedding({ count: 100, features: 8 });
 * const { params, state } = layer.init(random.key(0), [5]);
 * const tokens = tensor([[3, 1, 4, 1, 5]], { dtype: "int32" });
 * assertEquals(layer.apply({ params, state }, tokens).output.shape, [1, 5, 8]);
 * ```
 */
export function embedding(options: EmbeddingOptions): Layer<EmbeddingParams, Empty> {
  const { count, features, paddingIndex, initializer = DEFAULT } = options;
  checkPositiveInteger("embedding", "count", count);
  checkPositiveInteger("embedding", "features", features);
  if (
    paddingIndex !== undefined &&
    (!Number.isInteger(paddingIndex) || paddingIndex < 0 || paddingIndex >= count)
  ) {
    throw new RangeError(`embedding expects paddingIndex below ${count} but got ${paddingIndex}`);
  }
  return {
    name: "embedding",
    torch: torchEntries([{ kind: "params", key: "table", name: "weight" }]),
    init(key, inputShape, context = {}) {
      checkShape(place("embedding", context.path), inputShape);
      const [tableKey] = random.split(key);
      const table = initializer(tableKey, [count, features]);
      return { params: { table }, state: {}, outputShape: [...inputShape, features] };
    },
    apply({ params, state }, x, context = {}) {
      const at = place("embedding", context.path);
      checkTensor(at, x);
      if (!isInteger(x.dtype)) {
        throw new TypeError(`${at} expects integers but got ${x.dtype}`);
      }
      const table = variable(at, "params", params, "table");
      const vectors = within(at, x.shape, () => take(table, x));
      if (paddingIndex === undefined) return { output: vectors, state };
      return { output: where(expandDims(equal(x, paddingIndex), -1), 0, vectors), state };
    },
  };
}
