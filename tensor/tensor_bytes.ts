/**
 * The elements of tensors as bytes and bits.
 *
 * @module
 */
import { isHalf, itemSize } from "./dtype.ts";
import { toStored } from "./kernels/kernel.ts";
import { views } from "./runtime/heap.ts";
import { formatShape, isContiguous } from "./shape.ts";
import { type Tensor, valueOf } from "./tensor.ts";

/** The bytes of a row-major tensor where they lie, not to be written; of a constant a copy. Not for bool and keys. */
export function bytesInPlace(x: Tensor, operation: string): Uint8Array {
  const { dtype, storage, offset, size, shape, strides } = valueOf(x, operation);
  if (storage === null) {
    const data = isHalf(dtype) ? bitsOf(x, operation) : x.data();
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  if (!isContiguous(shape, strides)) {
    throw new RangeError(`${operation} expects a row-major tensor but got strides ${formatShape(strides)}`);
  }
  const start = storage.address + offset * itemSize(dtype);
  return views().uint8.subarray(start, start + size * itemSize(dtype));
}

/** A copy of the bits of float16 or bfloat16 elements, row-major. */
export function bitsOf(x: Tensor, operation: string): Uint16Array<ArrayBuffer> {
  const { dtype, shape, strides, offset, storage, size } = valueOf(x, operation);
  if (storage === null || !isContiguous(shape, strides)) {
    return Uint16Array.from(x.data(), (value) => toStored(dtype, value));
  }
  const start = storage.address / itemSize(dtype) + offset;
  return new Uint16Array(views().uint16.subarray(start, start + size));
}
