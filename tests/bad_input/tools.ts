/**
 * Bad input of plots and of what tests are made of.
 *
 * @module
 */
import * as plot from "../../plot/mod.ts";
import { customVjp, multiply, ones, record, sin, type Tensor, tensor } from "../../tensor/mod.ts";
import * as testing from "../laws/mod.ts";
import { i32, wrong } from "./operands.ts";
import type { Row } from "./row.ts";

const x = tensor([0.5, 1], { dtype: "float64" });
/** The sine with a wrong gradient. */
const faulty = customVjp((x: Tensor) => sin(x), { pullback: ({ args: [x] }, g) => [multiply(g, sin(x))] });
const { tape } = record((x: Tensor) => multiply(x, x))(x);

/** Calls of `@weft/weft/plot` that fail. */
export const PLOT: readonly Row[] = [
  ["drawTape", () => plot.drawTape(wrong("x")), "TypeError", "a tape", "a string"],
  ["drawTape", () => plot.drawTape(wrong(null)), "TypeError", "a tape"],
  ["drawTape", () => plot.drawTape(tape, { direction: wrong("up") }), "RangeError", "up"],
  ["drawTape", () => plot.drawTape(tape, { maxEntries: 0 }), "RangeError", "0"],
  ["plotHistory", () => plot.plotHistory(wrong("x")), "TypeError"],
  ["plotHistory", () => plot.plotHistory({}), "RangeError"],
  ["plotSchedule", () => plot.plotSchedule(wrong(1), { steps: 3 }), "RangeError", "at least one schedule"],
  ["plotSchedule", () => plot.plotSchedule(() => 1, { steps: 0 }), "RangeError", "0"],
];

/** Calls of `@weft/weft/testing` that fail. */
export const TESTING: readonly Row[] = [
  ["checkGradients", () => testing.checkGradients(wrong("f"), [x]), "TypeError", "a function", "a string"],
  ["checkGradients", () => testing.checkGradients(sin, wrong(x)), "TypeError", "a list of arguments"],
  ["checkGradients", () => testing.checkGradients(sin, [i32]), "RangeError", "floating-point", "none"],
  ["checkGradients", () => testing.checkGradients(sin, [x], { order: 0 }), "RangeError", "order", "0"],
  ["checkGradients", () => testing.checkGradients(sin, [x], { mode: wrong("back") }), "RangeError", "back"],
  ["checkGradients", () => testing.checkGradients(() => 3, [x]), "RangeError", "floating-point tensor"],
  [
    "checkGradients",
    () => testing.checkGradients(faulty, [x], { mode: "reverse" }),
    "RangeError",
    "order 1 by element 0 of argument 0",
  ],
  ["shapes", () => testing.shapes({ maxRank: -1 }), "RangeError", "maxRank", "-1"],
  ["shapes", () => testing.shapes({ minExtent: 5 }), "RangeError", "minExtent", "5 and 4"],
  ["shapes", () => testing.broadcastablePairs(wrong({ maxRank: 0.5 })), "RangeError", "0.5"],
  ["tensors", () => testing.tensors({ shape: [-1] }), "RangeError", "[-1]"],
  ["tensors", () => testing.tensors({ dtype: wrong("int32") }), "TypeError", "int32"],
  ["tensors", () => testing.tensors({ min: 1, max: 0 }), "RangeError", "1 and 0"],
  ["edgeTensors", () => testing.edgeTensors({ dtype: wrong("key") }), "TypeError", "key"],
  ["edgeTensors", () => testing.edgeTensors({ shape: wrong(3) }), "TypeError", "3"],
  ["dtypes", () => testing.dtypes([]), "TypeError", "a list of dtypes"],
];

/** What the assertion of closeness says. */
export const FAR: readonly (readonly [call: () => void, ...parts: string[]])[] = [
  [
    () => testing.assertClose({ a: x }, { b: x }),
    "Expected { b } but got { a }",
    "nothing at b",
    "more at a",
  ],
  [() => testing.assertClose(ones([2]), 1), "expected 1"],
  [
    () => testing.assertClose({ w: ones([2]) }, { w: ones([3]) }),
    "w: expected float32[3] but got float32[2]",
  ],
  [() => testing.assertClose(tensor([1, 2]), tensor([1, NaN])), "[1]: expected NaN but got 2"],
  [() => testing.assertClose(tensor([2]), tensor([2.00001])), "42 units in the last place apart"],
];
