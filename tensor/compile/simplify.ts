/**
 * A tape without the entries that nothing reads and without repeats of the same entry.
 *
 * @module
 */
import { attributesKey, type Entry, primitiveOf, type Tape } from "../primitive.ts";

/** The entries that are needed for some slots, and for every slot the one that stands for it. */
export interface Simplified {
  /** The entries in order, over the slots that stay. */
  readonly entries: readonly Entry[];
  /** For each slot of the tape the slot that holds its value. */
  readonly representative: readonly number[];
}

/** Removes repeated entries, then entries that no wanted slot depends on. */
export function simplify(tape: Tape, wanted: readonly number[]): Simplified {
  const representative = tape.slots.map((_, slot) => slot);
  const seen = new Map<string, Entry>();
  const unique: Entry[] = [];
  for (const entry of tape.entries) {
    const inputs = entry.inputs.map((slot) => representative[slot]);
    const key = `${entry.primitive.name}(${inputs})${
      isEmpty(entry.attributes) ? "" : attributesKey(entry.attributes)
    }`;
    const before = seen.get(key);
    if (before !== undefined) {
      entry.outputs.forEach((slot, i) => representative[slot] = before.outputs[i]);
      continue;
    }
    const kept = { ...entry, inputs };
    seen.set(key, kept);
    unique.push(kept);
  }
  const needed = new Set(wanted.map((slot) => representative[slot]));
  const entries: Entry[] = [];
  for (const entry of unique.toReversed()) {
    if (!entry.outputs.some((slot) => needed.has(slot))) continue;
    entries.push(trimmed(entry, needed));
    for (const slot of entry.inputs) needed.add(slot);
  }
  return { entries: entries.reverse(), representative };
}

function isEmpty(attributes: object): boolean {
  for (const _ in attributes) return false;
  return true;
}

/** An entry without the outputs that nothing reads, where its primitive can leave them out. */
function trimmed(entry: Entry, needed: ReadonlySet<number>): Entry {
  const { outputs, attributes } = entry;
  const primitive = primitiveOf(entry);
  if (primitive.trim === undefined || outputs.every((slot) => needed.has(slot))) return entry;
  const less = primitive.trim(outputs.map((slot) => needed.has(slot)), attributes);
  if (less === null) return entry;
  return { ...entry, attributes: less.attributes, outputs: outputs.filter((_, i) => less.kept[i]) };
}
