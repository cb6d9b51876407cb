/**
 * Fusing entries of a tape: chains of elementwise entries become one loop, and what feeds a reduction becomes
 * part of it.
 *
 * @module
 */
import { costOf, type Expression, formatExpressions, input, substitute } from "../kernels/expression.ts";
import type { Reduction } from "../kernels/reduce.ts";
import { simplifyExpressions } from "../kernels/simplify.ts";
import type { Entry, Primitive, Tape } from "../primitive.ts";
import { equalShapes, type Shape } from "../shape.ts";
import type { Recomputed } from "./recompute.ts";

/** One thing to carry out: an entry as it is, a fused loop, or a reduction of an expression. */
export type Work =
  | { readonly kind: "entry"; readonly entry: Entry }
  | {
    readonly kind: "loop";
    /** The product or convolution on whose result the loop works as it is made, the first of its inputs. */
    readonly base: Entry | null;
    /** Whether the result itself is needed elsewhere. */
    readonly kept: boolean;
    readonly entries: readonly Entry[];
    readonly name: string;
    readonly expressions: readonly Expression[];
    readonly inputs: readonly number[];
    readonly outputs: readonly number[];
    /** Reductions over all elements that go along. */
    readonly totals: readonly LoopTotal[];
  }
  | ReductionWork;

/** A reduction of an expression. */
export interface ReductionWork {
  readonly kind: "reduction";
  readonly entries: readonly string[];
  readonly name: string;
  readonly reduction: Reduction;
  readonly axes: readonly number[];
  readonly shape: Shape;
  readonly expression: Expression;
  readonly inputs: readonly number[];
  readonly output: number;
}

/** A reduction that goes along with a loop. */
export interface LoopTotal {
  /** What is reduced, over the inputs of the loop. */
  readonly expression: Expression;
  /** The same on its own, after the loop. */
  readonly alone: ReductionWork;
  /** Slots that the loop then has to store as well, with what they are over its inputs. */
  readonly stored: readonly { readonly slot: number; readonly expression: Expression }[];
}

/** The slots that a work reads. */
export function inputsOf(work: Work): readonly number[] {
  if (work.kind === "entry") return work.entry.inputs;
  return work.kind === "loop" && work.base !== null ? [...work.inputs, ...work.base.inputs] : work.inputs;
}

/** The slots that a work makes. */
export function outputsOf(work: Work): readonly number[] {
  if (work.kind === "entry") return work.entry.outputs;
  if (work.kind === "reduction") return [work.output];
  const own = work.base !== null && work.kept ? [...work.outputs, ...work.base.outputs] : work.outputs;
  return work.totals.length === 0 ? own : [...own, ...work.totals.map(({ alone }) => alone.output)];
}

/** Most operands of a fused loop. */
const MOST_OPERANDS = 24;

/** Most entries of a fused loop. */
const MOST_ENTRIES = 120;

/** What computing an element anew may cost, in plain operations, rather than storing it. */
const CHEAP = 4;

interface Absorbed {
  readonly entries: readonly string[];
  readonly expression: Expression;
  readonly inputs: readonly number[];
}

/**
 * Groups entries into work, in an order in which each finds its inputs ready. `given` are the slots whose memory may be
 * written over.
 */
export function fuse(
  recomputed: Recomputed,
  outputs: readonly number[],
  given: readonly number[] = [],
): readonly Work[] {
  const fusion = new Fusion(recomputed, new Set(outputs), new Set(given));
  fusion.absorb();
  fusion.group();
  fusion.finish();
  fusion.total();
  return fusion.work();
}

class Fusion {
  readonly #tape: Tape;
  readonly #entries: readonly Entry[];
  readonly #wanted: ReadonlySet<number>;
  readonly #given: ReadonlySet<number>;
  readonly #copies: ReadonlySet<number>;
  readonly #bases: ReadonlySet<number>;
  readonly #producer = new Map<number, number>();
  readonly #constants = new Map<number, Expression>();
  readonly #expressions: (Expression | null)[] = [];
  // The last search that has met a group.
  readonly #seen: number[];
  #searches = 0;
  readonly #absorbed = new Map<number, Absorbed>();
  #users = new Map<number, number[]>();
  #live: boolean[] = [];
  readonly #parent: number[];
  readonly #members: number[][];
  /** Operands of a loop over each group, or more. */
  #most: number[] = [];
  /** The last entry of all that have been joined with another. */
  #furthest = -1;

