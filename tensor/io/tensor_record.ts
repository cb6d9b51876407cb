/**
 * Tensors as the records that the file formats read and write, and back, bit for bit.
 *
 * @module
 */

import { isHalf } from "../dtype.ts";
import { bitsOf } from "../tensor_bytes.ts";
import { Tensor, valueOf } from "../tensor.ts";
import { tensorFromBits, tensorFromData, viewTensor } from "../make_tensor.ts";
import { describe } from "../tree.ts";
import type { ArrayRecord } from "./array_record.ts";

/**
 * A copy of a tensor's dtype, shape and elements.
 *
 * @param operation What to name in an error.
 * @throws {TypeError} If it is no tensor, has no value yet, or holds random keys.
 * @throws {RangeError} If it was freed.
 */
export function recordOfTensor(operation: string, tensor: Tensor): ArrayRecord {
  if (!(tensor instanceof Tensor)) {
    throw new TypeError(`${operation} expects a tensor but got ${describe(tensor)}`);
  }
  if (tensor.dtype === "key") {
    throw new TypeError(
      `${operation} expects numbers but got random keys: save their words, which random.keyData gives`,
    );
  }
  return { dtype: tensor.dtype, shape: [...tensor.shape], data: copyElements(operation, tensor) };
}

/** The two words of each random key: a uint32 record with an axis of 2 more. */
export function recordOfKeys(operation: string, keys: Tensor): ArrayRecord {
  return { dtype: "uint32", shape: [...keys.shape, 2], data: valueOf(keys, operation).data() };
}

// Numbers may lose the payload of a NaN on their way through JavaScript, so the elements are read as words.
function copyElements(operation: string, tensor: Tensor): ArrayRecord["data"] {
  const { dtype, shape, strides, offset, storage } = valueOf(tensor, operation);
  if (isHalf(dtype)) return bitsOf(tensor, operation);
  const words = dtype === "float32" ? "uint32" : "key";
  if (storage === null || (dtype !== "float32" && dtype !== "float64")) return tensor.data();
  const { buffer } = new Tensor(words, shape, strides, offset, storage, 0, null).data();
  return dtype === "float32" ? new Float32Array(buffer) : new Float64Array(buffer);
}

/** A tensor of a record, in memory of its own. */
export function tensorOfRecord({ dtype, shape, data }: ArrayRecord): Tensor {
  if (isHalf(dtype)) return tensorFromBits(dtype, shape, data as Uint16Array);
  // A scalar is kept as a number, but for a NaN, whose payload needs storage.
  if (shape.length > 0 || !Number.isNaN(data[0])) return tensorFromData(dtype, shape, data);
  return viewTensor(tensorFromData(dtype, [1], data), { shape: [], strides: [], offset: 0 });
}

/**
 * Random keys of the record that {@linkcode recordOfKeys} made.
 *
 * @throws {SyntaxError} If it is no uint32 record with a last axis of 2.
 */
export function keysOfRecord(operation: string, { dtype, shape, data }: ArrayRecord): Tensor {
  if (dtype !== "uint32" || shape.at(-1) !== 2) {
    throw new SyntaxError(
      `${operation} expects random keys as uint32 with a last axis of 2 but got ${dtype}[${
        shape.join(", ")
      }]`,
    );
  }
  return tensorFromData("key", shape.slice(0, -1), data);
}

/** Records for all tensors of an object, whatever their names. */
export function recordsOfTensors(
  operation: string,
  tensors: Readonly<Record<string, Tensor>>,
): Record<string, ArrayRecord> {
  return Object.fromEntries(
    Object.entries(tensors).map((
      [name, tensor],
    ) => [name, recordOfTensor(`${operation} of ${JSON.stringify(name)}`, tensor)]),
  );
}

/** Tensors for all records of an object, whatever their names. */
export function tensorsOfRecords(records: Readonly<Record<string, ArrayRecord>>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(records).map(([name, record]) => [name, tensorOfRecord(record)]));
}
