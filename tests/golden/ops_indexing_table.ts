/**
 * The golden operations of indexing, by the names of the golden files.
 *
 * @module
 */
import * as t from "../../tensor/mod.ts";
import type { At, IndexItem, IndexMode, Tensor } from "../../tensor/mod.ts";
import { type Operation, operation, type Options } from "./ops_operation.ts";

/** The mode of a case; JAX fills by default where it reads and drops where it writes. */
function modeOf({ mode = "fill" }: Options): { readonly mode: IndexMode } {
  return { mode: mode === "promise_in_bounds" ? "fill" : mode as IndexMode };
}

/** The index of a case, with its tensors after the first `given` inputs. */
function indexOf({ index }: Options, inputs: readonly Tensor[], given: number): readonly IndexItem[] {
  const items = (Array.isArray(index) ? index : [index]) as readonly (IndexItem | string)[];
  return items.map((item) => {
    if (typeof item === "string" && /^t\d$/.test(item)) return inputs[given + Number(item.slice(1))];
    return item as IndexItem;
  });
}

/** What JAX reads by default: the nearest end where an index is outside, to which a tensor gives no gradient. */
function nearest(x: Tensor, index: readonly IndexItem[]): Tensor {
  const value = t.at(x, index).get({ mode: "clip" });
  if (!index.some((item) => item instanceof t.Tensor)) return value;
  const inside = t.at(t.ones(x.shape), index).get({ mode: "fill", fillValue: 0 });
  return t.where(t.equal(inside, 1), value, t.stopGradient(value));
}

const INDEX = ["index", "mode", "unique_indices"];

/** A change of the part at an index. */
function change(how: Exclude<keyof At, "get" | "apply">, exactness: "close" | "equal" = "close"): Operation {
  return operation(
    (inputs, options) => t.at(inputs[0], indexOf(options, inputs, 2))[how](inputs[1], modeOf(options)),
    exactness,
    INDEX,
  );
}

function segment(f: typeof t.segmentSum): Operation {
  return operation(
    ([x, ids], { num_segments: segments }) => f(x, ids, { segments: segments as number, mode: "drop" }),
    "close",
    ["num_segments"],
  );
}

/** Numbers of an option. */
const list = (value: unknown): readonly number[] => value as readonly number[];

/** By the names of the golden files. */
export const INDEXING: Readonly<Record<string, Operation>> = {
  take: operation(
    ([x, indices], { axis, ...options }) =>
      axis === undefined
        ? t.take(t.ravel(x), indices, modeOf(options))
        : t.take(x, indices, { axis: axis as number, ...modeOf(options) }),
    "equal",
    ["axis", "mode"],
  ),
  take_embedding: operation(([x, indices]) => nearest(x, [indices]), "equal"),
  take_along_axis: operation(
    ([x, indices], { axis, ...options }) => t.takeAlongAxis(x, indices, axis as number, modeOf(options)),
    "equal",
    ["axis", "mode"],
  ),
  put_along_axis: operation(
    ([x, indices, values], { axis }) => t.putAlongAxis(x, indices, values, axis as number),
    "equal",
    ["axis"],
  ),
  index: operation(
    (inputs, options) => nearest(inputs[0], indexOf(options, inputs, 1)),
    "equal",
    ["index"],
  ),
  at_get: operation(
    (inputs, { fill_value: fillValue, ...options }) => {
      const index = indexOf(options, inputs, 1);
      if (options.mode === undefined || options.mode === "promise_in_bounds") {
        return nearest(inputs[0], index);
      }
      return t.at(inputs[0], index).get({
        ...modeOf(options),
        ...(fillValue === undefined ? {} : { fillValue: fillValue as number }),
      });
    },
    "equal",
    [...INDEX, "fill_value"],
  ),
  at_set: change("set", "equal"),
  at_add: change("add"),
  at_subtract: change("subtract"),
  at_multiply: change("multiply"),
  at_divide: change("divide"),
  at_power: change("power"),
  at_min: change("min", "equal"),
  at_max: change("max", "equal"),
  fill_masked: operation(([x, mask], { value }) => t.at(x, mask).set(value as number), "equal", ["value"]),
  dynamic_slice: operation(
    ([x, ...starts], { sizes }) => t.dynamicSlice(x, startsOf(starts), list(sizes)),
    "equal",
    ["sizes"],
  ),
  dynamic_update_slice: operation(
    ([x, update, ...starts]) => t.dynamicUpdateSlice(x, update, startsOf(starts)),
    "equal",
  ),
  dynamic_index_in_dim: operation(
    ([x, index], { axis, keepdims }) =>
      t.dynamicIndex(x, index, { axis: axis as number, keepDims: keepdims === true }),
    "equal",
    ["axis", "keepdims"],
  ),
  slice: operation(
    ([x], { start, limit, strides }) =>
      t.slice(
        x,
        list(start).map((from, i) => [from, list(limit)[i], strides == null ? 1 : list(strides)[i]]),
      ),
    "equal",
    ["start", "limit", "strides"],
  ),
  slice_in_dim: operation(
    ([x], { start, limit, stride, axis }) =>
      t.slice(
        x,
        x.shape.map((_, i) => i === axis ? [start as number, limit as number, stride as number] : null),
      ),
    "equal",
    ["start", "limit", "stride", "axis"],
  ),
  gather: operation(
    ([x, indices], options) =>
      t.gather(x, indices, {
        offsetDims: list(options.offset_dims),
        collapsedSliceDims: list(options.collapsed_slice_dims),
        startIndexMap: list(options.start_index_map),
        sliceSizes: list(options.slice_sizes),
        ...modeOf(options),
      }),
    "equal",
    ["offset_dims", "collapsed_slice_dims", "start_index_map", "slice_sizes", "mode"],
  ),
  scatter_add: operation(
    ([x, indices, updates], options) =>
      t.scatter(x, indices, updates, {
        updateWindowDims: list(options.update_window_dims),
        insertedWindowDims: list(options.inserted_window_dims),
        scatterDimsToOperandDims: list(options.scatter_dims_to_operand_dims),
        operation: "add",
        ...modeOf(options),
      }),
    "close",
    ["update_window_dims", "inserted_window_dims", "scatter_dims_to_operand_dims", "mode"],
  ),
  segment_sum: segment(t.segmentSum),
  segment_max: segment(t.segmentMax),
  segment_min: segment(t.segmentMin),
  segment_prod: segment(t.segmentProd),
  select: operation((inputs) => {
    const half = Math.floor(inputs.length / 2);
    const otherwise = inputs.length % 2 === 1 ? { otherwise: inputs[inputs.length - 1] } : {};
    return t.select(inputs.slice(0, half), inputs.slice(half, 2 * half), otherwise);
  }, "equal"),
  compress: operation(
    ([x], { keep, axis }) => t.compress(x, keep as readonly boolean[], { axis: axis as number }),
    "equal",
    ["keep", "axis"],
  ),
  nonzero: operation(([x]) => t.nonzero(x), "equal"),
  nonzero_sized: operation(
    ([x], { size, fill_value: fillValue }) =>
      t.nonzero(x, { size: size as number, fillValue: (fillValue ?? 0) as number }),
    "equal",
    ["size", "fill_value"],
  ),
  argwhere: operation(([x]) => t.argwhere(x), "equal"),
};

/** Starts as scalars, which a case gives one by one or as one vector. */
function startsOf(starts: readonly Tensor[]): readonly Tensor[] {
  return starts.length === 1 && starts[0].rank === 1 ? t.unstack(starts[0]) : starts;
}
