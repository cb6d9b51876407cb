/**
 * Computing again what is cheap, rather than storing it: an elementwise result that entries read before and after
 * something that is no loop (a gradient reads what the value before it made) gets a copy of its entry for the later
 * ones, where what it is made from has to stay in memory anyway.
 *
 * @module
 */
import { costOf } from "../kernels/expression.ts";
import { type Entry, type Primitive, primitiveOf, type Tape } from "../primitive.ts";
import { sizeOf } from "../shape.ts";

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

/** Elements from which storing a result is worth avoiding. */
const LARGE = 4096;

/** What computing an element again may cost, in plain operations. */
const MOST_COST = 16;

/** What it may cost where several loops would each do it. */
const CHEAP = 4;

/** What a slot can be computed from again. */
interface Recipe {
  /** Slots of the same size or so. */
  readonly large: ReadonlySet<number>;
  /** The cost of an element. */
  readonly cost: number;
}

/** Adds copies of cheap elementwise entries for their later readers. */
export function recompute(tape: Tape, entries: readonly Entry[], wanted: readonly number[]): Recomputed {
  return new Recomputation(tape, entries, wanted).result();
}

class Recomputation {
  readonly #tape: Tape;
  readonly #entries: readonly Entry[];
  readonly #wanted: ReadonlySet<number>;
  readonly #producer = new Map<number, number>();
  readonly #users = new Map<number, number[]>();
  /** How many entries that are no loops lie before an entry, on the longest way. */
  readonly #levels: number[] = [];
  readonly #recipes = new Map<number, Recipe | null>();

  constructor(tape: Tape, entries: readonly Entry[], wanted: readonly number[]) {
    this.#tape = tape;
    this.#entries = entries;
    this.#wanted = new Set(wanted);
    const after = new Map<number, number>();
    entries.forEach((entry, i) => {
      const level = Math.max(0, ...entry.inputs.map((slot) => after.get(slot) ?? 0));
      this.#levels.push(level);
      for (const slot of entry.outputs) {
        this.#producer.set(slot, i);
        after.set(slot, this.#isLoop(i) ? level : level + 1);
      }
      for (const slot of new Set(entry.inputs)) this.#users.set(slot, [...this.#users.get(slot) ?? [], i]);
    });
  }

  #primitive(i: number): Primitive<object> {
    return primitiveOf(this.#entries[i]);
  }

  #isLoop(i: number): boolean {
    return this.#primitive(i).expression !== undefined && this.#entries[i].outputs.length === 1;
  }