  constructor(
    { tape, entries, copies, bases }: Recomputed,
    wanted: ReadonlySet<number>,
    given: ReadonlySet<number>,
  ) {
    this.#tape = tape;
    this.#given = given;
    this.#entries = entries;
    this.#wanted = wanted;
    this.#copies = copies;
    this.#bases = bases;
    entries.forEach((entry, i) => entry.outputs.forEach((slot) => this.#producer.set(slot, i)));
    for (const { slot, tensor } of tape.constants) {
      if (tensor.storage !== null || tensor.dtype === "key") continue;
      this.#constants.set(slot, { op: "constant", value: tensor.constant, dtype: tensor.dtype });
    }
    this.#seen = entries.map(() => 0);
    this.#parent = entries.map((_, i) => i);
    this.#members = entries.map((_, i) => [i]);
    this.#trace();
  }

  /** Which entries are needed, and by which others each slot is used. */
  #trace(): void {
    this.#users = new Map();
    this.#live = this.#entries.map(() => false);
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      const needed = this.#entries[i].outputs.some((slot) => this.#wanted.has(slot) || this.#users.has(slot));
      if (!needed) continue;
      this.#live[i] = true;
      for (const slot of this.#inputs(i)) {
        const users = this.#users.get(slot);
        if (users === undefined) this.#users.set(slot, [i]);
        else users.push(i);
      }
    }
  }

