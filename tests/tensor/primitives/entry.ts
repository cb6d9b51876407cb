/**
 * What a primitive's entry in the table of primitives states, and operands for it.
 *
 * @module
 */
import { type DType, typedArray } from "../../../tensor/dtype.ts";
import { type Shape, type Tensor, tensor } from "../../../tensor/mod.ts";

/** An entry of the table: a function that applies the primitive, and operands for it. */
export interface Entry {
  /** A function whose tape, with its gradient's tape where it has one, holds the primitive. */
  readonly f: (...operands: Tensor[]) => Tensor;
  /** Small operands where the function is smooth, floats of them float64. */
  readonly small: () => readonly Tensor[];
  /** Operands that are large enough to be cut into chunks. */
  readonly large: () => readonly Tensor[];
  /** To which order gradients are compared with finite differences; 0 where the gradient is zero by definition. */
  readonly order: 0 | 2;
  /** Whether forward mode refuses it; false by default. */
  readonly backwardOnly?: boolean;
}

/** Numbers from `low` to `high` in an order without a pattern, never equal within a thousand, the same every time. */
export function numbers(shape: Shape, low: number, high: number, dtype: DType = "float64"): Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const data = typedArray(dtype, size);
  // The multiples of the golden ratio fill the unit interval evenly.
  for (let i = 0; i < size; i++) data[i] = low + (high - low) * (((i + 1) * 0.6180339887498949) % 1);
  return tensor(data, { shape, dtype });
}

const LARGE = 300_000;

/** An elementwise entry of operands within the given ranges. */
export function elementwise(
  f: (...operands: Tensor[]) => Tensor,
  ranges: readonly (readonly [low: number, high: number])[],
  order: 0 | 2 = 2,
): Entry {
  return {
    f,
    order,
    // The second operand is a row that broadcasts, which its gradient has to undo.
    small: () => ranges.map(([low, high], i) => numbers(i === 1 ? [3] : [2, 3], low, high)),
    large: () => ranges.map(([low, high]) => numbers([LARGE], low, high, "float32")),
  };
}

/** An entry of one operand of each kind, the same function for small and large. */
export function entry(
  f: (...operands: Tensor[]) => Tensor,
  small: readonly Shape[],
  large: readonly Shape[],
  order: 0 | 2 = 2,
): Entry {
  return {
    f,
    order,
    small: () => small.map((shape) => numbers(shape, -2, 2)),
    large: () => large.map((shape) => numbers(shape, -2, 2, "float32")),
  };
}
