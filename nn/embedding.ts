/**
 * Vectors for numbers.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { at, matmul, random, type Tensor, transpose } from "../tensor/mod.ts";
import { checkShape } from "../tensor/shape.ts";
import { checkPositiveInteger, checkTensor, placeOf, placeOfApply, shapeError, variable } from "./check.ts";
import {
  checkEmbedding,
  checkNumbers,
  type EmbeddingCommonOptions,
  embeddingRows,
} from "./embedding_rows.ts";
import { checkInit, type InitOptions } from "./initializers/defaults.ts";
import type { Initializer } from "./initializers/initializer.ts";
import { normal } from "./initializers/torch/distributions.ts";
import { varianceScaling } from "./initializers/variance_scaling.ts";
import type { Empty, Layer, LayerContext } from "./layer.ts";
import { torchEntries } from "./torch_form.ts";

/** Options of `embedding`. */
export interface EmbeddingOptions extends EmbeddingCommonOptions, InitOptions {
  /** Makes the vectors; by default normal of variance 1 / features, or of variance 1 with `init: "torch"`. */
  readonly initializer?: Initializer;
}

/** The names of those options. */
export const EMBEDDING_OPTIONS = {
  initializer: true,
  count: true,
  features: true,
  paddingIndex: true,
  maxNorm: true,
  normOrder: true,
  scaleGradientByFrequency: true,
  init: true,
} as const;

/** Params of `embedding` and `embeddingBag`. */
export type EmbeddingParams = {
  /** The vectors, of shape [count, features]. */
  readonly table: Tensor;
};

/** A layer of vectors that also compares with them. */
export interface Embedding extends Layer<EmbeddingParams, Empty> {
  /**
   * The product of each vector [..., features] with those of all numbers, [..., count]: logits of a head that shares its
   * weights with the embedding (Press and Wolf, 2017), as `attend` of flax.linen.Embed.
   */
  attend(params: EmbeddingParams, x: Tensor, context?: LayerContext): Tensor;
}

const DEFAULTS = {
  flax: varianceScaling({ scale: 1, mode: "fanOut", distribution: "normal" }),
  torch: normal(),
};

/** The table that a layer starts with. */
export function initialTable(key: Tensor, options: EmbeddingOptions): Tensor {
  const { count, features, paddingIndex } = options;
  const { initializer = DEFAULTS[checkInit("embedding", options.init ?? "flax")] } = options;
  const [tableKey] = random.split(key);
  const table = initializer(tableKey, [count, features]);
  if (paddingIndex === undefined) return table;
  return at(table, [paddingIndex]).set(0);
}

/**
 * The learned vector of each number, `[n, ...]` to `[n, ..., features]`, as torch.nn.Embedding. A number outside of the
 * table is an error when its value is known, and a row of NaN inside of `compile`.
 *
 * With `maxNorm` a longer vector is cut to that length. Its gradient is that of the vector that was cut, as in torch,
 * which also stores the vector cut; here the table stays as it is.
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
export function embedding(options: EmbeddingOptions): Embedding {
  checkOptionNames("embedding", options, EMBEDDING_OPTIONS);
  const { count, features } = options;
  checkPositiveInteger("embedding", "count", count);
  checkPositiveInteger("embedding", "features", features);
  checkEmbedding("embedding", options);
  return {
    name: "embedding",
    torch: torchEntries([{ kind: "params", key: "table", name: "weight" }]),
    init(key, inputShape, context = {}) {
      checkShape(placeOf("embedding", context), inputShape);
      return {
        params: { table: initialTable(key, options) },
        state: {},
        outputShape: [...inputShape, features],
      };
    },
    apply({ params, state }, x, context = {}) {
      const at = placeOfApply("embedding", context);
      checkNumbers(at, x);
      return { output: embeddingRows(at, variable(at, "params", params, "table"), x, options), state };
    },
    attend(params, x, context = {}) {
      const at = placeOf("embedding", context);
      checkTensor(at, x);
      if (x.rank < 1 || x.shape[x.rank - 1] !== features) {
        throw shapeError(at, `vectors of shape [..., ${features}]`, x.shape);
      }
      return matmul(x, transpose(variable(at, "params", params, "table")));
    },
  };
}
