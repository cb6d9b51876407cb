/**
 * Groups of entries that become one loop.
 *
 * @module
 */
import { type Fusion, inputsOfEntry } from "./fusion.ts";

/** Most operands of a fused loop. */
const MOST_OPERANDS = 24;

/** Most entries of a fused loop. */
const MOST_ENTRIES = 120;

/** The group of an entry. */
export function groupOf(fusion: Fusion, i: number): number {
  let root = i;
  while (fusion.parent[root] !== root) root = fusion.parent[root];
  return root;
}

/** Makes the members of a group those of another, after its own, if they can be one loop; whether they can. */
export function join(fusion: Fusion, group: number, other: number): boolean {
  const members = [...fusion.members[group], ...fusion.members[other]];
  if (members.length > MOST_ENTRIES) return false;
  let most = fusion.most[group] + fusion.most[other];
  if (most > MOST_OPERANDS) most = countOperands(fusion, new Set(members));
  if (most > MOST_OPERANDS || reaches(fusion, group, other) || reaches(fusion, other, group)) return false;
  fusion.most[group] = most;
  fusion.parent[other] = group;
  fusion.members[group] = members;
  fusion.members[other] = [];
  fusion.furthest = Math.max(fusion.furthest, ...members);
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

/** Whether a path leads from one group to another through a third: then they cannot be one loop. */
function reaches(fusion: Fusion, from: number, to: number): boolean {
  // Beyond that, every entry is a group of its own, and leads to later ones only.
  const last = Math.max(fusion.furthest, ...fusion.members[to]);
  const search = ++fusion.searches;
  const stack = [from];
  for (let group = stack.pop(); group !== undefined; group = stack.pop()) {
    for (const i of fusion.members[group]) {
      for (const slot of fusion.entries[i].outputs) {
        for (const user of fusion.users.get(slot) ?? []) {
          const next = groupOf(fusion, user);
          if (next === to && group !== from) return true;
          if (next === to || next === from || fusion.seen[next] === search) continue;
          fusion.seen[next] = search;
          if (fusion.members[next].some((member) => member <= last)) stack.push(next);
        }
      }
    }
  }
  return false;
}
