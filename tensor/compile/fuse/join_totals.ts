/**
 * Reductions of all elements that go along with a loop.
 *
 * @module
 */
import { primitiveOf } from "../../primitive.ts";
import { equalShapes } from "../../shape.ts";
import { expressionOf, type Fusion, inputsOfEntry, shapeOf } from "./fusion.ts";
import { type Grouping, join } from "./groups.ts";

/** Joins each reduction of all elements with a loop that reads or makes what it reduces. */
export function joinTotals(grouping: Grouping): void {
  const { groups } = grouping;
  grouping.entries.forEach((entry, i) => {
    if (!grouping.live[i] || !isTotal(grouping, i)) return;
    const shape = shapeOf(grouping, entry.inputs[0]);
    const large = inputsOfEntry(grouping, i).filter((slot) => equalShapes(shapeOf(grouping, slot), shape));
    const neighbours = large.flatMap((slot) => {
      const producer = grouping.producer[slot];
      return [...(producer === undefined ? [] : [producer]), ...grouping.users[slot] ?? []];
    });
    for (const neighbour of neighbours) {
      const group = groups.groupOf(neighbour);
      const [first] = groups.membersOf(group);
      if (group === i || expressionOf(grouping, first) === null) continue;
      if (!equalShapes(shapeOf(grouping, grouping.entries[first].outputs[0]), shape)) continue;
      // What needs the result of a total, be it another total, comes after it.
      const isRead = (total: number): boolean =>
        (grouping.users[grouping.entries[total].outputs[0]] ?? []).some((user) =>
          user === i || groups.groupOf(user) === group
        );
      const totals = [...groups.membersOf(group), i].filter((j) => isTotal(grouping, j));
      if (!totals.some(isRead) && join(grouping, group, i)) break;
    }
  });
}

/** Whether an entry reduces all of its float32 elements to one. */
function isTotal(fusion: Fusion, i: number): boolean {
  const { attributes, inputs, outputs } = fusion.entries[i];
  const { reduction } = primitiveOf(fusion.entries[i]);
  if (reduction === undefined || reduction === "all" || reduction === "any") return false;
  const { axes } = attributes as { readonly axes: readonly number[] };
  const { shape, dtype } = fusion.tape.slots[inputs[0]];
  return dtype === "float32" && fusion.tape.slots[outputs[0]].dtype === "float32" &&
    shape.length > 0 && axes.length === shape.length;
}
