/**
 * Bad input of loops and choices.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { f32, wrong } from "../operands.ts";
import type { Row } from "../row.ts";

/** Calls that fail. */
export const ROWS: readonly Row[] = [
  ["scan", () => t.scan(wrong(1), f32, f32), "TypeError", "a function", "a number"],
  ["scan", () => t.scan((c: Tensor) => [t.sum(c), c], f32, f32), "TypeError", "float32[2, 3]", "float32[]"],
  ["scan", () => t.scan((c: Tensor) => wrong(c), f32, f32), "TypeError", "[carry, output]", "Tensor"],
  ["scan", () => t.scan((c: Tensor) => [wrong([c]), c], f32, f32), "TypeError", "structure", "array of 1"],
  ["scan", () => t.scan((c: Tensor) => [c, c], f32, null), "RangeError", "xs or length", "neither"],
  ["scan", () => t.scan((c: Tensor) => [c, c], f32, f32, { length: 3 }), "RangeError", "3 steps", "[2, 3]"],
  ["scan", () => t.scan((c: Tensor) => [c, c], f32, f32, { length: -1 }), "RangeError", "length", "-1"],
  ["scan", () => t.scan((c: Tensor) => [c, c], f32, t.tensor(1)), "RangeError", "axis", "float32[]"],
  ["scan", () => t.scan((c: Tensor) => [c, c], f32, f32, { unroll: 0 }), "RangeError", "unroll", "0"],
  [
    "scan",
    () => t.scan((c: Tensor) => [c, c], f32, f32, { checkpoint: 0.5 }),
    "RangeError",
    "checkpoint",
    "0.5",
  ],
  ["scan", () => t.scan((c: Tensor) => [c, wrong("y")], f32, f32), "TypeError", "outputs", "a string"],
  ["whileLoop", () => t.whileLoop(wrong(1), t.exp, f32), "TypeError", "functions", "a number"],
  [
    "whileLoop",
    () => t.whileLoop((x) => t.less(x, 0), (x) => x, f32),
    "TypeError",
    "bool scalar",
    "bool[2, 3]",
  ],
  ["whileLoop", () => t.whileLoop((x) => t.sum(x), (x) => x, f32), "TypeError", "bool scalar", "float32[]"],
  [
    "whileLoop",
    () => t.whileLoop(() => t.less(0, 1), (x) => t.sum(x), f32),
    "TypeError",
    "carry",
    "float32[]",
  ],
  [
    "whileLoop",
    () => t.whileLoop(() => t.less(0, 1), t.exp, f32, { maxSteps: 3, atLimit: "error" }),
    "RangeError",
    "within 3 steps",
  ],
  [
    "whileLoop",
    () => t.whileLoop(() => t.less(0, 1), t.exp, f32, { maxSteps: -3 }),
    "RangeError",
    "maxSteps",
    "-3",
  ],
  [
    "whileLoop",
    () => t.whileLoop(() => t.less(0, 1), t.exp, f32, { atLimit: wrong("go") }),
    "RangeError",
    "go",
  ],
  ["forLoop", () => t.forLoop(0.5, 2, (_, x) => x, f32), "TypeError", "whole numbers", "0.5"],
  ["forLoop", () => t.forLoop(0, f32, (_, x) => x, f32), "TypeError", "integer scalars", "float32[2, 3]"],
  ["forLoop", () => t.forLoop(0, 2, wrong(1), f32), "TypeError", "a function", "a number"],
  ["cond", () => t.cond(f32, t.exp, t.exp, f32), "TypeError", "a scalar", "float32[2, 3]"],
  [
    "cond",
    () => t.cond(true, t.exp, (x: Tensor) => t.sum(x), f32),
    "TypeError",
    "float32[2, 3]",
    "float32[]",
  ],
  ["cond", () => t.cond(true, t.exp, wrong(1), f32), "TypeError", "functions", "a number"],
  ["switchCase", () => t.switchCase(0, [], f32), "RangeError", "one branch", "none"],
  ["switchCase", () => t.switchCase(0.5, [t.exp], f32), "TypeError", "integer scalar", "float32[]"],
  ["switchCase", () => t.switchCase(0, wrong(t.exp), f32), "TypeError", "a list of functions"],
  ["fold", () => t.fold(wrong(1), f32, (x) => x), "TypeError", "iterate", "a number"],
  ["fold", () => t.fold([1], f32, wrong(2)), "TypeError", "a function", "a number"],
];
