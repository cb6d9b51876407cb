/**
 * Taking the arguments of a run: what is given away, and what has to be copied before.
 *
 * @module
 */
import { materialize } from "../apply.ts";
import { itemSize } from "../dtype.ts";
import { copyInto } from "../launch_elementwise.ts";
import type { Machine, Operand } from "../machine.ts";
import { launchNow } from "../runtime/launch.ts";
import type { Storage } from "../runtime/storage.ts";
import { isContiguous, sizeOf } from "../shape.ts";
import { type Abstract, checkLive, type Tensor } from "../tensor.ts";
import { allocateTensor } from "../make_tensor.ts";

/** Bytes of a tensor's elements; at least those of one. */
export function bytesOf(x: Abstract): number {
  return Math.max(1, sizeOf(x.shape)) * itemSize(x.dtype);
}

/**
 * Puts copies into `used` for arguments that are no contiguous storage, and for donated ones that share theirs with
 * others; returns whether there are any.
 */
export function takeArguments(
  name: string,
  donated: readonly boolean[],
  tensors: readonly Tensor[],
  used: Tensor[],
  scalars: readonly boolean[],
  stamp: number,
): boolean {
  let copied = false;
  for (let i = 0; i < tensors.length; i++) {
    const tensor = tensors[i];
    checkLive(tensor, name);
    if (donated[i] || scalars[i]) continue;
    if (tensor.storage === null || !isContiguous(tensor.shape, tensor.strides)) {
      used[i] = copyOf(tensor);
      copied = true;
    }
    if (tensor.storage !== null) tensor.storage.stamp = stamp;
  }
  for (let i = 0; i < tensors.length; i++) {
    if (!donated[i] || scalars[i]) continue;
    const tensor = tensors[i];
    const { storage } = tensor;
    // A stamp says that a plain argument needs the storage, a negative one that a donated argument has it.
    const free = storage !== null && storage.stamp !== stamp && storage.stamp !== -stamp;
    if (
      free && tensor.offset === 0 && storage.bytes === bytesOf(tensor) &&
      isContiguous(tensor.shape, tensor.strides)
    ) {
      storage.stamp = -stamp;
    } else {
      used[i] = copyOf(tensor);
      copied = true;
    }
  }
  return copied;
}

const copier: Machine = {
  launch: launchNow,
  call() {
    throw new TypeError("Expected a copy to be a launch");
  },
  temporary() {
    throw new TypeError("Expected a copy to need no temporary memory");
  },
  table() {
    throw new TypeError("Expected a copy to need no table");
  },
};

function copyOf(tensor: Tensor): Tensor {
  if (tensor.storage === null) return materialize(tensor);
  const copy = allocateTensor(tensor.dtype, tensor.shape);
  copyInto(tensor as unknown as Operand, copy as unknown as Operand, copier);
  return copy;
}

/** A tensor that was given away may not be read again, though its memory lives on. */
export function endLife(storage: Storage, by: string): void {
  storage.generation++;
  storage.freedBy = by;
}

/** Ends the life of a donated tensor that was copied, unless a plain argument needs it. */
export function giveUp({ storage, generation }: Tensor, stamp: number, by: string): void {
  if (storage !== null && storage.stamp !== stamp && storage.generation === generation) endLife(storage, by);
}
