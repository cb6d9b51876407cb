/**
 * Programs within a program: applications that stand for entries give way to them, so that they are fused with what is
 * around them.
 *
 * @module
 */
import { type Body, type Entry, primitiveOf, type Tape } from "../primitive.ts";
import type { Abstract } from "../tensor.ts";

/** A tape in which no entry stands for a program. */
export interface Expanded {
  /** The tape, whose slots are those of before and further ones. */
  readonly tape: Tape;
  /** The slot that has the value of a slot of before. */
  nameOf(slot: number): number;
}

/** Replaces each entry that stands for a program by the entries of that program. */
export function expand(tape: Tape): Expanded {
  if (!tape.entries.some(({ primitive }) => primitive.inline !== undefined)) {
    return { tape, nameOf: (slot) => slot };
  }
  const slots: Abstract[] = [...tape.slots];
  const constants = [...tape.constants];
  const entries: Entry[] = [];
  // What stands for a slot whose entry gave way.
  const names = new Map<number, number>();
  const nameOf = (slot: number): number => names.get(slot) ?? slot;
  const visit = (entry: Entry): void => {
    const primitive = primitiveOf(entry);
    const inputs = entry.inputs.map(nameOf);
    if (primitive.inline === undefined) {
      entries.push({ ...entry, inputs });
      return;
    }
    const body: Body = primitive.inline(entry.attributes);
    const inner = new Map<number, number>();
    body.tape.inputs.forEach((slot, i) => inner.set(slot, inputs[i]));
    const place = (slot: number): number => {
      let at = inner.get(slot);
      if (at === undefined) {
        at = slots.push(body.tape.slots[slot]) - 1;
        inner.set(slot, at);
      }
      return at;
    };
    for (const { slot, tensor } of body.tape.constants) constants.push({ slot: place(slot), tensor });
    for (const one of body.tape.entries) {
      visit({
        ...one,
        inputs: one.inputs.map((slot) => nameOf(place(slot))),
        outputs: one.outputs.map(place),
      });
    }
    entry.outputs.forEach((slot, i) => names.set(slot, nameOf(place(body.outputs[i]))));
  };
  for (const entry of tape.entries) visit(entry);
  return { tape: { ...tape, slots, constants, entries }, nameOf };
}
