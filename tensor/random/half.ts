/**
 * Random numbers of 16 bits, from as many random bits as JAX takes for them.
 *
 * @module
 */
import { rightShiftLogical } from "../ops/shift.ts";
import { add, multiply, subtract } from "../ops/arithmetic.ts";
import { cast } from "../ops/cast.ts";
import { erfinv } from "../ops/exponential.ts";
import { maximum } from "../ops/selection.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { drawBits, drawShorts } from "./bits.ts";
import type { LayoutOptions } from "./options.ts";

/** The dtypes of 16 bits. */
export type Half = "float16" | "bfloat16";

/** Fractions in [0, 1) as float32: of 10 random bits for float16, of 7 for bfloat16. */
function fractions(
  operation: string,
  key: Tensor,
  shape: Shape,
  dtype: Half,
  options: LayoutOptions,
): Tensor {
  if (dtype === "float16") {
    const upper = rightShiftLogical(drawShorts(operation, key, shape, options), 6);
    return multiply(cast(upper, "float32"), 2 ** -10);
  }
  const bytes = cast(drawBits(operation, key, shape, 8, options), "uint32");
  return multiply(cast(rightShiftLogical(bytes, 1), "float32"), 2 ** -7);
}

/** Numbers evenly distributed over `[min, max)`; bounds are float32 tensors of numbers of the dtype. */
export function uniformHalf(
  key: Tensor,
  shape: Shape,
  dtype: Half,
  [min, max]: readonly [Tensor, Tensor],
  options: LayoutOptions,
): Tensor {
  const rounded = (x: Tensor): Tensor => cast(cast(x, dtype), "float32");
  const span = rounded(subtract(max, min));
  const drawn = add(multiply(fractions("uniform", key, shape, dtype, options), span), min);
  return cast(maximum(drawn, min), dtype);
}

/** Normal numbers, `sqrt(2) erfinv(u)`, rounded where JAX rounds. */
export function normalHalf(key: Tensor, shape: Shape, dtype: Half, options: LayoutOptions): Tensor {
  const least = dtype === "float16" ? -1 + 2 ** -11 : -1 + 2 ** -8;
  const unit = fractions("normal", key, shape, dtype, options);
  const u = cast(maximum(add(multiply(unit, 2), least), least), dtype);
  // A number takes the dtype of the tensor beside it.
  return multiply(erfinv(u), Math.SQRT2);
}