  #inputs(i: number): readonly number[] {
    return this.#absorbed.get(i)?.inputs ?? this.#entries[i].inputs;
  }

  #shape(slot: number): Shape {
    return this.#tape.slots[slot].shape;
  }

  /** The elementwise arithmetic of an entry over expressions of its inputs; null for other entries. */
  #expression(i: number): Expression | null {
    return this.#expressions[i] ??= this.#makeExpression(i);
  }

  #makeExpression(i: number): Expression | null {
    const entry = this.#entries[i];
    const primitive = entry.primitive as unknown as Primitive<object>;
    if (primitive.expression === undefined || entry.outputs.length !== 1) return null;
    return primitive.expression(entry.attributes, entry.inputs.map((slot) => this.#tape.slots[slot].dtype));
  }

  /** Takes into each reduction the elementwise entries before it that nothing else needs, or that are cheap. */
  absorb(): void {
    this.#entries.forEach((entry, i) => {
      const { reduction } = entry.primitive as unknown as Primitive<object>;
      if (reduction === undefined || !this.#live[i]) return;
      const shape = this.#shape(entry.inputs[0]);
      const inputs: number[] = [];
      const absorbed: string[] = [];
      const known = new Map<number, Expression>();
      const visit = (slot: number, alone: boolean): Expression => {
        let expression = known.get(slot) ?? this.#constants.get(slot);
        if (expression !== undefined) return expression;
        const producer = this.#producer.get(slot);
        const own = producer === undefined ? null : this.#expression(producer);
        const single = alone && this.#users.get(slot)!.length === 1 && !this.#wanted.has(slot);
        const cheap = own !== null && costOf(own) <= CHEAP && !this.#stored(slot);
        const fits = own !== null && equalShapes(this.#shape(slot), shape) && (single || cheap);
        if (fits && inputs.length < 8) {
          absorbed.push(this.#entries[producer!].primitive.name);
          expression = substitute(own, this.#entries[producer!].inputs.map((next) => visit(next, single)));
        } else {
          expression = input(inputs.length);
          inputs.push(slot);
        }
        known.set(slot, expression);
        return expression;
      };
      const expression = visit(entry.inputs[0], true);
      if (expression.op === "input" || inputs.length === 0) return;
      this.#absorbed.set(i, { entries: absorbed.reverse(), expression, inputs });
    });
    this.#trace();
    this.#most = this.#entries.map((_, i) => this.#inputs(i).length + 1);
  }

  /** Whether a slot has to be stored whatever is fused, since something that is no loop reads it. */
  #stored(slot: number): boolean {
    if (this.#wanted.has(slot) || this.#bases.has(slot)) return true;
    return this.#users.get(slot)!.some((user) => {
      const primitive = this.#entries[user].primitive as unknown as Primitive<object>;
      return primitive.reduction === undefined && primitive.expression === undefined;
    });
  }

  #find(i: number): number {
    let root = i;
    while (this.#parent[root] !== root) root = this.#parent[root];
    return root;
  }

  /** Makes the members of a group those of another, after its own, if they can be one loop; whether they can. */
  #join(group: number, other: number): boolean {
    const members = [...this.#members[group], ...this.#members[other]];
    if (members.length > MOST_ENTRIES) return false;
    let most = this.#most[group] + this.#most[other];
    if (most > MOST_OPERANDS) most = this.#operands(new Set(members));
    if (most > MOST_OPERANDS || this.#reaches(group, other) || this.#reaches(other, group)) return false;
    this.#most[group] = most;
    this.#parent[other] = group;
    this.#members[group] = members;
    this.#members[other] = [];
    this.#furthest = Math.max(this.#furthest, ...members);
    return true;
  }

  /** Joins each elementwise entry with the producers of its inputs that have its shape. */
  group(): void {
    this.#entries.forEach((entry, i) => {
      if (!this.#live[i] || this.#expression(i) === null) return;
      const shape = this.#shape(entry.outputs[0]);
      for (const slot of entry.inputs) {
        const producer = this.#producer.get(slot);
        if (producer === undefined || this.#expression(producer) === null) continue;
        if (!equalShapes(this.#shape(slot), shape)) continue;
        // A copy belongs to what reads it, not to what it is made from.
        if (this.#copies.has(entry.outputs[0]) && !this.#copies.has(slot)) continue;
        const [a, b] = [this.#find(producer), this.#find(i)];
        if (a !== b) this.#join(a, b);
      }
    });
  }

  /** Joins each product or convolution with a loop on its result, the later ones first. */
  finish(): void {
    const finishes = (i: number): boolean =>
      (this.#entries[i].primitive as unknown as Primitive<object>).finishes === true;
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      if (!this.#live[i] || !finishes(i)) continue;
      const [slot] = this.#entries[i].outputs;
      for (const user of this.#users.get(slot) ?? []) {
        const group = this.#find(user);
        if (this.#expression(user) === null || this.#members[group].some(finishes)) continue;
        if (!equalShapes(this.#shape(this.#entries[user].outputs[0]), this.#shape(slot))) continue;
        if (!this.#overwrites(group) && this.#join(i, group)) break;
      }
    }
  }

  /** Joins each reduction of all elements with a loop that reads or makes what it reduces. */
  total(): void {
    this.#entries.forEach((entry, i) => {
      if (!this.#live[i] || !this.#isTotal(i)) return;
      const shape = this.#shape(entry.inputs[0]);
      const large = this.#inputs(i).filter((slot) => equalShapes(this.#shape(slot), shape));
      const neighbours = large.flatMap((slot) => {
        const producer = this.#producer.get(slot);
        return [...(producer === undefined ? [] : [producer]), ...this.#users.get(slot) ?? []];
      });
      for (const neighbour of neighbours) {
        const group = this.#find(neighbour);
        const [first] = this.#members[group];
        if (group === i || this.#expression(first) === null) continue;
        if (!equalShapes(this.#shape(this.#entries[first].outputs[0]), shape)) continue;
        // What needs the result of a total, be it another total, comes after it.
        const members = [...this.#members[group], i];
        const reads = (total: number): boolean =>
          (this.#users.get(this.#entries[total].outputs[0]) ?? []).some((user) => members.includes(user));
        if (!members.some((j) => this.#isTotal(j) && reads(j)) && this.#join(group, i)) break;
      }
    });
  }

  /** Whether an entry reduces all of its float32 elements to one. */
  #isTotal(i: number): boolean {
    const { primitive, attributes, inputs, outputs } = this.#entries[i];
    const { reduction } = primitive as unknown as Primitive<object>;
    if (reduction === undefined || reduction === "all" || reduction === "any") return false;
    const { axes } = attributes as { readonly axes: readonly number[] };
    const { shape, dtype } = this.#tape.slots[inputs[0]];
    return dtype === "float32" && this.#tape.slots[outputs[0]].dtype === "float32" &&
      shape.length > 0 && axes.length === shape.length;
  }

  /** Whether a loop can store a result over a donated argument, as an update does; only a loop of its own can. */
  #overwrites(group: number): boolean {
    const members = this.#members[group];
    const shape = this.#shape(this.#entries[members[0]].outputs[0]);
    return members.some((i) => this.#wanted.has(this.#entries[i].outputs[0])) &&
      members.some((i) =>
        this.#entries[i].inputs.some((slot) => this.#given.has(slot) && equalShapes(this.#shape(slot), shape))
      );
  }

  /** Operands of a loop over some entries. */
  #operands(members: ReadonlySet<number>): number {
    const slots = new Set<number>();
    for (const i of members) {
      for (const slot of this.#inputs(i)) {
        const producer = this.#producer.get(slot);
        if ((producer === undefined || !members.has(producer)) && !this.#constants.has(slot)) slots.add(slot);
      }
      if (this.#leaves(i, members)) slots.add(this.#entries[i].outputs[0]);
    }
    return slots.size;
  }

  /** Whether what an entry makes is needed outside of a group. */
  #leaves(i: number, members: ReadonlySet<number>): boolean {
    const [slot] = this.#entries[i].outputs;
    return this.#wanted.has(slot) || (this.#users.get(slot) ?? []).some((user) => !members.has(user));
  }

  /** Whether a path leads from one group to another through a third: then they cannot be one loop. */
  #reaches(from: number, to: number): boolean {
    // Beyond that, every entry is a group of its own, and leads to later ones only.
    const last = Math.max(this.#furthest, ...this.#members[to]);
    const search = ++this.#searches;
    const stack = [from];
    for (let group = stack.pop(); group !== undefined; group = stack.pop()) {
      for (const i of this.#members[group]) {
        for (const slot of this.#entries[i].outputs) {
          for (const user of this.#users.get(slot) ?? []) {
            const next = this.#find(user);
            if (next === to && group !== from) return true;
            if (next === to || next === from || this.#seen[next] === search) continue;
            this.#seen[next] = search;
            if (this.#members[next].some((member) => member <= last)) stack.push(next);
          }
        }
      }
    }
    return false;
  }

  /** The groups as work, in an order that follows their dependencies. */
  work(): Work[] {
    const result: Work[] = [];
    const done = new Set<number>();
    const visit = (group: number): void => {
      if (done.has(group)) return;
      done.add(group);
      for (const i of this.#members[group]) {
        for (const slot of this.#inputs(i)) {
          const producer = this.#producer.get(slot);
          if (producer !== undefined) visit(this.#find(producer));
        }
      }
      result.push(this.#workOf(this.#members[group]));
    };
    this.#entries.forEach((_, i) => {
      if (this.#live[i]) visit(this.#find(i));
    });
    return result;
  }

  #reduction(i: number): ReductionWork {
    const entry = this.#entries[i];
    const { entries, expression, inputs } = this.#absorbed.get(i) ??
      { entries: [], expression: input(0), inputs: [entry.inputs[0]] };
    const [simple] = simplifyExpressions([expression]);
    return {
      kind: "reduction",
      entries,
      name: formatExpressions([simple]),
      reduction: (entry.primitive as unknown as Primitive<object>).reduction!,
      axes: (entry.attributes as { readonly axes: readonly number[] }).axes,
      shape: this.#shape(entry.inputs[0]),
      expression: simple,
      inputs,
      output: entry.outputs[0],
    };
  }

  #workOf(members: readonly number[]): Work {
    const [first] = members;
    const entry = this.#entries[first];
    if (this.#absorbed.has(first)) return this.#reduction(first);
    const base = this.#expression(first) === null ? entry : null;
    if (base !== null && members.length === 1) return { kind: "entry", entry };
    const inside = new Set(members);
    const isLoop = (i: number): boolean => this.#expression(i) !== null;
    const order = members.filter(isLoop).sort((a, b) => a - b);
    const inputs: number[] = base === null ? [] : [base.outputs[0]];
    const known = new Map<number, Expression>();
    if (base !== null) known.set(base.outputs[0], input(0));
    const operandOf = (slot: number): Expression => {
      let expression = known.get(slot) ?? this.#constants.get(slot);
      if (expression === undefined) {
        expression = input(inputs.length);
        inputs.push(slot);
        known.set(slot, expression);
      }
      return expression;
    };
    const made = new Set<number>();
    const outputs: number[] = [];
    for (const i of order) {
      const operands = this.#entries[i].inputs.map(operandOf);
      const [slot] = this.#entries[i].outputs;
      known.set(slot, substitute(this.#expression(i)!, operands));
      made.add(slot);
      if (this.#leaves(i, inside)) outputs.push(slot);
    }
    const alone = members.filter((i) => !isLoop(i) && this.#entries[i] !== base).map((i) =>
      this.#reduction(i)
    );
    const totals = alone.map((work) => substitute(work.expression, work.inputs.map(operandOf)));
    const stored = alone.map((work) =>
      work.inputs.filter((slot) => made.has(slot) && !outputs.includes(slot))
    );
    const all = [
      ...outputs.map((slot) => known.get(slot)!),
      ...totals,
      ...stored.flat().map((slot) => known.get(slot)!),
    ];
    const simple = simplifyExpressions(all);
    const expressions = simple.splice(0, outputs.length);
    const combined = simple.splice(0, totals.length);
    return {
      kind: "loop",
      base,
      kept: base !== null && this.#leaves(first, inside),
      entries: order.map((i) => this.#entries[i]),
      name: formatExpressions([...expressions, ...combined]),
      expressions,
      inputs,
      outputs,
      totals: alone.map((work, i) => ({
        expression: combined[i],
        alone: work,
        stored: stored[i].map((slot) => ({ slot, expression: simple.shift()! })),
      })),
    };
  }
}
