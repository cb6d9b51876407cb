/**
 * Groups of entries that become one loop.
 *
 * @module
 */
import { AcyclicGroups } from "../graph/acyclic_groups.ts";
import { type Fusion, inputsOfEntry } from "./fusion.ts";

/** Most operands of a fused loop. */
const MOST_OPERANDS = 24;

/** Most entries of a fused loop. */
const MOST_ENTRIES = 120;

/** A fusion whose entries are in groups. */
export interface Grouping extends Fusion {
  /** The groups, which go by one of their entries. */
  readonly groups: AcyclicGroups;
  /** The entries that make what each entry reads. */
  readonly before: readonly (readonly number[])[];
  /** Operands of a loop over each group, or more. */
  readonly most: number[];
}

/** A fusion in which every entry is a group of its own. */
export function startGroups(fusion: Fusion): Grouping {
  const { entries, live, users, producer } = fusion;
  const before = entries.map((_, i) => {
    const makers: number[] = [];
    if (!live[i]) return makers;
    for (const slot of inputsOfEntry(fusion, i)) {
      const maker = producer[slot];
      if (maker !== undefined) makers.push(maker);
    }
    return makers;
  });
  const after = entries.map(({ outputs }) =>
    outputs.length === 1 ? users[outputs[0]] ?? [] : outputs.flatMap((slot) => users[slot] ?? [])
  );
  const most = entries.map((_, i) => inputsOfEntry(fusion, i).length + 1);
  return { ...fusion, groups: new AcyclicGroups(before, after), before, most };
}

/** Makes the members of a group those of another, after its own, if they can be one loop; whether they can. */
export function join(grouping: Grouping, group: number, other: number): boolean {
  const { groups, most } = grouping;
  if (groups.membersOf(group).length + groups.membersOf(other).length > MOST_ENTRIES) return false;
  let operands = most[group] + most[other];
  if (operands > MOST_OPERANDS) operands = countOperands(grouping, group, other);
  if (operands > MOST_OPERANDS || !groups.join(group, other)) return false;
  most[group] = operands;
  return true;
}

/** Operands of a loop over two groups. */
function countOperands(grouping: Grouping, group: number, other: number): number {
  const { groups, entries, producer, constants } = grouping;
  const slots = new Set<number>();
  const isInside = (i: number): boolean => {
    const own = groups.groupOf(i);
    return own === group || own === other;
  };
  const count = (i: number): void => {
    for (const slot of inputsOfEntry(grouping, i)) {
      const maker = producer[slot];
      if ((maker === undefined || !isInside(maker)) && !constants.has(slot)) slots.add(slot);
    }
    if (leaves(grouping, i, isInside)) slots.add(entries[i].outputs[0]);
  };
  groups.membersOf(group).forEach(count);
  groups.membersOf(other).forEach(count);
  return slots.size;
}

/** Whether what an entry makes is needed outside of a group. */
export function leaves(fusion: Fusion, i: number, isInside: (user: number) => boolean): boolean {
  const [slot] = fusion.entries[i].outputs;
  if (fusion.wanted.has(slot)) return true;
  const users = fusion.users[slot];
  return users !== undefined && !users.every(isInside);
}
