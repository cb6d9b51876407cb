/**
 * Random bits.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { drawingLoopOf } from "../kernel_choice.ts";
import { contiguousOperand } from "../operand.ts";
import { wordsOf } from "../words_of.ts";
import { bitwiseAnd } from "../ops/bitwise.ts";
import { rightShiftLogical } from "../ops/shift.ts";
import { stack } from "../ops/concatenate.ts";
import { reshape } from "../ops/reshape.ts";
import { slice } from "../ops/slice.ts";
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

/**
 * 16 random bits of one key in the low half of a uint32: the low halves of words, or in the older layout both halves of
 * half as many words, the low one first.
 */
export function drawShorts(operation: string, key: Tensor, shape: Shape, options: LayoutOptions): Tensor {
  if (options.partitionable !== false) {
    return bitwiseAnd(drawBits(operation, key, shape, 32, options), 0xffff);
  }
  const size = sizeOf(shape);
  const words = drawBits(operation, key, [Math.ceil(size / 2)], 32, options);
  const pieces = stack([bitwiseAnd(words, 0xffff), rightShiftLogical(words, 16)], 1);
  return reshape(slice(reshape(pieces, [-1]), [[0, size]]), shape);
}

/** Options of `bits`. */
export interface BitsOptions extends LayoutOptions {
  /** Random bits of an element: 32, the default; 16, which are the low bits of a uint32; or 8 for uint8. */
  readonly width?: 8 | 16 | 32;
}

const BITS_OPTIONS = { width: true, partitionable: true } as const;

/**
 * Uniform random bits: uint32, of which a width of 16 sets the low ones, or uint8 for a width of 8. The first values do not depend on the shape.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If it is several, or the width is none of 8, 16 and 32.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(random.bits(random.key(0), [2]).toArray(), [4070199207, 4202968722]);
 * ```
 */
export function bits(key: Tensor, shape: Shape = [], options: BitsOptions = NO_OPTIONS): Tensor {
  checkOptionNames("bits", options, BITS_OPTIONS);
  const { width = 32 } = options;
  if (width !== 8 && width !== 16 && width !== 32) {
    throw new RangeError(`bits expects a width of 8, 16 or 32 but got ${String(width)}`);
  }
  return width === 16
    ? drawShorts("bits", key, shape, options)
    : drawBits("bits", key, shape, width, options);
}
