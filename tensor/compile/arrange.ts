/**
 * The order in which results lie that may have any strides: where only a transpose reads one, it is made as the
 * transpose wants it, so that what comes behind finds it row-major and need not copy it again.
 *
 * @module
 */
import { transposePrimitive } from "../ops/transpose.ts";
import { type Entry, primitiveOf, type Tape } from "../primitive.ts";
import { contiguousStrides } from "../shape.ts";

/**
 * The strides of slots that need not be row-major. `wanted` are the slots that are results. Unless sums may be added in
 * another order, nothing may read what the transpose makes but those who get the results.
 */
export function arrange(
  entries: readonly Entry[],
  tape: Tape,
  wanted: readonly number[],
  anyOrder: boolean,
): ReadonlyMap<number, readonly number[]> {
  const arranged = new Map<number, readonly number[]>();
  const free = entries.filter((entry) => primitiveOf(entry).anyStrides);
  if (free.length === 0) return arranged;
  const readers = new Map<number, Entry[]>();
  for (const entry of entries) {
    for (const slot of entry.inputs) {
      const list = readers.get(slot);
      if (list === undefined) readers.set(slot, [entry]);
      else list.push(entry);
    }
  }
  const results = new Set(wanted);
  for (const entry of free) {
    const [slot] = entry.outputs;
    if (results.has(slot)) continue;
    const [reader, ...others] = readers.get(slot) ?? [];
    if (others.length > 0 || (reader?.primitive as unknown) !== transposePrimitive) continue;
    if (!anyOrder && readers.has(reader.outputs[0])) continue;
    const { axes } = reader.attributes as { readonly axes: readonly number[] };
    const inOrder = contiguousStrides(tape.slots[reader.outputs[0]].shape);
    const strides = tape.slots[slot].shape.map((_, axis) => inOrder[axes.indexOf(axis)]);
    const { anyStrides } = primitiveOf(entry);
    if (typeof anyStrides !== "function" || anyStrides(strides, entry.attributes)) {
      arranged.set(slot, strides);
    }
  }
  return arranged;
}
