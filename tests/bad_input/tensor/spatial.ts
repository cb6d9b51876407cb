/**
 * Bad input of convolution, pooling and resizing.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import { f32, i32, image, wrong } from "../operands.ts";
import type { Row } from "../row.ts";

/** Calls that fail. */
export const ROWS: readonly Row[] = [
  ["conv", () => t.conv(f32, f32), "RangeError", "rank 3 or more", "[2, 3]"],
  ["conv", () => t.conv(image, t.ones([2, 3, 1, 1])), "RangeError", "groups of channels", "[2, 3, 1, 1]"],
  ["conv", () => t.conv(image, t.ones([2, 2, 1])), "RangeError", "as many in both", "[2, 2, 1]"],
  ["conv", () => t.conv(image, t.ones([2, 2, 1, 1]), { strides: [1] }), "TypeError", "2 axes", "[1]"],
  ["conv", () => t.conv(image, t.ones([2, 2, 1, 1]), { padding: wrong("full") }), "RangeError", '"full"'],
  ["conv1d", () => t.conv1d(image, image), "RangeError", "rank 3", "[1, 2, 4, 4]"],
  ["conv3d", () => t.conv3d(image, image), "RangeError", "rank 5", "[1, 2, 4, 4]"],
  [
    "convTranspose",
    () => t.convTranspose(image, t.ones([3, 1, 2, 2])),
    "RangeError",
    "groups of channels",
    "[3, 1, 2, 2]",
  ],
  [
    "convTranspose",
    () => t.convTranspose(image, t.ones([2, 1, 2, 2]), { outputPadding: 1 }),
    "RangeError",
    "outputPadding below strides",
  ],
  ["convolve", () => t.convolve(f32, f32), "RangeError", "two vectors", "[2, 3]"],
  ["correlate", () => t.correlate(t.ones([2]), t.ones([2]), { mode: wrong("half") }), "RangeError", "half"],
  ["maxPool", () => t.maxPool(f32, { window: 2 }), "RangeError", "rank 3 or more", "[2, 3]"],
  ["maxPool", () => t.maxPool(image, { window: 5 }), "RangeError", "at least as large", "[5,5]"],
  ["maxPoolWithIndices", () => t.maxPoolWithIndices(image, { window: 0 }), "RangeError", "from 1 on", "0"],
  ["minPool", () => t.minPool(image, { window: [1, 2, 3] }), "TypeError", "2 axes", "[1,2,3]"],
  ["avgPool", () => t.avgPool(image, { window: 2, divisor: 0 }), "RangeError", "divisor", "0"],
  ["lpPool", () => t.lpPool(image, { window: 2, order: 0 }), "RangeError", "above 0", "0"],
  [
    "reduceWindow",
    () => t.reduceWindow(f32, { operation: "sum", window: [2] }),
    "RangeError",
    "each axis",
    "[2]",
  ],
  ["reduceWindow", () => t.reduceWindow(f32, { operation: wrong("or"), window: [1, 1] }), "RangeError", "or"],
  ["adaptiveAvgPool", () => t.adaptiveAvgPool(image, { outputSize: 0 }), "RangeError", "from 1 on", "0"],
  ["adaptiveMaxPool", () => t.adaptiveMaxPool(i32, { outputSize: 1 }), "RangeError", "rank 3 or more"],
  [
    "adaptiveMaxPoolWithIndices",
    () => t.adaptiveMaxPoolWithIndices(image, { outputSize: [1] }),
    "TypeError",
    "2 axes",
  ],
  ["resize", () => t.resize(f32, [2]), "RangeError", "rank 2", "[2]"],
  ["resize", () => t.resize(f32, [4, 6], { method: wrong("area") }), "RangeError", "area"],
  ["interpolate", () => t.interpolate(image, {}), "RangeError", "one of size and scaleFactor"],
  [
    "interpolate",
    () => t.interpolate(image, { size: 2, mode: "linear" }),
    "RangeError",
    "rank 3",
    "[1, 2, 4, 4]",
  ],
  [
    "interpolate",
    () => t.interpolate(image, { size: 2, alignCorners: true }),
    "RangeError",
    "alignCorners",
    "nearest",
  ],
  ["interpolate", () => t.interpolate(image, { scaleFactor: -1 }), "RangeError", "above 0", "-1"],
  ["pixelShuffle", () => t.pixelShuffle(image, 2), "RangeError", "groups of 4", "[1, 2, 4, 4]"],
  ["pixelUnshuffle", () => t.pixelUnshuffle(image, 3), "RangeError", "multiples of 3", "[1, 2, 4, 4]"],
  ["unfold", () => t.unfold(f32, { window: 2 }), "RangeError", "rank 4", "[2, 3]"],
  ["fold2d", () => t.fold2d(f32, { window: 2, outputSize: 3 }), "RangeError", "columns of 4 taps", "[2, 3]"],
  [
    "slidingWindows",
    () => t.slidingWindows(f32, { window: [3, 1] }),
    "RangeError",
    "at least as large",
    "[3,1]",
  ],
  ["slidingWindows", () => t.slidingWindows(f32, { window: [1, 1, 1] }), "RangeError", "at most 2 axes"],
  ["conv2d", () => t.conv2d(f32, f32), "RangeError", "rank 4", "[2, 3]"],
  ["conv2d", () => t.conv2d(image, t.ones([1, 3, 1, 1])), "RangeError", "[1, 2, 4, 4]", "[1, 3, 1, 1]"],
  [
    "conv2d",
    () => t.conv2d(image, t.ones([1, 2, 5, 1])),
    "RangeError",
    "as large as the window",
    "[1, 2, 5, 1]",
  ],
  ["conv2d", () => t.conv2d(image, image, { strides: 0 }), "RangeError", "strides", "0"],
  ["conv2d", () => t.conv2d(image, image, { padding: NaN }), "RangeError", "padding", "null"],
  ["conv2d", () => t.conv2d(image, image, { padding: wrong("full") }), "RangeError", "padding", "full"],
  ["conv2d", () => t.conv2d(image, image, { groups: 3 }), "RangeError", "3 groups"],
  ["maxPool2d", () => t.maxPool2d(f32, { window: 2 }), "RangeError", "rank 4", "[2, 3]"],
  ["maxPool2d", () => t.maxPool2d(image, { window: 0 }), "RangeError", "window", "0"],
  [
    "avgPool2d",
    () => t.avgPool2d(image, { window: 9 }),
    "RangeError",
    "as large as its window",
    "[1, 2, 4, 4]",
  ],
  [
    "avgPool2d",
    () => t.avgPool2d(t.ones([1, 1, 2, 2], { dtype: "int32" }), { window: 1 }),
    "TypeError",
    "int32",
  ],
];
