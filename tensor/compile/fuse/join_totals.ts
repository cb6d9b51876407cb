/**
 * Reductions of all elements that go along with a loop.
 *
 * @module
 */
import { primitiveOf } from "../../primitive.ts";
import { equalShapes } from "../../shape.ts";
import { expressionOf, type Fusion, inputsOfEntry, shapeOf } from "./fusion.ts";
import { groupOf, join } from "./groups.ts";

/** Joins each reduction of all elements with a loop that reads or makes what it reduces. */
export function joinTotals(fusion: Fusion): void {
  fusion.entries.forEach((entry, i) => {
    if (!fusion.live[i] || !isTotal(fusion, i)) return;
    const shape = shapeOf(fusion, entry.inputs[0]);
    const large = inputsOfEntry(fusion, i).filter((slot) => equalShapes(shapeOf(fusion, slot), shape));
    const neighbours = large.flatMap((slot) => {
      const producer = fusion.producer.get(slot);
      return [...(producer === undefined ? [] : [producer]), ...fusion.users.get(slot) ?? []];
    });
    for (const neighbour of neighbours) {
      const group = groupOf(fusion, neighbour);
      const [first] = fusion.members[group];
      if (group === i || expressionOf(fusion, first) === null) continue;
      if (!equalShapes(shapeOf(fusion, fusion.entries[first].outputs[0]), shape)) continue;
      // What needs the result of a total, be it another total, comes after it.
      const members = [...fusion.members[group], i];
      const reads = (total: number): boolean =>
        (fusion.users.get(fusion.entries[total].outputs[0]) ?? []).some((user) => members.includes(user));
      if (!members.some((j) => isTotal(fusion, j) && reads(j)) && join(fusion, group, i)) break;
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
