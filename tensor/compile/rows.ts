/**
 * Joining work on the same rows: reductions along them, what has a kernel for whole rows, and the loops before, between
 * and after become one loop that reads each row from the nearest cache.
 *
 * @module
 */
import type { Tape } from "../primitive.ts";
import { equalShapes, type Shape } from "../shape.ts";
import { constantsOf } from "./constants.ts";
import { inputsOf, type LoopWork, outputsOf, type Work } from "./fuse/work.ts";
import { AcyclicGroups } from "./graph/acyclic_groups.ts";
import { inDependencyOrder } from "./graph/dependency_order.ts";
import { extentOf, type Rows } from "./row_extent.ts";
import { areBetterApart, fitsRows, readsInPlace } from "./row_members.ts";
import { rowsOf, withoutTotals } from "./row_works.ts";
import { formOfRows, type RowsWork } from "./rows_form.ts";

/** Most operands of a loop over rows. */
const MOST_OPERANDS = 16;

/** Most works that become one. */
const MOST_WORKS = 24;

/**
 * The works with those on the same rows joined, in an order in which each finds its inputs ready. `wanted` are the slots
 * that the program returns, `given` those whose memory may be written over.
 */
export function joinRows(
  works: readonly Work[],
  tape: Tape,
  wanted: ReadonlySet<number>,
  given: ReadonlySet<number>,
): readonly (Work | RowsWork)[] {
  // Long programs have the same rows again and again.
  const rows = new Map<string, Rows>();
  for (const work of works) {
    const one = rowsOf(work, tape);
    if (one !== null) rows.set(`${one.shape}|${one.axes}`, one);
  }
  if (rows.size === 0) return works;
  const kinds = [...rows.values()];
  const apart = works.flatMap((work) =>
    work.kind === "loop" &&
      work.totals.some(({ alone }) => kinds.some((one) => extentOf(one, alone.shape) !== null))
      ? withoutTotals(work)
      : [work]
  );
  return new Joining(apart, tape, wanted, given).result();
}

/** Works that become one. */
interface Group {
  readonly rows: Rows;
  readonly members: readonly number[];
}

class Joining {
  readonly #works: readonly Work[];
  readonly #tape: Tape;
  readonly #wanted: ReadonlySet<number>;
  readonly #given: ReadonlySet<number>;
  readonly #producer = new Map<number, number>();
  readonly #users = new Map<number, number[]>();
  /** For each work those that make what it reads, and those that read what it makes. */
  readonly #before: readonly (readonly number[])[];
  readonly #after: readonly (readonly number[])[];
  /** The rows that each work has to read whole. */
  readonly #rows: readonly (Rows | null)[];
  readonly #graph: AcyclicGroups;
  /** The groups that become one loop, by the names that the graph has for them. */
  readonly #groups = new Map<number, Group>();

