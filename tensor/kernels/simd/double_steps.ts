/**
 * The steps of linear algebra on float64 memory that run in WebAssembly.
 *
 * @module
 */
import { multiplyDouble } from "./double_product.ts";
import { rotateSimd, rotateTwiceSimd } from "./rotate.ts";
import { substituteEight } from "./substitute_eight.ts";

/** By the names under which generated kernels call them, as `double.multiply`. */
export const DOUBLE_STEPS: {
  readonly multiply: typeof multiplyDouble;
  readonly rotate: typeof rotateSimd;
  readonly rotateTwice: typeof rotateTwiceSimd;
  readonly substitute: typeof substituteEight;
} = {
  multiply: multiplyDouble,
  rotate: rotateSimd,
  rotateTwice: rotateTwiceSimd,
  substitute: substituteEight,
};
