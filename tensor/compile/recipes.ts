/**
 * Which results are cheap to compute again, from what, and where that saves memory.
 *
 * @module
 */
import { costOf } from "../kernels/expression.ts";
import { type Entry, type Primitive, primitiveOf, type Tape } from "../primitive.ts";
import { sizeOf } from "../shape.ts";

/** Elements from which storing a result is worth avoiding. */
const LARGE = 4096;

/** What computing an element again may cost, in plain operations. */
const MOST_COST = 16;

/** What it may cost where several loops would each do it. */
const CHEAP = 4;

/** What a slot can be computed from again. */
export interface Recipe {
  /** Slots of the same size or so. */
  readonly large: ReadonlySet<number>;
  /** The cost of an element. */
  readonly cost: number;
}

/** How many reductions and how many other entries read a slot at a level. */
interface Readers {
  readonly reductions: number;
  readonly others: number;
}

/** Whether computing a slot again for some readers is done once, or is cheap. */
function pays({ cost }: Recipe, { reductions, others }: Readers): boolean {
  return reductions + Math.min(1, others) <= 1 || cost <= CHEAP;
}

/** The recipes of the slots of a tape. */
export class Recipes {
  readonly #tape: Tape;
  readonly #entries: readonly Entry[];
  readonly #wanted: ReadonlySet<number>;
  /** For each slot the entry that makes it, and those that read it. */
  readonly #producer: (number | undefined)[] = [];
  readonly #users: (number[] | undefined)[] = [];
  /** How many entries that are no loops lie before an entry, on the longest way. */
  readonly #levels: number[] = [];
  readonly #recipes = new Map<number, Recipe | null>();

  constructor(tape: Tape, entries: readonly Entry[], wanted: readonly number[]) {
    this.#tape = tape;
    this.#entries = entries;
    this.#wanted = new Set(wanted);
    // For each slot the level of what reads it, or more.
    const after: (number | undefined)[] = [];
    entries.forEach(({ inputs, outputs }, i) => {
      let level = 0;
      for (const slot of inputs) level = Math.max(level, after[slot] ?? 0);
      this.#levels.push(level);
      for (const slot of outputs) {
        this.#producer[slot] = i;
        after[slot] = this.#isLoop(i) ? level : level + 1;
      }
      for (const slot of inputs) {
        const users = this.#users[slot];
        if (users === undefined) this.#users[slot] = [i];
        else if (users[users.length - 1] !== i) users.push(i);
      }
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
    return this.#users[slot] ?? [];
  }

  /** Whether only loops and reductions read a slot, so that it need not be in memory. */
  #isPassing(slot: number): boolean {
    return !this.#wanted.has(slot) &&
      this.#usersOf(slot).every((i) => this.#isLoop(i) || this.#isReduction(i));
  }

  /** What reads a slot at levels after its own, by level. */
  #laterReaders(slot: number): ReadonlyMap<number, Readers> {
    const own = this.#levels[this.#producer[slot]!];
    const later = new Map<number, Readers>();
    for (const i of this.#usersOf(slot)) {
      const level = this.#levels[i];
      if (level <= own) continue;
      const { reductions, others } = later.get(level) ?? { reductions: 0, others: 0 };
      const one = this.#isReduction(i) ? 1 : 0;
      later.set(level, { reductions: reductions + one, others: others + 1 - one });
    }
    return later;
  }

  #cost(i: number): number {
    const { attributes, inputs } = this.#entries[i];
    const dtypes = inputs.map((slot) => this.#tape.slots[slot].dtype);
    return costOf(this.#primitive(i).expression!(attributes, dtypes));
  }

  /** From what a slot is computed again; null where it has to be, or may as well be, in memory. */
  recipeOf(slot: number): Recipe | null {
    let recipe = this.#recipes.get(slot);
    if (recipe === undefined) {
      recipe = this.#makeRecipe(slot);
      this.#recipes.set(slot, recipe);
    }
    return recipe;
  }

  #makeRecipe(slot: number): Recipe | null {
    const i = this.#producer[slot];
    if (i === undefined || !this.#isLoop(i) || !this.#isPassing(slot)) return null;
    const large = new Set<number>();
    let cost = this.#cost(i);
    for (const from of this.#entries[i].inputs) {
      if (8 * this.#size(from) <= this.#size(slot)) continue;
      const before = this.recipeOf(from);
      if (before === null) large.add(from);
      else {
        cost += before.cost;
        for (const one of before.large) large.add(one);
      }
    }
    if (cost > MOST_COST || large.size > 2) return null;
    // What nothing else reads takes the place of this result: no memory would be saved.
    const alone = [...large].every((from) =>
      this.#producer[from] !== undefined && this.#entries[i].inputs.includes(from) &&
      this.#usersOf(from).length === 1
    );
    return alone && large.size > 0 ? null : { large, cost };
  }

  /** The slots that are computed again, with the levels at which they are. */
  chosen(): ReadonlyMap<number, ReadonlySet<number>> {
    const candidates = new Map<number, readonly number[]>();
    // How many candidates are made from a slot.
    const made = new Map<number, number>();
    for (const slot of this.#entries.flatMap(({ outputs }) => outputs)) {
      if (8 * this.#size(slot) < LARGE) continue;
      // Asked for in order, so that recipes of long chains do not fill the stack.
      const recipe = this.recipeOf(slot);
      if (recipe === null || this.#size(slot) < LARGE) continue;
      const paying = [...this.#laterReaders(slot)].flatMap(([level, readers]) =>
        pays(recipe, readers) ? [level] : []
      );
      if (paying.length === 0) continue;
      candidates.set(slot, paying);
      for (const from of recipe.large) made.set(from, 1 + (made.get(from) ?? 0));
    }
    // A slot that lives longer for the sake of a single other one saves nothing.
    const chosen = new Map<number, ReadonlySet<number>>();
    for (const [slot, levels] of candidates) {
      const alone = [...this.recipeOf(slot)!.large].filter((from) =>
        this.#producer[from] !== undefined && made.get(from) === 1
      );
      const last = Math.min(...alone.map((from) => this.#lastLevel(from)));
      const saved = levels.filter((level) => level <= last);
      if (saved.length > 0) chosen.set(slot, new Set(saved));
    }
    return chosen;
  }

  /** The last level at which a slot is read. */
  #lastLevel(slot: number): number {
    return this.#usersOf(slot).reduce((last, i) => Math.max(last, this.#levels[i]), -1);
  }

  /** The entry that makes a slot. */
  producerOf(slot: number): number {
    return this.#producer[slot]!;
  }

  /** How many entries that are no loops lie before an entry. */
  levelOf(i: number): number {
    return this.#levels[i];
  }

  /** Whether computing `slot` again takes computing `from`, which it reads, again. */
  isCopied(from: number, slot: number): boolean {
    return 8 * this.#size(from) > this.#size(slot) && this.recipeOf(from) !== null;
  }
}
