/**
 * Vectors for bags of numbers.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  arange,
  broadcastTo,
  divide,
  expandDims,
  greater,
  less,
  logicalAnd,
  max,
  maximum,
  multiply,
  notEqual,
  ones,
  searchSorted,
  segmentMax,
  segmentSum,
  subtract,
  sum,
  type Tensor,
  where,
} from "../tensor/mod.ts";
import { checkShape, equalShapes, formatShape } from "../tensor/shape.ts";
import { APPLY_OPTIONS, checkPositiveInteger, place, placeOf, shapeError, variable } from "./check.ts";
import { EMBEDDING_OPTIONS, type EmbeddingOptions, type EmbeddingParams, initialTable } from "./embedding.ts";
import { checkEmbedding, checkNumbers, embeddingRows, paddingOf } from "./embedding_rows.ts";
import type { ApplyOptions, Empty, Layer } from "./layer.ts";
import { torchEntries } from "./torch_form.ts";

/** Options of `embeddingBag`. */
export interface EmbeddingBagOptions extends EmbeddingOptions {
  /** What becomes of the vectors of a bag; "mean" by default. */
  readonly mode?: "sum" | "mean" | "max";
}

const EMBEDDING_BAG_OPTIONS = { mode: true, ...EMBEDDING_OPTIONS } as const;

/** What `embeddingBag` may be told besides the numbers. */
export interface EmbeddingBagRunOptions extends ApplyOptions {
  /** Where each bag begins in a flat list of numbers: integers [bags], the first 0. */
  readonly offsets?: Tensor | undefined;
  /** A factor for each number, of the shape of the numbers; for the mode "sum". */
  readonly weights?: Tensor | undefined;
}

const EMBEDDING_BAG_RUN_OPTIONS = { ...APPLY_OPTIONS, offsets: true, weights: true } as const;

/** Bags of numbers to vectors, also of bags that differ in size. */
export interface EmbeddingBag extends Layer<EmbeddingParams, Empty> {
  /** The vectors of bags [n, size], or of a flat list that `offsets` cuts into bags. */
  run(params: EmbeddingParams, x: Tensor, options?: EmbeddingBagRunOptions): Tensor;
}

/**
 * The sum, mean or maximum of the learned vectors of each bag of numbers, `[n, size]` to `[n, features]`, as
 * torch.nn.EmbeddingBag. Numbers that are `paddingIndex`, and those from `lengths` of `apply` on, do not count; a bag
 * with no others gives zeros. `run` takes bags of any sizes, one after the other, by `offsets`, and factors.
 *
 * @throws {TypeError} If the input does not hold integers.
 * @throws {RangeError} If an option is out of range, shapes do not fit, or a number has no vector.
 *
 * @example
 * ```ts
 * import { arange, reshape, tensor } from "@weft/weft";
 * import { embeddingBag } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = embeddingBag({ count: 3, features: 2, mode: "sum" });
 * const params = { table: reshape(arange(6), [3, 2]) };
 * const numbers = tensor([0, 1, 2], { dtype: "int32" });
 * const offsets = tensor([0, 1], { dtype: "int32" });
 * assertEquals(layer.run(params, numbers, { offsets }).toArray(), [[0, 1], [6, 8]]);
 * ```
 */
export function embeddingBag(options: EmbeddingBagOptions): EmbeddingBag {
  checkOptionNames("embeddingBag", options, EMBEDDING_BAG_OPTIONS);
  const { count, features, mode = "mean" } = options;
  const paddingIndex = paddingOf(options);
  checkPositiveInteger("embeddingBag", "count", count);
  checkPositiveInteger("embeddingBag", "features", features);
  checkEmbedding("embeddingBag", options);
  if (mode !== "sum" && mode !== "mean" && mode !== "max") {
    throw new RangeError(`embeddingBag expects mode "sum", "mean" or "max" but got ${String(mode)}`);
  }

  const run: EmbeddingBag["run"] = (params, x, applied = {}) => {
    const at = place("embeddingBag", applied?.path);
    checkOptionNames(at, applied, EMBEDDING_BAG_RUN_OPTIONS);
    const { offsets, weights, lengths } = applied;
    checkNumbers(at, x);
    if (x.rank !== (offsets === undefined ? 2 : 1)) {
      throw shapeError(at, offsets === undefined ? "bags [n, size]" : "a flat list with offsets", x.shape);
    }
    if (weights !== undefined && (mode !== "sum" || !equalShapes(weights.shape, x.shape))) {
      throw new RangeError(
        `${at} expects weights of shape ${formatShape(x.shape)} and the mode "sum" but got ${
          formatShape(weights.shape)
        } and "${mode}"`,
      );
    }
    const rows = embeddingRows(at, variable(at, "params", params, "table"), x, options);
    let kept = paddingIndex === undefined ? ones(x.shape, { dtype: "bool" }) : notEqual(x, paddingIndex);
    if (lengths !== undefined && offsets === undefined) {
      kept = logicalAnd(kept, less(arange(x.shape[1], { dtype: "int32" }), expandDims(lengths, -1)));
    }
    const reduce = offsets === undefined ? overBags : overSegments(offsets, x);
    const spread = broadcastTo(expandDims(kept, -1), rows.shape);
    const counts = reduce.sum(expandDims(kept.cast(rows.dtype), -1));
    if (mode === "max") {
      return where(greater(counts, 0), reduce.max(where(spread, rows, -Infinity)), 0);
    }
    const weighed = weights === undefined ? rows : multiply(rows, expandDims(weights, -1));
    const total = reduce.sum(where(spread, weighed, 0));
    return mode === "sum" ? total : divide(total, maximum(counts, 1));
  };
  return {
    name: "embeddingBag",
    torch: torchEntries([{ kind: "params", key: "table", name: "weight" }]),
    init(key, inputShape, context = {}) {
      const at = placeOf("embeddingBag", context);
      checkShape(at, inputShape);
      if (inputShape.length > 1) {
        throw shapeError(at, "an input shape [size], or [] of a flat list", inputShape);
      }
      return { params: { table: initialTable(key, options) }, state: {}, outputShape: [features] };
    },
    apply: ({ params, state }, x, context = {}) => ({ output: run(params, x, context), state }),
    run,
  };
}

/** How the vectors of a bag become one. */
interface Reduction {
  sum(x: Tensor): Tensor;
  max(x: Tensor): Tensor;
}

const overBags: Reduction = { sum: (x) => sum(x, { axes: 1 }), max: (x) => max(x, { axes: 1 }) };

function overSegments(offsets: Tensor, x: Tensor): Reduction {
  const places = arange(x.shape[0], { dtype: "int32" });
  const ids = subtract(searchSorted(offsets, places, { side: "right" }), 1);
  const segments = offsets.shape[0];
  return {
    sum: (values) => segmentSum(values, ids, { segments }),
    max: (values) => segmentMax(values, ids, { segments }),
  };
}