  constructor(
    works: readonly Work[],
    tape: Tape,
    wanted: ReadonlySet<number>,
    given: ReadonlySet<number>,
  ) {
    this.#works = works;
    this.#tape = tape;
    this.#wanted = wanted;
    this.#given = given;
    this.#rows = works.map((work) => rowsOf(work, tape));
    works.forEach((work, i) => outputsOf(work).forEach((slot) => this.#producer.set(slot, i)));
    works.forEach((work, i) => {
      for (const slot of new Set(inputsOf(work))) {
        const users = this.#users.get(slot);
        if (users === undefined) this.#users.set(slot, [i]);
        else users.push(i);
      }
    });
    // A loop may go on with a result that it keeps.
    this.#before = works.map((work, i) =>
      inputsOf(work).flatMap((slot) => this.#producer.get(slot) ?? []).filter((from) => from !== i)
    );
    this.#after = works.map((work, i) =>
      outputsOf(work).flatMap((slot) => this.#users.get(slot) ?? []).filter((next) => next !== i)
    );
    this.#graph = new AcyclicGroups(this.#before, this.#after);
  }

  result(): readonly (Work | RowsWork)[] {
    this.#rows.forEach((rows, i) => {
      if (rows === null || !this.#isFree(i)) return;
      const members = this.#grow(i, rows);
      if (members.length === 1) return;
      const reading = members.filter((member) => this.#rows[member] !== null).length;
      const works = members.map((member) => this.#works[member]);
      if (areBetterApart(works, reading, rows, this.#tape)) this.#graph.split(i);
      else this.#groups.set(i, { rows, members });
    });
    return this.#ordered();
  }

  #isFree(i: number): boolean {
    return !this.#groups.has(this.#graph.groupOf(i));
  }

  /** All works that can be one with the first, in order. */
  #grow(first: number, rows: Rows): readonly number[] {
    const members = new Set([first]);
    const fits = new Map<number, boolean>();
    // What cannot join yet may be able to when others have.
    for (let changed = true; changed && members.size < MOST_WORKS;) {
      changed = false;
      for (const next of this.#neighbours(members)) {
        if (members.size === MOST_WORKS) break;
        if (!fits.has(next)) fits.set(next, this.#fits(next, rows));
        if (!fits.get(next)! || !this.#joinable(members, next, rows) || !this.#graph.join(first, next)) {
          continue;
        }
        members.add(next);
        changed = true;
      }
    }
    return [...members].sort((a, b) => a - b);
  }

  /** Works that read what the members make or make what they read; those that read come first. */
  #neighbours(members: ReadonlySet<number>): readonly number[] {
    const found = new Set<number>();
    for (const i of members) this.#after[i].forEach((next) => found.add(next));
    for (const i of members) this.#before[i].forEach((next) => found.add(next));
    return [...found].filter((i) => !members.has(i) && this.#isFree(i));
  }

  /** Whether a work is one on the rows, and none that has to be a loop of its own. */
  #fits(i: number, rows: Rows): boolean {
    const work = this.#works[i];
    if (!fitsRows(work, this.#rows[i], rows, this.#tape)) return false;
    return this.#rows[i] !== null || work.kind !== "loop" || !this.#overwrites(work);
  }

  /** Whether a loop can store a result over a donated argument, as an update does; only a loop of its own can. */
  #overwrites(work: LoopWork): boolean {
    const shapeOf = (slot: number): Shape => this.#tape.slots[slot].shape;
    return work.outputs.some((slot) => this.#wanted.has(slot)) &&
      work.inputs.some((slot) =>
        this.#given.has(slot) && equalShapes(shapeOf(slot), shapeOf(work.outputs[0]))
      );
  }

  #joinable(members: ReadonlySet<number>, next: number, rows: Rows): boolean {
    const joined = new Set(members).add(next);
    const isMade = (slot: number): boolean => joined.has(this.#producer.get(slot) ?? -1);
    for (const i of [next, ...this.#after[next].filter((user) => members.has(user))]) {
      if (!readsInPlace(this.#works[i], isMade, rows, this.#tape)) return false;
    }
    const operands = new Set<number>();
    for (const i of joined) {
      for (const slot of inputsOf(this.#works[i])) if (!isMade(slot)) operands.add(slot);
      for (const slot of outputsOf(this.#works[i])) {
        if (this.#wanted.has(slot) || (this.#users.get(slot) ?? []).some((user) => !joined.has(user))) {
          operands.add(slot);
        }
      }
    }
    return operands.size <= MOST_OPERANDS;
  }

  #ordered(): readonly (Work | RowsWork)[] {
    const constants = constantsOf(this.#tape);
    const order = inDependencyOrder(this.#works.keys(), {
      groupOf: (i) => this.#graph.groupOf(i),
      membersOf: (group) => this.#groups.get(group)?.members ?? [group],
      before: (i) => this.#before[i],
    });
    return order.map((at) => {
      const group = this.#groups.get(at);
      if (group === undefined) return this.#works[at];
      const parts = group.members.map((member) => this.#works[member]);
      return formOfRows(group.rows, parts, this.#tape, constants, (slot) => this.#leaves(slot, at));
    });
  }

  /** Whether something outside of its group needs a slot. */
  #leaves(slot: number, group: number): boolean {
    return this.#wanted.has(slot) ||
      (this.#users.get(slot) ?? []).some((user) => this.#graph.groupOf(user) !== group);
  }
}
