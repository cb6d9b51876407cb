/**
 * Random bits.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { drawingLoopOf } from "../kernel_choice.ts";
import { contiguousOperand, wordsOf } from "../operand.ts";
import { batchInFront } from "../rules.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { checkShape, type Shape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { checkKey } from "./key.ts";
import type { LayoutOptions } from "./options.ts";

interface Bits {
  readonly shape: Shape;
  readonly width: 8 | 32 | 64;
  readonly partitionable: boolean;
}

const DRAWS = {
  8: ["byte", "originalByte"],
  32: ["word", "originalWord"],
  64: ["pair", "originalPair"],
} as const;

/** 64 bits are a pair of words along a last axis, the high one first. */
const bitsPrimitive: Primitive<Bits> = definePrimitive<Bits>({
  name: "randomBits",
  infer: ([keys], { shape, width }) => [{
    dtype: width === 8 ? "uint8" : "uint32",
    shape: [...keys.shape, ...shape, ...(width === 64 ? [2] : [])],
  }],
  execute([keys], [output], { shape, width, partitionable }, machine) {
    const each = sizeOf(shape);
    const kernel = drawingLoopOf(DRAWS[width][partitionable ? 0 : 1]);
    const words = wordsOf(contiguousOperand(keys, machine));
    machine.launch(kernel, [words, output], [each], each * sizeOf(keys.shape), 8192);
  },
  pullback: null,
  batch: batchInFront,
});

/** Random bits of one key: uint8, uint32, or pairs of uint32 for 64 bits. */
export function drawBits(
  operation: string,
  key: Tensor,
  shape: Shape,
  width: Bits["width"],
  options: LayoutOptions,
): Tensor {
  checkKey(operation, key);
  checkShape(operation, shape);
  return apply(bitsPrimitive, [key], { shape, width, partitionable: options.partitionable ?? true });
}

/** Options of `bits`. */
export interface BitsOptions extends LayoutOptions {
  /** Random bits of an element: 32 for uint32, the default, or 8 for uint8. */
  readonly width?: 8 | 32;
}

/**
 * Uniform random bits: uint32, or uint8 for a width of 8. The first values do not depend on the shape.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If it is several, or the width is neither 8 nor 32.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.bits(random.key(0), [2]).toArray(), [4070199207, 4202968722]);
 * ```
 */
export function bits(key: Tensor, shape: Shape = [], options: BitsOptions = {}): Tensor {
  const { width = 32 } = options;
  if (width !== 8 && width !== 32) {
    throw new RangeError(`bits expects a width of 8 or 32 but got ${String(width)}`);
  }
  return drawBits("bits", key, shape, width, options);
}
