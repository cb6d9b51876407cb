/**
 * The state of a fusion: the entries of a tape, and who makes and who reads each slot.
 *
 * @module
 */
import type { Expression } from "../../kernels/expression.ts";
import { type Entry, primitiveOf, type Tape } from "../../primitive.ts";
import type { Shape } from "../../shape.ts";
import { constantsOf } from "../constants.ts";
import type { Recomputed } from "../recompute.ts";

/** A reduction with the elementwise entries before it. */
export interface Absorbed {
  /** The names of the entries. */
  readonly entries: readonly string[];
  /** What is reduced. */
  readonly expression: Expression;
  /** The slots that it reads. */
  readonly inputs: readonly number[];
}

/** What is known of the entries while they are fused; entries go by numbers. */
export interface Fusion {
  /** The tape. */
  readonly tape: Tape;
  /** Its entries in order. */
  readonly entries: readonly Entry[];
  /** The slots that the program returns. */
  readonly wanted: ReadonlySet<number>;
  /** The slots whose memory may be written over. */
  readonly given: ReadonlySet<number>;
  /** The slots that are computed again, which belong to what reads them. */
  readonly copies: ReadonlySet<number>;
  /** The slots that they are made from, which are stored. */
  readonly bases: ReadonlySet<number>;
  /** The entry that makes a slot. */
  readonly producer: readonly (number | undefined)[];
  /** The values of slots that are constants. */
  readonly constants: ReadonlyMap<number, Expression>;
  /** The arithmetic of each entry, once it was asked for. */
  readonly expressions: (Expression | null)[];
  /** The reductions that take in what is before them. */
  readonly absorbed: Map<number, Absorbed>;
  /** The entries that read a slot. */
  users: readonly (readonly number[] | undefined)[];
  /** Whether each entry is needed. */
  live: readonly boolean[];
}

/** What is known at first. */
export function startFusion(
  { tape, entries, copies, bases }: Recomputed,
  wanted: ReadonlySet<number>,
  given: ReadonlySet<number>,
): Fusion {
  const producer = new Array<number | undefined>(tape.slots.length).fill(undefined);
  entries.forEach((entry, i) => entry.outputs.forEach((slot) => producer[slot] = i));
  const constants = constantsOf(tape);
  const fusion: Fusion = {
    ...{ tape, entries, wanted, given, copies, bases, producer, constants },
    expressions: [],
    absorbed: new Map(),
    users: [],
    live: [],
  };
  trace(fusion);
  return fusion;
}

/** Finds which entries are needed, and by which others each slot is used. */
export function trace(fusion: Fusion): void {
  const users = new Array<number[] | undefined>(fusion.tape.slots.length).fill(undefined);
  const live = fusion.entries.map(() => false);
  for (let i = fusion.entries.length - 1; i >= 0; i--) {
    const needed = fusion.entries[i].outputs.some((slot) =>
      fusion.wanted.has(slot) || users[slot] !== undefined
    );
    if (!needed) continue;
    live[i] = true;
    for (const slot of inputsOfEntry(fusion, i)) {
      const known = users[slot];
      if (known === undefined) users[slot] = [i];
      else known.push(i);
    }
  }
  fusion.users = users;
  fusion.live = live;
}

/** The slots that an entry reads, or what it has taken in. */
export function inputsOfEntry(fusion: Fusion, i: number): readonly number[] {
  return fusion.absorbed.get(i)?.inputs ?? fusion.entries[i].inputs;
}

/** The shape of a slot. */
export function shapeOf(fusion: Fusion, slot: number): Shape {
  return fusion.tape.slots[slot].shape;
}

/** The elementwise arithmetic of an entry over expressions of its inputs; null for other entries. */
export function expressionOf(fusion: Fusion, i: number): Expression | null {
  return fusion.expressions[i] ??= makeExpression(fusion, i);
}

function makeExpression(fusion: Fusion, i: number): Expression | null {
  const entry = fusion.entries[i];
  const primitive = primitiveOf(entry);
  if (primitive.expression === undefined || entry.outputs.length !== 1) return null;
  return primitive.expression(entry.attributes, entry.inputs.map((slot) => fusion.tape.slots[slot].dtype));
}
