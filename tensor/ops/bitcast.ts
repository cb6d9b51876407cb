/**
 * Bits read as numbers of another type.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { type DType, DTYPES, itemSize } from "../dtype.ts";
import { copyInto } from "../launch_elementwise.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { batchInFront } from "../rules.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { numbers } from "./convert.ts";

const bitcastPrimitive: Primitive<{ readonly dtype: DType }> = definePrimitive<{ readonly dtype: DType }>({
  name: "bitcast",
  halves: true,
  infer: ([x], { dtype }) => [{ dtype, shape: x.shape }],
  execute([x], [output], _, machine) {
    // Copied as integers, so that no bit of a NaN changes.
    const size = itemSize(x.dtype);
    const dtype = size === 4 ? "uint32" : size === 2 ? "float16" : "uint8";
    copyInto({ ...x, dtype }, { ...output, dtype }, machine);
  },
  pullback: null,
  batch: batchInFront,
});

/**
 * The same bits read as another dtype of the same size, elementwise; no gradient flows through it.
 *
 * @throws {TypeError} If a dtype is bool, key or float64, or the sizes differ.
 *
 * @example
 * ```ts
 * import { bitcast } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(bitcast(1, "int32").item(), 0x3f800000);
 * ```
 */
export function bitcast(x: TensorLike, dtype: DType): Tensor {
  const tensor = numbers("bitcast", x);
  const size = DTYPES.includes(dtype) && dtype !== "bool" && dtype !== "key" ? itemSize(dtype) : 0;
  if (tensor.dtype === "bool" || size === 8 || size !== itemSize(tensor.dtype)) {
    throw new TypeError(
      `bitcast expects number types of one size, at most 4 bytes, but got ${describe(tensor)} to ${
        String(dtype)
      }`,
    );
  }
  return tensor.dtype === dtype ? tensor : apply(bitcastPrimitive, [tensor], { dtype });
}