  #isReduction(i: number): boolean {
    return this.#primitive(i).reduction !== undefined;
  }

  #size(slot: number): number {
    return sizeOf(this.#tape.slots[slot].shape);
  }

  #usersOf(slot: number): readonly number[] {
    return this.#users.get(slot) ?? [];
  }

  /** Whether only loops and reductions read a slot, so that it need not be in memory. */
  #isPassing(slot: number): boolean {
    return !this.#wanted.has(slot) &&
      this.#usersOf(slot).every((i) => this.#isLoop(i) || this.#isReduction(i));
  }

  /** The levels at which a slot is read that lie after its own. */
  #laterLevels(slot: number): number[] {
    const own = this.#levels[this.#producer.get(slot)!];
    const later = this.#usersOf(slot).map((i) => this.#levels[i]).filter((level) => level > own);
    return later.length < 2 ? later : [...new Set(later)].sort((a, b) => a - b);
  }

  #cost(i: number): number {
    const { attributes, inputs } = this.#entries[i];
    const dtypes = inputs.map((slot) => this.#tape.slots[slot].dtype);
    return costOf(this.#primitive(i).expression!(attributes, dtypes));
  }

  /** From what a slot is computed again; null where it has to be, or may as well be, in memory. */
  #recipe(slot: number): Recipe | null {
    let recipe = this.#recipes.get(slot);
    if (recipe === undefined) {
      recipe = this.#makeRecipe(slot);
      this.#recipes.set(slot, recipe);
    }
    return recipe;
  }

  #makeRecipe(slot: number): Recipe | null {
    const i = this.#producer.get(slot);
    if (i === undefined || !this.#isLoop(i) || !this.#isPassing(slot)) return null;
    const large = new Set<number>();
    let cost = this.#cost(i);
    for (const from of this.#entries[i].inputs) {
      if (8 * this.#size(from) <= this.#size(slot)) continue;
      const before = this.#recipe(from);
      if (before === null) large.add(from);
      else {
        cost += before.cost;
        for (const one of before.large) large.add(one);
      }
    }
    if (cost > MOST_COST || large.size > 2) return null;
    // What nothing else reads takes the place of this result: no memory would be saved.
    const alone = [...large].every((from) =>
      this.#producer.has(from) && this.#entries[i].inputs.includes(from) && this.#usersOf(from).length === 1
    );
    return alone && large.size > 0 ? null : { large, cost };
  }

  /** The slots that are computed again, with the levels at which they are. */
  #chosen(): Map<number, readonly number[]> {
    const candidates = new Map<number, readonly number[]>();
    for (const slot of this.#producer.keys()) {
      if (this.#size(slot) < LARGE) continue;
      const later = this.#laterLevels(slot);
      if (later.length === 0 || this.#recipe(slot) === null) continue;
      const paying = later.filter((level) => this.#paysAt(slot, level));
      if (paying.length > 0) candidates.set(slot, paying);
    }
    // A slot that lives longer for the sake of a single other one saves nothing.
    const lives = (from: number, level: number): number =>
      this.#usersOf(from).filter((i) => this.#levels[i] >= level).length;
    const chosen = new Map<number, readonly number[]>();
    for (const [slot, levels] of candidates) {
      const saved = levels.filter((level) =>
        [...this.#recipe(slot)!.large].every((from) =>
          !this.#producer.has(from) || lives(from, level) > 0 ||
          [...candidates.keys()].some((other) => other !== slot && this.#recipe(other)!.large.has(from))
        )
      );
      if (saved.length > 0) chosen.set(slot, saved);
    }
    return chosen;
  }

  /** Whether computing a slot again at a level is done once there, or is cheap. */
  #paysAt(slot: number, level: number): boolean {
    const users = this.#usersOf(slot).filter((i) => this.#levels[i] === level);
    const reductions = users.filter((i) => this.#isReduction(i)).length;
    const loops = users.length > reductions ? 1 : 0;
    return reductions + loops <= 1 || this.#recipe(slot)!.cost <= CHEAP;
  }

  result(): Recomputed {
    const chosen = this.#chosen();
    if (chosen.size === 0) {
      return { tape: this.#tape, entries: this.#entries, copies: new Set(), bases: new Set() };
    }
    const slots = [...this.#tape.slots];
    const entries: Entry[] = [];
    const copies = new Map<string, number>();
    const copyOf = (slot: number, level: number): number => {
      const name = `${slot} ${level}`;
      let copy = copies.get(name);
      if (copy === undefined) {
        const i = this.#producer.get(slot)!;
        const inputs = this.#entries[i].inputs.map((from) =>
          8 * this.#size(from) <= this.#size(slot) || this.#recipe(from) === null ? from : copyOf(from, level)
        );
        copy = slots.push(this.#tape.slots[slot]) - 1;
        entries.push({ ...this.#entries[i], inputs, outputs: [copy] });
        copies.set(name, copy);
      }
      return copy;
    };
    this.#entries.forEach((entry, i) => {
      const level = this.#levels[i];
      const inputs = entry.inputs.map((slot) =>
        chosen.get(slot)?.includes(level) === true ? copyOf(slot, level) : slot
      );
      entries.push({ ...entry, inputs });
    });
    const bases = new Set([...chosen.keys()].flatMap((slot) => [...this.#recipe(slot)!.large]));
    return { tape: { ...this.#tape, slots }, entries, copies: new Set(copies.values()), bases };
  }
}
