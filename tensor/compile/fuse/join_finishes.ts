/**
 * Products and convolutions that go on with a loop on their results.
 *
 * @module
 */
import { primitiveOf } from "../../primitive.ts";
import { equalShapes } from "../../shape.ts";
import { expressionOf, type Fusion, shapeOf } from "./fusion.ts";
import { groupOf, join } from "./groups.ts";

/** Joins each product or convolution with a loop on its result, the later ones first. */
export function joinFinishes(fusion: Fusion): void {
  const finishes = (i: number): boolean => primitiveOf(fusion.entries[i]).finishes === true;
  for (let i = fusion.entries.length - 1; i >= 0; i--) {
    if (!fusion.live[i] || !finishes(i)) continue;
    const [slot] = fusion.entries[i].outputs;
    for (const user of fusion.users.get(slot) ?? []) {
      const group = groupOf(fusion, user);
      if (expressionOf(fusion, user) === null || fusion.members[group].some(finishes)) continue;
      if (!equalShapes(shapeOf(fusion, fusion.entries[user].outputs[0]), shapeOf(fusion, slot))) continue;
      if (!overwrites(fusion, group) && join(fusion, i, group)) break;
    }
  }
}

/** Whether a loop can store a result over a donated argument, as an update does; only a loop of its own can. */
function overwrites(fusion: Fusion, group: number): boolean {
  const members = fusion.members[group];
  const shape = shapeOf(fusion, fusion.entries[members[0]].outputs[0]);
  return members.some((i) => fusion.wanted.has(fusion.entries[i].outputs[0])) &&
    members.some((i) =>
      fusion.entries[i].inputs.some((slot) =>
        fusion.given.has(slot) && equalShapes(shapeOf(fusion, slot), shape)
      )
    );
}
