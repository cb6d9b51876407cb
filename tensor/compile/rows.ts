/**
 * Joining work on the same rows: reductions along them, what has a kernel for whole rows, and the loops before, between
 * and after become one loop that reads each row from the nearest cache.
 *
 * @module
 */
import { vectorMode } from "../kernel_choice.ts";
import type { Entry, Tape } from "../primitive.ts";
import { equalShapes, type Shape, sizeOf } from "../shape.ts";
import { constantsOf } from "./constants.ts";
import { inputsOf, type LoopWork, outputsOf, type Work } from "./fuse/work.ts";
import { extentOf, type Rows } from "./row_extent.ts";
import { FEW, isApart, rowsOf, withoutTotals } from "./row_works.ts";
import { formOfRows, type RowsWork } from "./rows_form.ts";

/** Most operands of a loop over rows. */
const MOST_OPERANDS = 16;

/** Most works that become one. */
const MOST_WORKS = 24;

/**
 * Elements of a row, and of what lies between the elements of a row, up to which a reduction has loops of its own that a
 * loop over rows does not come near to, where there are more than `FEW` in all.
 */
const OWN = [64, 15] as const;

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
  const rows = works.map((work) => rowsOf(work, tape)).filter((rows) => rows !== null);
  if (rows.length === 0) return works;
  const apart = works.flatMap((work) =>
    work.kind === "loop" &&
      work.totals.some(({ alone }) => rows.some((one) => extentOf(one, alone.shape) !== null))
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
  /** For each work the first one of its group. */
  readonly #group: number[];
  /** The groups by their first works. */
  readonly #groups = new Map<number, Group>();
  /** The last work in a group. */
  #last = -1;

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
    this.#group = works.map((_, i) => i);
    works.forEach((work, i) => outputsOf(work).forEach((slot) => this.#producer.set(slot, i)));
    works.forEach((work, i) => {
      for (const slot of new Set(inputsOf(work))) {
        const users = this.#users.get(slot);
        if (users === undefined) this.#users.set(slot, [i]);
        else users.push(i);
      }
    });
    this.#before = works.map((work) => inputsOf(work).flatMap((slot) => this.#producer.get(slot) ?? []));
    this.#after = works.map((work) => outputsOf(work).flatMap((slot) => this.#users.get(slot) ?? []));
  }

  result(): readonly (Work | RowsWork)[] {
    this.#works.forEach((work, i) => {
      const rows = rowsOf(work, this.#tape);
      if (rows === null || !this.#isFree(i)) return;
      const members = this.#grow(i, rows);
      if (members.length === 1 || this.#isBetterApart(members, rows)) return;
      for (const member of members) this.#group[member] = members[0];
      this.#groups.set(members[0], { rows, members });
      this.#last = Math.max(this.#last, ...members);
    });
    return this.#ordered();
  }

  #isFree(i: number): boolean {
    return !this.#groups.has(this.#group[i]);
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
        if (!fits.get(next)! || !this.#joinable(members, next, rows)) continue;
        members.add(next);
        changed = true;
      }
    }
    return [...members].sort((a, b) => a - b);
  }

  /** Whether works are a reduction and what is done with its results alone, and the reduction is faster by itself. */
  #isBetterApart(members: readonly number[], { shape, axes }: Rows): boolean {
    const last = axes[axes.length - 1];
    const along = last === shape.length - 1;
    const size = sizeOf(along ? shape.slice(axes[0]) : shape.slice(last + 1));
    if (vectorMode() === null || size > OWN[along ? 0 : 1] || sizeOf(shape) <= FEW) return false;
    const reading = members.filter((i) => rowsOf(this.#works[i], this.#tape) !== null);
    return reading.length === 1 &&
      members.every((i) =>
        outputsOf(this.#works[i]).every((slot) =>
          extentOf({ shape, axes }, this.#tape.slots[slot].shape) === "single"
        )
      );
  }

  /** Works that read what the members make or make what they read; those that read come first. */
  #neighbours(members: ReadonlySet<number>): readonly number[] {
    const found = new Set<number>();
    for (const i of members) this.#after[i].forEach((next) => found.add(next));
    for (const i of members) this.#before[i].forEach((next) => found.add(next));
    return [...found].filter((i) => !members.has(i) && this.#isFree(i));
  }

  /** Whether a work is one on the rows. */
  #fits(i: number, rows: Rows): boolean {
    const work = this.#works[i];
    const shapeOf = (slot: number): Shape => this.#tape.slots[slot].shape;
    const dtypes = [...inputsOf(work), ...outputsOf(work)].map((slot) => this.#tape.slots[slot].dtype);
    if (dtypes.some(isApart)) return false;
    const own = rowsOf(work, this.#tape);
    if (own !== null) return equalShapes(own.shape, rows.shape) && equalShapes(own.axes, rows.axes);
    if (work.kind === "loop") {
      return work.base === null && work.totals.length === 0 &&
        extentOf(rows, shapeOf(work.outputs[0])) !== null &&
        !this.#overwrites(work);
    }
    if (work.kind === "reduction") return false;
    const { name } = work.entry.primitive;
    if (name !== "reshape" && name !== "broadcastTo" && name !== "stopGradient") return false;
    const [from, to] = [work.entry.inputs[0], work.entry.outputs[0]].map((slot) =>
      extentOf(rows, shapeOf(slot))
    );
    if (name === "broadcastTo") return from === "single" && to !== null && this.#keepsAxes(work.entry);
    return from === "single" && to === "single";
  }

  /** Whether a broadcast puts no axes before those that there are. */
  #keepsAxes({ inputs: [from], outputs: [to] }: Entry): boolean {
    return this.#tape.slots[from].shape.length === this.#tape.slots[to].shape.length;
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
    for (const i of [next, ...this.#after[next].filter((user) => members.has(user))]) {
      if (!this.#readsInPlace(i, joined, rows)) return false;
    }
    const operands = new Set<number>();
    for (const i of joined) {
      for (const slot of inputsOf(this.#works[i])) {
        if (!joined.has(this.#producer.get(slot) ?? -1)) operands.add(slot);
      }
      for (const slot of outputsOf(this.#works[i])) {
        if (this.#wanted.has(slot) || (this.#users.get(slot) ?? []).some((user) => !joined.has(user))) {
          operands.add(slot);
        }
      }
    }
    return operands.size <= MOST_OPERANDS && !this.#leavesAndReturns(joined);
  }

  /** Whether a work reads what others of its group make element by element, and not broadcast over other axes. */
  #readsInPlace(i: number, joined: ReadonlySet<number>, { shape, axes }: Rows): boolean {
    const work = this.#works[i];
    if (work.kind === "entry" && work.entry.primitive.name === "reshape") return true;
    const own = work.kind === "loop" ? this.#tape.slots[work.outputs[0]].shape : shape;
    const ones = shape.map((extent, axis) => axes.includes(axis) ? 1 : extent);
    return inputsOf(work).every((slot) => {
      if (!joined.has(this.#producer.get(slot) ?? -1)) return true;
      const from = this.#tape.slots[slot].shape;
      const same = work.kind === "entry" && work.entry.primitive.name === "stopGradient";
      return same || equalShapes(from, own) || (equalShapes(own, shape) && equalShapes(from, ones));
    });
  }

  /** Whether a path leads out of works and back into them: then they cannot be one. */
  #leavesAndReturns(joined: ReadonlySet<number>): boolean {
    // A way back may lead through the earlier works of a group, from its last one.
    const last = Math.max(this.#last, ...joined);
    const stack = [...joined].flatMap((i) => this.#after[i].filter((next) => !joined.has(next)));
    const seen = new Set(stack);
    for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
      if (joined.has(i)) return true;
      if (i > last) continue;
      // Works of a group are carried out together.
      const together = this.#groups.get(this.#group[i])?.members ?? [];
      for (const next of [...this.#after[i], ...together]) {
        if (!seen.has(next)) stack.push(next);
        seen.add(next);
      }
    }
    return false;
  }

  #ordered(): readonly (Work | RowsWork)[] {
    const result: (Work | RowsWork)[] = [];
    const done = new Set<number>();
    const constants = constantsOf(this.#tape);
    const visit = (i: number): void => {
      const first = this.#group[i];
      if (done.has(first)) return;
      done.add(first);
      const group = this.#groups.get(first);
      const members = group?.members ?? [first];
      for (const member of members) this.#before[member].forEach(visit);
      const parts = members.map((member) => this.#works[member]);
      if (group === undefined) result.push(...parts);
      else {
        const leaves = (slot: number): boolean => this.#leaves(slot, first);
        result.push(formOfRows(group.rows, parts, this.#tape, constants, leaves));
      }
    };
    this.#works.forEach((_, i) => visit(i));
    return result;
  }

  /** Whether something outside of its group needs a slot. */
  #leaves(slot: number, group: number): boolean {
    return this.#wanted.has(slot) ||
      (this.#users.get(slot) ?? []).some((user) => this.#group[user] !== group);
  }
}
