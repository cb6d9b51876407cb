/**
 * Bad input of indexing.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { f32, i32, keys, wrong } from "../operands.ts";
import type { Row } from "../row.ts";

const one = t.zeros([1, 1], { dtype: "int32" });
const two = t.arange(2, { dtype: "int32" });
const GATHER = { offsetDims: [1], collapsedSliceDims: [0], startIndexMap: [0], sliceSizes: [1, 3] };
const SCATTER = { updateWindowDims: [1], insertedWindowDims: [0], scatterDimsToOperandDims: [0] };

/** Calls that fail. */
export const ROWS: readonly Row[] = [
  ["take", () => t.take(f32, f32), "TypeError", "float32[2, 3]"],
  ["take", () => t.take(f32, 2), "RangeError", "extent 2", "got 2"],
  ["take", () => t.take(f32, 0, { mode: wrong("raise") }), "RangeError", "error, clip", "raise"],
  ["takeAlongAxis", () => t.takeAlongAxis(f32, f32, 0), "TypeError", "float32[2, 3]"],
  [
    "takeAlongAxis",
    () => t.takeAlongAxis(f32, t.tensor(0, { dtype: "int32" }), 0),
    "RangeError",
    "rank 2",
    "int32[]",
  ],
  ["takeAlongAxis", () => t.takeAlongAxis(f32, i32, 2), "RangeError", "axis", "2"],
  ["takeAlongAxis", () => t.takeAlongAxis(keys, i32, 0), "TypeError", "key"],
  ["putAlongAxis", () => t.putAlongAxis(f32, f32, 0, 0), "TypeError", "float32[2, 3]"],
  ["putAlongAxis", () => t.putAlongAxis(f32, i32, t.ones([4]), 0), "RangeError", "[2, 3]", "[4]"],
  ["putAlongAxis", () => t.putAlongAxis(i32, i32, 0.5, 0), "TypeError", "hold", "float32"],
  [
    "putAlongAxis",
    () => t.putAlongAxis(f32, t.ones([2, 2], { dtype: "int32" }), 0, 0),
    "RangeError",
    "int32[2, 2]",
  ],
  ["scatterAdd", () => t.scatterAdd(f32, f32, { extent: 2 }), "TypeError", "float32[2, 3]"],
  ["scatterAdd", () => t.scatterAdd(f32, i32, { extent: -1 }), "RangeError", "-1"],
  [
    "scatterAdd",
    () => t.scatterAdd(f32, t.ones([4], { dtype: "int32" }), { extent: 2 }),
    "RangeError",
    "[4]",
  ],
  ["at", () => t.at(wrong(1), 0), "TypeError", "a number"],
  ["at", () => t.at(f32, [0, 0, 0]).get(), "RangeError", "at most 2 indices", "3"],
  ["at", () => t.at(f32, 0.5).get(), "TypeError", "integer", "0.5"],
  ["at", () => t.at(f32, wrong("x")).get(), "TypeError", "numbers, ranges", "x"],
  ["at", () => t.at(f32, ["...", "..."]).get(), "RangeError", "at most one"],
  ["at", () => t.at(f32, f32).get(), "TypeError", "float32[2, 3]"],
  ["at", () => t.at(f32, t.ones([3], { dtype: "bool" })).get(), "RangeError", "[2]", "bool[3]"],
  ["at", () => t.at(f32, 2).get(), "RangeError", "extent 2", "got 2"],
  ["at", () => t.at(f32, 0).set(t.ones([4])), "RangeError", "[3]", "[4]"],
  ["at", () => t.at(t.ones([2], { dtype: "bool" }), 0).add(true as never), "TypeError"],
  ["at", () => t.at(f32, 0).set(0, { mode: wrong("raise") }), "RangeError", "raise"],
  ["at", () => t.at(keys, 0).set(0), "TypeError", "key"],
  ["dynamicSlice", () => t.dynamicSlice(f32, [0], [1]), "RangeError", "[2, 3]", "1"],
  ["dynamicSlice", () => t.dynamicSlice(f32, [0, 0], [3, 1]), "RangeError", "[2, 3]", "[3, 1]"],
  ["dynamicSlice", () => t.dynamicSlice(f32, [0, 0], [-1, 1]), "RangeError", "[-1, 1]"],
  ["dynamicSlice", () => t.dynamicSlice(f32, [0.5, 0], [1, 1]), "TypeError", "indices", "float32"],
  ["dynamicSlice", () => t.dynamicSlice(f32, [i32, 0], [1, 1]), "RangeError", "scalars", "int32[2, 3]"],
  ["dynamicUpdateSlice", () => t.dynamicUpdateSlice(f32, t.ones([3, 3]), [0, 0]), "RangeError", "[3, 3]"],
  ["dynamicUpdateSlice", () => t.dynamicUpdateSlice(i32, f32, [0, 0]), "TypeError", "hold", "float32[2, 3]"],
  ["dynamicIndex", () => t.dynamicIndex(f32, i32), "RangeError", "scalar", "int32[2, 3]"],
  ["dynamicIndex", () => t.dynamicIndex(f32, 0, { axis: 2 }), "RangeError", "axis", "2"],
  ["gather", () => t.gather(f32, i32, GATHER), "RangeError", "1 elements", "int32[2, 3]"],
  ["gather", () => t.gather(f32, f32, GATHER), "TypeError", "float32[2, 3]"],
  ["gather", () => t.gather(f32, one, { ...GATHER, sliceSizes: [3, 3] }), "RangeError", "[2, 3]", "[3, 3]"],
  ["gather", () => t.gather(f32, one, { ...GATHER, offsetDims: [] }), "RangeError", "one window axis"],
  ["scatter", () => t.scatter(f32, one, t.ones([1, 4]), SCATTER), "RangeError", "[1, 4]"],
  [
    "scatter",
    () => t.scatter(f32, one, t.ones([1, 3]), { ...SCATTER, operation: wrong("or") }),
    "RangeError",
    "or",
  ],
  ["scatter", () => t.scatter(i32, one, t.ones([1, 3]), SCATTER), "TypeError", "hold", "float32[1, 3]"],
  ...(["segmentSum", "segmentProd", "segmentMax", "segmentMin"] as const).flatMap((name): Row[] => [
    [name, () => t[name](f32, f32, { segments: 2 }), "TypeError", "float32[2, 3]"],
    [name, () => t[name](f32, i32, { segments: 2 }), "RangeError", "one number for each part", "[2, 3]"],
    [name, () => t[name](f32, two, { segments: -1 }), "RangeError", "-1"],
    [name, () => t[name](f32, two, { segments: 1 }), "RangeError", "extent 1", "got 1"],
    [name, () => t[name](keys, two, { segments: 2 }), "TypeError", "key"],
  ]),
  ["select", () => t.select([f32], [f32, f32]), "RangeError", "1 and 2"],
  ["select", () => t.select([], []), "RangeError", "0 and 0"],
  ["select", () => t.select([keys], [f32]), "TypeError", "key"],
  ["choose", () => t.choose(i32, []), "RangeError", "at least one choice"],
  ["choose", () => t.choose(f32, [f32]), "TypeError", "float32[2, 3]"],
  ["compress", () => t.compress(f32, [true, true, true], { axis: 0 }), "RangeError", "2", "bool[3]"],
  ["compress", () => t.compress(f32, f32), "RangeError", "one axis", "float32[2, 3]"],
  ["extract", () => t.extract(t.ones([2]), f32), "RangeError", "float32[2, 3]", "float32[2]"],
  ["nonzero", () => t.nonzero(keys), "TypeError", "key"],
  ["nonzero", () => t.nonzero(f32, { size: -1 }), "RangeError", "size", "-1"],
  ["nonzero", () => t.compile((x: Tensor) => t.nonzero(x))(f32), "TypeError", "size", "float32[2, 3]"],
  ["argwhere", () => t.argwhere(f32, { size: 0.5 }), "RangeError", "size", "0.5"],
  ["flatNonzero", () => t.flatNonzero(f32, { size: -1 }), "RangeError", "size", "-1"],
  ["oneHot", () => t.oneHot(i32, 2, { axis: 3 }), "RangeError", "axis", "3"],
  ["oneHot", () => t.oneHot(i32, 0), "RangeError", "positive integer", "0"],
];
