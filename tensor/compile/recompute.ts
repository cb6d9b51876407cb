/**
 * Computing again what is cheap, rather than storing it: an elementwise result that entries read before and after
 * something that is no loop (a gradient reads what the value before it made) gets a copy of its entry for the later
 * ones, where what it is made from has to stay in memory anyway.
 *
 * @module
 */
import type { Entry, Tape } from "../primitive.ts";
import { Recipes } from "./recipes.ts";

/** A tape with more entries and slots than before. */
export interface Recomputed {
  /** The tape, whose slots are those of before and of the copies. */
  readonly tape: Tape;
  /** The entries in order. */
  readonly entries: readonly Entry[];
  /** The slots of the copies: they belong to what reads them, not to what they are made from. */
  readonly copies: ReadonlySet<number>;
  /** The slots that copies are made from, which are stored. */
  readonly bases: ReadonlySet<number>;
}

/** Adds copies of cheap elementwise entries for their later readers. */
export function recompute(tape: Tape, given: readonly Entry[], wanted: readonly number[]): Recomputed {
  const recipes = new Recipes(tape, given, wanted);
  const chosen = recipes.chosen();
  if (chosen.size === 0) {
    return { tape, entries: given, copies: new Set(), bases: new Set() };
  }
  const slots = [...tape.slots];
  const entries: Entry[] = [];
  const copies = new Map<string, number>();
  const copyOf = (slot: number, level: number): number => {
    const name = `${slot} ${level}`;
    let copy = copies.get(name);
    if (copy === undefined) {
      const entry = given[recipes.producerOf(slot)];
      const inputs = entry.inputs.map((from) => recipes.isCopied(from, slot) ? copyOf(from, level) : from);
      copy = slots.push(tape.slots[slot]) - 1;
      entries.push({ ...entry, inputs, outputs: [copy] });
      copies.set(name, copy);
    }
    return copy;
  };
  given.forEach((entry, i) => {
    const level = recipes.levelOf(i);
    const inputs = entry.inputs.map((slot) =>
      chosen.get(slot)?.has(level) === true ? copyOf(slot, level) : slot
    );
    entries.push({ ...entry, inputs });
  });
  const bases = new Set([...chosen.keys()].flatMap((slot) => [...recipes.recipeOf(slot)!.large]));
  return { tape: { ...tape, slots }, entries, copies: new Set(copies.values()), bases };
}
