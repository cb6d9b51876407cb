/**
 * Products and convolutions that go on with a loop on their results.
 *
 * @module
 */
import { primitiveOf } from "../../primitive.ts";
import { equalShapes } from "../../shape.ts";
import { expressionOf, shapeOf } from "./fusion.ts";
import { type Grouping, join } from "./groups.ts";

/** Joins each product or convolution with a loop on its result, the later ones first. */
export function joinFinishes(grouping: Grouping): void {
  const finishes = (i: number): boolean => primitiveOf(grouping.entries[i]).finishes === true;
  for (let i = grouping.entries.length - 1; i >= 0; i--) {
    if (!grouping.live[i] || !finishes(i)) continue;
    const [slot] = grouping.entries[i].outputs;
    for (const user of grouping.users[slot] ?? []) {
      const group = grouping.groups.groupOf(user);
      if (expressionOf(grouping, user) === null || grouping.groups.membersOf(group).some(finishes)) continue;
      if (!equalShapes(shapeOf(grouping, grouping.entries[user].outputs[0]), shapeOf(grouping, slot))) {
        continue;
      }
      if (!overwrites(grouping, group) && join(grouping, i, group)) break;
    }
  }
}

/** Whether a loop can store a result over a donated argument, as an update does; only a loop of its own can. */
function overwrites(grouping: Grouping, group: number): boolean {
  const members = grouping.groups.membersOf(group);
  const shape = shapeOf(grouping, grouping.entries[members[0]].outputs[0]);
  return members.some((i) => grouping.wanted.has(grouping.entries[i].outputs[0])) &&
    members.some((i) =>
      grouping.entries[i].inputs.some((slot) =>
        grouping.given.has(slot) && equalShapes(shapeOf(grouping, slot), shape)
      )
    );
}
