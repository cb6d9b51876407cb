/**
 * Making tensors: on fresh storage, of a constant, of data, and over the storage of another.
 *
 * @module
 */
import { type DType, isHalf, itemSize, roundTo } from "./dtype.ts";
import { toStored, viewOf } from "./kernels/kernel.ts";
import { views } from "./runtime/heap.ts";
import { allocate } from "./runtime/storage.ts";
import { contiguousStrides, type Layout, type Shape, sizeOf } from "./shape.ts";
import { Tensor } from "./tensor.ts";

/** A tensor on fresh contiguous storage, its elements undefined. */
export function allocateTensor(dtype: DType, shape: Shape): Tensor {
  const storage = allocate(Math.max(1, sizeOf(shape)) * itemSize(dtype));
  return new Tensor(dtype, shape, contiguousStrides(shape), 0, storage, 0, null);
}

/** A tensor whose elements are all `value`, already rounded to the dtype; it takes no storage. */
export function constantTensor(dtype: DType, shape: Shape, value: number): Tensor {
  return new Tensor(
    dtype,
    shape,
    shape.length === 0 ? NO_STRIDES : new Array(shape.length).fill(0),
    0,
    null,
    value,
    null,
  );
}

const NO_STRIDES: readonly number[] = [];

/** A tensor with a copy of `data`, row-major, in fresh storage; a scalar takes none. */
export function tensorFromData(dtype: DType, shape: Shape, data: ArrayLike<number>): Tensor {
  if (shape.length === 0 && dtype !== "key") {
    return constantTensor(dtype, shape, isHalf(dtype) ? roundTo(dtype, data[0]) : data[0]);
  }
  const result = allocateTensor(dtype, shape);
  const start = result.storage!.address / (dtype === "key" ? 4 : itemSize(dtype));
  const view = viewOf(views(), dtype);
  if (isHalf(dtype)) { for (let i = 0; i < data.length; i++) view[start + i] = toStored(dtype, data[i]); }
  else view.set(data, start);
  return result;
}

/** A tensor of float16 or bfloat16 with a copy of the bits of its elements, row-major. */
export function tensorFromBits(dtype: "float16" | "bfloat16", shape: Shape, bits: Uint16Array): Tensor {
  const result = allocateTensor(dtype, shape);
  views().uint16.set(bits, result.storage!.address / itemSize(dtype));
  return result;
}

/** A tensor whose elements `fill` writes as bytes, row-major, in place; not for scalars, bool and keys. */
export function tensorFromBytes(dtype: DType, shape: Shape, fill: (bytes: Uint8Array) => void): Tensor {
  const result = allocateTensor(dtype, shape);
  const { address } = result.storage!;
  fill(views().uint8.subarray(address, address + result.size * itemSize(dtype)));
  return result;
}

/** The same storage under another layout. */
export function viewTensor(x: Tensor, layout: Layout): Tensor {
  return new Tensor(x.dtype, layout.shape, layout.strides, layout.offset, x.storage, x.constant, null);
}
