/**
 * What becomes of indices outside of their axis.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { isInteger } from "../dtype.ts";
import { checkingLoopOf } from "../kernel_choice.ts";
import { contiguousOperand } from "../operand.ts";
import { batchInFront } from "../rules.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { sizeOf } from "../shape.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { add } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { greaterEqual, less, logicalAnd } from "./comparison.ts";
import { asTensor } from "./convert.ts";
import { remainder } from "./division.ts";
import { clip, where } from "./selection.ts";

/**
 * What becomes of an index outside of its axis; a negative one counts from the end first. "error" throws, also out of
 * a compiled program; "clip" takes the nearest end; "wrap" goes around; "fill" and "drop", which mean the same, read a
 * value that stands for a missing one and write nothing. The modes of JAX, whose default is "fill" in `take` and
 * "clip" in brackets.
 */
export type IndexMode = "error" | "clip" | "wrap" | "fill" | "drop";

/** How positions that are known to lie inside are read: nothing has to be checked. */
export const INSIDE = { mode: "fill" } as const;

const MODES: readonly IndexMode[] = ["error", "clip", "wrap", "fill", "drop"];

interface Checked {
  readonly extent: number;
  readonly operation: string;
}

const checkIndicesPrimitive: Primitive<Checked> = definePrimitive<Checked>({
  name: "checkIndices",
  infer: ([indices]) => [{ dtype: "int32", shape: indices.shape }],
  execute([indices], [output], { extent, operation }, machine) {
    const count = sizeOf(indices.shape);
    // One chunk, so that the first index outside is the one that is named.
    machine.launch(
      checkingLoopOf(indices.dtype, operation),
      [contiguousOperand(indices, machine), output],
      [extent],
      count,
      Math.max(1, count),
    );
  },
  pullback: null,
  batch: batchInFront,
});

/** An operand of integers; numbers are int32. */
export function indicesOf(operation: string, indices: TensorLike): Tensor {
  const tensor = asTensor(operation, indices, "int32");
  if (!isInteger(tensor.dtype)) {
    throw new TypeError(
      `${operation} expects indices of dtype int32, uint32 or uint8 but got ${describe(tensor)}`,
    );
  }
  return tensor;
}

/** Throws unless `mode` is one. */
export function checkMode(operation: string, mode: IndexMode): void {
  if (!MODES.includes(mode)) {
    throw new RangeError(`${operation} expects a mode out of ${MODES.join(", ")} but got ${String(mode)}`);
  }
}

/** Indices of an axis as its mode has them: only "fill" and "drop" leave any outside, and from the end. */
export function placed(operation: string, indices: Tensor, extent: number, mode: IndexMode): Tensor {
  switch (mode) {
    case "error":
      return apply(checkIndicesPrimitive, [indices], { extent, operation });
    case "clip":
      return clip(fromStart(indices, extent), { min: 0, max: Math.max(0, extent - 1) });
    case "wrap":
      return remainder(asInt32(indices), extent);
    default:
      return indices;
  }
}

/** Indices as int32, of which those that are too large stay outside of any axis. */
export function asInt32(indices: Tensor): Tensor {
  return cast(indices.dtype === "uint32" ? clip(indices, { max: 2147483647 }) : indices, "int32");
}

/** Negative indices counted from the start; those before it stay negative. */
export function fromStart(indices: Tensor, extent: number): Tensor {
  return indices.dtype === "int32"
    ? where(less(indices, 0), add(indices, extent), indices)
    : asInt32(indices);
}

/** Whether indices counted from the start lie in the axis. */
export function isInside(indices: Tensor, extent: number): Tensor {
  return logicalAnd(greaterEqual(indices, 0), less(indices, extent));
}
