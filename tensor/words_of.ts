/**
 * The words that random keys are made of.
 *
 * @module
 */
import type { Operand } from "./machine.ts";

/** Random keys as uint32 with a last axis of two words; other operands as they are. */
export function wordsOf(x: Operand): Operand {
  if (x.dtype !== "key") return x;
  return {
    dtype: "uint32",
    shape: [...x.shape, 2],
    strides: [...x.strides.map((stride) => 2 * stride), 1],
    offset: 2 * x.offset,
    storage: x.storage,
  };
}
