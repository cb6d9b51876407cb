/**
 * Arguments of kernels that change when memory moves.
 *
 * @module
 */
import { views } from "../runtime/heap.ts";

/** An argument of a kernel that changes when a buffer moves. */
export interface Patch {
  /** The float64 address of the argument. */
  readonly at: number;
  /** Bytes of an element. */
  readonly size: number;
  /** The element of the buffer that it points to. */
  readonly offset: number;
}

/** Adds a patch to those of a buffer. */
export function pushPatch<K>(map: Map<K, Patch[]>, key: K, patch: Patch): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [patch]);
  else list.push(patch);
}

/** Writes the addresses of a buffer that moved to the byte `base`. */
export function move(patches: readonly Patch[], base: number, bases: number[], index: number): void {
  const heap = views().float64;
  for (const { at, size, offset } of patches) heap[at] = base / size + offset;
  bases[index] = base;
}
