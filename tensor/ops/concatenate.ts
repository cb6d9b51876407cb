/**
 * Tensors joined along an axis.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { promote } from "../dtype.ts";
import { copyInto } from "../launch_elementwise.ts";
import { cast } from "./cast.ts";
import { pick } from "./define_view.ts";
import { expandDims } from "./reshape.ts";
import { slice } from "./slice.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { equalShapes, formatShape, normalizeAxis, sizeOf } from "../shape.ts";
import { checkTensor } from "../check_tensor.ts";
import { describe, type Tensor } from "../tensor.ts";

/** Tensors joined along an axis. */
export const concatenatePrimitive: Primitive<{ readonly axis: number }> = definePrimitive<
  { readonly axis: number }
>(
  {
    name: "concatenate",
    halves: true,
    anyStrides: true,
    infer(inputs, { axis }) {
      const shape = [...inputs[0].shape];
      shape[axis] = inputs.reduce((sum, x) => sum + x.shape[axis], 0);
      return [{ dtype: inputs[0].dtype, shape }];
    },
    execute(inputs, [output], { axis }, machine) {
      let { offset } = output;
      for (const x of inputs) {
        if (sizeOf(x.shape) > 0) copyInto(x, { ...pick(output), shape: x.shape, offset }, machine);
        offset += x.shape[axis] * output.strides[axis];
      }
    },
    pullback: {
      rule([g], { inputs, attributes: { axis } }) {
        let start = 0;
        return inputs.map((x) => {
          const from = start;
          start += x.shape[axis];
          return slice(g, x.shape.map((_, i) => i === axis ? [from, from + x.shape[axis]] : null));
        });
      },
    },
    batch: { rule: ({ all, attributes: { axis }, apply }) => apply(all(), { axis: axis + 1 }) },
  },
);

/** Tensors in the dtype that all promote to; random keys stay among themselves. */
function inOneDType(operation: string, tensors: readonly Tensor[]): readonly Tensor[] {
  const [first] = tensors;
  const different = tensors.find((x) => (x.dtype === "key") !== (first.dtype === "key"));
  if (different !== undefined) {
    throw new TypeError(
      `${operation} expects numbers or random keys alone but got ${describe(first)} and ${
        describe(different)
      }`,
    );
  }
  const dtype = tensors.reduce((all, x) => promote(all, x.dtype), first.dtype);
  return tensors.map((x) => x.dtype === dtype ? x : cast(x, dtype));
}

/**
 * Tensors joined along an axis that they have; the other extents agree, and the dtypes promote.
 *
 * @throws {RangeError} If there is no tensor, or the shapes differ elsewhere.
 * @throws {TypeError} If random keys and numbers meet.
 *
 * @example
 * ```ts
 * import { concatenate, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(concatenate([tensor([1, 2]), tensor([3])]).toArray(), [1, 2, 3]);
 * ```
 */
export function concatenate(tensors: readonly Tensor[], axis = 0): Tensor {
  if (!Array.isArray(tensors) || tensors.length === 0) {
    throw new RangeError("concatenate expects at least one tensor but got none");
  }
  const [first] = tensors;
  for (const x of tensors) checkTensor("concatenate", x);
  const at = normalizeAxis("concatenate", axis, first.rank);
  const parts = inOneDType("concatenate", tensors);
  for (const x of tensors) {
    if (
      x.rank !== first.rank ||
      x.shape.some((extent: number, i: number) => i !== at && extent !== first.shape[i])
    ) {
      throw new RangeError(
        `concatenate expects shapes that agree but for axis ${at} but got ${formatShape(first.shape)} and ${
          formatShape(x.shape)
        }`,
      );
    }
  }
  return parts.length === 1 ? first : apply(concatenatePrimitive, parts, { axis: at });
}

/**
 * Tensors of one shape joined along a new axis.
 *
 * @throws {RangeError} If there is no tensor, or the shapes differ.
 *
 * @example
 * ```ts
 * import { stack, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(stack([tensor([1, 2]), tensor([3, 4])]).toArray(), [[1, 2], [3, 4]]);
 * ```
 */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  if (!Array.isArray(tensors) || tensors.length === 0) {
    throw new RangeError("stack expects at least one tensor but got none");
  }
  for (const x of tensors) {
    checkTensor("stack", x);
    if ((x.dtype === "key") !== (tensors[0].dtype === "key")) inOneDType("stack", tensors);
    if (!equalShapes(x.shape, tensors[0].shape)) {
      throw new RangeError(
        `stack expects tensors of one shape but got ${formatShape(tensors[0].shape)} and ${
          formatShape(x.shape)
        }`,
      );
    }
  }
  const at = normalizeAxis("stack", axis, tensors[0].rank + 1);
  return concatenate(tensors.map((x) => expandDims(x, at)), at);
}
