/**
 * Bad input of programs, tapes and the configuration.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { f32, wrong } from "../operands.ts";
import type { Row } from "../row.ts";

/** Calls that fail. */
export const ROWS: readonly Row[] = [
  ["tap", () => t.tap(f32, wrong(1)), "TypeError", "a function", "a number"],
  ["tap", () => t.tap(wrong(1), () => 0), "TypeError", "a number"],
  ["checkNumerics", () => t.checkNumerics(wrong(1)), "TypeError", "a function", "a number"],
  [
    "checkNumerics",
    () => t.checkNumerics((x: Tensor) => x)(t.tensor([NaN])),
    "RangeError",
    "1 NaN",
    "argument 0",
  ],
  ["cost", () => t.cost(wrong({ entries: 1 })), "TypeError", "a tape", "{ entries }"],
  ["host", () => t.host(() => wrong("a"), 1), "TypeError", "return a number", "string"],
  ["format", () => t.format(wrong(1)), "TypeError", "a tape", "a number"],
  ["promote", () => t.promote(wrong("float8"), "float32"), "TypeError", "dtypes", "float8 and float32"],
  ["configure", () => t.configure({ threads: -1 }), "RangeError", "threads", "-1"],
  ["configure", () => t.configure({ simd: wrong("x") }), "RangeError", "simd", "x"],
  ["configure", () => t.configure({ heapLimit: -1 }), "RangeError", "heapLimit", "-1"],
  ["configure", () => t.configure(wrong(1)), "TypeError", "options", "1"],
  ["hostValue", () => t.hostValue(f32), "RangeError", "scalar", "[2, 3]"],
  ["hostValue", () => t.hostValue(wrong(3)), "TypeError"],
];
