/**
 * The golden operations of indexing, by the names of the golden files.
 *
 * @module
 */

import * as t from "../../tensor/mod.ts";

import { type Operation, operation } from "./ops_operation.ts";

/** By the names of the golden files. */
export const INDEXING: Readonly<Record<string, Operation>> = {
  take: operation(
    ([x, indices], { axis }) =>
      axis === undefined ? t.take(t.ravel(x), indices) : t.take(x, indices, { axis: axis as number }),
    "equal",
    ["axis", "mode"],
  ),
  take_embedding: operation(([x, indices]) => t.take(x, indices), "equal"),
  take_along_axis: operation(
    ([x, indices], { axis }) => t.takeAlongAxis(x, indices, axis as number),
    "equal",
    ["axis"],
  ),
  segment_sum: operation(
    ([x, indices], { num_segments: extent }) => t.scatterAdd(x, indices, { extent: extent as number }),
    "close",
    ["num_segments"],
  ),
};
