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
  const before = entries.map((_, i) =>
    live[i] ? inputsOfEntry(fusion, i).flatMap((slot) => producer.get(slot) ?? []) : []
  );
  const after = entries.map(({ outputs }) => outputs.flatMap((slot) => users.get(slot) ?? []));
  const most = entries.map((_, i) => inputsOfEntry(fusion, i).length + 1);
  return { ...fusion, groups: new AcyclicGroups(before, after), before, most };
}

/** Makes the members of a group those of another, after its own, if they can be one loop; whether they can. */
export function join(grouping: Grouping, group: number, other: number): boolean {
  const { groups, most } = grouping;
  const [own, others] = [groups.membersOf(group), groups.membersOf(other)];
  if (own.length + others.length > MOST_ENTRIES) return false;
  let operands = most[group] + most[other];
  if (operands > MOST_OPERANDS) operands = countOperands(grouping, new Set([...own, ...others]));
  if (operands > MOST_OPERANDS || !groups.join(group, other)) return false;
  most[group] = operands;
  return true;
}

/** Operands of a loop over some entries. */
function countOperands(fusion: Fusion, members: ReadonlySet<number>): number {
  const slots = new Set<number>();
  for (const i of members) {
    for (const slot of inputsOfEntry(fusion, i)) {
      const producer = fusion.producer.get(slot);
      if ((producer === undefined || !members.has(producer)) && !fusion.constants.has(slot)) slots.add(slot);
    }
    if (leaves(fusion, i, members)) slots.add(fusion.entries[i].outputs[0]);
  }
  return slots.size;
}

/** Whether what an entry makes is needed outside of a group. */
export function leaves(fusion: Fusion, i: number, members: ReadonlySet<number>): boolean {
  const [slot] = fusion.entries[i].outputs;
  return fusion.wanted.has(slot) || (fusion.users.get(slot) ?? []).some((user) => !members.has(user));
}
